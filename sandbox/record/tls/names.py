"""What the numbers of TLS stand for: versions, groups, signature schemes, content types, alerts."""

from __future__ import annotations

from typing import Final

from sandbox.core.message import N_
from sandbox.record.tls.records import ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE

VERSIONS: Final = {0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}

CONTENT_TYPES: Final = {
    CHANGE_CIPHER_SPEC: "change_cipher_spec",
    ALERT: "alert",
    HANDSHAKE: "handshake",
    APPLICATION_DATA: "application_data",
}
"""RFC 8446 section 5.1."""

_GROUPS: Final = {
    23: "secp256r1",
    24: "secp384r1",
    25: "secp521r1",
    26: "brainpoolP256r1",
    27: "brainpoolP384r1",
    28: "brainpoolP512r1",
    29: "x25519",
    30: "x448",
    256: "ffdhe2048",
    257: "ffdhe3072",
    258: "ffdhe4096",
    259: "ffdhe6144",
    260: "ffdhe8192",
    4587: "SecP256r1MLKEM768",
    4588: "X25519MLKEM768",
    4589: "SecP384r1MLKEM1024",
}
"""RFC 8446 section 4.2.7, and IANA's list for what came later."""

_SCHEMES: Final = {
    0x0201: "rsa_pkcs1_sha1",
    0x0203: "ecdsa_sha1",
    0x0301: "rsa_pkcs1_sha224",
    0x0303: "ecdsa_sha224",
    0x0401: "rsa_pkcs1_sha256",
    0x0403: "ecdsa_secp256r1_sha256",
    0x0501: "rsa_pkcs1_sha384",
    0x0503: "ecdsa_secp384r1_sha384",
    0x0601: "rsa_pkcs1_sha512",
    0x0603: "ecdsa_secp521r1_sha512",
    0x0804: "rsa_pss_rsae_sha256",
    0x0805: "rsa_pss_rsae_sha384",
    0x0806: "rsa_pss_rsae_sha512",
    0x0807: "ed25519",
    0x0808: "ed448",
    0x0809: "rsa_pss_pss_sha256",
    0x080A: "rsa_pss_pss_sha384",
    0x080B: "rsa_pss_pss_sha512",
    0x081A: "ecdsa_brainpoolP256r1tls13_sha256",
    0x081B: "ecdsa_brainpoolP384r1tls13_sha384",
    0x081C: "ecdsa_brainpoolP512r1tls13_sha512",
}
"""RFC 8446 section 4.2.3; of TLS 1.2, a hash and a signature in an octet each."""

ALERTS: Final = {
    0: ("close_notify", N_("I have said all that I had to say: nothing was cut off")),
    10: ("unexpected_message", N_("that message does not belong here")),
    20: ("bad_record_mac", N_("that record was changed on its way, or another key sealed it")),
    22: ("record_overflow", N_("that record is too long")),
    40: ("handshake_failure", N_("we have no settings in common")),
    42: ("bad_certificate", N_("I do not accept the certificate")),
    43: ("unsupported_certificate", N_("I do not know this kind of certificate")),
    44: ("certificate_revoked", N_("the certificate was revoked by who signed it")),
    45: ("certificate_expired", N_("the certificate has expired, or is not valid yet")),
    46: ("certificate_unknown", N_("something is wrong with the certificate")),
    47: ("illegal_parameter", N_("a field of the handshake makes no sense")),
    48: ("unknown_ca", N_("I do not trust who signed the certificate")),
    49: ("access_denied", N_("the certificate is good, but not for this")),
    50: ("decode_error", N_("that message cannot be read")),
    51: ("decrypt_error", N_("a signature or a Finished does not fit the handshake")),
    70: ("protocol_version", N_("we have no version of TLS in common")),
    71: ("insufficient_security", N_("I want stronger ciphers than you offer")),
    80: ("internal_error", N_("something went wrong here that is not your fault")),
    86: ("inappropriate_fallback", N_("you can do better than this old version")),
    90: ("user_canceled", N_("somebody changed their mind during the handshake")),
    100: ("no_renegotiation", N_("I will not shake hands again")),
    109: ("missing_extension", N_("an extension is missing that has to be there")),
    110: ("unsupported_extension", N_("I did not ask for that extension")),
    112: ("unrecognized_name", N_("I have no certificate for the name that you ask for")),
    116: ("certificate_required", N_("the client has to show a certificate")),
    120: ("no_application_protocol", N_("I speak none of the protocols that you offer")),
}
"""Alerts in the words of who sends them (RFC 8446 section 6, RFC 5246 section 7.2)."""

ALERT_LEVELS: Final = {1: "warning", 2: "fatal"}


def version_name(number: int) -> str:
    """A version, or its number."""
    return VERSIONS.get(number) or named({}, number)


def group_name(number: int) -> str:
    """A group for the key exchange, or its number."""
    return named(_GROUPS, number)


def scheme_name(number: int) -> str:
    """A way to sign, or its number."""
    return named(_SCHEMES, number)


def named(names: dict[int, str], number: int) -> str:
    """A name of two octets; GREASE (RFC 8701) and the unknown have none."""
    grease = number & 0x0F0F == 0x0A0A and number >> 8 == number & 0xFF
    return "GREASE" if grease else names.get(number, f"0x{number:04x}")
