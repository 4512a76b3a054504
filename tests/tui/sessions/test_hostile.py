"""A transcript may say anything, in any order: nothing raises, and nothing that is shown is obeyed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.core.message import Msg
from sandbox.i18n import render
from sandbox.mail.changes import (
    Change,
    Expunged,
    FlagsChanged,
    Locked,
    MailboxCreated,
    MailboxDeleted,
    MailboxRenamed,
    MessageAdded,
    Unlocked,
)
from sandbox.tui.panes.bytes import BytesPane
from sandbox.tui.panes.mailbox import MailboxPane
from sandbox.tui.panes.state import StatePane
from sandbox.tui.panes.trace.layout import columns
from sandbox.tui.panes.trace.model import NOTE
from sandbox.tui.panes.trace.sheet import Sheet
from sandbox.tui.ports import Playback
from sandbox.tui.sessions.replay import Replay
from sandbox.wire.trace import AnyEvent, Close, Data, Note, Open, Restore, StoreChange, Tls
from tests.record.worlds import transcript_of

_INT = st.integers(-(2**63), 2**63 - 1)
_SEQ = st.one_of(st.integers(-5, 60), _INT)
_CONN = st.sampled_from(["", "c", "d", "[/x]\x1b[2J"])
_NAME = st.sampled_from(["ana", "", "\u202e[bold]", "INBOX"])
_UID = st.integers(0, 4)
_SAID = {
    "C": [
        b"USER ana\r\n",
        b"PASS x\r\n",
        b"DELE 9\r\n",
        b"RSET\r\n",
        b"QUIT\r\n",
        b"LIST\r\n",
        b"\x1b]0;x\x07",
        b"\r\n",
        b"STLS\r\n",
    ],
    "S": [
        b"+OK\r\n",
        b"+OK [/x] \x1b[2J\r\n",
        b"-ERR [AUTH]\r\n",
        b"1 2\r\n.\r\n",
        b".\r\n",
        b"\xff\xfe",
        b"+\r\n",
        b"* OK\r\n",
    ],
}


def _data(side: str) -> st.SearchStrategy[AnyEvent]:
    raw = st.one_of(st.sampled_from(_SAID[side]), st.binary(max_size=20))
    return st.builds(Data, _SEQ, _INT, _CONN, st.just(side), st.just("app"), raw, st.booleans())


def _changes() -> st.SearchStrategy[Change]:
    flags = st.just(("\\Seen",))
    content = st.one_of(st.none(), st.binary(max_size=60), st.just(b"Subject: [/x]\x1b\r\nFrom: =?x?q?=1b?=\r\n\r\n"))
    return st.one_of(
        st.builds(MailboxCreated, _NAME, _NAME, _NAME, _INT),
        st.builds(MailboxDeleted, _NAME, _NAME),
        st.builds(MailboxRenamed, _NAME, _NAME, _NAME),
        st.builds(MessageAdded, _NAME, _NAME, _UID, _NAME, _NAME, flags, _INT, _INT, _INT, _INT, content),
        st.builds(FlagsChanged, _NAME, _NAME, _INT, st.tuples(st.tuples(_UID, flags))),
        st.builds(Expunged, _NAME, _NAME, _INT, st.tuples(_UID)),
        st.builds(Locked, _NAME, _NAME, _NAME),
        st.builds(Unlocked, _NAME, _NAME, _NAME),
    )


_TEXT = st.sampled_from(["{count:99999999999}", "{x.__class__}", "{", "{missing}", "{count} ok", "\x1b[2J [/x]", "}{"])
EVENTS = st.one_of(
    st.builds(Open, _SEQ, _INT, _CONN, st.sampled_from(["pop3", "smtp", "imap", "gopher"]), _NAME, _NAME, _INT),
    _data("C"),
    _data("C"),
    _data("S"),
    _data("S"),
    st.builds(Tls, _SEQ, _INT, _CONN, _NAME, _NAME),
    st.builds(Close, _SEQ, _INT, _CONN, st.sampled_from(["C", "S", ""]), st.booleans()),
    st.builds(Note, _SEQ, _INT, _CONN, _TEXT, st.dictionaries(st.sampled_from(["count", "x"]), _INT)),
    st.builds(StoreChange, _SEQ, _INT, _CONN, _NAME, _changes()),
    st.builds(Restore, _SEQ, _INT, _CONN, _SEQ),
)
OPENED = [Open(1, 1, "c", "pop3", "laptop", "norte.example", 110), Data(2, 2, "c", "S", "app", b"+OK hi\r\n")]


@settings(max_examples=150)
@given(st.lists(EVENTS, max_size=40))
def test_nothing_raises_and_everything_is_harmless(events: list[AnyEvent]) -> None:
    replay = Replay("title", transcript_of([*OPENED, *events]))
    replay.open(lambda: None)
    while not (playback := replay.playback()) or not playback.loaded:
        replay.tick(1.0)
    assert isinstance(playback, Playback)
    trace = replay.trace
    sheet = Sheet(trace)
    sheet.fit(80)
    state, mailbox, octets = StatePane(), MailboxPane(), BytesPane()
    for line in range(len(trace)):
        replay.act("goto", str(line + 1))
        shown = trace.text(line) if trace.side[line] != NOTE else render(trace.notes[line])
        state.state, mailbox.mailbox, octets.anatomy = replay.state(-1), replay.mailbox(-1), replay.anatomy(-1)
        words = [pane.content(80).plain for pane in (state, mailbox, octets)]
        assert len(shown) < 5000
        for text in (trace.text(line), *(part for pane in words for part in pane.split("\n"))):
            assert text.isprintable()
    assert columns(80).total >= 79
    assert replay.heading().title == "title"


def test_a_note_of_a_file_fills_plain_placeholders_only() -> None:
    notes = ["{count} octets", "{count:999999999}", "{count.real}", "{gone}", "{"]
    events: list[AnyEvent] = [Note(5 + at, 5, "c", text, {"count": 3}) for at, text in enumerate(notes)]
    replay = Replay("title", transcript_of([*OPENED, *events]))
    replay.open(lambda: None)
    said = [render(note) for _line, note in sorted(replay.trace.notes.items())][1:]
    assert said == ["3 octets", *notes[1:]]
    assert replay.trace.notes[2] == Msg("{count} octets", count=3)
