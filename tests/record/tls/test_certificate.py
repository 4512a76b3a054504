"""Certificates: what trustme put in comes out again, and damage harms nobody."""

from __future__ import annotations

import datetime
import ssl

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.message import Msg
from sandbox.record.tls.certificate import read_certificate, short_name

CA = trustme.CA(organization_name="sandbox", organization_unit_name="authority")
UNTIL = datetime.datetime(2027, 5, 6, 7, 8, tzinfo=datetime.UTC)


def der(pem: bytes) -> bytes:
    return ssl.PEM_cert_to_DER_cert(pem.decode())


LEAF = der(
    CA.issue_cert("mail.norte.example", "192.0.2.1", common_name="mail.norte.example", not_after=UNTIL)
    .cert_chain_pems[0]
    .bytes()
)


def shown(octets: bytes) -> dict[str, str]:
    return {field.name: str(field.value) for field in read_certificate(octets)}


def test_what_it_says() -> None:
    fields = shown(LEAF)
    assert "CN=mail.norte.example" in fields["subject"]
    assert "O=sandbox" in fields["issuer"]
    assert fields["subjectAltName"] == "mail.norte.example 192.0.2.1"
    assert fields["notAfter"] == "2027-05-06 07:08 UTC"
    assert fields["subjectPublicKeyInfo"] == "EC secp256r1"
    assert fields["signatureAlgorithm"] == "ecdsa-with-SHA256"
    assert all(field.ref.known for field in read_certificate(LEAF) if field.ref)


def test_an_authority_vouches_for_itself_and_has_no_names() -> None:
    octets = der(CA.cert_pem.bytes())
    issuers = [field for field in read_certificate(octets) if field.name == "issuer"]
    assert len(issuers) == 2
    assert isinstance(issuers[1].value, Msg)
    assert "subjectAltName" not in shown(octets)
    assert short_name(octets) == ("authority", "authority")
    assert short_name(LEAF) == ("mail.norte.example", "authority")


def test_keys_of_other_kinds() -> None:
    rsa = trustme.CA(key_type=trustme.KeyType.RSA)
    assert shown(der(rsa.cert_pem.bytes()))["subjectPublicKeyInfo"] == "RSA 2048"
    key = ed25519.Ed25519PrivateKey.generate()
    nobody = x509.Name([])
    builder = x509.CertificateBuilder(nobody, nobody, key.public_key(), 7, UNTIL - datetime.timedelta(days=1), UNTIL)
    octets = builder.sign(key, None).public_bytes(Encoding.DER)
    assert shown(octets)["subjectPublicKeyInfo"] == "Ed25519"
    assert short_name(octets) == ("", "")


def test_what_is_no_certificate() -> None:
    [field] = read_certificate(b"hello")
    assert field.value == Msg("not a certificate that can be read")
    assert short_name(b"") == ("", "")


@given(st.integers(0, len(LEAF) - 1), st.binary(max_size=6), st.integers(0, 6))
def test_damage_harms_nobody(at: int, put: bytes, taken: int) -> None:
    octets = LEAF[:at] + put + LEAF[at + taken :]
    assert read_certificate(octets)
    short_name(octets)
