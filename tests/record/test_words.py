"""What happened besides octets, in sentences that a hostile file cannot turn against the reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.i18n import render
from sandbox.i18n.safe import safe
from sandbox.mail import changes as c
from sandbox.record.words import note_message, sentence
from sandbox.wire.trace import Answer, AnyEvent, Close, Data, Note, Open, Restore, Step, StoreChange, Tls
from sandbox.world.protocols import PROTOCOLS
from tests.record.events import EVENTS

ADDED = c.MessageAdded("ana", "INBOX", 7, "M1", "T1", (), 1, 1, 2, 3, b"abc")


def stored(change: c.Change) -> AnyEvent:
    return StoreChange(1, 1, "", "norte", change)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Open(1, 1, "c", "pop3", "laptop", "mail", 110), "laptop connects to mail, port 110: POP3."),
        (
            Open(1, 1, "c", "x\x1b", "l", "m", 70),
            "l connects to m, port 70: x\\x1b, which this program cannot explain.",
        ),
        (Data(1, 1, "c", "C", "app", b"QUIT\r\n"), None),
        (
            Data(1, 1, "c", "C", "app", b"QUIT\r\n", lost=True),
            "The client sent this, and it was lost on the way: QUIT\\r\\n",
        ),
        (
            Data(1, 1, "c", "S", "app", b"x" * 99, lost=True),
            f"The server sent this, and it was lost on the way: {'x' * 60}…",
        ),
        (Tls(1, 1, "c", "TLSv1.3", "AES"), "TLS begins: TLSv1.3, AES."),
        (Tls(1, 1, "c", reason="bad certificate"), "The TLS handshake failed: bad certificate."),
        (Close(1, 1, "c", "C"), "The client closes the connection."),
        (Close(1, 1, "c", "S"), "The server closes the connection."),
        (Close(1, 1, "c", cut=True), "The line breaks: neither end closed it."),
        (Note(1, 1, "c", "{count} octets", {"count": 3}), "3 octets"),
        (Step(1, 1, "", "l", "quit"), "The step quit begins."),
        (Step(1, 1, "", "l", "quit", "passed"), "End of the step quit: passed."),
        (Answer(1, 1, "", "quiz", ("a", "b")), "The learner answers a, b to quiz."),
        (Answer(1, 1, "", "quiz", ("a",), True), "The learner answers a to quiz: right."),
        (Answer(1, 1, "", "quiz", ("a",), False), "The learner answers a to quiz: wrong."),
        (Restore(1, 1, "", 0), None),
        (stored(c.UserAdded("ana")), None),
        (stored(ADDED), "Stored mail on norte: a new message in INBOX of ana, uid 7, 3 octets."),
        (
            stored(c.Expunged("ana", "INBOX", 3, (1, 2))),
            "Stored mail on norte: removed for good from INBOX of ana, uid 1, 2.",
        ),
        (stored(c.FlagsChanged("ana", "INBOX", 3, ())), None),
        (
            stored(c.FlagsChanged("ana", "INBOX", 3, ((1, ("\\Seen",)),))),
            "Stored mail on norte: the message uid 1 in INBOX of ana now has these flags: \\Seen.",
        ),
        (
            stored(c.FlagsChanged("ana", "INBOX", 3, ((1, ()),))),
            "Stored mail on norte: the message uid 1 in INBOX of ana now has these flags: none.",
        ),
        (
            stored(c.FlagsChanged("ana", "INBOX", 3, ((1, ()), (2, ())))),
            "Stored mail on norte: the flags of 2 messages in INBOX of ana change.",
        ),
        (stored(c.Locked("ana", "INBOX", "x")), "Stored mail on norte: INBOX of ana is locked for one session."),
        (stored(c.Unlocked("ana", "INBOX", "x")), "Stored mail on norte: INBOX of ana is free again."),
        (stored(c.MailboxCreated("ana", "A", "F2", 2)), "Stored mail on norte: ana has a new mailbox, A."),
        (stored(c.MailboxDeleted("ana", "A")), "Stored mail on norte: the mailbox A of ana is deleted."),
        (stored(c.MailboxRenamed("ana", "A", "B")), "Stored mail on norte: the mailbox A of ana is called B now."),
    ],
)
def test_what_is_said(event: AnyEvent, said: str | None) -> None:
    found = sentence(event, PROTOCOLS)
    assert (None if found is None else render(found)) == said


@given(EVENTS)
def test_everything_that_is_said_can_be_shown(event: AnyEvent) -> None:
    said = sentence(event, PROTOCOLS)
    if said is not None:
        assert safe(render(said)) == render(said)


@pytest.mark.parametrize("text", ["{count:>9999999999}", "{count.__class__}", "{other}", "{", "}{", "{}", "{0}", "{{x"])
def test_a_note_that_is_no_message_stands_for_itself(text: str) -> None:
    assert render(note_message(Note(1, 1, "", text, {"count": 1}))) == f"note: {text}"


@given(st.text(), st.dictionaries(st.text(), st.text() | st.integers()))
def test_no_note_fails(text: str, params: dict[str, str | int]) -> None:
    render(note_message(Note(1, 1, "", text, params)))
