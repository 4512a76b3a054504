"""SPECIAL-USE and CREATE-SPECIAL-USE (RFC 6154): which mailbox is for drafts, which for junk."""

from __future__ import annotations

from typing import Any

from sandbox.core.grammar import SP, seq, term
from sandbox.core.message import N_
from sandbox.imap.capabilities import capability
from sandbox.imap.commands.listing import RETURN_OPTIONS, SELECT_OPTIONS, Listing
from sandbox.imap.commands.mailboxes import CREATE_PARAMS
from sandbox.imap.grammar import ATOM_CHAR, parenthesized

capability(b"SPECIAL-USE", "6154", about=N_("LIST tells which mailbox is for sent mail, drafts, junk and so on"))
capability(b"CREATE-SPECIAL-USE", "6154#3", about=N_("CREATE can give a mailbox its special use"))

_USE = term("use-attr", rb"\\" + ATOM_CHAR + rb"+", "6154#2", N_("what the mailbox is for"))


def _select(wanted: Listing, _value: Any) -> None:
    wanted.special = True


def _return(_wanted: Listing, _value: Any) -> None:
    """Special uses are told at all times."""


SELECT_OPTIONS.add(
    b"SPECIAL-USE",
    _select,
    about=N_("only mailboxes with a special use"),
    ref="6154#2",
    capability=b"SPECIAL-USE",
)
RETURN_OPTIONS.add(
    b"SPECIAL-USE", _return, about=N_("tell what mailboxes are for"), ref="6154#2", capability=b"SPECIAL-USE"
)
CREATE_PARAMS.add(
    b"USE",
    lambda uses: tuple(use.decode("ascii") for use in uses),
    about=N_("what the mailbox is for"),
    ref="6154#3",
    args=seq(SP, parenthesized(_USE)),
    capability=b"CREATE-SPECIAL-USE",
)
