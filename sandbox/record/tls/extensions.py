"""Extensions of hellos, certificates and tickets (RFC 8446 section 4.2): name, meaning, and what is in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref
from sandbox.record.tls.fields import Cursor, Field, Short
from sandbox.record.tls.names import group_name, named, scheme_name, version_name

MOST: Final = 64
"""Extensions, keys or names of a list that are shown."""

_CUT: Final = N_("cut short")


class Extension(NamedTuple):
    """A row of the table. `read` makes a value and parts out of the data; its second argument: is it the client's?"""

    name: str
    about: str
    ref: Ref
    read: Callable[[Cursor, bool], tuple[Msg | str, list[Field]]]


def read_extensions(octets: bytes, client: bool) -> list[Field]:
    """A block of extensions, without the length before it."""
    fields: list[Field] = []
    cursor = Cursor(octets)
    try:
        while len(cursor) and len(fields) < MOST * 2:
            number = cursor.number(2)
            fields += _extension(number, cursor.vector(2), client)
    except Short:
        fields.append(Field("extension", Msg(_CUT)))
    return fields


def _extension(number: int, data: bytes, client: bool) -> list[Field]:
    row = EXTENSIONS.get(number)
    if row is None:
        return [Field(named({}, number), short_hex(data))]
    try:
        value, parts = row.read(Cursor(data), client)
    except Short:
        value, parts = Msg(_CUT), []
    if not value and not client:
        value = Msg(N_("yes"))
    return [Field(row.name, value, row.about, row.ref), *(part.inside() for part in parts)]


def listed(names: Sequence[str]) -> str:
    """Names in a line; a long list ends in a number."""
    shown = " ".join(names[:MOST])
    return f"{shown} +{len(names) - MOST}" if len(names) > MOST else shown


def text(octets: bytes) -> str:
    """Octets that should be ASCII."""
    return octets.decode("ascii", "backslashreplace")


# What is inside: a value, and parts of their own

Read = tuple[Msg | str, list[Field]]


def _opaque(cursor: Cursor, _client: bool) -> Read:
    return short_hex(cursor.rest()), []


def _server_name(cursor: Cursor, client: bool) -> Read:
    if not client:
        return "", []
    names = Cursor(cursor.vector(2))
    found: list[str] = []
    while len(names) and len(found) < MOST:
        kind, name = names.number(1), names.vector(2)
        if kind == 0:
            found.append(text(name))
    return listed(found), []


def _groups(cursor: Cursor, _client: bool) -> Read:
    return listed([group_name(number) for number in cursor.numbers(2, 2)]), []


def _point_formats(cursor: Cursor, _client: bool) -> Read:
    formats = {0: "uncompressed", 1: "ansiX962_compressed_prime", 2: "ansiX962_compressed_char2"}
    return listed([formats.get(number, str(number)) for number in cursor.numbers(1, 1)]), []


def _schemes(cursor: Cursor, _client: bool) -> Read:
    return listed([scheme_name(number) for number in cursor.numbers(2, 2)]), []


def _protocols(cursor: Cursor, _client: bool) -> Read:
    names = Cursor(cursor.vector(2))
    found: list[str] = []
    while len(names):
        found.append(text(names.vector(1)))
    return listed(found), []


def _versions(cursor: Cursor, client: bool) -> Read:
    numbers = cursor.numbers(1, 2) if client else [cursor.number(2)]
    return listed([version_name(number) for number in numbers]), []


def _modes(cursor: Cursor, _client: bool) -> Read:
    modes = {0: "psk_ke", 1: "psk_dhe_ke"}
    return listed([modes.get(number, str(number)) for number in cursor.numbers(1, 1)]), []


def _key_share(cursor: Cursor, client: bool) -> Read:
    if not client:
        group = group_name(cursor.number(2))
        return group, [_key(group, cursor.vector(2))] if len(cursor) else []
    shares = Cursor(cursor.vector(2))
    keys: list[Field] = []
    while len(shares) and len(keys) < MOST:
        group = group_name(shares.number(2))
        keys.append(_key(group, shares.vector(2)))
    return listed([key.name for key in keys]), keys


def _key(group: str, octets: bytes) -> Field:
    about = N_("a public key for this connection only: half of a secret, useless without the other")
    return Field(group, short_hex(octets), about, Ref("8446#4.2.8"))


def short_hex(octets: bytes, most: int = 16) -> str:
    """The first octets in hexadecimal, and how many there are if these are not all."""
    return octets.hex(" ") if len(octets) <= most else f"{octets[:most].hex(' ')} … ({len(octets)})"


EXTENSIONS: Final[dict[int, Extension]] = {
    0: Extension(
        "server_name",
        N_("the name of the server that is wanted, in clear text: one machine may serve many names"),
        Ref("6066#3"),
        _server_name,
    ),
    5: Extension("status_request", N_("show proof that the certificate was not revoked"), Ref("6066#8"), _opaque),
    10: Extension("supported_groups", N_("groups in which keys can be agreed on"), Ref("8446#4.2.7"), _groups),
    11: Extension(
        "ec_point_formats",
        N_("how points of curves are written; a relic of TLS 1.2"),
        Ref("8422#5.1.2"),
        _point_formats,
    ),
    13: Extension(
        "signature_algorithms", N_("ways to sign the handshake that can be checked"), Ref("8446#4.2.3"), _schemes
    ),
    16: Extension(
        "application_layer_protocol_negotiation",
        N_("the protocol to speak inside"),
        Ref("7301#3.1"),
        _protocols,
    ),
    18: Extension(
        "signed_certificate_timestamp",
        N_("proof that the certificate is in a public log"),
        Ref("6962#3.3.1"),
        _opaque,
    ),
    21: Extension("padding", N_("nothing, to make the message longer"), Ref("7685"), _opaque),
    22: Extension("encrypt_then_mac", N_("protect the order of sealing in old ciphers"), Ref("7366"), _opaque),
    23: Extension(
        "extended_master_secret",
        N_("tie the master secret to the whole handshake; a repair of TLS 1.2"),
        Ref("7627#5.1"),
        _opaque,
    ),
    28: Extension("record_size_limit", N_("records that are not longer than this, please"), Ref("8449#4"), _opaque),
    35: Extension("session_ticket", N_("tickets for coming back sooner are welcome"), Ref("5077#3.2"), _opaque),
    41: Extension(
        "pre_shared_key", N_("a secret from an earlier connection, to go on with"), Ref("8446#4.2.11"), _opaque
    ),
    42: Extension("early_data", N_("data that does not wait for the handshake"), Ref("8446#4.2.10"), _opaque),
    43: Extension(
        "supported_versions", N_("the real version: the other field says 1.2 for ever"), Ref("8446#4.2.1"), _versions
    ),
    44: Extension("cookie", N_("something to be sent back in the next ClientHello"), Ref("8446#4.2.2"), _opaque),
    45: Extension(
        "psk_key_exchange_modes", N_("how a secret from an earlier connection may be used"), Ref("8446#4.2.9"), _modes
    ),
    47: Extension("certificate_authorities", N_("whose signatures are trusted"), Ref("8446#4.2.4"), _opaque),
    49: Extension(
        "post_handshake_auth", N_("the client would show a certificate later, too"), Ref("8446#4.2.6"), _opaque
    ),
    50: Extension(
        "signature_algorithms_cert", N_("ways to sign certificates that can be checked"), Ref("8446#4.2.3"), _schemes
    ),
    51: Extension(
        "key_share",
        N_("public keys for the key exchange, sent before anybody asked, to save a flight"),
        Ref("8446#4.2.8"),
        _key_share,
    ),
    0xFF01: Extension(
        "renegotiation_info", N_("a new handshake must belong to the one before"), Ref("5746#3.2"), _opaque
    ),
}
