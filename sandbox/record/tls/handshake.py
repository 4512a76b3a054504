"""Handshake messages taken apart: TLS 1.3 (RFC 8446 section 4) and TLS 1.2 (RFC 5246 section 7.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref
from sandbox.record.tls.certificate import read_certificate
from sandbox.record.tls.extensions import listed, read_extensions, short_hex
from sandbox.record.tls.fields import Cursor, Field, Short
from sandbox.record.tls.messages import CLIENT_HELLO, RETRY, SERVER_HELLO, TLS13, Message
from sandbox.record.tls.names import group_name, scheme_name, version_name
from sandbox.record.tls.suites import suite_name
from sandbox.wire.trace import Side

_CUT: Final = N_("the message is cut short")
_NAMED_CURVE: Final = 3
_CERTIFICATES: Final = 16
"""Certificates of a chain that are read."""


class _Context(NamedTuple):
    """What a body needs to be read: the version, and who sent it."""

    new: bool
    client: bool


class Shape(NamedTuple):
    """A kind of message: name, meaning, section in TLS 1.3 and in TLS 1.2, and how to read its body."""

    name: str
    about: str
    new: Ref
    old: Ref
    read: Callable[[Cursor, _Context], list[Field]]


class Dissected(NamedTuple):
    """A message in words. `about` is a message id."""

    name: str
    about: str
    ref: Ref
    fields: tuple[Field, ...]


def dissect(message: Message, side: Side, version: int) -> Dissected:
    """Take a message apart. `version` is what the ends agreed on, or 0 if they have not yet."""
    new = version in (TLS13, 0)
    shape = _shape(message)
    if shape is None:
        return Dissected(f"handshake {message.kind}", "", Ref("8446#4"), (_body(message.body),))
    cursor = Cursor(message.body)
    fields: list[Field] = []
    try:
        fields += shape.read(cursor, _Context(new, side == "C"))
    except Short:
        fields.append(Field("…", Msg(_CUT)))
    return Dissected(shape.name, shape.about, shape.new if new else shape.old, tuple(fields))


def message_name(message: Message) -> str:
    """What a message is called."""
    shape = _shape(message)
    return shape.name if shape is not None else f"handshake {message.kind}"


def _shape(message: Message) -> Shape | None:
    if message.kind == SERVER_HELLO and message.body[2:34] == RETRY:
        return _RETRY_SHAPE
    return SHAPES.get(message.kind)


def _body(body: bytes) -> Field:
    return Field("body", short_hex(body))


# Bodies


def _nothing(_cursor: Cursor, _context: _Context) -> list[Field]:
    return []


def _hello(cursor: Cursor, context: _Context) -> list[Field]:
    """What both hellos begin with."""
    version, random, session = version_name(cursor.number(2)), short_hex(cursor.take(32)), short_hex(cursor.vector(1))
    fresh = N_("drawn anew for this connection, so that nothing old can be played back")
    if not context.new:
        ref = Ref("5246#7.4.1.2" if context.client else "5246#7.4.1.3")
        newest = N_("the newest version that it knows") if context.client else N_("the version that is spoken")
        back = N_("names an earlier connection, to come back to it")
        return [
            Field("client_version" if context.client else "server_version", version, newest, ref),
            Field("random", random, fresh, ref),
            Field("session_id", session, back, ref),
        ]
    ref = Ref("8446#4.1.2" if context.client else "8446#4.1.3")
    frozen = N_("1.2 for ever, since old machines on the way stumble over anything newer")
    echo = N_("of no use in TLS 1.3: it makes the handshake look like one of 1.2")
    return [
        Field("legacy_version", version, frozen, ref),
        Field("random", random, fresh, ref),
        Field("legacy_session_id" if context.client else "legacy_session_id_echo", session, echo, Ref("8446#D.4")),
    ]


def _client_hello(cursor: Cursor, context: _Context) -> list[Field]:
    fields = _hello(cursor, context)
    suites = [suite_name(number) for number in cursor.numbers(2, 2)]
    cursor.vector(1)  # compression: none, since 2012
    about = N_("ciphers that the client can do, best first; the server takes one")
    ref = Ref("8446#4.1.2") if context.new else Ref("5246#7.4.1.2")
    return [*fields, Field("cipher_suites", listed(suites), about, ref), *_extensions(cursor, client=True)]


def _server_hello(cursor: Cursor, context: _Context) -> list[Field]:
    fields = _hello(cursor, context)
    suite = suite_name(cursor.number(2))
    cursor.number(1)  # compression
    ref = Ref("8446#4.1.3") if context.new else Ref("5246#7.4.1.3")
    about = N_("the cipher for everything that follows")
    return [*fields, Field("cipher_suite", suite, about, ref), *_extensions(cursor, client=False)]


def _extensions(cursor: Cursor, *, client: bool) -> list[Field]:
    return read_extensions(cursor.vector(2), client) if len(cursor) else []


def _encrypted_extensions(cursor: Cursor, _context: _Context) -> list[Field]:
    return _extensions(cursor, client=False)


def _certificate(cursor: Cursor, context: _Context) -> list[Field]:
    if context.new:
        cursor.vector(1)  # the context of a CertificateRequest
    chain = Cursor(cursor.vector(3))
    fields: list[Field] = []
    number = 0
    while len(chain) and number < _CERTIFICATES:
        number += 1
        der = chain.vector(3)
        about = N_("the end's own; each of the next ones vouches for the one before") if number == 1 else ""
        size = Msg(N_("{count} octets"), count=len(der))
        fields.append(Field(f"certificate {number}", size, about, Ref("8446#4.4.2" if context.new else "5246#7.4.2")))
        fields += [field.inside() for field in read_certificate(der)]
        if context.new:
            fields += [field.inside() for field in read_extensions(chain.vector(2), context.client)]
    return fields


def _certificate_verify(cursor: Cursor, context: _Context) -> list[Field]:
    ref = Ref("8446#4.4.3" if context.new else "5246#7.4.8")
    return [
        Field("algorithm", scheme_name(cursor.number(2)), N_("how it is signed"), ref),
        Field("signature", short_hex(cursor.vector(2)), N_("over all messages of the handshake so far"), ref),
    ]


def _finished(cursor: Cursor, context: _Context) -> list[Field]:
    about = N_("a checksum of the handshake under its key: whoever changed a message cannot make it")
    return [Field("verify_data", short_hex(cursor.rest()), about, Ref("8446#4.4.4" if context.new else "5246#7.4.9"))]


def _ticket(cursor: Cursor, context: _Context) -> list[Field]:
    ref = Ref("8446#4.6.1" if context.new else "5077#3.3")
    lifetime = f"{cursor.number(4)} s"
    fields = [Field("ticket_lifetime", lifetime, N_("how long the ticket is good"), ref)]
    if context.new:
        cursor.number(4)  # what is added to ages of tickets, to hide them
        fields.append(Field("ticket_nonce", cursor.vector(1).hex(" "), "", ref))
    about = N_("what the client shows when it comes back; only the server understands it")
    fields.append(Field("ticket", short_hex(cursor.vector(2)), about, ref))
    return [*fields, *_extensions(cursor, client=False)] if context.new else fields


def _certificate_request(cursor: Cursor, context: _Context) -> list[Field]:
    if context.new:
        cursor.vector(1)
        return _extensions(cursor, client=True)
    kinds = cursor.numbers(1, 1)
    schemes = listed([scheme_name(number) for number in cursor.numbers(2, 2)])
    ref = Ref("5246#7.4.4")
    return [
        Field("certificate_types", listed([str(kind) for kind in kinds]), "", ref),
        Field("supported_signature_algorithms", schemes, "", ref),
    ]


def _server_key_exchange(cursor: Cursor, _context: _Context) -> list[Field]:
    ref = Ref("8422#5.4")
    if cursor.number(1) != _NAMED_CURVE:
        return [Field("params", short_hex(cursor.rest()), "", Ref("5246#7.4.3"))]
    group = group_name(cursor.number(2))
    key = short_hex(cursor.vector(1))
    scheme = scheme_name(cursor.number(2))
    about = N_("with the certificate's key: so the key is the server's, and nobody else's")
    return [
        Field("namedcurve", group, N_("the group in which the keys are agreed on"), ref),
        Field("public", key, N_("the server's half of the secret of this connection"), ref),
        Field("algorithm", scheme, N_("how it is signed"), ref),
        Field("signature", short_hex(cursor.vector(2)), about, ref),
    ]


def _client_key_exchange(cursor: Cursor, _context: _Context) -> list[Field]:
    about = N_("the client's half of the secret of this connection, or the secret locked with the server's key")
    return [Field("exchange_keys", short_hex(cursor.rest()), about, Ref("5246#7.4.7"))]


def _key_update(cursor: Cursor, _context: _Context) -> list[Field]:
    asked = {0: "update_not_requested", 1: "update_requested"}
    number = cursor.number(1)
    return [Field("request_update", asked.get(number, str(number)), "", Ref("8446#4.6.3"))]


def _opaque(cursor: Cursor, _context: _Context) -> list[Field]:
    return [_body(cursor.rest())]


_RETRY_SHAPE: Final = Shape(
    "HelloRetryRequest",
    N_("Say hello again, with a key in a group that I know."),
    Ref("8446#4.1.4"),
    Ref("8446#4.1.4"),
    _server_hello,
)

SHAPES: Final[dict[int, Shape]] = {
    0: Shape("HelloRequest", N_("Let us shake hands again."), Ref("5246#7.4.1.1"), Ref("5246#7.4.1.1"), _nothing),
    CLIENT_HELLO: Shape(
        "ClientHello",
        N_("The client offers: versions, ciphers, and public keys. All in clear text."),
        Ref("8446#4.1.2"),
        Ref("5246#7.4.1.2"),
        _client_hello,
    ),
    SERVER_HELLO: Shape(
        "ServerHello",
        N_("The server chooses. From here on both ends can work out the keys."),
        Ref("8446#4.1.3"),
        Ref("5246#7.4.1.3"),
        _server_hello,
    ),
    4: Shape(
        "NewSessionTicket",
        N_("A ticket: with it the client may come back without most of the handshake."),
        Ref("8446#4.6.1"),
        Ref("5077#3.3"),
        _ticket,
    ),
    5: Shape("EndOfEarlyData", N_("That was the early data."), Ref("8446#4.5"), Ref("8446#4.5"), _nothing),
    8: Shape(
        "EncryptedExtensions",
        N_("Answers to the client's offers that need not be in clear text."),
        Ref("8446#4.3.1"),
        Ref("8446#4.3.1"),
        _encrypted_extensions,
    ),
    11: Shape(
        "Certificate",
        N_("Who I am, and who vouches for it."),
        Ref("8446#4.4.2"),
        Ref("5246#7.4.2"),
        _certificate,
    ),
    12: Shape(
        "ServerKeyExchange",
        N_("The server's public key for this connection, signed with the key of its certificate."),
        Ref("5246#7.4.3"),
        Ref("5246#7.4.3"),
        _server_key_exchange,
    ),
    13: Shape(
        "CertificateRequest",
        N_("The server wants a certificate from the client, too."),
        Ref("8446#4.3.2"),
        Ref("5246#7.4.4"),
        _certificate_request,
    ),
    14: Shape("ServerHelloDone", N_("It is the client's turn again."), Ref("5246#7.4.5"), Ref("5246#7.4.5"), _nothing),
    15: Shape(
        "CertificateVerify",
        N_("Proof that I have the key of the certificate: a signature over this handshake."),
        Ref("8446#4.4.3"),
        Ref("5246#7.4.8"),
        _certificate_verify,
    ),
    16: Shape(
        "ClientKeyExchange",
        N_("The client's share of the key exchange. Now both ends can work out the keys."),
        Ref("5246#7.4.7"),
        Ref("5246#7.4.7"),
        _client_key_exchange,
    ),
    20: Shape(
        "Finished",
        N_("This end is through with the handshake, and saw the same messages as the other."),
        Ref("8446#4.4.4"),
        Ref("5246#7.4.9"),
        _finished,
    ),
    22: Shape(
        "CertificateStatus", N_("Proof that the certificate was not revoked."), Ref("6066#8"), Ref("6066#8"), _opaque
    ),
    24: Shape(
        "KeyUpdate",
        N_("From the next record on this end uses fresh keys."),
        Ref("8446#4.6.3"),
        Ref("8446#4.6.3"),
        _key_update,
    ),
    25: Shape(
        "CompressedCertificate",
        N_("Who I am, and who vouches for it: compressed."),
        Ref("8879#4"),
        Ref("8879#4"),
        _opaque,
    ),
}
