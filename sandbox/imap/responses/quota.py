"""QUOTA and QUOTAROOT (RFC 9208 section 4.2)."""

from __future__ import annotations

from typing import Final

from sandbox.core.grammar import SP, role, seq, term
from sandbox.core.message import N_
from sandbox.imap import grammar as g
from sandbox.imap.responses.rows import response
from sandbox.imap.responses.rules import Cases, Listed, Spaced, case
from sandbox.imap.responses.strings import astring, mailbox

_QUOTA: Final = "9208#4.2.1"
_ROOT: Final = astring("quota-root-name", N_("what the quota is about: a quota root"), "9208#3.2")
_RESOURCES: Final = (
    (b"STORAGE", N_("STORAGE: the room that messages take, in units of 1024 octets"), "9208#5.1"),
    (b"MESSAGE", N_("MESSAGE: the number of messages"), "9208#5.2"),
    (b"MAILBOX", N_("MAILBOX: the number of mailboxes"), "9208#5.3"),
    (
        b"ANNOTATION-STORAGE",
        N_("ANNOTATION-STORAGE: the room that annotations take, in units of 1024 octets"),
        "9208#5.4",
    ),
)
_USAGE: Final = seq(
    SP,
    role(g.NUMBER64, N_("how much is used"), _QUOTA),
    SP,
    role(g.NUMBER64, N_("how much may be used"), _QUOTA),
)
_RESOURCE: Final = Cases(
    g.ATOM_CHAR + rb"+",
    [case(word, about, ref, _USAGE) for word, about, ref in _RESOURCES],
    seq(term("resource-name", g.ATOM_CHAR + rb"+", "9208#3.1", N_("what is limited")), _USAGE),
)

ROWS: Final = (
    response(
        b"QUOTA",
        N_("How much is used, and how much may be."),
        _QUOTA,
        SP,
        _ROOT,
        SP,
        Listed(_RESOURCE),
        answers=b"GETQUOTA,SETQUOTA,GETQUOTAROOT",
    ),
    response(
        b"QUOTAROOT",
        N_("Which quotas a mailbox counts for."),
        "9208#4.2.2",
        SP,
        mailbox(N_("the name of the mailbox"), "9051#5.1"),
        Spaced(_ROOT),
        answers=b"GETQUOTAROOT",
    ),
)
