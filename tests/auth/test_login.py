"""LOGIN: the example of its draft, initial responses, and smtplib for a peer."""

from __future__ import annotations

import smtplib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.auth.conversation import ClientConversation, ServerConversation
from sandbox.auth.encoding import encode
from sandbox.auth.login import LOGIN
from sandbox.auth.outcome import WRONG_CREDENTIALS, Failure, Kind, Success
from tests.auth.support import agreed, client_side, exchange, server_side


def test_the_example_of_the_draft() -> None:
    client = ClientConversation(LOGIN, client_side("tim", "tanstaaftanstaaf"))
    assert client.initial() is None
    assert client.respond(b"VXNlciBOYW1lAA==") == b"dGlt"
    assert client.respond(b"UGFzc3dvcmQA") == b"dGFuc3RhYWZ0YW5zdGFhZg=="
    assert client.succeed() == Success("tim", "tim")


def test_the_prompts_that_programs_wait_for() -> None:
    server = ServerConversation(LOGIN, server_side())
    assert server.begin(None) == b"VXNlcm5hbWU6"
    assert server.respond(b"dGlt") == b"UGFzc3dvcmQ6"
    assert server.respond(b"dGFuc3RhYWZ0YW5zdGFhZg==") == Success("tim", "tim")


def test_the_name_may_come_with_the_command() -> None:
    server = ServerConversation(LOGIN, server_side())
    assert server.begin(encode(b"ana")) == b"UGFzc3dvcmQ6"
    assert server.respond(encode(b"secreto")) == Success("ana", "ana")


def test_both_ends() -> None:
    ana = Success("ana", "ana")
    assert agreed(LOGIN, client_side()) == (ana, ana)
    assert exchange(LOGIN, client_side(password="wrong"))[1] == WRONG_CREDENTIALS


def test_octets_that_are_no_text_are_nobodys_password() -> None:
    server = ServerConversation(LOGIN, server_side())
    server.begin(encode(b"ana"))
    assert server.respond(encode(b"\xff")) == WRONG_CREDENTIALS


@pytest.mark.parametrize(("name", "password"), [(b"", b"x"), (b"x", b""), (b"a\0", b"x"), (b"a", b"\0")])
def test_empty_answers_and_zero_octets_are_malformed(name: bytes, password: bytes) -> None:
    server = ServerConversation(LOGIN, server_side())
    server.begin(None)
    server.respond(encode(name))
    outcome = server.respond(encode(password))
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.MALFORMED


@given(st.binary(), st.binary())
def test_no_answers_raise_or_let_anyone_in(name: bytes, password: bytes) -> None:
    server = ServerConversation(LOGIN, server_side())
    server.begin(None)
    server.respond(encode(name))
    assert isinstance(server.respond(encode(password)), Failure)


@pytest.mark.parametrize("turns", [0, 1])
def test_a_success_that_comes_too_soon_is_none(turns: int) -> None:
    client = ClientConversation(LOGIN, client_side())
    for _ in range(turns):
        client.respond(b"")
    assert isinstance(client.succeed(), Failure)


def test_a_third_prompt_is_not_answered() -> None:
    client = ClientConversation(LOGIN, client_side())
    assert [client.respond(b""), client.respond(b""), client.respond(b"")] == [b"YW5h", b"c2VjcmV0bw==", b"*"]


def test_nobody_can_act_as_another() -> None:
    outcome = ClientConversation(LOGIN, client_side(authzid="tim")).outcome
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.UNSUPPORTED


def test_smtplib_is_understood() -> None:
    peer = smtplib.SMTP()
    peer.user, peer.password = "ana", "secreto"
    peer._auth_challenge_count = 1  # type: ignore[attr-defined]
    server = ServerConversation(LOGIN, server_side())
    server.begin(encode(peer.auth_login().encode()))
    peer._auth_challenge_count = 2  # type: ignore[attr-defined]
    assert server.respond(encode(peer.auth_login(b"Password:").encode())) == Success("ana", "ana")
