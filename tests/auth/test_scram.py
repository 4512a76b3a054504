"""SCRAM: the examples of RFC 5802 section 5 and RFC 7677 section 3, and every way in which either end must say no."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Generator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.auth import scram
from sandbox.auth.accounts import Account, AccountTable
from sandbox.auth.conversation import ClientConversation, advance
from sandbox.auth.encoding import decode, encode
from sandbox.auth.mechanism import ClientSide, Mechanism, ServerSide
from sandbox.auth.outcome import WRONG_CREDENTIALS, Failure, Kind, Outcome, Success
from sandbox.auth.scram import IMPOSTOR, SCRAM_SHA_1, SCRAM_SHA_256
from tests.auth.support import agreed, client_side, exchange, octets, server_side

BOTH = pytest.mark.parametrize("mechanism", [SCRAM_SHA_1, SCRAM_SHA_256], ids=["sha1", "sha256"])


class Salted(AccountTable):
    """The account of the RFCs' examples, with the salt of one of them."""

    def __init__(self, salt: str) -> None:
        super().__init__([Account("user", "pencil")], b"")
        self._example = decode(salt.encode())

    def salt(self, name: str, hash_name: str) -> bytes:
        assert isinstance(self._example, bytes)
        return self._example


RFC_5802 = (
    SCRAM_SHA_1,
    "QSXCR+Q6sek8bf92",
    [
        "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
        "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
        "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
        "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
    ],
)
RFC_7677 = (
    SCRAM_SHA_256,
    "W22ZaJ0SNY7soEsUEjb6gQ==",
    [
        "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    ],
)


@pytest.mark.parametrize(("mechanism", "salt", "messages"), [RFC_5802, RFC_7677], ids=["5802", "7677"])
def test_the_examples_of_the_rfcs(
    mechanism: Mechanism, salt: str, messages: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, challenge, final, verifier = (message.encode() for message in messages)
    own = first.partition(b"r=")[2]
    joint = challenge.partition(b"r=")[2].partition(b",")[0]

    def no_randomness(_: int) -> bytes:
        raise AssertionError

    monkeypatch.setattr(scram, "fresh_nonce", lambda random: own)
    client = mechanism.client(ClientSide("user", "pencil", no_randomness))
    assert next(client) == first
    assert client.send(challenge) == final
    assert client.send(verifier) == b""
    assert advance(client, None) == Success("user", "user")

    monkeypatch.setattr(scram, "fresh_nonce", lambda random: joint.removeprefix(own))
    server = mechanism.server(ServerSide(Salted(salt), no_randomness, 0, "h"))
    assert next(server) == b""
    assert server.send(first) == challenge
    assert server.send(final) == verifier
    assert advance(server, b"") == Success("user", "user")


@BOTH
@pytest.mark.parametrize("with_initial", [True, False])
def test_both_ends(mechanism: Mechanism, with_initial: bool) -> None:
    for side, user in (
        (client_side(), Success("ana", "ana")),
        (client_side("ANA"), Success("ana", "ana")),
        (client_side("José Luis", "contraseña con espacios"), Success("José Luis", "José Luis")),
        (client_side("postmaster", "llave", "ana"), Success("postmaster", "ana")),
    ):
        claimed, granted = agreed(mechanism, side, with_initial=with_initial)
        assert granted == user
        assert claimed == Success(side.name, side.authzid or side.name)
    assert exchange(mechanism, client_side(password="wrong"), with_initial=with_initial)[1] == WRONG_CREDENTIALS
    assert exchange(mechanism, client_side("nadie"), with_initial=with_initial)[1] == WRONG_CREDENTIALS


@given(st.text("a=,2CD3ñ", min_size=1, max_size=8), st.text(min_size=1, max_size=8))
def test_any_name_and_password_that_an_account_can_have(name: str, password: str) -> None:
    try:
        accounts = AccountTable([Account(name, password)], b"")
    except ValueError:
        return
    server = SCRAM_SHA_256.server(ServerSide(accounts, octets("s"), 0, "h"))
    client = SCRAM_SHA_256.client(ClientSide(name, password, octets("c")))
    next(server)
    challenge = server.send(next(client))
    final = client.send(challenge)
    assert client.send(server.send(final)) == b""
    assert advance(server, b"") == Success(name, name)


Forge = Callable[[bytes], bytes]


def forged(
    forge_first: Forge = bytes, forge_final: Forge = bytes, *, answer: bytes = b"", errors: bool = False
) -> Outcome:
    """What a server says to an honest client whose messages change on the way."""
    told, outcome = said(forge_first, forge_final, answer=answer, errors=errors)
    assert not told
    return outcome


def said(
    forge_first: Forge = bytes, forge_final: Forge = bytes, *, answer: bytes = b"", errors: bool = False
) -> tuple[bytes, Outcome]:
    """As `forged`, with the error message that came before the end."""
    server = SCRAM_SHA_256.server(server_side(tell_errors=errors))
    client = SCRAM_SHA_256.client(client_side())
    next(server)
    step = advance(server, forge_first(next(client)))
    if isinstance(step, bytes) and step.startswith(b"r="):
        step = advance(server, forge_final(client.send(step)))
    told = step if isinstance(step, bytes) and step.startswith(b"e=") else b""
    if isinstance(step, bytes):
        step = advance(server, answer)
    assert not isinstance(step, bytes)
    return told, step


def swap(old: str, new: str) -> Forge:
    """Replace the first match of a regular expression, which must be there."""

    def replace(message: bytes) -> bytes:
        changed, count = re.subn(old.encode(), new.encode(), message, count=1)
        assert count
        return changed

    return replace


REFUSED_FIRST = [
    ("^n,", "p=tls-unique,", Kind.UNSUPPORTED, b"e=channel-binding-not-supported"),
    ("n=ana", "m=x,n=ana", Kind.UNSUPPORTED, b"e=extensions-not-supported"),
    ("^n,,", "a=x,,", Kind.MALFORMED, b"e=invalid-encoding"),
    ("^n,,", "n,", Kind.MALFORMED, b"e=invalid-encoding"),
    ("^n,,", "n,b=x,", Kind.MALFORMED, b"e=invalid-encoding"),
    ("^n,,", "p=a_b,,", Kind.MALFORMED, b"e=invalid-encoding"),
    ("n=ana", "n=", Kind.MALFORMED, b"e=invalid-encoding"),
    ("n=ana", "n=a=3d", Kind.MALFORMED, b"e=invalid-encoding"),
    ("n=ana", "n=a\\0", Kind.MALFORMED, b"e=invalid-encoding"),
    ("n=ana", "N=ana", Kind.MALFORMED, b"e=invalid-encoding"),
    ("r=.*", "r=", Kind.MALFORMED, b"e=invalid-encoding"),
    ("r=.*", "r=a b", Kind.MALFORMED, b"e=invalid-encoding"),
    (",r=.*", "", Kind.MALFORMED, b"e=invalid-encoding"),
    ("$", ",m=x", Kind.MALFORMED, b"e=invalid-encoding"),
    ("$", ",x", Kind.MALFORMED, b"e=invalid-encoding"),
    ("n=ana", "n=a\x07", Kind.MALFORMED, b"e=invalid-username-encoding"),
]


@pytest.mark.parametrize(("old", "new", "kind", "error"), REFUSED_FIRST)
def test_first_messages_that_a_server_refuses(old: str, new: str, kind: Kind, error: bytes) -> None:
    outcome = forged(swap(old, new))
    assert isinstance(outcome, Failure)
    assert outcome.kind is kind
    assert said(swap(old, new), errors=True) == (error, outcome)


@pytest.mark.parametrize("name", [b"n,,n=\xff,r=x", b"n,a=\xff,n=ana,r=x"])
def test_names_that_are_no_text_are_refused(name: bytes) -> None:
    told, outcome = said(lambda _: name, errors=True)
    assert told == b"e=invalid-username-encoding"
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.MALFORMED


REFUSED_FINAL = [
    ("c=biws", "c=eSws", Kind.MALFORMED, b"e=channel-bindings-dont-match"),
    ("c=biws", "c=", Kind.MALFORMED, b"e=channel-bindings-dont-match"),
    (",r=", ",r=x", Kind.MALFORMED, b"e=other-error"),
    ("p=....", "p=AAAA", Kind.CREDENTIALS, b"e=invalid-proof"),
    ("p=.*", "p=AAAA", Kind.CREDENTIALS, b"e=invalid-proof"),
    ("p=.*", "p=", Kind.CREDENTIALS, b"e=invalid-proof"),
    (",p=", ",x=y,p=", Kind.CREDENTIALS, b"e=invalid-proof"),  # the proof covers extensions, too
    (",p=", ",m=y,p=", Kind.MALFORMED, b"e=invalid-encoding"),
    (",p=.*", "", Kind.MALFORMED, b"e=invalid-encoding"),
    ("p=.*", "p=A", Kind.MALFORMED, b"e=invalid-encoding"),
    ("^", " ", Kind.MALFORMED, b"e=invalid-encoding"),
]


@pytest.mark.parametrize(("old", "new", "kind", "error"), REFUSED_FINAL)
def test_final_messages_that_a_server_refuses(old: str, new: str, kind: Kind, error: bytes) -> None:
    outcome = forged(forge_final=swap(old, new))
    assert isinstance(outcome, Failure)
    assert outcome.kind is kind
    assert said(forge_final=swap(old, new), errors=True) == (error, outcome)


def test_a_changed_flag_shows_in_the_final_message() -> None:
    outcome = forged(swap("^n,", "y,"))
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.MALFORMED
    assert str(outcome.reason) == "The header of the client's first message was changed."


def by_hand(gs2: bytes, extension: bytes = b"") -> Outcome:
    """What a server says to a client that is written here, straight from RFC 5802 section 3."""
    server = SCRAM_SHA_256.server(server_side())
    next(server)
    bare = b"n=ana,r=abc" + extension
    challenge = server.send(gs2 + bare)
    fields = dict(field.split(b"=", 1) for field in challenge.split(b","))
    salted = hashlib.pbkdf2_hmac("sha256", b"secreto", base64.b64decode(fields[b"s"]), int(fields[b"i"]))
    final = b"c=" + base64.b64encode(gs2) + b",r=" + fields[b"r"] + extension
    client_key = hmac.new(salted, b"Client Key", "sha256").digest()
    stored_key = hashlib.sha256(client_key).digest()
    signature = hmac.new(stored_key, bare + b"," + challenge + b"," + final, "sha256").digest()
    proof = int.from_bytes(client_key, "big") ^ int.from_bytes(signature, "big")
    server.send(final + b",p=" + base64.b64encode(proof.to_bytes(32, "big")))
    outcome = advance(server, b"")
    assert not isinstance(outcome, bytes)
    return outcome


def test_a_client_that_could_bind_the_channel_is_welcome() -> None:
    assert by_hand(b"n,,") == by_hand(b"y,,") == by_hand(b"y,a=ana,") == Success("ana", "ana")


def test_extensions_that_may_be_ignored_are() -> None:
    assert by_hand(b"n,,", b",x=extension,Y=z=") == Success("ana", "ana")


def test_an_unwelcome_identity_is_refused_after_the_proof() -> None:
    _, outcome, lines = exchange(SCRAM_SHA_256, client_side("ana", "secreto", "tim"))
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.AUTHORIZATION
    assert not any((decode(line) or b"").startswith(b"v=") for line in lines)  # type: ignore[union-attr]
    assert exchange(SCRAM_SHA_256, client_side("ana", "wrong", "tim"))[1] == WRONG_CREDENTIALS


def test_the_last_answer_is_empty() -> None:
    outcome = forged(answer=b"x")
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.MALFORMED
    assert forged() == Success("ana", "ana")


def test_a_server_that_tells_errors_is_heard() -> None:
    claimed, granted, lines = exchange(SCRAM_SHA_256, client_side(password="wrong"), server_side(tell_errors=True))
    assert lines[-2:] == [encode(b"e=invalid-proof"), b"*"]
    assert isinstance(claimed, Failure)
    assert (claimed.kind, str(claimed.reason)) == (Kind.CREDENTIALS, "The server refused: invalid-proof")
    assert isinstance(granted, Failure)
    assert granted.kind is Kind.CANCELLED


@given(st.lists(st.binary(), min_size=3, max_size=3))
def test_no_messages_raise_or_let_anyone_in(messages: list[bytes]) -> None:
    server = SCRAM_SHA_1.server(server_side())
    next(server)
    step: bytes | Outcome = b""
    for message in messages:
        step = advance(server, message)
        if not isinstance(step, bytes):
            break
    assert isinstance(step, Failure)


ATTRIBUTE = st.tuples(st.sampled_from("nrascipvemx"), st.text("=,Aa0+/\0é", max_size=6)).map("=".join)
NEARLY = st.lists(ATTRIBUTE, max_size=6).map(",".join)


@given(st.sampled_from(["n,,", "y,,", "p=x,,", "n,a=b,", ""]), NEARLY, NEARLY)
def test_no_nearly_right_messages_raise_or_let_anyone_in(header: str, first: str, final: str) -> None:
    server = SCRAM_SHA_1.server(server_side())
    next(server)
    step = advance(server, (header + first).encode())
    if isinstance(step, bytes):
        step = advance(server, final.encode())
    assert isinstance(step, Failure)


# The client's side


def challenged() -> tuple[Generator[bytes, bytes | None, Outcome], bytes, Generator[bytes, bytes, Outcome]]:
    """A client, the first challenge of an honest server, and that server."""
    client, server = SCRAM_SHA_256.client(client_side()), SCRAM_SHA_256.server(server_side())
    next(server)
    return client, server.send(next(client)), server


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("r=", "r=x", Kind.MALFORMED),
        ("r=(.{24}).*?,", "r=\\1,", Kind.MALFORMED),  # the server added nothing
        ("i=4096", "i=4095", Kind.UNTRUSTED),
        ("i=4096", "i=1000001", Kind.UNTRUSTED),
        ("i=4096", "i=0", Kind.MALFORMED),
        ("i=4096", "i=9999999999", Kind.MALFORMED),
        ("^", "m=x,", Kind.UNSUPPORTED),
        ("$", ",m=x", Kind.MALFORMED),
        ("s=", "s=*", Kind.MALFORMED),
        ("^.*$", "e=other-error", Kind.UNSUPPORTED),
        ("^.*$", "e=unknown-user", Kind.CREDENTIALS),
        ("^.*$", "", Kind.MALFORMED),
        ("^.*$", "v=AAAA", Kind.MALFORMED),
    ],
)
def test_challenges_that_a_client_refuses(old: str, new: str, kind: Kind) -> None:
    client, challenge, _ = challenged()
    outcome = advance(client, swap(old, new)(challenge))
    assert isinstance(outcome, Failure)
    assert outcome.kind is kind


def test_optional_extensions_of_a_server_are_ignored() -> None:
    client, challenge, _ = challenged()
    assert client.send(challenge + b",x=y").startswith(b"c=biws,r=")


@pytest.mark.parametrize(
    ("verifier", "kind"),
    [
        (b"v=AAAA", Kind.UNTRUSTED),
        (b"v=", Kind.UNTRUSTED),
        (b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", Kind.UNTRUSTED),
        (b"e=invalid-proof,x=y", Kind.CREDENTIALS),
        (b"", Kind.MALFORMED),
        (b"welcome", Kind.MALFORMED),
        (None, Kind.UNTRUSTED),
    ],
)
def test_a_server_that_proves_nothing_is_not_trusted(verifier: bytes | None, kind: Kind) -> None:
    client, challenge, _ = challenged()
    client.send(challenge)
    outcome = advance(client, verifier)
    assert isinstance(outcome, Failure)
    assert outcome.kind is kind


def test_a_success_before_any_proof_is_not_believed() -> None:
    client = SCRAM_SHA_256.client(client_side())
    next(client)
    assert advance(client, None) == IMPOSTOR


def test_a_message_after_the_proofs_is_one_too_many() -> None:
    client, challenge, server = challenged()
    assert client.send(server.send(client.send(challenge))) == b""
    outcome = advance(client, b"more")
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.MALFORMED


@given(st.binary(), st.binary())
def test_no_challenges_raise_or_convince_a_client(one: bytes, other: bytes) -> None:
    client = SCRAM_SHA_256.client(client_side())
    next(client)
    assert isinstance(advance(client, one), Failure)
    client, challenge, _ = challenged()
    client.send(challenge)
    assert isinstance(advance(client, other), Failure)


@pytest.mark.parametrize("side", [client_side(""), client_side(password="\0"), client_side(authzid="a\0b")])
def test_a_client_does_not_send_what_cannot_be_prepared(side: ClientSide) -> None:
    for mechanism in (SCRAM_SHA_1, SCRAM_SHA_256):
        outcome = ClientConversation(mechanism, side).outcome
        assert isinstance(outcome, Failure)
        assert outcome.kind is Kind.MALFORMED
