"""Opening records that the standard library sealed: what comes out is what went in."""

from __future__ import annotations

import ssl

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from sandbox.record.tls.decrypt import Opened, Opener, decrypt
from sandbox.record.tls.keys import KeyLog, Seal13, expand_label
from sandbox.record.tls.records import ALERT, APPLICATION_DATA, HANDSHAKE, NO_RECORD, Record
from sandbox.record.tls.suites import Suite, suite, suite_name
from sandbox.wire.trace import Side
from tests.record.tls.peers import V12, V13, Talk, talk

SAID: tuple[tuple[Side, bytes], ...] = (
    ("S", b"+OK ready\r\n"),
    ("C", b"PASS secreto\r\n"),
    ("S", b"+OK\r\n" * 9_000),
    ("C", b"QUIT\r\n"),
)
CIPHERS = [
    (V13, ""),
    (V12, "ECDHE-ECDSA-AES128-GCM-SHA256"),
    (V12, "ECDHE-ECDSA-AES256-GCM-SHA384"),
    (V12, "ECDHE-ECDSA-CHACHA20-POLY1305"),
    (V12, "ECDHE-ECDSA-AES128-CCM"),
    (V12, "ECDHE-ECDSA-AES256-CCM8:@SECLEVEL=0"),
]


def app(opened: list[Opened], side: Side) -> bytes:
    return b"".join(item.octets for item in opened if item.kind == APPLICATION_DATA and item.record.side == side)


@pytest.mark.parametrize(("version", "cipher"), CIPHERS)
def test_everything_opens(version: ssl.TLSVersion, cipher: str) -> None:
    talked = talk(*SAID, version=version, cipher=cipher)
    opened = list(decrypt(talked.records(), talked.lines))
    assert [item.fault for item in opened if item.fault is not None] == []
    for side in ("C", "S"):
        assert app(opened, side) == b"".join(text for who, text in SAID if who == side)
    assert opened[-1].octets == b"\x01\x00"
    assert opened[-1].kind == ALERT
    assert opened[-1].sealed


@pytest.mark.parametrize("version", [V12, V13])
def test_the_handshake_is_in_it(version: ssl.TLSVersion) -> None:
    talked = talk(version=version)
    opened = list(decrypt(talked.records(), talked.lines))
    kinds = {side: [m.kind for item in opened for m in item.messages if item.record.side == side] for side in "CS"}
    if version is V13:
        assert kinds == {"C": [1, 20], "S": [2, 8, 11, 15, 20, 4, 4]}
    else:
        assert kinds == {"C": [1, 16, 20], "S": [2, 11, 12, 14, 4, 20]}


def test_a_server_may_ask_for_another_hello() -> None:
    talked = talk(*SAID, curve="secp521r1")
    opened = list(decrypt(talked.records(), talked.lines))
    assert [m.kind for item in opened for m in item.messages if item.record.side == "C"] == [1, 1, 20]
    assert app(opened, "C") == b"PASS secreto\r\nQUIT\r\n"


@pytest.mark.parametrize("version", [V12, V13])
def test_without_keys_only_the_hellos_can_be_read(version: ssl.TLSVersion) -> None:
    talked = talk(*SAID, version=version)
    opened = list(decrypt(talked.records(), ()))
    closed = [item for item in opened if item.sealed]
    assert {item.fault.text for item in closed if item.fault} == {"sealed, and its key is not known here"}
    assert all(item.octets == b"" for item in closed)
    assert [m.kind for item in opened for m in item.messages][:2] == [1, 2]
    assert app(opened, "C") == app(opened, "S") == b""


@pytest.mark.parametrize("version", [V12, V13])
def test_other_keys_do_not_open_it(version: ssl.TLSVersion) -> None:
    talked, other = talk(*SAID, version=version), talk(version=version)
    mine, theirs = talked.lines[0].split()[1], other.lines[0].split()[1]
    opened = list(decrypt(talked.records(), [line.replace(theirs, mine) for line in other.lines]))
    closed = [item for item in opened if item.sealed]
    assert closed
    faults = {item.fault.text for item in closed if item.fault}
    assert faults == {"sealed, and the keys that are known do not open it"}
    assert app(opened, "C") == b""


def test_a_cipher_that_is_no_aead_says_so() -> None:
    talked = talk(*SAID, version=V12, cipher="ECDHE-ECDSA-AES256-SHA384")
    opened = list(decrypt(talked.records(), talked.lines))
    assert [m.kind for item in opened for m in item.messages] == [1, 2, 11, 12, 14, 16, 4]
    faults = [item.fault for item in opened if item.fault]
    assert {fault.params["cipher"] for fault in faults} == {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"}


def test_from_the_middle_nothing_can_be_told() -> None:
    talked = talk(*SAID)
    opened = list(decrypt(talked.records()[-3:], talked.lines))
    assert all(item.sealed and item.fault for item in opened)


def test_a_handshake_that_fails_ends_in_an_alert() -> None:
    talked = talk(name="otro.example")
    opened = list(decrypt(talked.records(), talked.lines))
    assert (opened[-1].kind, opened[-1].octets) == (ALERT, b"\x02\x2a")


def test_clear_text_stays_as_it_is() -> None:
    record = Record("C", 1, 1, NO_RECORD, 0, b"EHLO a\r\n")
    assert Opener().open(record) == Opened(record, NO_RECORD, b"EHLO a\r\n")


CHACHA = Suite("TLS_CHACHA20_POLY1305_SHA256", "CHACHA20", 32, "sha256")


def sealed(secret: bytes, number: int, inner: bytes) -> Record:
    """A record of TLS 1.3 as RFC 8446 section 5.2 makes it."""
    key, iv = expand_label("sha256", secret, b"key", 32), expand_label("sha256", secret, b"iv", 12)
    record = Record("C", 1, 1, APPLICATION_DATA, 0x0303, b"\0" * (len(inner) + 16))
    nonce = bytes(a ^ b for a, b in zip(iv, number.to_bytes(12), strict=True))
    return record._replace(fragment=ChaCha20Poly1305(key).encrypt(nonce, inner, record.header))


def test_padding_is_taken_off_and_the_type_is_inside() -> None:
    secret = bytes(32)
    seal = Seal13(CHACHA, secret)
    assert seal.open(sealed(secret, 0, b"A1 NOOP\r\n\x17")) == (APPLICATION_DATA, b"A1 NOOP\r\n")
    assert seal.open(sealed(secret, 1, b"hello\x16" + bytes(99))) == (HANDSHAKE, b"hello")
    assert seal.open(sealed(secret, 2, bytes(16))) is None


def test_keys_are_updated_as_their_owner_says() -> None:
    secret = bytes(32)
    then = expand_label("sha256", secret, b"traffic upd", 32)
    opener = Opener()
    half = opener._halves["C"]
    half.seal = Seal13(CHACHA, secret)
    assert opener.open(sealed(secret, 0, b"\x18\0\0\x01\0\x16")).messages[0].kind == 24
    assert opener.open(sealed(then, 0, b"NOOP\r\n\x17")).octets == b"NOOP\r\n"


def test_a_key_log_passes_over_what_is_no_line_of_one() -> None:
    random, secret = "ab" * 32, "cd" * 48
    log = KeyLog(
        ["# a comment", "", f"CLIENT_RANDOM {random} {secret}", f"CLIENT_RANDOM {random}", "RSA x y", "ñ" * 99]
    )
    assert log.secret("CLIENT_RANDOM", bytes.fromhex(random)) == bytes.fromhex(secret)
    assert log.secret("CLIENT_TRAFFIC_SECRET_0", bytes.fromhex(random)) is None


def test_suites_are_known_by_name() -> None:
    assert suite(0xC0AF) == Suite("TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8", "CCM_8", 32, "sha256")
    assert suite(0x1302) == Suite("TLS_AES_256_GCM_SHA384", "GCM", 32, "sha384")
    assert suite(0x002F) is None
    assert suite_name(0x3A3A) == "GREASE"
    assert suite_name(0x1234) == "0x1234"


def test_our_names_are_those_of_openssl() -> None:
    def squeezed(name: str) -> str:
        return "".join(part for part in name.replace("-", "_").split("_") if part not in ("TLS", "WITH"))

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:@SECLEVEL=0")
    theirs = {cipher["id"] & 0xFFFF: squeezed(cipher["name"]) for cipher in context.get_ciphers()}
    ours = {number: squeezed(suite_name(number)) for number in theirs if suite(number)}
    assert len(ours) >= 17
    assert {number: name for number, name in ours.items() if theirs[number] not in name} == {}


@given(st.integers(0, 60), st.data())
def test_whatever_is_done_to_the_octets_nothing_breaks(at: int, data: st.DataObject) -> None:
    talked = _talked()
    records = talked.records()
    number = data.draw(st.integers(0, len(records) - 1))
    fragment = bytearray(records[number].fragment)
    spot = at % len(fragment)
    fragment[spot : spot + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    records[number] = records[number]._replace(fragment=bytes(fragment), kind=data.draw(st.integers(20, 23)))
    for item in decrypt(records, talked.lines):
        assert item.fault is None or item.octets == b""


_TALKS: list[Talk] = []


def _talked() -> Talk:
    if not _TALKS:
        _TALKS.append(talk(*SAID[:2]))
    return _TALKS[0]
