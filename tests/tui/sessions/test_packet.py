"""The packets behind lines: those that the capture of the same session holds."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pytest
from scapy.utils import RawPcapNgReader

from sandbox.core.message import Msg
from sandbox.tui.panes.trace.model import NOTE
from sandbox.tui.ports import PacketView
from sandbox.tui.sessions import packet as module
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.sessions.packet import Segments, between
from sandbox.tui.sessions.play import FreePlay
from sandbox.tui.sessions.replay import replay_file, replay_of
from sandbox.wire.observer import Observer
from sandbox.wire.trace import AnyEvent, live
from sandbox.world.protocols import PROTOCOLS
from tests.record.export.captures import capture_of, dialogue
from tests.record.export.test_packets import travelled
from tests.record.export.test_pcapng import secured
from tests.record.worlds import busy, transcript_of

GREETING = ("S", b"+OK hello\r\n")
ABOUT = Msg("made up")


def frames(events: Iterable[AnyEvent]) -> list[bytes]:
    return [octets for octets, _meta in RawPcapNgReader(io.BytesIO(capture_of(events)))]


def followed(events: list[AnyEvent]) -> tuple[Dialogue, Segments]:
    shown = Dialogue(Observer(PROTOCOLS))
    segments = Segments(shown, between(events), ABOUT)
    for event in events:
        shown.feed(event)
    return shown, segments


def view(segments: Segments, line: int) -> PacketView:
    found = segments.view(line)
    assert found is not None
    return found


@pytest.mark.parametrize("asleep", [0, 10_000])
@pytest.mark.parametrize(
    "events", [live(busy().journal.events), live(secured(995).journal.events)], ids=["busy", "tls"]
)
def test_what_is_shown_is_what_a_capture_holds(
    events: list[AnyEvent], asleep: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ASLEEP", asleep)
    monkeypatch.setattr(module, "MARK_EVERY", 3)
    wanted = frames(events)
    shown, segments = followed(events)
    seen = set()
    for line in range(len(shown.trace)):
        for segment in view(segments, line).segments:
            assert segment.frame == wanted[segment.number - 1]
            assert segment.fields[-1].stop == len(segment.frame)
            seen.add(segment.number)
        if shown.trace.side[line] != NOTE:
            assert view(segments, line).notice == ABOUT
    assert len(seen) > len(wanted) // 2


def test_a_line_has_the_segments_that_carried_it_and_no_others() -> None:
    listing = b"".join(b"%d 100\r\n" % number for number in range(1, 501))
    parts = [GREETING, ("C", b"USER a\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS b\r\n"), ("S", b"+OK\r\n")]
    shown, segments = followed(dialogue(*parts, ("C", b"LIST\r\n"), ("S", b"+OK\r\n" + listing + b".\r\n")))
    first = next(line for line in range(len(shown.trace)) if shown.trace.raw(line) == b"1 100\r\n")
    assert [b"\r\n1 100\r\n" in segment.frame for segment in view(segments, first).segments] == [True]
    for line in range(first, first + 500):
        found = view(segments, line).segments
        assert 1 <= len(found) <= 2
        assert shown.trace.raw(line) in b"".join(segment.frame[-segment.fields[-1].stop :][66:] for segment in found)


def test_notes_of_a_beginning_and_an_end_have_their_segments() -> None:
    shown, segments = followed(dialogue(GREETING, end="S"))
    assert [segment.summary for segment in view(segments, 0).segments] == [
        "[SYN] seq=0 win=65535 mss=1460",
        "[SYN, ACK] seq=0 ack=1 win=65535 mss=1460",
        "[ACK] seq=1 ack=1",
    ]
    last = len(shown.trace) - 1
    assert [side for side, _text in segments.signals(last)] == [1, 0, 1]
    assert segments.signals(last)[0][1] == "[FIN, ACK] seq=12 ack=1"
    cut, segments = followed(dialogue(GREETING, end="", cut=True))
    assert [text for _side, text in segments.signals(len(cut.trace) - 1)] == ["[RST, ACK] seq=12 ack=1"]


def test_the_note_of_tls_has_the_handshake() -> None:
    shown, segments = followed(live(secured(110).journal.events))
    [line] = [line for line, count in shown.trace.signals.items() if count == 0]
    found = view(segments, line).segments
    assert {segment.frame[66] for segment in found} <= {20, 22, 23}
    assert found[0].frame[66] == 22
    assert {segment.source for segment in found} == set(shown.trace.ends("laptop"))


def test_a_remark_has_none_and_says_so() -> None:
    shown, segments = followed(dialogue(GREETING))
    shown.note("c1", 0, Msg("just saying"))
    found = view(segments, len(shown.trace) - 1)
    assert found.segments == ()
    assert found.notice == Msg("Nothing travelled here: this is a remark.")


def test_what_is_forgotten_is_not_made_up() -> None:
    events = dialogue(GREETING, ("C", b"NOOP\r\n"))
    shown = Dialogue(Observer(PROTOCOLS))
    segments = Segments(shown, between(events[3:]), ABOUT)
    for event in events:
        shown.feed(event)
    assert view(segments, 1).notice == Msg("What travelled here is no longer in memory.")


def test_time_travel_under_tls_shows_what_a_capture_shows() -> None:
    events = travelled().journal.events
    wanted = frames(events)
    with transcript_of(events) as transcript:
        replay = replay_file(transcript)
        again = replay_of("again", live(events))
        for each in (replay, again):
            each.open(lambda: None)
            each.act("end")
            for line in range(len(each.trace)):
                found = each.packets(line)
                assert found is not None
                for segment in found.segments:
                    assert segment.frame == wanted[segment.number - 1]


def test_free_play_goes_back_in_time() -> None:
    session = FreePlay()
    session.open(lambda: None)
    session.submit("USER ana")
    before = session.packets(-1)
    session.submit("PASS secreto")
    assert session.packets(-1) != before
    session.act("undo")
    line = max(line for line in range(len(session.trace)) if session.trace.side[line] != NOTE)
    after = session.packets(line)
    assert after is not None
    assert before is not None
    assert [segment.frame for segment in after.segments] == [segment.frame for segment in before.segments]


def test_very_long_lines_are_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    shown, segments = followed(dialogue(GREETING, ("C", b"NOOP " + b"x" * 30_000 + b"\r\n")))
    found = view(segments, 2)
    assert len(found.segments) == module.SHOWN
    assert found.more == 21 - module.SHOWN
    assert len(shown.trace) == 4
