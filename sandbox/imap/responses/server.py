"""Responses about the server itself: CAPABILITY, ENABLED, ID (RFC 9051 section 7.2, RFC 2971)."""

from __future__ import annotations

from typing import Final

from sandbox.core.grammar import SP, seq
from sandbox.core.message import N_
from sandbox.imap import grammar as g
from sandbox.imap.responses.codes import CAPABILITY
from sandbox.imap.responses.rows import response
from sandbox.imap.responses.rules import Leading, Listed, Spaced
from sandbox.imap.responses.strings import nstring, string

_FIELD: Final = seq(
    string("field", N_("what the server tells of itself: the name of a field"), "2971#3.3"),
    SP,
    nstring("value", N_("what the server tells of itself: the value"), "2971#3.3"),
)

ROWS: Final = (
    response(b"CAPABILITY", N_("What the server can do."), "9051#7.2.2", Spaced(CAPABILITY), answers=b"CAPABILITY"),
    response(
        b"ENABLED",
        N_("What was switched on by ENABLE just now, and was not on before."),
        "9051#7.2.1",
        Spaced(CAPABILITY),
        answers=b"ENABLE",
    ),
    response(
        b"ID",
        N_("Which program the server is, by its own account."),
        "2971#3.2",
        SP,
        Leading({b"(": Listed(_FIELD)}, g.NIL),
        answers=b"ID",
    ),
)
