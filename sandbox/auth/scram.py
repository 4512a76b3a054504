"""SCRAM-SHA-1 (RFC 5802) and SCRAM-SHA-256 (RFC 7677): both ends prove that they know the password; nobody sends it.

There is no channel binding here, so the "-PLUS" mechanisms are not offered: a client that insists on it ("p=") is
refused, one that would have used it ("y") is welcome, since it is right that this server has none (RFC 5802 section 6).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from sandbox.auth.accounts import authorize
from sandbox.auth.encoding import encode
from sandbox.auth.mechanism import ClientEnd, ClientSide, Mechanism, ServerEnd, ServerSide, credentials, malformed
from sandbox.auth.outcome import WRONG_CREDENTIALS, Failure, Kind, Success
from sandbox.auth.prepare import prepare
from sandbox.auth.scram_explain import explain
from sandbox.auth.scram_keys import derive
from sandbox.auth.scram_messages import ClientFinal, ClientFirst, ServerFinal, ServerFirst, escape, unescape
from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref

__all__ = ["MAX_ITERATIONS", "MIN_ITERATIONS", "SCRAM_SHA_1", "SCRAM_SHA_256"]

MIN_ITERATIONS = 4096
"""RFC 5802 section 5.1 asks servers for no less. Who poses as one would ask for less, to crack the proof in no time."""
MAX_ITERATIONS = 1_000_000
"""More would keep the client busy for as long as a server pleases."""
NONCE_OCTETS = 18

ATTRIBUTES = Ref("5802#5.1")
BINDING = Ref("5802#6")
SYNTAX = Ref("5802#7")

NO_BINDING = Failure(
    Msg(N_("The client insists on channel binding, and this server has none.")), Kind.UNSUPPORTED, BINDING
)
BAD_BINDING = Failure(Msg(N_("The header of the client's first message was changed.")), Kind.MALFORMED, BINDING)
EXTENDED = Failure(Msg(N_("The peer demands an extension that nobody has defined.")), Kind.UNSUPPORTED, ATTRIBUTES)
BAD_NAME = Failure(Msg(N_("The name has characters that are not allowed there.")), Kind.MALFORMED, ATTRIBUTES)
BAD_NONCE = Failure(Msg(N_("The nonce is not the one that this exchange began with.")), Kind.MALFORMED, ATTRIBUTES)
IMPOSTOR = Failure(
    Msg(N_("The server did not prove that it knows the password: it may be an impostor.")),
    Kind.UNTRUSTED,
    Ref("5802#5"),
)


class Refusal(NamedTuple):
    """Why a server refuses, and the server-error-value that says so in an "e=" message (RFC 5802 section 7)."""

    failure: Failure
    error: bytes


def server(hash_name: str, mechanism: bytes, side: ServerSide) -> ServerEnd:
    """Send the nonce, the salt and the iterations; check the client's proof; send the server's."""
    raw = yield b""
    first = ClientFirst.parse(raw)
    if first is None:
        return (yield from refuse(side, Refusal(malformed(mechanism, SYNTAX), b"invalid-encoding")))
    if (refusal := objection(first)) is not None:
        return (yield from refuse(side, refusal))
    keys = side.accounts.scram_keys(unescape(first.name) or "", hash_name)
    nonce = first.nonce + fresh_nonce(side.random)
    challenge = b"r=%s,s=%s,i=%d" % (nonce, encode(keys.salt), keys.iterations)
    raw = yield challenge
    final = ClientFinal.parse(raw)
    if final is None:
        return (yield from refuse(side, Refusal(malformed(mechanism, SYNTAX), b"invalid-encoding")))
    messages = b",".join((first.bare, challenge, final.bare))
    verdict = judge(side, hash_name, first, final, nonce, messages)
    if isinstance(verdict, Refusal):
        return (yield from refuse(side, verdict))
    answer = yield b"v=" + encode(hmac.digest(keys.server_key, messages, hash_name))
    return malformed(mechanism, SYNTAX) if answer else verdict


def objection(first: ClientFirst) -> Refusal | None:
    """Return what is wrong with a first message that is written as it should be."""
    if first.flag.startswith(b"p="):
        return Refusal(NO_BINDING, b"channel-binding-not-supported")
    if first.extended:
        return Refusal(EXTENDED, b"extensions-not-supported")
    if prepare(unescape(first.name) or "") is None or unescape(first.authzid) is None:
        return Refusal(BAD_NAME, b"invalid-username-encoding")
    return None


def judge(
    side: ServerSide, hash_name: str, first: ClientFirst, final: ClientFinal, nonce: bytes, messages: bytes
) -> Success | Refusal:
    """Check the final message: its header, its nonce, its proof, and whom the user wants to act as."""
    if final.binding != encode(first.gs2):
        return Refusal(BAD_BINDING, b"channel-bindings-dont-match")
    if final.nonce != nonce:
        return Refusal(BAD_NONCE, b"other-error")
    name = unescape(first.name) or ""
    account, keys = side.accounts.lookup(name), side.accounts.scram_keys(name, hash_name)
    client_key = xor(final.proof, hmac.digest(keys.stored_key, messages, hash_name))
    proven = hmac.compare_digest(hashlib.new(hash_name, client_key).digest(), keys.stored_key)
    if account is None or not proven:
        return Refusal(WRONG_CREDENTIALS, b"invalid-proof")
    outcome = authorize(side.accounts, account, unescape(first.authzid) or "")
    return outcome if isinstance(outcome, Success) else Refusal(outcome, b"other-error")


def refuse(side: ServerSide, refusal: Refusal) -> ServerEnd:
    """Fail; before that, tell why, if this server does."""
    if side.tell_errors:
        yield b"e=" + refusal.error
    return refusal.failure


def client(hash_name: str, mechanism: bytes, side: ClientSide) -> ClientEnd:
    """Send name and nonce, then the proof; then check the server's. Success without the server's proof is a failure."""
    known = credentials(side, takes_authzid=True)
    if isinstance(known, Failure):
        return known
    own = fresh_nonce(side.random)
    gs2 = b"n,%s," % (b"a=" + escape(known.authzid) if known.authzid else b"")
    bare = b"n=%s,r=%s" % (escape(known.name), own)
    challenge = yield gs2 + bare
    first = check_first(mechanism, challenge, own)
    if isinstance(first, Failure):
        return first
    assert challenge is not None
    client_key, keys = derive(known.password, first.salt, first.count, hash_name)
    final = b"c=%s,r=%s" % (encode(gs2), first.nonce)
    messages = b",".join((bare, challenge, final))
    proof = xor(client_key, hmac.digest(keys.stored_key, messages, hash_name))
    failure = check_final(
        mechanism, (yield final + b",p=" + encode(proof)), hmac.digest(keys.server_key, messages, hash_name)
    )
    if failure is not None:
        return failure
    answer = yield b""
    return malformed(mechanism, SYNTAX) if answer is not None else Success(side.name, side.authzid or side.name)


def check_first(mechanism: bytes, challenge: bytes | None, own: bytes) -> ServerFirst | Failure:
    """Read the server's first message: it must fit our `own` nonce, and ask for neither too little nor too much."""
    if challenge is None:
        return IMPOSTOR
    first = ServerFirst.parse(challenge)
    if first is None:
        return told(mechanism, challenge)
    if first.extended:
        return EXTENDED
    if not first.nonce.startswith(own) or first.nonce == own:
        return BAD_NONCE
    if not MIN_ITERATIONS <= first.count <= MAX_ITERATIONS:
        reason = Msg(
            N_("The server asks for {count} iterations; between {least} and {most} make sense."),
            count=first.count,
            least=MIN_ITERATIONS,
            most=MAX_ITERATIONS,
        )
        return Failure(reason, Kind.UNTRUSTED, ATTRIBUTES)
    return first


def check_final(mechanism: bytes, challenge: bytes | None, signature: bytes) -> Failure | None:
    """Compare the server's proof with the signature that it should be; None if it is."""
    if challenge is None:
        return IMPOSTOR
    final = ServerFinal.parse(challenge)
    if final is None or final.error:
        return told(mechanism, challenge)
    return None if hmac.compare_digest(final.verifier, signature) else IMPOSTOR


def told(mechanism: bytes, challenge: bytes) -> Failure:
    """Return the failure for an "e=" message, which may come in place of either challenge, or for nonsense."""
    final = ServerFinal.parse(challenge)
    if final is None or not final.error:
        return malformed(mechanism, SYNTAX)
    kind = Kind.CREDENTIALS if final.error in {b"invalid-proof", b"unknown-user"} else Kind.UNSUPPORTED
    reason = Msg(N_("The server refused: {error}"), error=final.error.decode("utf-8", "replace"))
    return Failure(reason, kind, SYNTAX)


def fresh_nonce(random: Callable[[int], bytes]) -> bytes:
    """Return a nonce: random octets in base64, whose characters are all `printable` (RFC 5802 section 7)."""
    return encode(random(NONCE_OCTETS))


def xor(one: bytes, other: bytes) -> bytes:
    """Return the octets of both combined, as far as both go."""
    return bytes(a ^ b for a, b in zip(one, other, strict=False))


def scram(name: bytes, hash_name: str, ref: str, about: str) -> Mechanism:
    """Make the row of SCRAM with a hash function."""
    return Mechanism(
        name,
        partial(server, hash_name, name),
        partial(client, hash_name, name),
        explain,
        Ref(ref),
        about,
        plaintext=False,
        client_first=True,
        takes_initial=True,
    )


SCRAM_SHA_1 = scram(
    b"SCRAM-SHA-1",
    "sha1",
    "5802",
    N_("Both ends prove that they know the password; the server need not store it. Older than SCRAM-SHA-256."),
)

SCRAM_SHA_256 = scram(
    b"SCRAM-SHA-256",
    "sha256",
    "7677#3",
    N_("Both ends prove that they know the password; the server need not store it. The best of those offered here."),
)
