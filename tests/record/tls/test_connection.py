"""A connection from its journal: what was agreed on, records in words, and the glance at a handshake."""

from __future__ import annotations

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.message import Msg
from sandbox.core.refs import Ref
from sandbox.record.tls.connection import Agreement, Connection
from sandbox.record.tls.hello import Exchange, Handshake, asked_for, glance
from sandbox.record.tls.messages import Message
from sandbox.wire.trace import Data, Side, Tls
from tests.record.tls.peers import V12, V13, Talk, talk

SAID: tuple[tuple[Side, bytes], ...] = (("S", b"+OK hi\r\n"), ("C", b"PASS secreto\r\n"), ("S", b"\xff"))


def whats(connection: Connection) -> list[str]:
    said = [connection.what(opened) for opened in connection.records]
    return [each.text if isinstance(each, Msg) else each for each in said]


def test_tls_1_3() -> None:
    connection = Connection(talk(*SAID).events())
    assert connection.agreement._replace(chain=()) == Agreement(
        "TLS 1.3", "TLS_AES_256_GCM_SHA384", "x25519", "mail.norte.example"
    )
    [(subject, issuer)] = connection.agreement.chain
    assert (subject[:12], issuer[:10]) == ("Testing cert", "Testing CA")
    assert whats(connection) == [
        "ClientHello",
        "ServerHello",
        "for the look of it: it means nothing in TLS 1.3",
        "EncryptedExtensions",
        "Certificate",
        "CertificateVerify",
        "Finished",
        "for the look of it: it means nothing in TLS 1.3",
        "Finished",
        "NewSessionTicket",
        "NewSessionTicket",
        "+OK hi\r\n",
        "PASS secreto\r\n",
        "\\xff",
        "close_notify",
    ]


def test_tls_1_2() -> None:
    connection = Connection(talk(*SAID, version=V12).events())
    agreed = connection.agreement
    assert (agreed.version, agreed.exchange) == ("TLS 1.2", "x25519")
    assert agreed.cipher == "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
    assert whats(connection)[6:8] == ["from the next record on this end seals what it sends", "Finished"]


@pytest.mark.parametrize("version", [V12, V13])
def test_every_record_has_its_parts(version: ssl.TLSVersion) -> None:
    connection = Connection(talk(*SAID, version=version).events())
    for opened in connection.records:
        header, *inside = connection.parts(opened)
        assert header.name == ("TLSCiphertext" if opened.sealed else "TLSPlaintext")
        assert {field.name for field in header.fields} >= {"type", "length"}
        assert len(inside) == max(len(opened.messages), opened.kind in (20, 21))
        refs = [part.ref for part in (header, *inside)] + [field.ref for field in header.fields]
        assert [ref for ref in refs if not Ref(ref).known] == []


def test_the_certificates_are_in_the_handshake_too() -> None:
    events = talk().events()
    without = [
        Tls(event.seq, event.at, "a", secrets=event.secrets) if isinstance(event, Tls) else event for event in events
    ]
    assert Connection(without).agreement.chain == Connection(events).agreement.chain
    old = talk(version=V12).events()
    assert (
        Connection(event for event in old if isinstance(event, Data)).agreement.chain == Connection(old).agreement.chain
    )


def test_a_chain_that_is_cut_short_is_shown_as_far_as_it_goes() -> None:
    certificate = b"\x0b\0\0\x0a\0\0\x07\0\0\x01a\0\0\x09"
    record = b"\x16\x03\x03" + len(certificate).to_bytes(2) + certificate
    assert Connection([Data(1, 1, "a", "S", "tls", record)]).agreement.chain == (("", ""),)


def test_without_keys_it_says_so() -> None:
    events = [event for event in talk(*SAID).events() if isinstance(event, Data)]
    connection = Connection(events)
    assert set(whats(connection)[3:7]) == {"sealed, and its key is not known here"}
    assert connection.agreement == Agreement("TLS 1.3", "TLS_AES_256_GCM_SHA384", "x25519", "mail.norte.example")
    assert [part.name for part in connection.parts(connection.records[4])] == ["TLSCiphertext"]


def test_a_handshake_that_failed() -> None:
    connection = Connection(talk(name="otro.example").events())
    assert "another name" in connection.agreement.reason
    assert whats(connection)[-1] == "bad_certificate"
    assert connection.parts(connection.records[-1])[-1].fields[0].value == "2 fatal"
    assert Connection([Tls(1, 1, "a", reason="why")]).agreement == Agreement(reason="why")


def test_clear_text_where_tls_belongs() -> None:
    connection = Connection([Data(1, 1, "a", "C", "tls", b"EHLO norte\r\n")])
    assert whats(connection) == ["clear text: this is no record of TLS"]
    [part] = connection.parts(connection.records[0])
    assert part.fields[0].value == "12"
    assert connection.agreement == Agreement()


def test_records_that_are_odd() -> None:
    odd = (
        b"\x15\x03\x03\0\x01\x01"
        + b"\x15\x03\x03\0\x02\x02\xfe"
        + b"\x16\x03\x03\0\x01\x01"
        + b"\x14\x03\x03\0\x01\x01"
    )
    connection = Connection([Data(1, 1, "a", "S", "tls", odd)])
    assert whats(connection) == [
        "alert",
        "alert 254",
        "a part of a longer message",
        "from the next record on this end seals what it sends",
    ]
    assert [len(connection.parts(opened)) for opened in connection.records] == [2, 2, 1, 2]


def shaken(talked: Talk) -> list[Data]:
    return [event for event in talked.events()[: talked.shaken] if isinstance(event, Data)]


def test_a_glance_counts_the_flights() -> None:
    assert glance(shaken(talk())) == Handshake(3, "x25519")
    assert glance(shaken(talk(curve="secp521r1"))) == Handshake(5, "secp521r1")
    assert glance(shaken(talk(version=V12))) == Handshake(4, "x25519")
    assert glance([]) == Handshake(0, "")


def test_how_keys_are_agreed_on() -> None:
    hello = b"\x03\x03" + bytes(32) + b"\0"
    rsa = Exchange().told(Message(2, hello + b"\0\x9c\0"))
    assert rsa == Exchange("RSA")
    assert rsa.told(Message(12, b"\x01")) == rsa
    assert Exchange().told(Message(2, hello + b"\x13\x01\0\0\x06\0\x2b\0\x02\x03\x04")) == Exchange("PSK")
    assert Exchange("x").told(Message(2, b"")) == Exchange("x")


def test_no_name_is_no_name() -> None:
    assert asked_for(b"\x03\x03" + bytes(32) + b"\0\0\x02\x13\x01\x01\0") == ""


@given(st.lists(st.tuples(st.sampled_from("CS"), st.binary(max_size=60)), max_size=8))
def test_any_octets_are_shown(chunks: list[tuple[Side, bytes]]) -> None:
    events = [Data(seq, seq, "a", side, "tls", raw) for seq, (side, raw) in enumerate(chunks, 1)]
    connection = Connection(events)
    for opened in connection.records:
        connection.what(opened)
        connection.parts(opened)
    glance(events)


@given(st.integers(0, 400), st.binary(max_size=5), st.integers(0, 5))
def test_a_damaged_hello_is_shown(at: int, put: bytes, taken: int) -> None:
    octets = _WIRE[:at] + put + _WIRE[at + taken :]
    events = [Data(1, 1, "a", "C", "tls", octets), Data(2, 2, "a", "S", "tls", octets)]
    connection = Connection(events)
    assert sum(len(opened.record.octets) for opened in connection.records) <= 2 * len(octets)
    asked_for(octets[9:])
    [connection.parts(opened) for opened in connection.records]


_WIRE = b"".join(octets for _side, octets in talk().wire[:2])
