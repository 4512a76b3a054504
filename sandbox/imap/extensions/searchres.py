"""SEARCHRES (RFC 5182; RFC 9051 section 6.4.4.1): `$` stands for what the last search saved."""

from __future__ import annotations

from sandbox.core.message import N_
from sandbox.imap.capabilities import capability
from sandbox.imap.commands.search import SEARCH_RETURNS, Result

capability(b"SEARCHRES", "5182", about=N_("the result of a search can be saved and used as $"))


def _save(result: Result, _value: None) -> bytes:
    """Save what is told: with MIN or MAX alone just that, else all (RFC 5182 section 2.4)."""
    pairs = result.pairs
    words = {word for word, _ in result.options}
    if words & {b"MIN", b"MAX"} and not words & {b"ALL", b"COUNT"}:
        ends = [pairs[0]] if b"MIN" in words and pairs else []
        pairs = ends + ([pairs[-1]] if b"MAX" in words and pairs else [])
    result.search.view.saved = sorted({stored.uid for _, stored in pairs})
    return b""


SEARCH_RETURNS.add(
    b"SAVE", _save, about=N_("save the result: $ stands for it from here on"), ref="5182#2.1", capability=b"SEARCHRES"
)
