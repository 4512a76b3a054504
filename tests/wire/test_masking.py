"""Secrets are found and hidden, however a dialogue was cut, and whatever was wrong with it."""

from __future__ import annotations

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.protocol import Protocol
from sandbox.imap import IMAP
from sandbox.pop3 import POP3
from sandbox.smtp import SMTP
from sandbox.wire.masking import Stenographer
from sandbox.wire.observer import Observer
from sandbox.wire.trace import Close, Data, Journal, Open, Side

SECRET = b"correct horse"
WORD = b"secreto"
PLAIN = base64.b64encode(b"\0ana\0" + WORD)
TOKEN = base64.b64encode(b"user=ana\x01auth=Bearer " + WORD + b"\x01\x01")
PROOF = b"dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
DIGEST = b"0123456789abcdef" * 2

Line = tuple[Side, bytes]

POP_LOGIN: list[Line] = [
    ("S", b"+OK ready <1.2@norte.example>\r\n"),
    ("C", b"USER ana\r\n"),
    ("S", b"+OK send the password of ana\r\n"),
    ("C", b"PASS correct horse\r\n"),
    ("S", b"+OK maildrop of ana: 1 message(s), 9 octets\r\n"),
    ("C", b"RETR 1\r\n"),
    ("S", b"+OK 9 octets\r\n"),
    ("S", b"A: b\r\n\r\nc\r\n.\r\n"),
]
DIALOGUES: dict[str, tuple[Protocol, list[Line]]] = {
    "PASS": (POP3, POP_LOGIN),
    "APOP": (
        POP3,
        [
            POP_LOGIN[0],
            ("C", b"APOP ana " + DIGEST + b"\r\n"),
            ("S", b"+OK maildrop of ana: 0 message(s), 0 octets\r\n"),
            ("C", b"STAT\r\n"),
            ("S", b"+OK 0 0\r\n"),
        ],
    ),
    "a password that came too early": (
        POP3,
        [
            POP_LOGIN[0],
            ("C", b"AUTH PLAIN\r\n" + PLAIN + b"\r\nSTAT\r\n"),
            ("S", b"-ERR not this one\r\n"),
            ("S", b"-ERR what is that: " + PLAIN + b"\r\n"),
            ("S", b"-ERR log in first\r\n"),
        ],
    ),
    "AUTH with an initial response": (
        SMTP,
        [
            ("S", b"220 norte.example ESMTP\r\n"),
            ("C", b"EHLO cliente.example\r\n"),
            ("S", b"250-norte.example\r\n250 AUTH PLAIN\r\n"),
            ("C", b"AUTH PLAIN " + PLAIN + b"\r\n"),
            ("S", b"535 5.7.8 no\r\n"),
            ("C", b"AUTH PLAIN\r\n"),
            ("S", b"334 \r\n"),
            ("C", PLAIN + b"\r\n"),
            ("S", b"235 2.7.0 in\r\n"),
        ],
    ),
    "a mechanism that nobody knows": (
        SMTP,
        [
            ("S", b"220 norte.example ESMTP\r\n"),
            ("C", b"EHLO cliente.example\r\n"),
            ("S", b"250 norte.example\r\n"),
            ("C", b"AUTH XOAUTH2 " + TOKEN + b"\r\n"),
            ("S", b"334 eyJzdGF0dXMiOiI0MDAifQ==\r\n"),
            ("C", b"\r\n"),
            ("S", b"535-5.7.8 you sent " + TOKEN + b"\r\n535 5.7.8 no\r\n"),
            ("C", b"AUTH F?O\r\n"),
            ("S", b"334 \r\n"),
            ("C", TOKEN + b"\r\n"),
            ("S", b"535 5.7.8 no\r\n"),
        ],
    ),
    "LOGIN with literals": (
        IMAP,
        [
            ("S", b"* OK ready\r\n"),
            ("C", b"a LOGIN {3}\r\n"),
            ("S", b"+ go on\r\n"),
            ("C", b"ana {13}\r\n"),
            ("S", b"+ go on\r\n"),
            ("C", SECRET + b"\r\n"),
            ("S", b"a NO wrong\r\n"),
            ("C", b"b LOGIN {3+}\r\nana {13+}\r\n" + SECRET + b"\r\n"),
            ("S", b"b OK in\r\n"),
        ],
    ),
    "LOGIN with mistakes": (
        IMAP,
        [
            ("S", b"* OK ready\r\n"),
            ("C", b"a LOGIN {3}\r\n"),
            ("S", b"+ go on\r\n"),
            ("C", b'ana se"creto\r\n'),
            ("S", b'a BAD what is se"creto\r\n'),
            ("C", b'b LOGIN ana "secreto\r\n'),
            ("S", b"b BAD no\r\n"),
            ("C", b"tag5 LOGN ana secreto\r\n"),
            ("S", b"tag5 BAD no such command: LOGN ana secreto\r\n"),
            ("C", b"d LOGIN ana {7}\r\n"),
            ("S", b"d NO not now\r\n"),
            ("C", WORD + b"\r\n"),
            ("S", b"* BAD secreto is no command\r\n"),
        ],
    ),
    "AUTHENTICATE": (
        IMAP,
        [
            ("S", b"* OK ready\r\n"),
            ("C", b"a AUTHENTICATE PLAIN\r\n"),
            ("S", b"+ \r\n"),
            ("C", PLAIN + b"\r\n"),
            ("S", b"a NO wrong\r\n"),
            ("C", b"b AUTHENTICATE PLAIN " + PLAIN + b"\r\n"),
            ("S", b"b OK in\r\n"),
            ("C", b"c NOOP\r\n"),
            ("S", b"c OK done\r\n"),
        ],
    ),
    "SCRAM": (
        POP3,
        [
            POP_LOGIN[0],
            ("C", b"AUTH SCRAM-SHA-256 " + base64.b64encode(b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO") + b"\r\n"),
            (
                "S",
                b"+ "
                + base64.b64encode(b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
                + b"\r\n",
            ),
            ("C", base64.b64encode(b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2,p=" + PROOF) + b"\r\n"),
            ("S", b"+ " + base64.b64encode(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=") + b"\r\n"),
            ("C", b"\r\n"),
            ("S", b"+OK maildrop of user: 0 message(s), 0 octets\r\n"),
        ],
    ),
    "APPEND, and one with a mistake": (
        IMAP,
        [
            ("S", b"* PREAUTH ready\r\n"),
            ("C", b"a APPEND INBOX {6+}\r\nA: b\r\n\r\n"),
            ("S", b"a OK done\r\n"),
            ("C", b"b APPEND INBOX {6}\r\n"),
            ("S", b"+ go on\r\n"),
            ("C", b"A: b\r\nsecreto\r\n"),
            ("S", b"b BAD secreto?\r\n"),
            ("C", b"c APPEND {3+}\r\nabc secreto\r\n"),
            ("S", b"c BAD no\r\n"),
        ],
    ),
    "a message by SMTP": (
        SMTP,
        [
            ("S", b"220 norte.example ESMTP\r\n"),
            ("C", b"EHLO cliente.example\r\n"),
            ("S", b"250 norte.example\r\n"),
            ("C", b"MAIL FROM:<ana@norte.example>\r\nRCPT TO:<eva@sur.example>\r\nDATA\r\n"),
            ("S", b"250 ok\r\n250 ok\r\n354 go on\r\n"),
            ("C", b"Subject: One\r\n\r\nTwo.\r\n.\r\nQUIT\r\n"),
            ("S", b"250 ok\r\n221 bye\r\n"),
        ],
    ),
}
FORBIDDEN = (
    SECRET,
    b"horse",
    WORD,
    PLAIN,
    PLAIN[8:-4],
    TOKEN,
    TOKEN[24:],
    DIGEST,
    b'se"creto',
    b'"creto',
    base64.b64encode(PROOF)[4:-4],
)


def pieces(lines: list[Line], size: int) -> list[Line]:
    return [(side, raw[at : at + size]) for side, raw in lines for at in range(0, len(raw), size)]


def written(protocol: Protocol, lines: list[Line], **settings: int) -> tuple[list[Data], Stenographer]:
    """What a stenographer writes of a dialogue, up to the end of the connection."""
    journal = Journal(lambda: 0)
    stenographer = Stenographer(journal, "c-1", protocol.tracker(), **settings)
    for side, raw in lines:
        stenographer.take(side, raw)
        for event in journal.events:
            assert isinstance(event, Data)
            assert not any(each in event.raw for each in FORBIDDEN), event.raw
    stenographer.close()
    return [event for event in journal.events if isinstance(event, Data)], stenographer


def octets(events: list[Data], side: Side) -> bytes:
    return b"".join(event.raw for event in events if event.side == side)


def observed(protocol: Protocol, events: list[Data]) -> list[tuple[str, str, bytes]]:
    observer = Observer({protocol.name: protocol})
    observer.feed(Open(0, 0, "c-1", protocol.name, "c", "s", 1))
    seen = [item for event in events for item in observer.feed(event)]
    seen += observer.feed(Close(0, 0, "c-1"))
    return [(item.unit.side, item.unit.kind.value, item.unit.state_after.name.encode()) for item in seen]


@pytest.mark.parametrize("name", DIALOGUES)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_no_secret_is_written_wherever_it_is_cut(name: str, size: int) -> None:
    protocol, lines = DIALOGUES[name]
    events, _stenographer = written(protocol, pieces(lines, size))
    for side in ("C", "S"):
        whole = b"".join(raw for each, raw in lines if each == side)
        found = octets(events, side)
        assert len(found) == len(whole)
        assert all(here in (there, ord("x")) for here, there in zip(found, whole, strict=True))
        assert not any(each in found for each in FORBIDDEN)


@pytest.mark.parametrize("name", DIALOGUES)
def test_what_is_written_explains_like_what_was_said(name: str) -> None:
    protocol, lines = DIALOGUES[name]
    events, _stenographer = written(protocol, lines)
    said = [Data(0, 0, "c-1", side, "app", raw) for side, raw in lines]
    assert observed(protocol, events) == observed(protocol, said)


@given(st.data())
def test_any_cut_leaves_the_same(data: st.DataObject) -> None:
    protocol, lines = DIALOGUES[data.draw(st.sampled_from(sorted(DIALOGUES)))]
    cut = pieces(lines, data.draw(st.integers(1, 40)))
    assert [event.raw for event in written(protocol, cut)[0]] == [event.raw for event in written(protocol, lines)[0]]


def test_what_is_no_secret_stays() -> None:
    events, _stenographer = written(POP3, POP_LOGIN)
    assert octets(events, "C") == b"USER ana\r\nPASS xxxxxxxxxxxxx\r\nRETR 1\r\n"
    assert octets(events, "S") == b"".join(raw for side, raw in POP_LOGIN if side == "S")


def test_a_hidden_tag_is_hidden_in_the_answer_too() -> None:
    events, _stenographer = written(IMAP, DIALOGUES["LOGIN with mistakes"][1])
    assert b"\r\nxxxx xxxxxxxxxxxxxxxx\r\n" in octets(events, "C")
    assert b"\r\nxxxx BAD no such command: xxxx ana xxxxxxx\r\n" in octets(events, "S")


def test_messages_are_written_as_they_are() -> None:
    events, _stenographer = written(*DIALOGUES["a message by SMTP"])
    assert octets(events, "C").endswith(b"DATA\r\nSubject: One\r\n\r\nTwo.\r\n.\r\nQUIT\r\n")
    events, _stenographer = written(*DIALOGUES["APPEND, and one with a mistake"])
    assert octets(events, "C").startswith(b"a APPEND INBOX {6+}\r\nA: b\r\n\r\nb APPEND INBOX {6}\r\n")


def test_half_a_command_is_hidden_and_half_a_reply_is_not() -> None:
    events, _stenographer = written(POP3, [*POP_LOGIN, ("C", b"PASS secr"), ("S", b"+OK hal")])
    assert octets(events, "C").endswith(b"\r\nxxxxxxxxx")
    assert octets(events, "S").endswith(b"+OK hal")


def test_half_a_challenge_is_hidden() -> None:
    protocol, lines = DIALOGUES["AUTHENTICATE"]
    events, _stenographer = written(protocol, [*lines[:2], ("S", b"+ " + PLAIN)])
    assert octets(events, "S") == b"* OK ready\r\n" + b"x" * (len(PLAIN) + 2)


def test_too_much_that_waits_is_followed_no_more() -> None:
    lines: list[Line] = [POP_LOGIN[0], ("C", b"PASS " + b"s" * 40), ("C", WORD + b"\r\n"), ("S", b"+OK\r\n")]
    events, stenographer = written(POP3, lines, held=39)
    assert stenographer.lost
    assert not stenographer.cautious
    assert stenographer.early == 0
    assert octets(events, "C") == b"x" * 52 + b"\r\n"
    assert octets(events, "S") == POP_LOGIN[0][1] + b"+OK\r\n"


def test_what_swells_without_end_stays_packed() -> None:
    journal = Journal(lambda: 0)
    stenographer = Stenographer(journal, "c-1", IMAP.tracker(), 100_000)
    stenographer.take("S", b"* PREAUTH ready\r\n")
    stenographer.unpack()
    packer = zlib.compressobj(wbits=-15)
    bomb = packer.compress(b"y" * (4 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH)
    stenographer.take("S", bomb)
    stenographer.take("S", bomb)
    assert stenographer.lost
    assert sum(len(event.raw) for event in journal.events if isinstance(event, Data)) < 200_000


def test_a_long_connection_needs_no_more_memory_than_a_short_one() -> None:
    tracker = POP3.tracker()
    stenographer = Stenographer(Journal(lambda: 0, keep=1), "c-1", tracker)
    for side, raw in [*POP_LOGIN, *[("C", b"NOOP\r\n"), ("S", b"+OK\r\n")] * 100]:
        stenographer.take("C" if side == "C" else "S", raw)
    assert len(tracker.exchanges) < 20
    imap = IMAP.tracker()
    stenographer = Stenographer(Journal(lambda: 0, keep=1), "c-2", imap)
    for line in [b"* OK ready\r\n"] + [b"* 1 EXISTS\r\n"] * 100:
        stenographer.take("S", line)
    assert len(imap.exchanges[0].units) < 20


def test_a_layer_is_waited_for() -> None:
    stenographer = Stenographer(Journal(lambda: 0), "c-1", POP3.tracker())
    stenographer.take(*POP_LOGIN[0])
    assert not stenographer.cautious
    stenographer.take("C", b"NOO")
    assert (stenographer.cautious, stenographer.early) == (False, 0)
    stenographer.take("C", b"P\r\nSTLS\r\nNOOP\r\n")
    assert (stenographer.switching, stenographer.early) == (True, 6)
    stenographer.take("S", b"+OK\r\n-ERR no\r\n")
    assert (stenographer.switching, stenographer.early) == (False, 0)


def test_what_is_thrown_away_is_not_written() -> None:
    journal = Journal(lambda: 0)
    stenographer = Stenographer(journal, "c-1", POP3.tracker())
    for side, raw in [POP_LOGIN[0], ("C", b"STLS\r\nNOOP\r\n"), ("S", b"+OK begin\r\n")]:
        stenographer.take("C" if side == "C" else "S", raw)
    assert [event.raw for event in journal.events if isinstance(event, Data)][1:] == [b"STLS\r\n", b"+OK begin\r\n"]
