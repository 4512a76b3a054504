"""ENVELOPE: a message's header, parsed by the server, ten fields by position (RFC 9051 section 7.5.2)."""

from __future__ import annotations

from typing import Final

from sandbox.core.grammar import SP, Rule, seq
from sandbox.core.message import N_
from sandbox.imap import grammar as g
from sandbox.imap.responses.rules import Leading, Listed
from sandbox.imap.responses.strings import nstring

_REF: Final = "9051#7.5.2"

# addr-adl: "Holds route from RFC 5321 if not NIL"
_ADL: Final = nstring("addr-adl", N_("the source route: obsolete, so NIL"), _REF)


def _addresses(name: str, mailbox: str, host: str) -> Rule:
    """ "(" 1*address ")" / nil. Value: a list of `(name, route, mailbox, host)`, or None.

    address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"; `name`, `mailbox` and `host` say what those
    fields mean here. A host of NIL marks the beginning of a group, or with a mailbox of NIL its end.
    """
    address = seq(
        g.OPEN,
        nstring("addr-name", name, _REF),
        SP,
        _ADL,
        SP,
        nstring("addr-mailbox", mailbox, _REF),
        SP,
        nstring("addr-host", host, _REF),
        g.CLOSE,
    )
    return Leading({b"(": Listed(address, spaced=False)}, nstring("addresses", name, _REF))


ENVELOPE: Final = seq(
    g.OPEN,
    nstring("env-date", N_("the date that the author's program wrote"), _REF),
    SP,
    nstring("env-subject", N_("the subject"), _REF),
    SP,
    _addresses(
        N_("from: the name for people"), N_("from: the mailbox name, before the @"), N_("from: the domain, after the @")
    ),
    SP,
    _addresses(
        N_("sender: the name for people; repeats from where there is no Sender field"),
        N_("sender: the mailbox name, before the @"),
        N_("sender: the domain, after the @"),
    ),
    SP,
    _addresses(
        N_("reply to: the name for people; repeats from where there is no Reply-To field"),
        N_("reply to: the mailbox name, before the @"),
        N_("reply to: the domain, after the @"),
    ),
    SP,
    _addresses(
        N_("to: the name for people"), N_("to: the mailbox name, before the @"), N_("to: the domain, after the @")
    ),
    SP,
    _addresses(
        N_("cc: the name for people"), N_("cc: the mailbox name, before the @"), N_("cc: the domain, after the @")
    ),
    SP,
    _addresses(
        N_("bcc: the name for people"), N_("bcc: the mailbox name, before the @"), N_("bcc: the domain, after the @")
    ),
    SP,
    nstring("env-in-reply-to", N_("the message that this one answers"), _REF),
    SP,
    nstring("env-message-id", N_("the message's own name in all the world"), _REF),
    g.CLOSE,
)
"""Value: date, subject, from, sender, reply-to, to, cc, bcc, in-reply-to, message-id."""
