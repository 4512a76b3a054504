"""APOP: the example of RFC 1939 section 7, a strict look at the timestamp, and poplib for a peer."""

from __future__ import annotations

import poplib
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.auth.accounts import Account, AccountTable
from sandbox.auth.apop import digest, timestamp_in, verify
from sandbox.auth.outcome import WRONG_CREDENTIALS, Success
from tests.auth.support import ACCOUNTS

STAMP = b"<1896.697170952@dbc.mtview.ca.us>"
GREETING = b"+OK POP3 server ready " + STAMP
MROSE = AccountTable([Account("mrose", "tanstaaf")], b"")


def test_the_example_of_rfc_1939() -> None:
    assert timestamp_in(GREETING) == STAMP
    assert digest(STAMP, b"tanstaaf") == b"c4c9334bac560ecc979e58001b3e22fb"
    assert verify(MROSE, STAMP, b"mrose", b"c4c9334bac560ecc979e58001b3e22fb") == Success("mrose", "mrose")


@pytest.mark.parametrize(
    ("name", "presented"),
    [
        (b"mrose", digest(STAMP, b"tanstaa")),
        (b"mrose", digest(b"<1@b>", b"tanstaaf")),
        (b"mrose", b""),
        (b"mrose", b"\xff" * 32),
        (b"nadie", digest(STAMP, b"")),  # what a server computes for nobody must not be a way in
        (b"\xff", digest(STAMP, b"")),
    ],
)
def test_anything_else_is_refused_alike(name: bytes, presented: bytes) -> None:
    assert verify(MROSE, STAMP, name, presented) == WRONG_CREDENTIALS


@pytest.mark.parametrize(
    "greeting", [b"+OK ready", b"+OK <ready>", b"+OK <a\x80b@c>", b"+OK <a@b", b"+OK <a@b> or <c@d>", b""]
)
def test_no_digest_is_sent_over_what_is_no_timestamp(greeting: bytes) -> None:
    assert timestamp_in(greeting) is None


@given(st.binary())
def test_any_greeting_can_be_looked_at(greeting: bytes) -> None:
    timestamp_in(greeting)


def test_poplib_sends_the_same_digest() -> None:
    sent: list[str] = []
    peer = SimpleNamespace(welcome=GREETING, timestamp=poplib.POP3.timestamp, encoding="UTF-8", _shortcmd=sent.append)
    poplib.POP3.apop(peer, "José Luis", "contraseña con espacios")  # type: ignore[arg-type]
    name, presented = sent[0].removeprefix("APOP ").rsplit(" ", 1)
    assert verify(ACCOUNTS, STAMP, name.encode(), presented.encode()) == Success("José Luis", "José Luis")
