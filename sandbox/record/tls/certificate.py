"""What a certificate says (X.509, RFC 5280 section 4.1), as fields."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref
from sandbox.record.tls.extensions import listed
from sandbox.record.tls.fields import Field

_UNREADABLE: Final = N_("not a certificate that can be read")
_WRONG: Final = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What `cryptography` raises for octets that are wrong somewhere."""


def read_certificate(der: bytes) -> list[Field]:
    """The fields of a certificate in DER. What cannot be read is left out, or said to be no certificate."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on odd certificates, which are shown as they are
        try:
            certificate = x509.load_der_x509_certificate(der)
            return [
                *_names(certificate),
                *_validity(certificate),
                Field("subjectPublicKeyInfo", _key(certificate), _KEY, Ref("5280#4.1.2.7")),
                Field("signatureAlgorithm", _signature(certificate), _SIGNED, Ref("5280#4.1.1.2")),
                Field("serialNumber", f"{certificate.serial_number:x}", _SERIAL, Ref("5280#4.1.2.2")),
            ]
        except _WRONG:
            return [Field("certificate", Msg(_UNREADABLE), "", Ref("5280#4.1"))]


_KEY: Final = N_("the key that the handshake is signed with; only the owner has its other half")
_SIGNED: Final = N_("how the issuer signed all of this")
_SERIAL: Final = N_("the issuer's number for it")


@lru_cache(64)
def short_name(der: bytes) -> tuple[str, str]:
    """Subject and issuer by their common names, if they have one; empty where they cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            certificate = x509.load_der_x509_certificate(der)
            return _common(certificate.subject), _common(certificate.issuer)
        except _WRONG:
            return "", ""


def _common(name: x509.Name) -> str:
    for oid in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATIONAL_UNIT_NAME, x509.NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(oid):
            return str(attribute.value)
    return _name(name)


def _names(certificate: x509.Certificate) -> list[Field]:
    subject, issuer = _name(certificate.subject), _name(certificate.issuer)
    fields = [
        Field("subject", subject, N_("whose certificate it is"), Ref("5280#4.1.2.6")),
        Field("issuer", issuer, N_("who vouches for it"), Ref("5280#4.1.2.4")),
    ]
    if certificate.subject == certificate.issuer:
        fields.append(Field("issuer", Msg(N_("the same as the subject: nobody else vouches for it"))).inside())
    names = [str(getattr(name, "value", name)) for name in _alternatives(certificate)]
    if names:
        about = N_("the names it is good for: one of them has to be the one that was asked for")
        fields.append(Field("subjectAltName", listed(names), about, Ref("5280#4.2.1.6")))
    return fields


def _alternatives(certificate: x509.Certificate) -> list[x509.GeneralName]:
    try:
        return list(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        return []


def _name(name: x509.Name) -> str:
    return name.rfc4514_string()


def _validity(certificate: x509.Certificate) -> list[Field]:
    ref, form = Ref("5280#4.1.2.5"), "%Y-%m-%d %H:%M UTC"
    return [
        Field("notBefore", certificate.not_valid_before_utc.strftime(form), N_("good from then on"), ref),
        Field("notAfter", certificate.not_valid_after_utc.strftime(form), N_("good until then"), ref),
    ]


def _key(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    return type(key).__name__.strip("_").removesuffix("PublicKey")


def _signature(certificate: x509.Certificate) -> str:
    oid = certificate.signature_algorithm_oid
    return getattr(oid, "_name", "") or oid.dotted_string
