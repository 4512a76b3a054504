"""Strings as responses write them, chosen by their first octet, each with the part that it plays."""

from __future__ import annotations

from typing import Final

from sandbox.core.grammar import Rule, role, term
from sandbox.core.message import N_
from sandbox.imap import grammar as g
from sandbox.imap.responses.rules import Leading, Listed, Nested


def _written(name: str, about: str, ref: str) -> dict[bytes, Rule]:
    return {b'"': g.quoted(name, about, ref), b"{": g.Literal(name, about, ref)}


def string(name: str, about: str, ref: str) -> Rule:
    """string = quoted / literal. Value: the octets it stands for."""
    return Leading(_written(name, about, ref), g.quoted(name, about, ref))


def nstring(name: str, about: str, ref: str) -> Rule:
    """nstring = string / nil. NIL gets the string's meaning: there is none of that. Value: octets or None."""
    return role(Leading(_written(name, about, ref), g.NIL), about, ref)


def astring(name: str, about: str, ref: str) -> Rule:
    """astring = 1*ASTRING-CHAR / string. Value: the octets it stands for."""
    return Leading(_written(name, about, ref), term(name, g.ASTRING_CHAR + rb"+", ref, about))


def mailbox(about: str, ref: str) -> Rule:
    """mailbox = "INBOX" / astring, as a part of a response. Value: the octets of the name."""
    return astring("mailbox", about, ref)


FLAG_LIST: Final = Listed(g.FLAG)
"""flag-list, and what FETCH tells of flags."""

_LEAF: Final = Leading(
    {
        b'"': g.quoted("string", N_("a value of an extension"), g.ABNF),
        b"{": g.Literal("string", N_("a value of an extension"), g.ABNF),
        b"~": g.Literal("string", N_("a value of an extension"), g.ABNF, binary=True),
    },
    term("atom", rb'[^\x00-\x20\x7f-\xff(){"]+', g.ABNF, N_("a value of an extension")),
)
ANYTHING: Final = Nested(_LEAF)
"""tagged-ext-val, body-extension and what else has the common form of extensions. Value: its octets."""
