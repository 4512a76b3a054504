"""Exchanges line by line: base64, cancelling, initial responses and ends, the same for every mechanism."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.auth import MECHANISMS, find
from sandbox.auth.conversation import ClientConversation, ServerConversation
from sandbox.auth.encoding import encode
from sandbox.auth.mechanism import Mechanism
from sandbox.auth.outcome import CANCELLED, Failure, Kind, Success
from sandbox.auth.plain import PLAIN
from sandbox.core.refs import Ref
from tests.auth.support import agreed, client_side, exchange, server_side

EACH = pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda row: row.name.decode())


def kind(outcome: object) -> Kind | None:
    return outcome.kind if isinstance(outcome, Failure) else None


def test_the_registry_is_in_order_of_strength_and_names_its_sources() -> None:
    assert [row.name for row in MECHANISMS] == [b"SCRAM-SHA-256", b"SCRAM-SHA-1", b"CRAM-MD5", b"PLAIN", b"LOGIN"]
    assert all(row.ref.known and row.about for row in MECHANISMS)
    assert [row.plaintext for row in MECHANISMS] == [False, False, False, True, True]


def test_mechanisms_are_found_in_any_case() -> None:
    assert find(b"plain") is PLAIN
    assert find(b"X-NONE") is None
    assert find(b"\xff") is None


@EACH
def test_a_client_may_cancel_at_every_turn(mechanism: Mechanism) -> None:
    _, _, lines = exchange(mechanism, client_side())
    initial = [lines.pop(0)] if mechanism.client_first else [None]
    for turns in range(len(lines) // 2):
        server = ServerConversation(mechanism, server_side())
        server.begin(initial[0])
        for answer in lines[1 : 2 * turns : 2]:
            server.respond(answer)
        assert server.respond(b"*") == CANCELLED
        assert server.respond(lines[-1]) == CANCELLED  # and nothing brings it back


@EACH
@pytest.mark.parametrize(("line", "expected"), [(b"ABC", Kind.ENCODING), (b"=", Kind.ENCODING), (None, Kind.TOO_LONG)])
def test_lines_that_are_no_message_end_it(mechanism: Mechanism, line: bytes | None, expected: Kind) -> None:
    server = ServerConversation(mechanism, server_side())
    server.begin(None)
    assert kind(server.respond(line)) is expected


def test_a_fault_in_base64_is_told_with_its_place() -> None:
    outcome = ServerConversation(PLAIN, server_side()).begin(b"AA*A")
    assert isinstance(outcome, Failure)
    assert "at octet 3, expected a letter" in str(outcome.reason)


def test_an_empty_initial_response_is_a_message() -> None:
    assert kind(ServerConversation(PLAIN, server_side()).begin(b"=")) is Kind.MALFORMED


@EACH
@given(st.lists(st.binary(max_size=40) | st.binary(max_size=40).map(encode) | st.none(), max_size=5))
def test_no_lines_raise_or_let_anyone_in(mechanism: Mechanism, lines: list[bytes | None]) -> None:
    server = ServerConversation(mechanism, server_side())
    step = server.begin(lines[0] if lines else None)
    for line in lines:
        step = server.respond(line)
        assert not isinstance(step, Success)


@EACH
@given(st.lists(st.binary(max_size=40) | st.binary(max_size=40).map(encode), max_size=5))
def test_no_challenges_make_a_client_raise(mechanism: Mechanism, lines: list[bytes]) -> None:
    client = ClientConversation(mechanism, client_side())
    for line in lines:
        answer = client.respond(line)
        assert (answer == b"*") == isinstance(client.outcome, Failure)
    assert client.succeed() == client.outcome


@EACH
def test_what_is_not_base64_makes_a_client_give_up(mechanism: Mechanism) -> None:
    client = ClientConversation(mechanism, client_side())
    assert client.respond(b"?") == b"*"
    assert kind(client.outcome) is Kind.ENCODING
    assert client.respond(b"") == b"*"
    assert kind(client.succeed()) is Kind.ENCODING


@pytest.mark.parametrize(
    "mechanism", [row for row in MECHANISMS if row.client_first], ids=lambda row: row.name.decode()
)
def test_a_client_that_speaks_first_waits_for_an_empty_challenge(mechanism: Mechanism) -> None:
    early, late = (ClientConversation(mechanism, client_side()) for _ in range(2))
    assert early.initial() == late.respond(b"")
    assert early.initial() is None
    hasty = ClientConversation(mechanism, client_side())
    assert hasty.respond(encode(b"speak")) == b"*"
    assert kind(hasty.outcome) is Kind.MALFORMED


@pytest.mark.parametrize(
    "mechanism", [row for row in MECHANISMS if row.client_first], ids=lambda row: row.name.decode()
)
def test_a_success_before_the_client_has_spoken_is_none(mechanism: Mechanism) -> None:
    assert kind(ClientConversation(mechanism, client_side()).succeed()) is Kind.MALFORMED


@EACH
def test_outcomes_cite_sections_that_exist(mechanism: Mechanism) -> None:
    assert isinstance(agreed(mechanism, client_side())[1], Success)
    for side in (client_side(password="wrong"), client_side("nadie")):
        outcome = exchange(mechanism, side)[1]
        assert isinstance(outcome, Failure)
        assert outcome.kind is Kind.CREDENTIALS
        assert Ref(outcome.ref).known


@EACH
def test_unusable_names_are_noticed_before_anything_is_sent(mechanism: Mechanism) -> None:
    client = ClientConversation(mechanism, client_side("a\0b"))
    assert kind(client.outcome) is Kind.MALFORMED
    assert client.initial() is None
    assert kind(client.succeed()) is Kind.MALFORMED
