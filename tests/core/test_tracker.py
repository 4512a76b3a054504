from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.client import Client
from sandbox.core.effects import Close, Compress, Discarded, StartTls
from sandbox.core.message import Msg
from sandbox.core.registry import Owes
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Kind, Tracker
from tests.core.toy import END, IN, OUT, REF, SENDING, TOY, ToyServer, ToyTracker, toy, toy_client
from tests.support.properties import covered


def carry(client: Client, server: ToyServer, source: random.Random | None = None) -> list[object]:
    """Move octets both ways until nothing is due, cut at random; returns the client's events."""
    events: list[object] = []
    while True:
        up, down = client.data_to_send(), server.data_to_send()
        wishes = server.events_received()
        if not (up or down or wishes):
            return events
        for chunk in _cut(down, source):
            client.receive_data(chunk)
        for wish in wishes:
            if not isinstance(wish, Close | Discarded):
                server.resume(wish, True)  # type: ignore[arg-type]
        for chunk in _cut(up, source):
            server.receive_data(chunk)
        events += client.events_received()


def _cut(data: bytes, source: random.Random | None) -> list[bytes]:
    chunks = []
    while data:
        size = source.randint(1, len(data)) if source else len(data)
        chunks.append(data[:size])
        data = data[size:]
    return chunks


LINES = st.sampled_from(
    b"ENTER|ENTER a|ASK|*|x|DATA|.|CHUNK 6|CHUNK 60|DROP|WAIT|SAY|KEEP|CUT|NOPE|#t ENTER|a\r\n.||TLS".split(b"|")
).map(lambda line: line + b"\r\n")


@given(st.lists(LINES, max_size=10), st.integers(0, 10**6), st.booleans())
def test_client_and_server_agree_however_the_octets_are_cut(lines: list[bytes], seed: int, pipelined: bool) -> None:
    client, server = toy_client(), toy()
    source = random.Random(seed)
    server.start()
    carry(client, server, source)
    for line in [b"".join(lines)] if pipelined else lines:
        if server.closing:
            break
        client.send(line)
        carry(client, server, source)
        if not server.closing:
            assert client.state == server.state
    client.receive_eof()
    for unit in client.units:
        covered(unit)
    assert client.state == END


def test_units_tell_what_happened() -> None:
    client, server = toy_client(), toy()
    server.start()
    carry(client, server)
    for line in (b"ENTER you", b"DATA", b"one", b".", b"CHUNK 2"):
        client.send_line(line)
        carry(client, server)
    client.send(b"ab")
    carry(client, server)
    client.send_line(b"NOPE")
    carry(client, server)
    kinds = [(unit.side, unit.kind, unit.exchange.number) for unit in client.units]
    assert kinds == [
        ("S", Kind.GREETING, 0),
        ("C", Kind.COMMAND, 1),
        ("S", Kind.REPLY, 1),
        ("C", Kind.COMMAND, 2),
        ("S", Kind.REPLY, 2),
        ("C", Kind.CONTENT, 2),
        ("S", Kind.REPLY, 2),
        ("C", Kind.COMMAND, 3),
        ("C", Kind.CONTENT, 3),
        ("S", Kind.REPLY, 3),
        ("C", Kind.COMMAND, 4),
        ("S", Kind.REPLY, 4),
    ]
    assert [unit.state_after for unit in client.units if unit.exchange.number == 2] == [IN, SENDING, SENDING, IN]
    assert client.units[5].raw == b"one\r\n.\r\n"
    unknown = client.units[-2]
    assert unknown.exchange.command is None
    assert unknown.fault is not None
    assert str(unknown.about) == "not a command of this protocol"
    data = client.units[3].exchange
    assert data.command is TOY.get(b"data")
    assert data.done
    assert [reply.kind for reply in data.replies] == [Kind.REPLY, Kind.REPLY]
    assert client.units[0].exchange.command is None


def test_what_is_owed_tells_the_prompt() -> None:
    client, server = toy_client(), toy()
    server.start()
    carry(client, server)
    assert client.owes is Owes.NOTHING
    assert client.waiting is None
    client.send_line(b"ASK")
    assert client.owes is Owes.NOTHING
    assert client.waiting is not None
    carry(client, server)
    assert client.owes is Owes.LINES
    client.send_line(b"a")
    carry(client, server)
    client.send_line(b"b")
    carry(client, server)
    assert client.owes is Owes.NOTHING
    assert client.state == IN


def test_tls_drops_what_is_left_in_clear() -> None:
    client, server = toy_client(), toy()
    server.start()
    carry(client, server)
    client.send(b"TLS\r\nENTER\r\n")
    events = carry(client, server)
    assert any(isinstance(event, StartTls) for event in events)
    assert client.tracker.secure
    dropped = [unit for unit in client.units if unit.kind is Kind.DROPPED]
    assert [(unit.side, unit.raw) for unit in dropped] == [("C", b"ENTER\r\n")]
    covered(dropped[0])
    client.secured()


def test_compression_takes_what_did_not_wait_for_it() -> None:
    client, server = toy_client(), toy()
    server.start()
    carry(client, server)
    client.send(b"PACK\r\nENTER\r\n")
    events = carry(client, server)
    assert any(isinstance(event, Compress) for event in events)
    (dropped,) = [unit for unit in client.units if unit.kind is Kind.DROPPED]
    assert (dropped.side, dropped.raw) == ("C", b"ENTER\r\n")
    covered(dropped)
    client.send_line(b"ENTER")
    carry(client, server)
    assert client.state == IN


def test_a_layer_that_was_refused_does_not_begin() -> None:
    tracker = ToyTracker()
    tracker.receive("S", b"ok hello\r\n")
    units = tracker.receive("C", b"PACK\r\nENTER\r\n")
    units += tracker.receive("S", b"no no\r\n")
    assert [unit.kind for unit in units] == [Kind.COMMAND, Kind.REPLY, Kind.COMMAND]


def test_what_was_never_completed_is_lost() -> None:
    tracker = ToyTracker()
    tracker.receive("S", b"ok hel")
    tracker.receive("C", b"ENT")
    lost = tracker.close()
    assert [(unit.side, unit.kind, unit.raw, unit.start) for unit in lost] == [
        ("C", Kind.LOST, b"ENT", 0),
        ("S", Kind.LOST, b"ok hel", 0),
    ]
    for unit in lost:
        covered(unit)
        assert unit.fault is None
    assert tracker.state == END
    assert tracker.receive("C", b"ER\r\n") == []
    assert tracker.close() == []


def test_a_client_that_is_over_sends_no_more() -> None:
    client = toy_client()
    client.receive_eof()
    client.send_line(b"ENTER")
    assert client.data_to_send() == b""


def test_the_state_where_a_command_was_out_of_place_stays() -> None:
    tracker = ToyTracker()
    tracker.receive("S", b"ok hello\r\n")
    tracker.receive("C", b"DATA\r\n")
    units = tracker.receive("S", b"no no\r\n")
    assert units[0].state_after == OUT


@pytest.mark.parametrize("name", ["read", "replies"])
def test_a_protocol_has_to_say_what_is_its_own(name: str) -> None:
    with pytest.raises(NotImplementedError):
        getattr(Tracker, name)(ToyTracker())


def test_the_other_abstract_parts() -> None:
    one = ToyTracker()
    for call in (
        lambda: Tracker.label_request(one, b""),
        lambda: Tracker.label_response(one, one.exchanges[0], 0, b""),
    ):
        with pytest.raises(NotImplementedError):
            call()
    Tracker.secured(one)


def test_a_malformed_count_owes_nothing() -> None:
    tracker = ToyTracker()
    tracker.receive("S", b"ok hello\r\n")
    units = tracker.receive("C", b"CHUNK many\r\nDROP\r\n")
    assert [unit.kind for unit in units] == [Kind.COMMAND, Kind.COMMAND]


def test_finishing_twice_is_harmless() -> None:
    tracker = ToyTracker()
    tracker.receive("C", b"ENTER\r\n")
    exchange = tracker.current
    assert exchange is not None
    tracker.finish(exchange, Outcome.OK)
    tracker.finish(exchange, Outcome.NO)
    assert exchange.outcome is Outcome.NO
    assert tracker.current is None


def test_nothing_received_is_nothing_said() -> None:
    client = toy_client()
    client.receive_data(b"")
    assert client.units == []


def test_a_server_may_lead_by_itself_and_labels_may_be_worked_out_again() -> None:
    tracker = ToyTracker()
    unit = tracker.say(Kind.GREETING, 0, b"ok\r\n", tracker.exchanges[0], Msg("known"), REF, leads=IN)
    assert (unit.state_before, unit.state_after, tracker.state) == (OUT, IN, IN)
    first = unit.spans
    assert unit.spans is first
    unit.relabel()
    assert unit.spans is not first
    assert unit.spans == first
