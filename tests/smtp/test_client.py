from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from sandbox.auth.mechanism import ClientSide
from sandbox.core.client import Send
from sandbox.core.tracker import Exchange
from sandbox.mail.courier import Body, Envelope, ForwardPath, Notify, Return
from sandbox.smtp import SMTP, xtext
from sandbox.smtp.client import Login, Transfer, Verdict, envelope_for, transfer
from sandbox.smtp.tracker import SmtpTracker
from tests.smtp.worlds import world

LETTER = b"Subject: hola\r\n\r\n.punto\r\n"
OFFERS = "250-mail\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250 AUTH PLAIN CRAM-MD5"


def converse(script: Generator[Send, Exchange, Any], replies: dict[str, str]) -> tuple[Any, list[str]]:
    """Run a script against canned replies by the first word of a line; returns its result and the lines it sent."""
    tracker = SmtpTracker()
    tracker.receive("S", b"220 mail\r\n")
    sent: list[str] = []
    send = next(script)
    try:
        while True:
            line = send.line.decode()
            sent.append(line)
            before = tracker.current
            tracker.receive("C", send.line + b"\r\n")
            word = line.split(" ", 1)[0] if before is None else ""
            found = next((words for start, words in replies.items() if start and line.startswith(start)), None)
            tracker.receive("S", ((found or replies.get(word) or "250 ok") + "\r\n").encode())
            send = script.send(before or tracker.exchanges[-1])
    except StopIteration as stop:
        return stop.value, sent


def submit(user: str = "ana", password: str = "secreto", **settings: Any) -> Transfer:
    home = world()
    home.connect("laptop", "smtp", "norte", 587)
    routine = SMTP.routine("submit")
    assert routine is not None
    done = home.run("laptop", routine.run("ana@x", ["luis@norte.example"], LETTER, user, password, **settings))
    assert isinstance(done, Transfer)
    assert len(home.mailboxes("luis").inbox) == len(done.accepted)
    return done


def test_the_routine_that_sends() -> None:
    home = world()
    home.connect("laptop", "smtp", "norte", 25)
    routine = SMTP.routine("send")
    assert routine is not None
    done = home.run("laptop", routine.run("a@b.example", ["ana@norte.example", "nadie@norte.example"], LETTER))
    assert {path.mailbox: verdict.status for path, verdict in done.verdicts.items()} == {
        "ana@norte.example": "2.0.0",
        "nadie@norte.example": "5.1.1",
    }
    assert home.mailboxes("ana").inbox.snapshot()[0].message.content.endswith(LETTER)
    home.connect("laptop", "smtp", "norte", 25)
    done = home.run("laptop", routine.run("a@b.example", ["nadie@norte.example"], LETTER))
    assert not done.accepted


@pytest.mark.parametrize("mechanism", ["", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"])
def test_the_routine_that_submits(mechanism: str) -> None:
    assert len(submit(mechanism=mechanism).accepted) == 1


def test_submission_that_is_refused() -> None:
    [verdict] = submit(password="falso").verdicts.values()
    assert str(verdict) == "535 5.7.8 wrong name or password"
    assert verdict.for_good
    [verdict] = submit(mechanism="NTLM").verdicts.values()
    assert verdict.code == "504"


def test_a_server_without_extensions() -> None:
    script = transfer("x", envelope_for("a@b", ["c@d"], LETTER), LETTER)
    done, sent = converse(script, {"EHLO": "500 what", "DATA": "354 go"})
    assert sent == [
        "EHLO x",
        "HELO x",
        "MAIL FROM:<a@b>",
        "RCPT TO:<c@d>",
        "DATA",
        "Subject: hola\r\n\r\n..punto\r\n.",
        "QUIT",
    ]
    assert done.verdicts[ForwardPath("c@d")] == Verdict("250", "", "ok")
    done, sent = converse(transfer("x", envelope_for("a@b", ["c@d"], LETTER), LETTER), {"EHLO": "421 4.3.2 go away"})
    assert sent == ["EHLO x", "QUIT"]
    assert done.verdicts[ForwardPath("c@d")] == Verdict("421", "4.3.2", "go away")


def test_parameters_are_given_to_servers_that_know_them() -> None:
    paths = (
        ForwardPath("ñ@d", (Notify.SUCCESS, Notify.DELAY), "rfc822;a+b@d"),
        ForwardPath("e@d"),
    )
    envelope = Envelope("a@b", paths, Body.EIGHT_BIT, True, 20, Return.HEADERS, "id=1")
    replies = {"EHLO": OFFERS, "DATA": "354 go"}
    _done, sent = converse(transfer("x", envelope, LETTER), replies)
    assert sent[1:4] == [
        f"MAIL FROM:<a@b> SIZE={len(LETTER)} BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=id+3D1",
        "RCPT TO:<ñ@d> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bb@d",
        "RCPT TO:<e@d>",
    ]
    _done, sent = converse(
        transfer("x", Envelope("a@b", paths[1:]), LETTER), {"EHLO": "250-m\r\n250 DSN", "DATA": "354"}
    )
    assert sent[1] == "MAIL FROM:<a@b>"


@pytest.mark.parametrize(
    ("envelope", "code"),
    [
        (Envelope("ñ@b", (ForwardPath("c@d"),), smtputf8=True), "553"),
        (Envelope("a@b", (ForwardPath("c@d"),), Body.BINARY), "554"),
        (Envelope("a@b", (ForwardPath("c@d"),), size=1001), "552"),
        (Envelope("a@b", (ForwardPath("c@d"),), size=1000), "250"),
    ],
)
def test_what_a_server_could_not_carry_is_not_sent(envelope: Envelope, code: str) -> None:
    replies = {"EHLO": "250-mail\r\n250 SIZE 1000", "DATA": "354 go"}
    done, sent = converse(transfer("x", envelope, LETTER), replies)
    assert done.verdicts[ForwardPath("c@d")].code == code
    assert (len(sent) == 2) is (code != "250")


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "Subject"])
def test_refusals_at_every_step(verb: str) -> None:
    replies = {"EHLO": OFFERS, "DATA": "354 go", verb: "451 4.3.0 later"}
    done, _sent = converse(transfer("x", envelope_for("a@b", ["c@d"], LETTER), LETTER), replies)
    [verdict] = done.verdicts.values()
    assert verdict == Verdict("451", "4.3.0", "later")
    assert not verdict.ok
    assert not verdict.for_good


def test_the_line_is_protected_where_that_is_wanted_and_offered() -> None:
    envelope = envelope_for("a@b", ["c@d"], LETTER)
    offers = {"EHLO": "250-mail\r\n250 STARTTLS", "DATA": "354 go"}
    for replies, wanted, sent_first in (
        ({**offers, "STARTTLS": "220 go"}, True, ["EHLO x", "STARTTLS", "EHLO x", "MAIL FROM:<a@b>"]),
        ({**offers, "STARTTLS": "454 no"}, True, ["EHLO x", "STARTTLS", "MAIL FROM:<a@b>"]),
        (offers, False, ["EHLO x", "MAIL FROM:<a@b>"]),
        ({"DATA": "354 go"}, True, ["EHLO x", "MAIL FROM:<a@b>"]),
    ):
        done, sent = converse(transfer("x", envelope, LETTER, protect=wanted), replies)
        assert sent[: len(sent_first)] == sent_first
        assert done.accepted


def test_a_login_that_cannot_be() -> None:
    side = ClientSide("ana", "secreto", bytes)
    script = transfer("x", envelope_for("a@b", ["c@d"], LETTER), LETTER, Login("ana", "secreto"), side)
    done, _sent = converse(script, {"EHLO": "250-mail\r\n250 AUTH NTLM"})
    assert done.verdicts[ForwardPath("c@d")].status == "5.5.4"
    script = transfer("x", envelope_for("a@b", ["c@d"], LETTER), LETTER, Login("ana", "secreto"), side)
    done, sent = converse(script, {"EHLO": OFFERS, "AUTH CRAM-MD5": "334 !", "*": "501 5.7.0 cancelled"})
    assert sent[1:] == ["AUTH CRAM-MD5", "*", "QUIT"]


def test_envelopes_of_plain_messages() -> None:
    assert envelope_for("a@b", ["c@d"], "ñ".encode()).body is Body.EIGHT_BIT
    assert envelope_for("a@b", ["ñ@d"], b"x").smtputf8


def test_xtext_comes_back() -> None:
    for text in ("", "plain", "a+b=c d", "ñ", "+2B"):
        assert xtext.decode(xtext.encode(text).encode()) == text
