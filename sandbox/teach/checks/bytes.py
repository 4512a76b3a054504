r"""`bytes`: the octets that one side sent since the step began, as they were on the wire.

Octets are written as in `@raw`: `\r`, `\n`, `\t`, `\0`, `\\`, `\'` and `\xHH`. There are no regular expressions, which
can take for ever on the wrong text: `contains` with several pieces says what a pattern would.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from sandbox.teach.checks.base import Check
from sandbox.teach.evidence import Evidence
from sandbox.teach.faults import wrong
from sandbox.teach.fields import Actor, Model, Word, one_or_more
from sandbox.world.errors import WorldError
from sandbox.world.escapes import unescape

__all__ = ["BytesCheck"]


def _octets(text: str) -> bytes:
    """The octets that a text stands for. Raises a validation error where it stands for none."""
    try:
        octets = unescape(text)
    except (WorldError, UnicodeEncodeError):
        octets = b""
    if not octets:
        raise wrong("bad_octets")
    return octets


def _text(value: str) -> str:
    _octets(value)
    return value


Octets = Annotated[Word, AfterValidator(_text)]
Pieces = Annotated[
    list[Octets],
    BeforeValidator(one_or_more),
    Field(min_length=1, max_length=16),
    WithJsonSchema({"type": ["string", "integer", "array"], "items": {"type": ["string", "integer"]}}),
]


class BytesPattern(Model):
    """Which octets: all of them (`exact`), how they begin (`starts`), or pieces in this order (`contains`).

    `side` is whose they are, C or S. Layer `app` is the protocol's own text, `tls` what an eavesdropper reads of it
    once TLS is on, `deflate` the compressed octets. Octets that were lost on the way do not count.
    """

    on: Actor = ""
    side: Literal["C", "S"]
    layer: Literal["app", "tls", "deflate"] = "app"
    exact: Octets | None = None
    starts: Octets | None = None
    contains: Pieces | None = None

    @model_validator(mode="after")
    def _one_way(self) -> BytesPattern:
        if [self.exact, self.starts, self.contains].count(None) != 2:
            raise wrong("one_field", expected="exact, starts, contains")
        return self

    def matches(self, octets: bytes) -> bool:
        """Whether a connection's octets are like this."""
        if self.exact is not None:
            return octets == _octets(self.exact)
        if self.starts is not None:
            return octets.startswith(_octets(self.starts))
        return _in_order(octets, [_octets(piece) for piece in self.contains or ()])


def _in_order(octets: bytes, pieces: Sequence[bytes]) -> bool:
    at = 0
    for piece in pieces:
        found = octets.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return True


class BytesCheck(Check):
    r"""`{bytes: {on: laptop, side: C, layer: tls, starts: '\x16\x03\x01'}}`"""

    KEY: ClassVar[str] = "bytes"
    bytes: BytesPattern

    def holds(self, seen: Evidence) -> bool:
        """Whether the octets of one of the actor's connections are like this."""
        pattern = self.bytes
        return any(map(pattern.matches, seen.octets(pattern.on, pattern.side, pattern.layer)))

    def lasting(self) -> bool:
        """What has been sent stays sent; but then it need not be all any more."""
        return self.bytes.exact is None
