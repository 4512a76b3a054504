"""Transcripts run again, and what is found where they do not tell the truth."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec

from sandbox.record.reader import Transcript
from sandbox.record.replay import Replay
from sandbox.record.rerun import same_end
from sandbox.record.writer import Recorder
from sandbox.wire.trace import AnyEvent, Close, Data
from sandbox.world.inputs import HangUp, Send
from sandbox.world.protocols import PROTOCOLS
from tests.pop3.worlds import world
from tests.record.worlds import HEADER, busy, connect, transcript_of, type_lines, written


def test_a_session_that_was_recorded_is_read_back_and_ends_the_same(tmp_path: Path) -> None:
    home = world()
    recorder = Recorder(tmp_path / "a.jsonl", HEADER)
    recorder.follow(home.journal)
    connect(home)
    type_lines(home, "USER ana|PASS secreto|RETR 2|DELE 1|QUIT")
    recorder.close()
    with Transcript.open(tmp_path / "a.jsonl") as transcript:
        assert list(transcript.events()) == home.journal.events
        assert same_end(transcript, world()) == []


def test_time_travel_faults_and_arriving_mail_end_the_same() -> None:
    home = busy()
    connect(home)
    home.do(Send("laptop", b"USER ana\r\nPASS secreto\r\nDELE"))
    home.links["laptop"].cut()
    assert same_end(transcript_of(home.journal.events), world()) == []


def forged(change: object) -> list[str]:
    events = [change(event) for event in busy().journal.events]  # type: ignore[operator]
    return [str(said) for said in same_end(transcript_of(event for event in events if event is not None), world())]


def test_other_words_of_the_client_are_found_out_by_the_mail() -> None:
    def change(event: AnyEvent) -> AnyEvent | None:
        if isinstance(event, Data) and event.raw == b"DELE 1\r\n":
            return msgspec.structs.replace(event, raw=b"NOOP\r\n")
        return event

    assert forged(change) == ["The mail stored on norte is not what fresh servers leave there."]


def test_other_words_of_the_server_are_found_out_by_the_state() -> None:
    def change(event: AnyEvent) -> AnyEvent | None:
        if isinstance(event, Data) and event.conn == "phone" and event.side == "S" and b"maildrop" in event.raw:
            return msgspec.structs.replace(event, raw=b"-ERR no\r\n")
        return None if isinstance(event, Close) and event.conn == "phone" else event

    assert forged(change) == ["phone ended in the state TRANSACTION; fresh servers leave it in CLOSED."]


def test_a_connection_that_fresh_servers_name_otherwise_is_missed() -> None:
    def change(event: AnyEvent) -> AnyEvent | None:
        return msgspec.structs.replace(event, conn="radio") if event.conn == "phone" else event

    assert forged(change)[0] == "radio cannot be opened again."


def test_every_cut_of_the_file_opens_and_replays() -> None:
    octets = written(busy().journal.events)
    first = octets.index(b"\n")
    for stop in range(first, len(octets) + 1):
        transcript = Transcript.read(io.BytesIO(octets[:stop]), "a.jsonl")
        whole = octets[stop - 1 : stop] == b"\n" or octets[stop : stop + 1] == b"\n"
        assert (transcript.damage is None) is whole
        if whole:
            replay = Replay(transcript, PROTOCOLS)
            replay.go(len(replay))
            assert len(replay.states()) <= 3
            assert len(replay.hosts()) == bool(len(transcript))


def test_what_no_client_did_and_what_does_not_fit_is_taken_as_it_is() -> None:
    home = world()
    store = home.sites["norte.example"].store
    inbox = store.mailboxes("luis").inbox
    inbox.lock("a fault")
    connect(home)
    type_lines(home, "USER luis|PASS clave|QUIT")
    inbox.unlock("a fault")
    events = home.journal.events
    assert same_end(transcript_of(events), world()) == []
    stray = msgspec.structs.replace(events[-1], seq=events[-1].seq + 1)
    assert same_end(transcript_of([*events, stray]), world()) == []
    elsewhere = msgspec.structs.replace(events[-1], seq=events[-1].seq + 1, host="nowhere")
    [said] = same_end(transcript_of([*events, elsewhere]), world())
    assert str(said) == "The mail stored on nowhere is not what fresh servers leave there."


def test_what_comes_after_the_end_of_a_connection_is_not_sent() -> None:
    home = world()
    connect(home)
    type_lines(home, "QUIT")
    last = home.journal.events[-1]
    late = Data(last.seq + 1, last.at, "laptop", "C", "app", b"STAT\r\n")
    assert same_end(transcript_of([*home.journal.events, late]), world()) == []


def test_a_connection_that_hung_without_a_command_hangs_up_again() -> None:
    home = world()
    connect(home)
    home.do(HangUp("laptop"))
    fresh = world()
    assert same_end(transcript_of(home.journal.events), fresh) == []
    assert fresh.links["laptop"].closed
