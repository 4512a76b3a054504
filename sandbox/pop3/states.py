"""The states of RFC 1939 section 3."""

from __future__ import annotations

from typing import Final

from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.core.registry import Registry, State

AUTHORIZATION: Final = State("AUTHORIZATION", N_("The server greets and waits to learn who you are."), Ref("1939#4"))
TRANSACTION: Final = State(
    "TRANSACTION", N_("The maildrop is open and locked: list, read and mark messages."), Ref("1939#5")
)
UPDATE: Final = State(
    "UPDATE", N_("QUIT was given: the server removes the marked messages and lets the maildrop go."), Ref("1939#6")
)
CLOSED: Final = State("CLOSED", N_("The connection is over."), Ref("1939#3"))

STATES: Final = (AUTHORIZATION, TRANSACTION, UPDATE, CLOSED)

REGISTRY: Final = Registry()
"""The commands of POP3; the modules of `pop3.commands` fill it."""
