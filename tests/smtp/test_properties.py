from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.grammar import parse
from sandbox.core.quick import quick
from sandbox.core.registry import Command
from sandbox.smtp import SMTP
from sandbox.smtp.states import CLOSED, READY
from tests.smtp.servers import SUBMISSION, server
from tests.smtp.worlds import world
from tests.support.dialogue import perform, shuffled
from tests.support.properties import agree

WORDS = st.sampled_from([row.verb for row in SMTP.registry] + [b"FROB", b"", b"quit", b"Ehlo", b"250", b"*", b"."])
ARGUMENTS = st.sampled_from(
    [b"", b" laptop.example", b" [192.0.2.1]", b" my_pc x", b" FROM:<>", b" FROM:<ana@norte.example>", b" FROM: <a@b>",
     b" FROM:<a@b> SIZE=9 BODY=8BITMIME", b" FROM:<a@b> BODY=BINARYMIME", b" FROM:<a@b> X=1", b" FROM:<a@b> SIZE=x",
     b" TO:<ana@norte.example>", b" TO:<todos@norte.example> NOTIFY=NEVER", b" TO:<x@sur.example>", b" TO:<Postmaster>",
     b" 3", b" 3 LAST", b" 0 LAST", b" 99999", b" PLAIN", b" PLAIN AGFuYQBzZWNyZXRv", b" LOGIN", b" CRAM-MD5",
     b" LOGIN =", b" SCRAM-SHA-256 biwsbj1hbmEscj1hYmM=", b" ana", b" todos SMTPUTF8", b" x y z",
     b" \xff\x00", b" " + b"9" * 40]
)  # fmt: skip
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b" \r\n", b"\r\r\n", b""])
LINES = st.one_of(
    st.builds(lambda *parts: b"".join(parts), WORDS, ARGUMENTS, ENDS),
    st.sampled_from(
        [
            b"EHLO a\r\n",
            b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<ana@norte.example>\r\n",
            b"DATA\r\n",
            b"DATA\r\nSubject: x\r\n\r\n..\r\n.x\r\n.\r\n",
            b".\r\n",
            b"a\n.\r\nb\r\n.\n\r\n.\r\n",
            b"BDAT 6\r\nA: b\r\nBDAT 3 LAST\r\n\r\nx",
            b"abc",
            b"AUTH PLAIN AGFuYQBzZWNyZXRv\r\n",
            b"AGFuYQBzZWNyZXRv\r\n",
            b"*\r\n",
            b"STARTTLS\r\n",
        ]
    ),
    st.binary(max_size=40),
)


@given(st.lists(LINES, max_size=12), st.integers(0, 10**6), st.booleans(), st.sampled_from([25, 587]))
def test_the_observer_agrees_with_the_server_and_labels_every_octet(
    writes: list[bytes], seed: int, strict: bool, port: int
) -> None:
    home = world(strict=strict, busy={"DATA": 1, "BDAT": 1})
    home.connect("laptop", "smtp", "norte", port)
    agree(home, "laptop", SMTP, writes, shuffled(seed))


@given(
    st.sampled_from(
        [
            b"",
            b"EHLO a\r\n",
            b"EHLO a\r\nMAIL FROM:<>\r\n",
            b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<ana@norte.example>\r\n",
            b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<ana@norte.example>\r\nDATA\r\n",
            b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<ana@norte.example>\r\nBDAT 1\r\nx",
        ]
    ),
    st.binary(max_size=300).filter(lambda octets: b"BDAT" not in octets.upper()),
    st.booleans(),
)
def test_any_octets_in_any_state_get_an_answer_or_a_clean_close(before: bytes, octets: bytes, strict: bool) -> None:
    one = server(strict=strict)
    one.start()
    one.receive_data(before)
    perform(one)
    one.receive_data(octets)
    perform(one)
    one.receive_data(b"\r\n.\r\n*\r\nQUIT\r\n")
    said = perform(one)
    assert one.closing
    assert said.endswith(b"\r\n")
    one.receive_eof()
    assert one.state == CLOSED


@given(st.lists(LINES, max_size=10), st.integers(0, 10**6), st.booleans())
def test_chunks_do_not_matter(writes: list[bytes], seed: int, submission: bool) -> None:
    stream = b"".join(writes)
    results = []
    for cut in (lambda data: [data] if data else [], shuffled(seed)):
        one = server(service=SUBMISSION) if submission else server()
        one.start()
        said = perform(one)
        for chunk in cut(stream):
            one.receive_data(chunk)
            said += perform(one)
        results.append((said, one.state))
    assert results[0] == results[1]


@pytest.mark.parametrize(
    "writes",
    [
        [b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<ana@norte.example>\r\nDATA\r\n", b"Subject: x\r\n\r\n..\r\n.\r\n"],
        [b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<ana@norte.example>\r\nBDAT 6\r\nA: b\r\nBDAT 3 LAST\r\n\r\nx"],
    ],
)
def test_mail_is_delivered_on_these_ways(writes: list[bytes]) -> None:
    """A guard for the properties above: their commands do lead through the states."""
    home = world()
    home.connect("laptop", "smtp", "norte", 25)
    units = agree(home, "laptop", SMTP, writes, shuffled(random.Random(1).randint(1, 9)))
    assert len(home.mailboxes("ana").inbox) == 1
    assert [unit.state_after for unit in units if unit.outcome is not None][-1] == READY


@given(st.sampled_from(list(SMTP.registry)), ARGUMENTS, ENDS, st.booleans())
def test_the_quick_way_gives_what_the_rules_give(row: Command, arguments: bytes, end: bytes, strict: bool) -> None:
    raw = arguments + end
    found, slow = row.parse(raw, 0, strict=strict), parse(row.args, raw, 0, strict=strict)
    assert (found.values, found.fault) == (slow.values, slow.fault)


def test_commands_have_a_quick_way() -> None:
    assert all(quick(row.args, strict) is not None for row in SMTP.registry for strict in (False, True))
