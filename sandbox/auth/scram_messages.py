"""The five messages of SCRAM (RFC 5802 section 7): one regular expression each, from the ABNF above it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.auth.encoding import decode

__all__ = ["ClientFinal", "ClientFirst", "ServerFinal", "ServerFirst", "escape", "unescape"]

# value = 1*value-char; value-char is any UTF-8 character except NUL and ","
VALUE = rb"[^\x00,]+"
# saslname = 1*(value-safe-char / "=2C" / "=3D")
SASLNAME = rb"(?:[^\x00,=]|=2C|=3D)+"
# printable = %x21-2B / %x2D-7E; a nonce is one or more of them: the ABNF forgets to say so, the examples have it
NONCE = rb"[\x21-\x2b\x2d-\x7e]+"
# base64 = *base64-4 [base64-3 / base64-2]
BASE64 = rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?"
# posit-number = %x31-39 *DIGIT, and no more digits than any server has use for
NUMBER = rb"[1-9][0-9]{0,8}"
# reserved-mext = "m=" 1*(value-char), and a comma after it
MEXT = rb"(?P<m>m=" + VALUE + rb",)?"
# ["," extensions]; extensions = attr-val *("," attr-val); attr-val = ALPHA "=" value
# but for "m": wherever that one stands, authentication must fail (section 5.1)
EXTENSIONS = rb"(?:,[A-Za-ln-z]=" + VALUE + rb")*"

# client-first-message = gs2-header client-first-message-bare
# gs2-header = gs2-cbind-flag "," [ authzid ] ","; gs2-cbind-flag = ("p=" cb-name) / "n" / "y"
# client-first-message-bare = [reserved-mext ","] username "," nonce ["," extensions]
CLIENT_FIRST = re.compile(
    rb"(?P<gs2>(?P<flag>n|y|p=[A-Za-z0-9.-]+),(?:a=(?P<authzid>" + SASLNAME + rb"))?,)"
    rb"(?P<bare>" + MEXT + rb"n=(?P<name>" + SASLNAME + rb"),r=(?P<nonce>" + NONCE + rb")" + EXTENSIONS + rb")"
)
# server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count ["," extensions]
SERVER_FIRST = re.compile(
    MEXT + rb"r=(?P<nonce>" + NONCE + rb"),s=(?P<salt>" + BASE64 + rb"),i=(?P<count>" + NUMBER + rb")" + EXTENSIONS
)
# client-final-message = client-final-message-without-proof "," proof
# client-final-message-without-proof = channel-binding "," nonce ["," extensions]
CLIENT_FINAL = re.compile(
    rb"(?P<bare>c=(?P<binding>"
    + BASE64
    + rb"),r=(?P<nonce>"
    + NONCE
    + rb")"
    + EXTENSIONS
    + rb"),p=(?P<proof>"
    + BASE64
    + rb")"
)
# server-final-message = (server-error / verifier) ["," extensions]
SERVER_FINAL = re.compile(rb"(?:e=(?P<error>" + VALUE + rb")|v=(?P<verifier>" + BASE64 + rb"))" + EXTENSIONS)


@dataclass(frozen=True, slots=True)
class ClientFirst:
    """Who wants in: the GS2 header and its flag, names still quoted, the client's nonce, the part that is hashed."""

    gs2: bytes
    flag: bytes
    authzid: bytes
    name: bytes
    nonce: bytes
    bare: bytes
    extended: bool

    @classmethod
    def parse(cls, raw: bytes) -> ClientFirst | None:
        """Read the message; None if it is none."""
        if (found := CLIENT_FIRST.fullmatch(raw)) is None:
            return None
        parts = found.group("gs2", "flag", "authzid", "name", "nonce", "bare")
        gs2, flag, authzid, name, nonce, bare = (part or b"" for part in parts)
        return cls(gs2, flag, authzid, name, nonce, bare, found["m"] is not None)


@dataclass(frozen=True, slots=True)
class ServerFirst:
    """What the client needs to compute its proof: both nonces in one, the salt and the number of iterations."""

    nonce: bytes
    salt: bytes
    count: int
    extended: bool

    @classmethod
    def parse(cls, raw: bytes) -> ServerFirst | None:
        """Read the message; None if it is none."""
        if (found := SERVER_FIRST.fullmatch(raw)) is None:
            return None
        return cls(found["nonce"], octets(found["salt"]), int(found["count"]), found["m"] is not None)


@dataclass(frozen=True, slots=True)
class ClientFinal:
    """The client's proof, the header it started with, encoded again, and the part that is hashed."""

    binding: bytes
    nonce: bytes
    proof: bytes
    bare: bytes

    @classmethod
    def parse(cls, raw: bytes) -> ClientFinal | None:
        """Read the message; None if it is none."""
        if (found := CLIENT_FINAL.fullmatch(raw)) is None:
            return None
        return cls(found["binding"], found["nonce"], octets(found["proof"]), found["bare"])


@dataclass(frozen=True, slots=True)
class ServerFinal:
    """The server's own proof, or the error that it ended with; the other of the two is empty."""

    verifier: bytes
    error: bytes

    @classmethod
    def parse(cls, raw: bytes) -> ServerFinal | None:
        """Read the message; None if it is none."""
        if (found := SERVER_FINAL.fullmatch(raw)) is None:
            return None
        return cls(octets(found["verifier"] or b""), found["error"] or b"")


def octets(text: bytes) -> bytes:
    """Decode base64 that an expression above has matched."""
    decoded = decode(text)
    assert isinstance(decoded, bytes)
    return decoded


def escape(name: bytes) -> bytes:
    """Quote a name: "=" and "," stand for something in a message (RFC 5802 section 5.1, attribute n)."""
    return name.replace(b"=", b"=3D").replace(b",", b"=2C")


def unescape(name: bytes) -> str | None:
    """Take the quotes off a saslname; None if it is not UTF-8."""
    try:
        return name.decode().replace("=2C", ",").replace("=3D", "=")
    except UnicodeDecodeError:
        return None
