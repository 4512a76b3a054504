"""The states of RFC 9051 section 3, and the registry of commands."""

from __future__ import annotations

from typing import Final

from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.core.registry import Registry, State

NOT_AUTHENTICATED: Final = State(
    "NOT AUTHENTICATED", N_("The server has greeted and waits to learn who you are."), Ref("9051#3.1")
)
AUTHENTICATED: Final = State(
    "AUTHENTICATED", N_("You are known: choose a mailbox, or work on mailboxes as a whole."), Ref("9051#3.2")
)
SELECTED: Final = State("SELECTED", N_("A mailbox is open: read, search and change its messages."), Ref("9051#3.3"))
LOGOUT: Final = State("LOGOUT", N_("The connection is over."), Ref("9051#3.4"))

STATES: Final = (NOT_AUTHENTICATED, AUTHENTICATED, SELECTED, LOGOUT)
ANY: Final = frozenset({NOT_AUTHENTICATED, AUTHENTICATED, SELECTED})
LOGGED_IN: Final = frozenset({AUTHENTICATED, SELECTED})

REGISTRY: Final = Registry()
"""The commands of IMAP; the modules of `imap.commands` and `imap.extensions` fill it."""
