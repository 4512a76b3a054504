"""PLAIN: the examples of RFC 4616 section 4, identities, and smtplib for a peer."""

from __future__ import annotations

import smtplib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.auth.accounts import Account, AccountTable
from sandbox.auth.conversation import ClientConversation, ServerConversation, advance
from sandbox.auth.encoding import encode
from sandbox.auth.mechanism import ServerSide
from sandbox.auth.outcome import WRONG_CREDENTIALS, Failure, Kind, Outcome, Success
from sandbox.auth.plain import PLAIN
from tests.auth.support import ACCOUNTS, agreed, client_side, exchange, octets, server_side


def judged(message: bytes, accounts: AccountTable = ACCOUNTS) -> Outcome:
    end = PLAIN.server(ServerSide(accounts, octets("x"), 0, "h"))
    assert next(end) == b""
    outcome = advance(end, message)
    assert not isinstance(outcome, bytes)
    return outcome


def test_the_first_example_of_rfc_4616() -> None:
    assert judged(b"\0tim\0tanstaaftanstaaf") == Success("tim", "tim")
    client = PLAIN.client(client_side("tim", "tanstaaftanstaaf"))
    assert next(client) == b"\0tim\0tanstaaftanstaaf"


def test_the_second_example_of_rfc_4616() -> None:
    accounts = AccountTable([Account("Kurt", "xipj3plmq"), Account("Ursel", "x")], b"")
    outcome = judged(b"Ursel\0Kurt\0xipj3plmq", accounts)
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.AUTHORIZATION


def test_the_examples_of_rfc_4954() -> None:
    accounts = AccountTable([Account("test", "1234")], b"")
    side = ServerSide(accounts, octets("x"), 0, "h")
    assert ServerConversation(PLAIN, side).begin(b"dGVzdAB0ZXN0ADEyMzQ=") == Success("test", "test")
    late = ServerConversation(PLAIN, side)
    assert late.begin(None) == b""
    assert late.respond(b"dGVzdAB0ZXN0ADEyMzQ=") == Success("test", "test")


def test_acting_as_another() -> None:
    assert judged(b"ana\0postmaster\0llave") == Success("postmaster", "ana")
    assert agreed(PLAIN, client_side("postmaster", "llave", "ana")) == (
        Success("postmaster", "ana"),
        Success("postmaster", "ana"),
    )


def test_a_wrong_password_is_noticed_before_an_unwelcome_identity() -> None:
    assert judged(b"tim\0ana\0wrong") == WRONG_CREDENTIALS


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\0",
        b"\0\0",
        b"ana",
        b"ana\0secreto",
        b"\0ana\0",
        b"\0\0secreto",
        b"\0ana\0secreto\0",
        b"\0ana\0\xff",
        b"\xff\0ana\0x",
    ],
)
def test_other_messages_are_malformed(message: bytes) -> None:
    outcome = judged(message)
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.MALFORMED
    assert str(outcome.reason) == "This is not the message that PLAIN expects here."


@given(st.binary())
def test_no_message_raises_or_lets_anyone_in(message: bytes) -> None:
    assert isinstance(judged(message), Failure)


def test_a_client_does_not_answer_twice() -> None:
    client = ClientConversation(PLAIN, client_side())
    client.initial()
    assert client.respond(encode(b"more?")) == b"*"
    assert isinstance(client.outcome, Failure)
    assert client.outcome.kind is Kind.MALFORMED


@pytest.mark.parametrize("with_initial", [True, False])
def test_both_ends(with_initial: bool) -> None:
    ana = Success("ana", "ana")
    assert agreed(PLAIN, client_side(), with_initial=with_initial) == (ana, ana)
    assert exchange(PLAIN, client_side(password="wrong"), with_initial=with_initial)[1] == WRONG_CREDENTIALS


def test_smtplib_is_understood() -> None:
    peer = smtplib.SMTP()
    peer.user, peer.password = "ana", "secreto"
    assert ServerConversation(PLAIN, server_side()).begin(encode(peer.auth_plain().encode())) == Success("ana", "ana")
