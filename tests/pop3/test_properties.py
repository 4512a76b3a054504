from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from sandbox.pop3 import POP3
from sandbox.pop3.states import AUTHORIZATION, CLOSED, TRANSACTION
from tests.pop3.worlds import server, world
from tests.support.dialogue import perform, shuffled
from tests.support.properties import agree

WORDS = st.sampled_from([row.verb for row in POP3.registry] + [b"FROB", b"", b"quit", b"Stat", b"+OK", b"*"])
ARGUMENTS = st.sampled_from(
    b"| 1| 2| 3| 0| 1 1| ana| secreto|  1 | PLAIN| PLAIN AGFuYQBzZWNyZXRv| LOGIN| es| CRAM-MD5"
    b"| SCRAM-SHA-256 biwsbj1hbmEscj1hYmM=| \xff\x00| 9999999999999999999999".split(b"|")
)
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b" \r\n", b"\r\r\n", b""])
LINES = st.one_of(
    st.builds(lambda *parts: b"".join(parts), WORDS, ARGUMENTS, ENDS),
    st.sampled_from(
        [b"USER ana\r\n", b"PASS secreto\r\n", b"USER ana\r\nPASS secreto\r\n", b"*\r\n", b"AGFuYQBzZWNyZXRv\r\n"]
    ),
    st.binary(max_size=40),
)


@given(st.lists(LINES, max_size=12), st.integers(0, 10**6), st.booleans())
def test_the_observer_agrees_with_the_server_and_labels_every_octet(
    writes: list[bytes], seed: int, strict: bool
) -> None:
    home = world(strict=strict)
    home.connect("laptop", "pop3", "norte", 110)
    agree(home, "laptop", POP3, writes, shuffled(seed))


@given(
    st.sampled_from([b"", b"USER ana\r\n", b"USER ana\r\nPASS secreto\r\n", b"AUTH PLAIN\r\n"]),
    st.binary(max_size=300),
    st.booleans(),
)
def test_any_octets_in_any_state_get_an_answer_or_a_clean_close(before: bytes, octets: bytes, strict: bool) -> None:
    one = server(strict=strict)
    one.start()
    one.receive_data(before)
    perform(one)
    one.receive_data(octets)
    perform(one)
    one.receive_data(b"\r\n*\r\nQUIT\r\n")
    said = perform(one)
    assert one.closing
    assert said.endswith(b"\r\n")
    one.receive_eof()
    assert one.state == CLOSED


@given(st.lists(LINES, max_size=10), st.integers(0, 10**6))
def test_chunks_do_not_matter(writes: list[bytes], seed: int) -> None:
    stream = b"".join(writes)
    results = []
    for cut in (lambda data: [data] if data else [], shuffled(seed)):
        one = server()
        one.start()
        said = perform(one)
        for chunk in cut(stream):
            one.receive_data(chunk)
            said += perform(one)
        results.append((said, one.state))
    assert results[0] == results[1]


def test_the_states_are_reached() -> None:
    """A guard for the properties above: their commands do lead through the states."""
    home = world()
    home.connect("laptop", "pop3", "norte", 110)
    assert home.link("laptop").server.state == AUTHORIZATION
    units = agree(
        home, "laptop", POP3, [b"USER ana\r\nPASS secreto\r\n", b"RETR 1\r\n"], shuffled(random.Random(1).randint(1, 9))
    )
    assert units[-1].state_after == TRANSACTION
