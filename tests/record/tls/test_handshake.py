"""Messages of real handshakes taken apart, and what is no message at all."""

from __future__ import annotations

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.message import Msg
from sandbox.core.refs import Ref
from sandbox.record.tls.decrypt import decrypt
from sandbox.record.tls.extensions import EXTENSIONS, listed, read_extensions, short_hex
from sandbox.record.tls.fields import Cursor, Short
from sandbox.record.tls.handshake import SHAPES, Dissected, dissect, message_name
from sandbox.record.tls.messages import LONGEST, RETRY, TLS12, TLS13, Message, MessageReader, chosen
from sandbox.record.tls.names import ALERTS, group_name, scheme_name, version_name
from tests.record.tls.peers import V12, V13, talk


def dissected(version: ssl.TLSVersion, **settings: str) -> list[Dissected]:
    talked = talk(version=version, **settings)
    number = TLS13 if version is V13 else TLS12
    return [
        dissect(message, opened.record.side, number)
        for opened in decrypt(talked.records(), talked.lines)
        for message in opened.messages
    ]


def values(part: Dissected) -> dict[str, str]:
    return {field.name: str(field.value) for field in part.fields}


def test_a_handshake_of_tls_1_3() -> None:
    hello, server, extensions, certificate, verify, finished, *_rest = dissected(V13)
    assert hello.ref == "8446#4.1.2"
    assert values(hello)["server_name"] == "mail.norte.example"
    assert values(hello)["supported_versions"] == "TLS 1.3"
    assert "TLS_AES_256_GCM_SHA384" in values(hello)["cipher_suites"]
    assert values(hello)["legacy_version"] == "TLS 1.2"
    assert values(server)["key_share"] == "x25519"
    assert values(server)["legacy_session_id_echo"] == values(hello)["legacy_session_id"]
    assert (extensions.name, values(extensions)) == ("EncryptedExtensions", {"server_name": "yes"})
    shown = values(certificate)
    assert shown["subjectAltName"] == "mail.norte.example localhost 127.0.0.1"
    assert "trustme" in shown["issuer"]
    assert shown["subjectPublicKeyInfo"] == "EC secp256r1"
    assert [field.depth for field in certificate.fields][:2] == [0, 1]
    assert values(verify)["algorithm"] == "ecdsa_secp256r1_sha256"
    assert values(finished)["verify_data"].endswith("(48)")


def test_a_handshake_of_tls_1_2() -> None:
    parts = dissected(V12)
    names = "ClientHello ServerHello Certificate ServerKeyExchange ServerHelloDone ClientKeyExchange Finished"
    assert [part.name for part in parts] == [*names.split(), "NewSessionTicket", "Finished"]
    assert all(part.ref.startswith(("5246#", "5077#")) for part in parts)
    exchange = values(parts[3])
    assert (exchange["namedcurve"], exchange["algorithm"]) == ("x25519", "ecdsa_secp256r1_sha256")
    assert "client_version" in values(parts[0])
    assert values(parts[1])["server_version"] == "TLS 1.2"


def test_a_server_asks_for_another_hello() -> None:
    parts = dissected(V13, curve="secp521r1")
    assert [part.name for part in parts[:4]] == ["ClientHello", "HelloRetryRequest", "ClientHello", "ServerHello"]
    assert values(parts[1])["key_share"] == values(parts[3])["key_share"] == "secp521r1"


BODIES = [
    (13, TLS13, b"\0\0\x08\0\x0d\0\x04\0\x02\x04\x03", {"signature_algorithms": "ecdsa_secp256r1_sha256"}),
    (
        13,
        TLS12,
        b"\x01\x40\0\x02\x04\x01\0\0",
        {"certificate_types": "64", "supported_signature_algorithms": "rsa_pkcs1_sha256"},
    ),
    (12, TLS12, b"\x01abc", {"params": "61 62 63"}),
    (24, TLS13, b"\x01", {"request_update": "update_requested"}),
    (24, TLS13, b"\x07", {"request_update": "7"}),
    (22, TLS12, b"\x01\x02", {"body": "01 02"}),
    (14, TLS12, b"", {}),
    (99, TLS13, b"hi", {"body": "68 69"}),
    (2, TLS13, b"\x03\x03", {"…": "the message is cut short"}),
]


@pytest.mark.parametrize(("kind", "version", "body", "expected"), BODIES)
def test_messages_that_are_rare(kind: int, version: int, body: bytes, expected: dict[str, str]) -> None:
    part = dissect(Message(kind, body), "S", version)
    assert {field.name: field.value.text if isinstance(field.value, Msg) else field.value for field in part.fields} == (
        expected
    )
    assert part.name == message_name(Message(kind, body))


EXTENDED = [
    (b"\x00\x10\0\x0c\0\x0a\x04imap\x04pop3", {"application_layer_protocol_negotiation": "imap pop3"}),
    (b"\x00\x2d\0\x02\x01\x01", {"psk_key_exchange_modes": "psk_dhe_ke"}),
    (b"\x00\x2b\0\x05\x04\x03\x04\x3a\x3a", {"supported_versions": "TLS 1.3 GREASE"}),
    (b"\x00\x00\0\x0a\0\x08\x01\0\x01a\0\0\x01b", {"server_name": "b"}),
    (b"\x12\x34\0\x01\xff", {"0x1234": "ff"}),
    (b"\x00\x0a\0\x01\0", {"supported_groups": "cut short"}),
    (b"\x00\x0a\0\x09\0", {"extension": "cut short"}),
]


@pytest.mark.parametrize(("octets", "expected"), EXTENDED)
def test_extensions(octets: bytes, expected: dict[str, str]) -> None:
    fields = read_extensions(octets, client=True)
    assert {field.name: field.value.text if isinstance(field.value, Msg) else field.value for field in fields} == (
        expected
    )


def test_everything_that_is_cited_exists() -> None:
    refs = [ref for shape in SHAPES.values() for ref in (shape.new, shape.old)]
    refs += [row.ref for row in EXTENSIONS.values()]
    assert [ref for ref in refs if not Ref(ref).known] == []


def test_alerts_are_named_as_the_standard_library_names_them() -> None:
    def flat(name: str) -> str:
        return name.removeprefix("ALERT_DESCRIPTION_").lower().replace("cancelled", "canceled").replace("_", "")

    theirs = {member.value: flat(member.name) for member in ssl.AlertDescription}
    both = {number: flat(name) for number, (name, _about) in ALERTS.items() if number in theirs}
    assert len(both) > 20
    assert {number: name for number, name in both.items() if theirs[number] != name} == {}


def test_numbers_without_a_name_stay_numbers() -> None:
    assert (version_name(0x0305), group_name(0x4A4A), scheme_name(0x0999)) == ("0x0305", "GREASE", "0x0999")
    assert listed([str(number) for number in range(70)]).endswith("63 +6")
    assert short_hex(bytes(20)).endswith("… (20)")


def test_a_cursor_stops_at_the_end() -> None:
    cursor = Cursor(b"\x00\x05\x01\x02\x03\x04\x05")
    assert cursor.numbers(2, 2) == [0x0102, 0x0304]
    with pytest.raises(Short):
        cursor.take(1)


@given(st.lists(st.builds(Message, st.integers(0, 255), st.binary(max_size=300))), st.integers(1, 50))
def test_messages_are_put_together_however_they_are_cut(messages: list[Message], step: int) -> None:
    octets = b"".join(bytes((m.kind,)) + len(m.body).to_bytes(3) + m.body for m in messages)
    reader = MessageReader()
    found = [m for at in range(0, len(octets), step) for m in reader.receive(octets[at : at + step])]
    assert found == messages
    assert not reader.waiting


def test_a_message_cannot_be_too_long() -> None:
    reader = MessageReader()
    assert reader.receive(b"\x0b" + LONGEST.to_bytes(3)) == ()
    assert reader.receive(b"\x0e\0\0\0") == ()
    assert not reader.waiting


@given(st.sampled_from([*SHAPES, 77]), st.binary(max_size=200), st.sampled_from([0, TLS12, TLS13]), st.booleans())
def test_any_octets_can_be_taken_apart(kind: int, body: bytes, version: int, client: bool) -> None:
    dissect(Message(kind, body), "C" if client else "S", version)
    chosen(body)


@given(st.data())
def test_a_damaged_message_can_be_taken_apart(data: st.DataObject) -> None:
    bodies = [Message(2, b"\x03\x03" + RETRY + b"\0\x13\x02\0\0\x06\0\x2b\0\x02\x03\x04"), *_MESSAGES]
    message = data.draw(st.sampled_from(bodies))
    body = bytearray(message.body)
    for _ in range(3):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    for version in (TLS12, TLS13):
        dissect(Message(message.kind, bytes(body)), "S", version)


def _messages() -> list[Message]:
    talked = [talk(version=version) for version in (V12, V13)]
    return [m for each in talked for opened in decrypt(each.records(), each.lines) for m in opened.messages]


_MESSAGES = _messages()
