"""ID (RFC 2971): programs tell their names to each other, for statistics and for the hunt for faults."""

from __future__ import annotations

from sandbox.core.grammar import SP, Mapped, alt, many, opt, seq
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.core.replies import Answer
from sandbox.imap import replies
from sandbox.imap.capabilities import capability
from sandbox.imap.grammar import CLOSE, NIL, OPEN, nstring, string
from sandbox.imap.session import Session, command
from sandbox.imap.states import ANY

capability(b"ID", "2971", about=N_("programs can tell each other their names"), early=True)

_PAIR = seq(
    string("field", N_("what is told of the program"), "2971#3.3"),
    SP,
    nstring("value", N_("what it says"), "2971#3.3"),
)
# id_params_list = "(" #(string SPACE nstring) ")" / nil
_PARAMS = alt(
    Mapped(seq(OPEN, opt(many(_PAIR, SP)), CLOSE), lambda pairs: pairs or [], N_("pairs"), Ref("2971#3.3")),
    NIL,
    usage="(<field> <value>...)|NIL",
)


@command(b"ID", args=seq(SP, _PARAMS), states=ANY, ref="2971#3.1", answers=(replies.COMPLETED,), capability=b"ID")
def id_(session: Session, fields: list[tuple[bytes, bytes | None]] | None) -> Answer:
    """Tell the server which program you are, and hear which one it is. Nothing else may depend on it."""
    return replies.COMPLETED(b'* ID ("name" "mail-sandbox")\r\n', verb="ID")
