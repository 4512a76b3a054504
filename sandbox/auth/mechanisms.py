"""The mechanisms, by name and by strength, and the octets of their exchanges explained."""

from __future__ import annotations

from sandbox.auth import explain
from sandbox.auth.cram_md5 import CRAM_MD5
from sandbox.auth.login import LOGIN
from sandbox.auth.mechanism import Mechanism, Side
from sandbox.auth.plain import PLAIN
from sandbox.auth.scram import SCRAM_SHA_1, SCRAM_SHA_256
from sandbox.core.grammar import Span

__all__ = ["MECHANISMS", "explain_initial", "explain_line", "find"]

MECHANISMS: tuple[Mechanism, ...] = (SCRAM_SHA_256, SCRAM_SHA_1, CRAM_MD5, PLAIN, LOGIN)
"""All mechanisms, the strongest first: the order in which servers offer them and clients choose."""

_BY_NAME = {mechanism.name: mechanism for mechanism in MECHANISMS}


def find(name: bytes) -> Mechanism | None:
    """Return the mechanism of that name, in any case of letters; None if there is none."""
    return _BY_NAME.get(name.upper())


def explain_line(name: bytes, side: Side, line: bytes, n: int | None = None) -> list[Span]:
    """Label every octet of a line of an exchange: "+ " or "334 ", the message inside base64, the line's end.

    `n` counts the messages of that side from 0, an initial response included; with None, LOGIN cannot tell its two
    answers apart. Any octets and any mechanism's name will do.
    """
    return explain.explain_whole_line(find(name), side, line, n)


def explain_initial(name: bytes, text: bytes) -> list[Span]:
    """Label every octet of an initial response, the argument of AUTH or AUTHENTICATE."""
    return explain.explain_text(find(name), "C", text, 0, initial=True)
