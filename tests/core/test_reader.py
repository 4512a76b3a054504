from __future__ import annotations

import random
from collections.abc import Callable, Generator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.reader import NEED, Reader, TooLong
from tests.support.dialogue import CHUNKINGS, Chunking, shuffled

Reading = Callable[[Reader], Generator[object, object, object]]


def run(reading: Reading, data: bytes, chunking: Chunking, reader: Reader | None = None) -> tuple[object, bytes]:
    """What a reading returns (or the exception), and what it leaves in the buffer once all of `data` is there."""
    reader = reader or Reader()
    steps = reading(reader)
    chunks = chunking(data)
    try:
        while True:
            assert next(steps) is NEED
            reader.feed(next(chunks))
    except StopIteration as stop:
        result = stop.value
    except TooLong as error:
        result = ("too long", error.octets)
    for chunk in chunks:
        reader.feed(chunk)
    return result, reader.peek()


@pytest.mark.parametrize(
    ("reading", "data", "result", "rest"),
    [
        (lambda r: r.line(99), b"STAT\r\nQUIT\r\n", b"STAT\r\n", b"QUIT\r\n"),
        (lambda r: r.line(99), b"STAT\nx", b"STAT\n", b"x"),
        (lambda r: r.line(99), b"\r\n", b"\r\n", b""),
        (lambda r: r.line(6), b"STAT\r\n", b"STAT\r\n", b""),
        (lambda r: r.line(5), b"STAT\r\nx\n", ("too long", 6), b"x\n"),
        (lambda r: r.line(5), b"A" * 5000 + b"\nx", ("too long", 5001), b"x"),
        (lambda r: r.exactly(3), b"abcdef", b"abc", b"def"),
        (lambda r: r.exactly(0), b"a", b"", b"a"),
        (lambda r: r.skip(4), b"abcdef", None, b"ef"),
        (lambda r: r.skip(0), b"ab", None, b"ab"),
        (lambda r: r.block(99), b".\r\nx", b".\r\n", b"x"),
        (lambda r: r.block(99), b"a\r\n..b\r\n.\r\nx", b"a\r\n..b\r\n.\r\n", b"x"),
        (lambda r: r.block(99), b"a\n.\nb\r\n.\nc\r.\r\r\n.\r\nx", b"a\n.\nb\r\n.\nc\r.\r\r\n.\r\n", b"x"),
        (lambda r: r.block(99), b"..\r\n.\r\nx", b"..\r\n.\r\n", b"x"),
        (lambda r: r.block(9), b"12345678\r\n.\r\nx", ("too long", 13), b"x"),
        (lambda r: r.block(9), b"1" * 3000 + b"\r\n.\r\nx", ("too long", 3005), b"x"),
    ],
)
def test_readings(reading: Reading, data: bytes, result: object, rest: bytes) -> None:
    for chunking in CHUNKINGS:
        assert run(reading, data, chunking) == (result, rest)


@given(st.lists(st.binary(max_size=30), max_size=6), st.integers(0, 10**6), st.integers(1, 40))
def test_blocks_and_lines_do_not_depend_on_chunks(bodies: list[bytes], seed: int, limit: int) -> None:
    stream = b"".join(body.replace(b".", b"") + b"\r\n.\r\n" for body in bodies)
    results = []
    for chunking in (CHUNKINGS[0], CHUNKINGS[1], shuffled(seed)):
        reader = Reader()
        chunks = chunking(stream) if stream else iter(())
        found: list[object] = []
        for _ in bodies:
            steps = reader.block(limit)
            while True:
                try:
                    next(steps)
                    reader.feed(next(chunks))
                except StopIteration as stop:
                    found.append(stop.value)
                    break
                except TooLong as error:
                    found.append(error.octets)
                    break
        results.append((found, len(reader), reader.offset))
    assert results[0] == results[1] == results[2]


def test_a_long_stream_is_not_kept() -> None:
    reader = Reader()
    source = random.Random(1)
    sent = taken = 0
    for _ in range(400):
        size = source.randint(1, 2000)
        reader.feed(b"x" * size)
        sent += size
        want = source.randint(0, len(reader))
        steps = reader.exactly(want)
        with pytest.raises(StopIteration):
            next(steps)
        taken += want
        assert reader.offset == taken
        assert len(reader) == sent - taken
    assert reader.drop() == b"x" * (sent - taken)
    assert reader.peek() == b""
    assert repr(NEED) == "NEED"
