"""Base64 as SASL in mail protocols has it: one line, strict, with faults as values.

RFC 4954 section 4 has both ends reject any octet outside of the alphabet, and padding anywhere but at the end; RFC 3501
and RFC 5034 have the same grammar. Bits that padding leaves over may be anything: RFC 4648 section 3.5 lets a decoder
reject them, no profile asks for it.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref

__all__ = ["CANCEL", "MAX_LINE", "Base64Fault", "decode", "decode_initial", "encode", "encode_initial"]

#: The line by which a client gives up (RFC 4954 section 4, RFC 9051 section 6.2.2, RFC 5034 section 4).
CANCEL = b"*"

#: Octets of an encoded message that are enough for every mechanism in use (RFC 4954 section 4).
MAX_LINE = 12288

#: An empty initial response: present, but without data (RFC 4954 section 4, RFC 4959 section 3).
EMPTY_INITIAL = b"="

ALPHABET = re.compile(rb"[A-Za-z0-9+/]*")
#: How many "=" may follow, by the number of characters in the last group.
PADDING = (0, 0, 2, 1)


@dataclass(frozen=True, slots=True)
class Base64Fault:
    """Where text stops being base64: the offset of the first octet that cannot stand there, and what could."""

    at: int
    want: Msg
    ref: Ref


def encode(data: bytes) -> bytes:
    """Encode a challenge or a response (RFC 4648 section 4), on one line."""
    return binascii.b2a_base64(data, newline=False)


def encode_initial(data: bytes) -> bytes:
    """Encode an initial response, which is "=" when it is empty: nothing at all would mean that there is none."""
    return encode(data) or EMPTY_INITIAL


def decode(text: bytes) -> bytes | Base64Fault:
    """Decode one line, without its CRLF."""
    found = ALPHABET.match(text)
    assert found is not None  # it matches the empty string, too
    body = found.end()
    padding = text[body : body + PADDING[body % 4]]
    at = body + len(padding) - len(padding.lstrip(b"="))
    if at < len(text):
        return Base64Fault(at, Msg(N_("a letter, a digit, + or /, and = only at the end")), Ref("4648#3.3"))
    if at % 4:
        return Base64Fault(at, Msg(N_("groups of four characters, the last one filled up with =")), Ref("4648#3.2"))
    return binascii.a2b_base64(text)


def decode_initial(text: bytes) -> bytes | Base64Fault:
    """Decode an initial response argument, in which "=" stands for the empty response."""
    return b"" if text == EMPTY_INITIAL else decode(text)
