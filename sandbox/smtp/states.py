"""The states of an SMTP session (RFC 5321 section 4.1.4). The RFC describes them and leaves them without names."""

from __future__ import annotations

from typing import Final

from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.core.registry import Registry, State

CONNECTED: Final = State(
    "CONNECTED", N_("The server has greeted and waits for the client to say who it is."), Ref("5321#3.1")
)
READY: Final = State("READY", N_("Both sides have introduced themselves; no mail is under way."), Ref("5321#3.2"))
MAIL: Final = State("MAIL", N_("A transaction is open: the sender is known, no recipient is yet."), Ref("5321#3.3"))
RCPT: Final = State("RCPT", N_("A transaction is open with a recipient: the message may come."), Ref("5321#3.3"))
DATA: Final = State("DATA", N_("Every line is the message's, until a line with only a dot."), Ref("5321#4.1.1.4"))
BDAT: Final = State("BDAT", N_("The message comes in chunks; the last one says so."), Ref("3030#2"))
CLOSED: Final = State("CLOSED", N_("The connection is over."), Ref("5321#3.8"))

STATES: Final = (CONNECTED, READY, MAIL, RCPT, DATA, BDAT, CLOSED)
IDLE: Final = frozenset({CONNECTED, READY, MAIL, RCPT, BDAT})
"""The states in which the server reads commands."""

REGISTRY: Final = Registry()
"""The commands of SMTP; the modules of `smtp.commands` fill it."""
