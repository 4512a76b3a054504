from __future__ import annotations

from email.message import EmailMessage

import pytest

from sandbox.world.faults import Down, Full
from tests.world.posts import HOUR, LETTER, inbox, notes, parsed, say, strike, submit, two, wait


def status(message: EmailMessage) -> list[dict[str, str]]:
    """The groups of fields in a report's part for programs."""
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "delivery-status"
    _words, programs, _returned = message.iter_parts()
    assert programs.get_content_type() == "message/delivery-status"
    groups = programs.get_payload()
    assert isinstance(groups, list)
    return [{name.lower(): str(value) for name, value in group.items()} for group in groups]


def test_a_user_who_does_not_exist() -> None:
    world = two()
    submit(world, ["nadie@sur.example", "luis@sur.example"])
    assert len(inbox(world, "luis")) == 1
    [content] = inbox(world, "ana")
    message = parsed(content)
    assert message["Return-Path"] == "<>"
    assert message["To"] == "ana@norte.example"
    assert message["From"].addresses[0].username == "MAILER-DAEMON"
    words, _programs, returned = message.iter_parts()
    assert "no habrá más intentos" in words.get_content()
    assert returned.get_content_type() == "text/rfc822-headers"
    about, recipient = status(message)
    assert about["reporting-mta"] == "dns; mail.norte.example"
    assert recipient == {
        "final-recipient": "rfc822; nadie@sur.example",
        "action": "failed",
        "status": "5.1.1",
        "remote-mta": "dns; mx1.sur.example",
        "diagnostic-code": "smtp; 550 5.1.1 no mailbox <nadie@sur.example> here",
        "last-attempt-date": recipient["last-attempt-date"],
    }


def send(world: object, mail: str, rcpt: str, letter: bytes = LETTER) -> None:
    lines = letter.replace(b"\r\n.", b"\r\n..").decode().split("\r\n")[:-1]
    login = "AUTH PLAIN AGFuYQBzZWNyZXRv"
    said = say(world, 587, "EHLO x", login, f"MAIL FROM:{mail}", f"RCPT TO:{rcpt}", "DATA", *lines, ".")  # type: ignore[arg-type]
    assert said[-1].startswith("250"), said


def test_what_was_asked_for_comes_back() -> None:
    world = two()
    send(
        world,
        "<ana@norte.example> RET=FULL ENVID=QQ+2B1",
        "<nadie@sur.example> NOTIFY=FAILURE ORCPT=rfc822;Nadie@sur.example",
        "Subject: x\r\n\r\nmañana\r\n".encode(),
    )
    message = parsed(inbox(world, "ana")[0])
    about, recipient = status(message)
    assert about["original-envelope-id"] == "QQ+1"
    assert recipient["original-recipient"] == "rfc822; Nadie@sur.example"
    *_rest, returned = message.iter_parts()
    assert returned.get_content_type() == "message/rfc822"
    assert "mañana".encode() in inbox(world, "ana")[0]


@pytest.mark.parametrize(
    ("notify", "recipient", "action"),
    [
        ("NEVER", "nadie@sur.example", None),
        ("SUCCESS", "nadie@sur.example", None),
        ("SUCCESS", "eva@norte.example", "delivered"),
        ("SUCCESS", "oficina@norte.example", "delivered"),
        ("SUCCESS", "todos@norte.example", "expanded"),
        ("SUCCESS", "luis@sur.example", "delivered"),
        ("FAILURE", "luis@sur.example", None),
        ("SUCCESS", "jefe@norte.example", "delivered"),
    ],
)
def test_notify_decides_who_hears_of_what(notify: str, recipient: str, action: str | None) -> None:
    world = two()
    send(world, "<ana@norte.example>", f"<{recipient}> NOTIFY={notify}")
    reports = [message for message in map(parsed, inbox(world, "ana")) if message["Return-Path"] == "<>"]
    assert [status(message)[1]["action"] for message in reports] == ([action] if action else [])
    assert all(status(message)[1]["status"] == "2.0.0" for message in reports)


def test_a_server_without_dsn_gets_a_relayed_report_in_its_place() -> None:
    world = two()
    world.stations["mx1"].host("smtp").settings["without"] = ["DSN"]
    send(world, "<ana@norte.example> RET=HDRS", "<luis@sur.example> NOTIFY=SUCCESS")
    [content] = inbox(world, "ana")
    assert status(parsed(content))[1]["action"] == "relayed"
    assert len(inbox(world, "luis")) == 1


def test_a_delay_is_told_once_to_those_who_asked_and_ends_after_five_days() -> None:
    world = two()
    for host in ("mx1", "mx2"):
        strike(world, Down(host))
    send(world, "<ana@norte.example>", "<luis@sur.example> NOTIFY=DELAY,FAILURE")
    send(world, "<ana@norte.example>", "<luis@sur.example>")
    wait(world, 3 * HOUR)
    assert not inbox(world, "ana")
    wait(world, 3 * HOUR)
    [delayed] = inbox(world, "ana")
    _about, recipient = status(parsed(delayed))
    assert (recipient["action"], recipient["status"]) == ("delayed", "4.4.1")
    assert recipient["will-retry-until"].startswith("Sat, 07 Mar 2026 09:00:0")
    wait(world, 112 * HOUR)
    assert len(inbox(world, "ana")) == 1
    wait(world, 8 * HOUR)
    assert [status(parsed(content))[1]["action"] for content in inbox(world, "ana")[1:]] == ["failed", "failed"]
    assert world.post is not None
    assert not world.post.queue


def test_nobody_is_told_of_mail_without_a_sender() -> None:
    world = two()
    send(world, "<>", "<nadie@sur.example>")
    assert not inbox(world, "ana")
    assert "mail.norte.example drops a mail: nobody is left whom it could tell" in notes(world)


def test_a_report_that_cannot_be_delivered_is_dropped() -> None:
    world = two()
    send(world, "<fantasma@norte.example>", "<nadie@sur.example>")
    send(world, "<fantasma@sur.example>", "<nadie@sur.example>")
    assert [note for note in notes(world) if "drops" in note] == [
        "mail.norte.example drops a mail: nobody is left whom it could tell"
    ] * 2


def test_members_of_a_list_fail_to_the_lists_owner() -> None:
    world = two()
    strike(world, Full("ana"))
    send(world, "<eva@norte.example>", "<oficina@norte.example>")
    assert status(parsed(inbox(world, "eva")[-1]))[1]["status"] == "4.2.2"


def test_recipients_beyond_ascii() -> None:
    world = two()
    send(world, "<ana@norte.example> SMTPUTF8", "<ñandú@sur.example>")
    _about, recipient = status(parsed(inbox(world, "ana")[0]))
    assert recipient["final-recipient"] == "utf-8; \\x{F1}and\\x{FA}@sur.example"
    world.stations["mx1"].host("smtp").settings["without"] = ["SMTPUTF8"]
    send(world, "<ana@norte.example> SMTPUTF8", "<luis@sur.example>")
    assert status(parsed(inbox(world, "ana")[-1]))[1]["status"] == "5.6.7"


@pytest.mark.parametrize(
    ("recipient", "code"),
    [("x@vacio.example", "5.4.4"), ("x@oeste.example", "5.4.6"), ("fuera@norte.example", "5.1.2")],
    ids=["a domain without a host", "a host that is its own exchanger", "an alias to nowhere"],
)
def test_ways_that_lead_nowhere(recipient: str, code: str) -> None:
    world = two()
    submit(world, [recipient])
    assert status(parsed(inbox(world, "ana")[-1]))[1]["status"] == code
