"""CRAM-MD5: the example of RFC 2195 section 2, and imaplib and smtplib for peers."""

from __future__ import annotations

import imaplib
import smtplib
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.auth.conversation import ClientConversation, ServerConversation
from sandbox.auth.cram_md5 import CRAM_MD5, digest
from sandbox.auth.encoding import decode, encode
from sandbox.auth.outcome import WRONG_CREDENTIALS, Failure, Kind, Outcome, Success
from tests.auth.support import agreed, client_side, exchange, server_side


def begun() -> tuple[ServerConversation, bytes]:
    """A server that has sent its challenge, and the challenge."""
    server = ServerConversation(CRAM_MD5, server_side())
    step = server.begin(None)
    assert isinstance(step, bytes)
    challenge = decode(step)
    assert isinstance(challenge, bytes)
    return server, challenge


def judged(name: bytes, secret: bytes, made: str = "%s %s") -> Outcome | bytes:
    server, challenge = begun()
    return server.respond(encode(made.encode() % (name, digest(secret, challenge))))


def test_the_example_of_rfc_2195() -> None:
    client = ClientConversation(CRAM_MD5, client_side("tim", "tanstaaftanstaaf"))
    assert client.initial() is None
    line = client.respond(b"PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+")
    assert line == b"dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"
    assert client.succeed() == Success("tim", "tim")


def test_both_ends() -> None:
    ana = Success("ana", "ana")
    assert agreed(CRAM_MD5, client_side()) == (ana, ana)
    assert agreed(CRAM_MD5, client_side("José Luis", "contraseña con espacios"))[1] == Success("José Luis", "José Luis")
    assert exchange(CRAM_MD5, client_side(password="wrong"))[1] == WRONG_CREDENTIALS


def test_a_stranger_has_no_password_not_even_the_empty_one() -> None:
    assert judged(b"nadie", b"") == WRONG_CREDENTIALS
    assert judged(b"\xff", b"") == WRONG_CREDENTIALS


def test_an_answer_to_an_older_challenge_is_worthless() -> None:
    _, older = begun()
    server = ServerConversation(CRAM_MD5, server_side(seed="another"))
    server.begin(None)
    assert server.respond(encode(b"ana " + digest(b"secreto", older))) == WRONG_CREDENTIALS


@pytest.mark.parametrize("made", ["%s%s", "%s\t%s", "%s %s ", "%s %sa", " %s%s"])
def test_other_answers_are_malformed(made: str) -> None:
    outcome = judged(b"ana", b"secreto", made)
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.MALFORMED


def test_upper_case_digits_are_malformed() -> None:
    server, challenge = begun()
    outcome = server.respond(encode(b"ana " + digest(b"secreto", challenge).upper()))
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.MALFORMED


def test_there_is_no_initial_response() -> None:
    outcome = ServerConversation(CRAM_MD5, server_side()).begin(encode(b"ana"))
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.MALFORMED


@given(st.binary())
def test_no_answer_raises_or_lets_anyone_in(answer: bytes) -> None:
    server, _ = begun()
    assert isinstance(server.respond(encode(answer)), Failure)


@given(st.binary())
def test_a_client_answers_any_challenge(challenge: bytes) -> None:
    client = ClientConversation(CRAM_MD5, client_side())
    assert client.respond(encode(challenge)) == encode(b"ana " + digest(b"secreto", challenge))
    assert client.respond(b"") == b"*"


def test_a_success_without_a_challenge_is_none() -> None:
    assert isinstance(ClientConversation(CRAM_MD5, client_side()).succeed(), Failure)


def test_nobody_can_act_as_another() -> None:
    outcome = ClientConversation(CRAM_MD5, client_side(authzid="tim")).outcome
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.UNSUPPORTED


def test_imaplib_and_smtplib_are_understood() -> None:
    server, challenge = begun()
    peer = SimpleNamespace(user="ana", password="secreto")
    answer = imaplib.IMAP4._CRAM_MD5_AUTH(peer, challenge)  # type: ignore[attr-defined]
    assert server.respond(encode(answer.encode())) == Success("ana", "ana")
    server, challenge = begun()
    mailer = smtplib.SMTP()
    mailer.user, mailer.password = "ana", "secreto"
    answer = mailer.auth_cram_md5(challenge)
    assert server.respond(encode(answer.encode())) == Success("ana", "ana")
