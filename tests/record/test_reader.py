"""Reading transcripts: lazily, to the last readable line, and with a word on everything else."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.mail.changes import UserAdded
from sandbox.record import reader
from sandbox.record.errors import RecordError
from sandbox.record.format import Header, append_event, append_header
from sandbox.record.index import CHUNK
from sandbox.record.reader import Transcript
from sandbox.wire.trace import AnyEvent, Data, Note, Open, StoreChange, live
from tests.record.events import JOURNALS

AT = 1_767_261_600_000_000_000


def written(events: list[AnyEvent], header: Header | None = None) -> bytes:
    buffer = bytearray()
    append_header(buffer, header or Header())
    for event in events:
        append_event(buffer, event)
    return bytes(buffer)


def read(octets: bytes) -> Transcript:
    return Transcript.read(io.BytesIO(octets), "a.jsonl")


def dialogue(count: int, raw: bytes = b"STAT\r\n") -> list[AnyEvent]:
    return [Data(seq, AT + seq, "c1", "C", "app", raw + b" %d" % seq) for seq in range(1, count + 1)]


@given(JOURNALS)
def test_what_was_written_is_read(events: list[AnyEvent]) -> None:
    transcript = read(written(events))
    assert len(transcript) == len(events)
    assert list(transcript.events()) == events
    assert [transcript.event(number) for number in range(len(events))] == events
    assert transcript.remarks == []
    assert transcript.stored is any(event.__struct_config__.tag == "store" for event in events)


@given(JOURNALS)
def test_the_live_branch_is_that_of_the_journal(events: list[AnyEvent]) -> None:
    branch = read(written(events)).live
    wanted = live(events)
    assert len(branch) == len(wanted)
    assert list(branch.numbered()) == list(enumerate(wanted))
    for position, event in enumerate(wanted):
        assert branch.number(position) == event.seq - 1
        assert branch.position(event.seq) == position + 1
        assert list(branch.numbered(position, position + 2)) == [*enumerate(wanted)][position : position + 2]
    assert branch.position(0) == 0


@given(JOURNALS, st.data())
def test_a_file_cut_anywhere_opens_up_to_there(events: list[AnyEvent], data: st.DataObject) -> None:
    octets = written(events)
    first = octets.index(b"\n")
    cut = octets[: data.draw(st.integers(first, len(octets)))]
    transcript = read(cut)
    assert list(transcript.events()) == events[: len(transcript)]
    rest = cut[sum(map(len, octets.splitlines(keepends=True)[: len(transcript) + 1])) :]
    assert (transcript.damage is not None) is bool(rest.strip())
    if transcript.damage is not None:
        assert transcript.damage.params["line"] == len(transcript) + 2
        assert "it is cut off" in str(transcript.damage)


@given(st.binary(max_size=200))
def test_a_file_of_anything_is_a_transcript_or_refused(octets: bytes) -> None:
    with pytest.raises(RecordError):
        read(octets)


@settings(max_examples=300)
@given(JOURNALS, st.data())
def test_damage_anywhere_never_crashes(events: list[AnyEvent], data: st.DataObject) -> None:
    octets = bytearray(written(events))
    first = octets.index(b"\n") + 1
    for _ in range(data.draw(st.integers(1, 4))):
        if first < len(octets):
            at = data.draw(st.integers(first, len(octets) - 1))
            junk = data.draw(st.sampled_from([b"", b"\0", b"\n", b"}", b'"', b"[[[", b"9" * 30, b"\xff"]))
            octets[at : at + data.draw(st.integers(0, 3))] = junk
    transcript = read(bytes(octets))
    for number, _event in transcript.numbered():
        assert number < len(transcript)
    assert len(list(transcript.live.numbered())) <= len(transcript.live)
    list(transcript.search(re.compile(b"a")))


def test_inside_the_header_a_cut_file_has_nothing_to_show() -> None:
    line = written([], Header(title="Free play"))
    begun = line.index(b":1") + 2
    for stop in range(begun, len(line) - 2):
        transcript = read(line[:stop])
        assert len(transcript) == 0
        assert str(transcript.damage).startswith("Line 1 of a.jsonl is damaged: it is cut off.")
        assert list(transcript.events()) == list(transcript.live.numbered()) == []
    for stop in range(begun):
        with pytest.raises(RecordError):
            read(line[:stop])


def test_a_transcript_without_events_is_one() -> None:
    for octets in (written([]), written([]).rstrip(b"\n")):
        transcript = read(octets)
        assert len(transcript) == len(transcript.live) == 0
        assert transcript.remarks == []
        with pytest.raises(IndexError):
            transcript.event(0)


@pytest.mark.parametrize("change", [lambda octets: octets[:-1], lambda octets: octets + b"\n\n"])
def test_an_editor_may_take_or_add_line_ends(change: object) -> None:
    events = dialogue(3)
    transcript = read(change(written(events)))  # type: ignore[operator]
    assert list(transcript.events()) == events
    assert transcript.damage is None


def test_carriage_returns_and_spaces_of_another_program_are_fine() -> None:
    octets = (
        b'{"mail-sandbox-transcript": 1, "title": "by hand"}\r\n'
        b'{"t": "data", "seq": 1, "at": 5, "conn": "c", "side": "C", "layer": "app", "text": "a"}\r\n'
        b'{"t": "data", "seq": 2, "at": 5, "conn": "c", "side": "C", "layer": "app", "text": "b"}\r\n'
        b'{"seq": 3, "t": "restore", "at": 5, "conn": "", "to": 1}\r\n'
    )
    transcript = read(octets)
    assert transcript.header.title == "by hand"
    assert [event.seq for _, event in transcript.live.numbered()] == [1]
    assert transcript.damage is None


def test_damage_in_the_middle_of_a_long_file_shows_when_it_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "CHECKED", 10)
    octets = written(dialogue(100)).splitlines(keepends=True)
    octets[40] = octets[40].replace(b"STAT", b"ST\0T")
    transcript = read(b"".join(octets))
    assert len(transcript) == 100
    assert len(transcript.live) == 100
    assert [number for number, _ in transcript.live.numbered()] == list(range(39))
    assert len(transcript) == len(transcript.live) == 39
    assert "Line 41 of a.jsonl is damaged: it is not an event" in str(transcript.damage)
    with pytest.raises(IndexError):
        transcript.event(39)
    assert transcript.remarks == [transcript.damage]


def test_reading_one_damaged_event_ends_the_transcript_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "CHECKED", 0)
    octets = written(dialogue(5)).replace(b'"app","text":"STAT\\r\\n 3"', b'"post","text":""')
    transcript = read(octets)
    assert transcript.seq(2) == 3
    assert read(octets.replace(b'"seq":5', b'"seq":-5')).seq(4) == sys.maxsize
    with pytest.raises(IndexError):
        transcript.event(2)
    assert len(transcript) == 2


def test_kinds_of_a_newer_program_are_passed_over_with_a_remark() -> None:
    lines = written(dialogue(2)).splitlines(keepends=True)
    lines.insert(2, b'{"t":"smell","seq":2,"at":1,"conn":"","nose":"long"}\n')
    transcript = read(b"".join(lines))
    assert len(transcript) == 3
    assert transcript.event(1) is None
    assert list(transcript.events()) == dialogue(2)
    assert [str(remark) for remark in transcript.remarks] == [
        "Events of the kind “smell” are not known to this program and were passed over."
    ]


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"", "a.jsonl is empty: nothing was recorded in it."),
        (b"\n", "a.jsonl is not a transcript. It is no capture, text or log that can be imported, either."),
        (b"\xd4\xc3\xb2\xa1" + bytes(100), "a.jsonl is not a transcript."),
        (b"C: QUIT\r\nS: +OK\r\n", "a.jsonl is not a transcript."),
        (b'{"version": 2, "width": 80}\n', "a.jsonl is not a transcript."),
        (b"x" * 3_000_000, "a.jsonl is not a transcript."),
        (
            b'{"mail-sandbox-transcript":2}\n',
            "a.jsonl has transcript format 2, this program reads format 1: use a newer",
        ),
        (b'{"mail-sandbox-transcript":1,"hosts":[1]}\n', "The first line of a.jsonl is damaged"),
        (b'{"mail-sandbox-transcript":1,"title":' + b"[" * 100_000 + b"\n", "a.jsonl is not a transcript."),
    ],
)
def test_other_files_are_refused_with_a_word_on_what_to_do(octets: bytes, said: str) -> None:
    with pytest.raises(RecordError) as error:
        read(octets)
    assert str(error.value.said).startswith(said)


def test_files_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(RecordError, match="cannot be read"):
            Transcript.open(path)


def test_a_file_that_shrinks_while_it_is_open_ends_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "CHECKED", 0)
    path = tmp_path / "a.jsonl"
    octets = written(dialogue(50_000))
    path.write_bytes(octets)
    with Transcript.open(path) as transcript:
        assert len(transcript) == 50_000
        path.write_bytes(octets[: len(octets) // 2])
        count = len(list(transcript.events()))
        assert count == len(transcript) < 50_000
        assert transcript.damage is not None


def test_a_device_that_fails_is_said() -> None:
    class Failing(io.BytesIO):
        broken = False

        def read(self, size: int | None = -1) -> bytes:
            if self.broken:
                raise OSError(5, "Input/output error")
            return super().read(size)

    file = Failing(written(dialogue(3)))
    file.broken = True
    with pytest.raises(RecordError, match=r"a\.jsonl cannot be read: Input/output error"):
        Transcript.read(file, "a.jsonl")
    file.broken = False
    file.seek(0)
    transcript = Transcript.read(file, "a.jsonl")
    file.broken = True
    with pytest.raises(RecordError, match=r"a\.jsonl cannot be read: Input/output error"):
        transcript.event(0)


def test_standard_input_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(written(dialogue(2)))))
    assert list(Transcript.open("-").events()) == dialogue(2)


def test_a_pipe_is_read_to_its_end() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert list(Transcript.read(Pipe(written(dialogue(2))), "pipe").events()) == dialogue(2)


def test_long_lines_and_many_lines_cross_the_pieces_a_file_is_read_in() -> None:
    events = dialogue(3000, b"x" * 90) + dialogue(3, b"y" * (3 * CHUNK)) + dialogue(3000, b"z" * 90)
    transcript = read(written(events))
    assert len(transcript) == 6003
    assert list(transcript.events(2990, 3010)) == events[2990:3010]
    assert list(transcript.events()) == events
    assert list(transcript.search(re.compile(b"yyy"))) == [3000, 3001, 3002]


@pytest.mark.parametrize("limit", [reader.MAX_LINE, 1 << 16])
def test_a_line_of_no_reasonable_length_is_damage(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(reader, "MAX_LINE", limit)
    events = dialogue(3)
    events[1] = Data(2, AT, "c1", "S", "app", b"x" * 100_000)
    transcript = read(written(events))
    assert len(transcript) == (3 if limit > 100_000 else 1)


@given(
    st.lists(st.binary(max_size=5) | st.sampled_from([b"DELE 1", b"dele", b'"', b"\\", b"D\0ELE", b"b64"])),
    st.sampled_from([b"DELE", b"E 1", b'"', rb"\\", b"^D", b"D.E", b"b64", b"text", b"", b"data"]),
    st.sampled_from([0, re.IGNORECASE]),
)
def test_search_finds_what_the_octets_hold(raws: list[bytes], pattern: bytes, flags: int) -> None:
    events = [Data(seq, AT, "c1", "C", "app", raw) for seq, raw in enumerate(raws, 1)]
    compiled = re.compile(pattern, flags)
    wanted = [number for number, raw in enumerate(raws) if compiled.search(raw)]
    assert list(read(written([*events])).search(compiled)) == wanted


def test_search_looks_at_octets_only_and_stops_at_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "CHECKED", 0)
    events: list[AnyEvent] = [
        Open(1, AT, "c1", "pop3", "a", "b", 110),
        Note(2, AT, "c1", "pop3"),
        Data(3, AT, "c1", "S", "app", b"pop3"),
        Data(4, AT, "c1", "S", "app", b"pop3 again"),
    ]
    octets = written(events)
    assert list(read(octets).search(re.compile(b"pop3"))) == [2, 3]
    assert list(read(octets).search(re.compile(b"pop3"), 0, 3)) == [2]
    damaged = read(octets.replace(b'"app","text":"pop3 ', b'"bad","text":"pop3 '))
    assert list(damaged.search(re.compile(b"pop3"))) == [2]
    assert len(damaged) == 3


def test_changes_are_found_without_decoding_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "CHECKED", 0)
    events: list[AnyEvent] = [
        StoreChange(1, AT, "", "norte", UserAdded("store")),
        Note(2, AT, "", "{what}", {"what": "store"}),
        Data(3, AT, "c1", "C", "app", b'"store"'),
        StoreChange(4, AT, "", "norte", UserAdded("luis")),
        StoreChange(5, AT, "", "norte", UserAdded("mar")),
    ]
    assert list(read(written(events)).changes()) == [0, 3, 4]
    damaged = read(written(events).replace(b'"luis"', b"luis"))
    assert list(damaged.changes()) == [0]
    assert len(damaged) == 3
