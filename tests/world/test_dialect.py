from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.wire.trace import Data
from sandbox.world.dialect import (
    DIRECTIVES,
    Become,
    CloseConnection,
    Next,
    Octets,
    OpenConnection,
    Pass,
    perform,
    read,
)
from sandbox.world.errors import WorldError
from sandbox.world.standard import standard
from sandbox.world.world import World
from tests.pop3.worlds import world


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("STAT", Octets(b"STAT\r\n")),
        ("", Octets(b"\r\n")),
        ("  two  ", Octets(b"  two  \r\n")),
        ("USER ñ", Octets("USER ñ\r\n".encode())),
        ("a\udcff", Octets(b"a\xff\r\n")),
        ("@@home", Octets(b"@home\r\n")),
        ("@connect", OpenConnection()),
        ("@connect submission", OpenConnection("submission")),
        ("@connect  imaps  sur", OpenConnection("imaps", "sur")),
        ("@close ", CloseConnection()),
        ("@wait 10m", Pass(600 * 10**9)),
        ("@wait 5 ms", Pass(5 * 10**6)),
        ("@on phone", Become("phone")),
        ("@next", Next()),
        ("@raw NOOP", Octets(b"NOOP")),
        (r"@raw 'a\n.\r\n'", Octets(b"a\n.\r\n")),
        (r'@raw "\x00\xFf\t\0\\\'"', Octets(b"\x00\xff\t\x00\\'")),
    ],
)
def test_what_is_typed(line: str, typed: object) -> None:
    assert read(line) == typed


@pytest.mark.parametrize(
    "line",
    [
        "@",
        "@frob",
        "@connect gopher",
        "@connect imap sur now",
        "@wait",
        "@wait 5",
        "@wait 400d",
        "@on",
        "@raw",
        "@raw ''",
        r"@raw \q",
        "@raw a\\",
        "@next now",
        "@run",
    ],
)
def test_what_is_not_written_right(line: str) -> None:
    with pytest.raises(WorldError) as caught:
        read(line)
    assert str(caught.value.about)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_anything_typed_is_octets_a_directive_or_a_complaint(line: str) -> None:
    try:
        typed = read(line)
    except WorldError:
        assert line.startswith("@")
        return
    if not line.startswith("@"):
        assert typed == Octets(line.encode() + b"\r\n")


def test_directives_show_how_they_are_written() -> None:
    for directive in DIRECTIVES:
        assert read(directive.usage)
        assert directive.about


def test_what_is_not_for_a_world() -> None:
    with pytest.raises(ValueError, match="not for a world"):
        perform(world(), "laptop", Next())


def test_directives_are_performed() -> None:
    home = world()
    home.connect("laptop", "pop3", "norte", 110)
    start = home.clock.now()
    for line in ("@close", "@connect", "@wait 1s", r"@raw 'NO\x4fP\r\n'"):
        perform(home, "laptop", read(line))
    assert home.link("laptop").conn == "laptop-2"
    assert home.clock.now() > start + 10**9


def test_a_connection_to_another_service() -> None:
    home = World(standard(tls=True))
    home.connect("laptop", "pop3", "norte", 110)
    opened = []
    for line in ("@connect submissions", "@connect imap sur", "@connect pop3 mail.oeste.example", "@connect"):
        perform(home, "laptop", read(line))
        link = home.link("laptop")
        opened.append((link.opened.proto, link.opened.server, link.opened.port, link.opened.tls))
    assert opened == [
        ("smtp", "mail.norte.example", 465, True),
        ("imap", "mail.sur.example", 143, False),
        ("pop3", "mail.oeste.example", 110, False),
        ("pop3", "mail.oeste.example", 110, False),
    ]
    with pytest.raises(WorldError, match="connection refused"):
        perform(home, "laptop", read("@connect imap sur-backup"))


def test_mail_programs_run_by_name_or_by_place() -> None:
    for line in ("@run fetch-and-delete ana secreto", "@run fetch-and-delete password=secreto user=ana"):
        home = world()
        home.connect("phone", "pop3", "norte", 110)
        perform(home, "phone", read(line))
        assert len(home.mailboxes("ana").inbox) == 0
        assert home.links["phone"].closed


def test_a_program_takes_lists_and_numbers() -> None:
    home = world()
    inbox = home.mailboxes("ana").inbox
    home.connect("phone", "pop3", "norte", 110)
    perform(home, "phone", read(f"@run leave-copy ana secreto {inbox.unique_id(1)},{inbox.unique_id(2)}"))
    sent = [event.raw for event in home.journal.events if isinstance(event, Data) and event.side == "C"]
    assert sent[-2:] == [b"UIDL\r\n", b"QUIT\r\n"]
    home.reconnect("phone")
    perform(home, "phone", read("@run headers-only ana secreto lines=1"))
    assert any(isinstance(event, Data) and event.raw == b"TOP 2 1\r\n" for event in home.journal.events)


def test_a_program_takes_several_numbers() -> None:
    home = World(standard())
    uids = home.mailboxes("ana").inbox.uids()
    validity = home.mailboxes("ana").inbox.uid_validity
    home.connect("laptop", "imap", "norte", 143)
    known = ",".join(map(str, uids))
    perform(home, "laptop", read(f"@run resync ana secreto INBOX {validity} {uids[-1] + 1} known={known}"))
    assert not any(isinstance(event, Data) and b"BODY.PEEK" in event.raw for event in home.journal.events)
    with pytest.raises(WorldError):
        perform(home, "laptop", read("@run resync known=1,x"))


def test_a_program_sends_a_message() -> None:
    home = World(standard())
    home.connect("laptop", "smtp", "norte", 25)
    perform(home, "laptop", read(r"@run send ana@norte.example eva@norte.example 'Subject: hi\r\n\r\nhello\r\n'"))
    (stored,) = home.mailboxes("eva").inbox
    assert stored.message.content.endswith(b"Subject: hi\r\n\r\nhello\r\n")


@pytest.mark.parametrize(
    "words",
    [
        "frob",
        "leave-copy",
        "leave-copy ana",
        "leave-copy a b c d",
        "leave-copy 'a b",
        "headers-only a b x",
        "headers-only a b user=c",
    ],
)
def test_what_a_program_cannot_do(words: str) -> None:
    home = world()
    home.connect("phone", "pop3", "norte", 110)
    before = len(home.journal.events)
    with pytest.raises(WorldError):
        perform(home, "phone", read(f"@run {words}"))
    assert len(home.journal.events) == before
