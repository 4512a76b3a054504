"""Records: any cut will do, octets are all there again, and what is no record ends it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sandbox.record.tls.records import (
    ALERT,
    APPLICATION_DATA,
    HANDSHAKE,
    LONGEST,
    NO_RECORD,
    Record,
    RecordReader,
)

KINDS = st.sampled_from([20, 21, 22, 23])
RECORDS = st.lists(st.builds(Record, st.just("C"), st.just(0), st.just(0), KINDS, st.just(0x303), st.binary()))


def test_a_record_has_its_header() -> None:
    [record] = RecordReader("C").receive(b"\x16\x03\x01\x00\x02hi", 7, 9)
    assert record == Record("C", 7, 9, HANDSHAKE, 0x0301, b"hi")
    assert record.header == b"\x16\x03\x01\x00\x02"


def test_a_record_is_of_the_event_that_completes_it() -> None:
    reader = RecordReader("S")
    assert reader.receive(b"\x15\x03\x03\x00\x02\x01", 1, 10) == []
    assert reader.waiting == 6
    first, second = reader.receive(b"\x00\x17\x03\x03\x00\x00", 2, 20)
    assert (first.kind, first.seq, first.fragment) == (ALERT, 2, b"\x01\x00")
    assert (second.kind, second.seq, second.fragment) == (APPLICATION_DATA, 2, b"")
    assert reader.waiting == 0


@given(RECORDS, st.integers(1, 7))
def test_any_cut_will_do(records: list[Record], step: int) -> None:
    octets = b"".join(record.octets for record in records)
    reader = RecordReader("C")
    found = [record for at in range(0, len(octets), step) for record in reader.receive(octets[at : at + step])]
    assert found == records


@given(st.lists(st.binary()))
def test_no_octet_is_lost_whatever_they_are(chunks: list[bytes]) -> None:
    reader = RecordReader("C")
    records = [record for chunk in chunks for record in reader.receive(chunk)]
    octets = b"".join(chunks)
    read = b"".join(record.octets for record in records)
    assert octets.startswith(read)
    assert len(read) + reader.waiting == len(octets)


def test_clear_text_is_no_record() -> None:
    reader = RecordReader("C")
    [first] = reader.receive(b"EHLO norte\r\n", 1)
    [second] = reader.receive(b"\x16\x03\x01\x00\x00", 2)
    assert reader.broken
    assert (first.kind, first.octets) == (NO_RECORD, b"EHLO norte\r\n")
    assert (second.kind, second.seq, second.octets) == (NO_RECORD, 2, b"\x16\x03\x01\x00\x00")
    assert reader.receive(b"") == []


def test_a_record_cannot_be_too_long() -> None:
    [record] = RecordReader("C").receive(b"\x17\x03\x03" + (LONGEST + 1).to_bytes(2))
    assert record.kind == NO_RECORD
