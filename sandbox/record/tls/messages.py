"""Handshake messages in the octets of handshake records (RFC 8446 section 4, RFC 5246 section 7.4), and the two of them
that say how to go on: ClientHello and ServerHello.

A message may be spread over records, and a record may hold several.
"""

from __future__ import annotations

from typing import Final, NamedTuple

CLIENT_HELLO: Final = 1
SERVER_HELLO: Final = 2
CERTIFICATE: Final = 11
SERVER_KEY_EXCHANGE: Final = 12
FINISHED: Final = 20
KEY_UPDATE: Final = 24

LONGEST: Final = 1 << 18
"""Octets of a message that are waited for; a long chain of certificates has some thousands."""
TLS12: Final = 0x0303
TLS13: Final = 0x0304
RANDOM: Final = slice(2, 34)
"""Where a hello has its random, behind the version."""
RETRY: Final = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""The random of a ServerHello that asks for another ClientHello (RFC 8446 section 4.1.3)."""
SUPPORTED_VERSIONS: Final = 43
_HEADER: Final = 4


class Message(NamedTuple):
    """A handshake message without its header."""

    kind: int
    body: bytes


class MessageReader:
    """Puts the messages of one side together."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._broken = False

    @property
    def waiting(self) -> bool:
        """Whether a message is not complete yet."""
        return bool(self._buffer)

    def receive(self, octets: bytes) -> tuple[Message, ...]:
        """Take the octets of a record; returns the messages that end in it."""
        if self._broken:
            return ()
        buffer = self._buffer
        buffer += octets
        messages: list[Message] = []
        start = 0
        while len(buffer) - start >= _HEADER:
            stop = start + _HEADER + int.from_bytes(buffer[start + 1 : start + _HEADER])
            if stop - start > LONGEST:
                self._broken, start = True, len(buffer)
                break
            if stop > len(buffer):
                break
            messages.append(Message(buffer[start], bytes(buffer[start + _HEADER : stop])))
            start = stop
        del buffer[:start]
        return tuple(messages)


def client_random(body: bytes) -> bytes:
    """The random of a ClientHello (RFC 8446 section 4.1.2)."""
    return body[RANDOM]


class Chosen(NamedTuple):
    """What a ServerHello settles. `version` is TLS's number for it; `retry`: it asks for another ClientHello."""

    version: int
    suite: int
    random: bytes
    retry: bool


def chosen(body: bytes) -> Chosen | None:
    """Read a ServerHello (RFC 8446 section 4.1.3); None where it is cut short."""
    behind = 35 + body[34] if len(body) > 34 else len(body)
    if len(body) < behind + 3:
        return None
    version = extension(body[behind + 3 :], SUPPORTED_VERSIONS) or body[:2]
    random = body[RANDOM]
    return Chosen(int.from_bytes(version), int.from_bytes(body[behind : behind + 2]), random, random == RETRY)


def extension(octets: bytes, wanted: int) -> bytes | None:
    """One extension's data in a block of extensions that begins with its length; None if it is not there."""
    at, end = 2, min(len(octets), 2 + int.from_bytes(octets[:2]))
    while at + 4 <= end:
        kind, length = int.from_bytes(octets[at : at + 2]), int.from_bytes(octets[at + 2 : at + 4])
        if kind == wanted:
            return octets[at + 4 : at + 4 + length]
        at += 4 + length
    return None
