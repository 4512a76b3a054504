"""The grammar of SMTP's commands (RFC 5321 section 4.1.2, with RFC 6531 section 3.3 and RFC 4954 section 8).

A `bent` rule is one that the RFC does not have and common servers take; a strict server refuses it.
"""

from __future__ import annotations

from typing import Final

from sandbox.core.grammar import Mapped, Rule, alt, opt, role, seq, term, token
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.smtp.addresses import Mailbox, address_literal, unquoted

_ADDRESS: Final = "5321#4.1.2"

VERB: Final = term("command", rb"[A-Za-z0-9]{1,32}", "5321#2.4", N_("the name of a command"))

_SPACES: Final = term(
    "spaces",
    rb"[ \t]{2,64}",
    "5321#4.1.1",
    N_("more than one space, or a tab: the rule asks for exactly one space"),
    silent=True,
    bent=True,
    keeps_meaning=True,
    usage=" ",
)
_ONE: Final = term(
    "SP", rb" (?![ \t])", "5234#B.1", N_("one space between the words"), silent=True, keeps_meaning=True, usage=" "
)
SEP: Final = alt(_ONE, _SPACES, usage=" ")
TRAILING: Final = opt(
    term(
        "spaces",
        rb"[ \t]{1,64}(?=\r?\n)",
        "5321#4.1.1",
        N_("space at the end of the line, where nothing follows"),
        silent=True,
        bent=True,
        keeps_meaning=True,
        usage="",
    )
)

# Mailbox = Local-part "@" ( Domain / address-literal )

_ATEXT: Final = rb"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\xff-]"
_LOCAL: Final = N_("the local part: the name of the mailbox at its domain")
_DOT_STRING: Final = term(
    "Dot-string", rb"(?=[^@]{1,64}@)%b+(?:\.%b+)*(?=@)" % (_ATEXT, _ATEXT), _ADDRESS, _LOCAL, convert=bytes.decode
)
_QUOTED: Final = term(
    "Quoted-string",
    rb'"(?:[\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\x20-\x7e]){0,62}"(?=@)',
    _ADDRESS,
    N_("the local part in quotes, since it has characters that would end it"),
    convert=unquoted,
)
_LONG_LOCAL: Final = term(
    "Local-part",
    rb"%b+(?:\.%b+)*(?=@)" % (_ATEXT, _ATEXT),
    "5321#4.5.3.1.1",
    N_("a local part of more than 64 octets"),
    convert=bytes.decode,
    bent=True,
    keeps_meaning=True,
)
_LOOSE_LOCAL: Final = term(
    "Local-part",
    rb"(?=\.|[^@]*\.[.@])(?:%b|\.)+(?=@)" % _ATEXT,
    _ADDRESS,
    N_("a local part with dots where none may stand: at an end, or two in a row"),
    convert=bytes.decode,
    bent=True,
    keeps_meaning=True,
)
_AT: Final = token(b"@", about=N_("at: the domain follows"), ref=_ADDRESS, usage="@")

_END_OF_NAME: Final = rb"(?=[>,:\s]|$)"


def _domain(let_dig: bytes, ref: str) -> Rule:
    """Domain = sub-domain *("." sub-domain); a label has 63 octets at most, the whole 255 (section 4.5.3.1.2)."""
    label = rb"[%b](?:[%b-]{0,61}[%b])?" % (let_dig, let_dig, let_dig)
    return term(
        "Domain",
        rb"(?=[^>,:\s]{1,255}(?:[>,:\s]|$))%b(?:\.%b)*%b" % (label, label, _END_OF_NAME),
        ref,
        N_("a domain name"),
        convert=bytes.decode,
    )


DOMAIN: Final = _domain(rb"A-Za-z0-9", _ADDRESS)
_U_DOMAIN: Final = _domain(rb"A-Za-z0-9\x80-\xff", "6531#3.3")
_LOOSE_DOMAIN: Final = term(
    "Domain",
    rb"[A-Za-z0-9\x80-\xff_.-]+" + _END_OF_NAME,
    _ADDRESS,
    N_("not a domain name: letters, digits and hyphens between dots are all it may have"),
    convert=bytes.decode,
    bent=True,
    keeps_meaning=True,
)
LITERAL: Final = alt(
    term(
        "IPv4-address-literal",
        rb"\[[0-9]{1,3}(?:\.[0-9]{1,3}){3}\]",
        "5321#4.1.3",
        N_("an IPv4 address in brackets, in place of a name"),
        convert=address_literal,
        keeps_meaning=True,
    ),
    term(
        "IPv6-address-literal",
        rb"\[(?i:IPv6):[0-9A-Fa-f:.]{2,45}\]",
        "5321#4.1.3",
        N_("an IPv6 address in brackets, in place of a name"),
        convert=address_literal,
        keeps_meaning=True,
    ),
    term(
        "General-address-literal",
        rb"\[(?!(?i:IPv6):)(?:[A-Za-z0-9-]{0,30}[A-Za-z0-9]):[\x21-\x5a\x5e-\x7e]{1,200}\]",
        "5321#4.1.3",
        N_("an address of some other kind in brackets"),
        convert=bytes.decode,
    ),
    usage="<address-literal>",
)

MAILBOX: Final = Mapped(
    seq(
        alt(_DOT_STRING, _QUOTED, _LONG_LOCAL, _LOOSE_LOCAL, usage="<local-part>"),
        _AT,
        alt(_U_DOMAIN, LITERAL, _LOOSE_DOMAIN, usage="<domain>"),
    ),
    lambda parts: Mailbox(*parts),
    N_("a mailbox: local part, @ and domain"),
    Ref(_ADDRESS),
)

# Path = "<" [ A-d-l ":" ] Mailbox ">"

_OPEN: Final = term(
    "<",
    rb"<(?![^ \r\n]{256})",
    _ADDRESS,
    N_("an angle bracket: the address begins"),
    silent=True,
    keeps_meaning=True,
    usage="<",
)
_LONG: Final = term(
    "<",
    rb"<(?=[^ \r\n]{256})",
    "5321#4.5.3.1.3",
    N_("a path of more than 256 octets"),
    silent=True,
    bent=True,
    keeps_meaning=True,
    usage="<",
)
_CLOSE: Final = token(b">", about=N_("an angle bracket: the address ends"), ref=_ADDRESS)
_ROUTE: Final = opt(
    term(
        "A-d-l",
        rb"@(?:\[[^\]\s]*\]|[^@,:>\s\[]+)(?:,@(?:\[[^\]\s]*\]|[^@,:>\s\[]+))*:",
        "5321#C",
        N_("a source route: hosts to pass by on the way. Deprecated: it is read and ignored"),
        silent=True,
        keeps_meaning=True,
        usage="",
    )
)
_BARE: Final = term(
    "Mailbox",
    rb"[^\s<>@]+@[^\s<>@]+",
    "5321#4.1.1.2",
    N_("an address without its angle brackets"),
    convert=lambda octets: Mailbox(*octets.decode().split("@")),
    bent=True,
    keeps_meaning=True,
)
PATH: Final = seq(alt(_OPEN, _LONG, usage="<"), _ROUTE, MAILBOX, _CLOSE)
_NULL: Final = token(
    b"<>",
    name="null path",
    about=N_("the null path: nobody is to get an error message about this mail"),
    ref="5321#4.5.5",
    value=None,
)
_POSTMASTER: Final = seq(
    _OPEN,
    term(
        "Postmaster",
        rb"(?i:Postmaster)(?=>)",
        "5321#4.5.1",
        N_("Postmaster: the one mailbox that needs no domain, and that every server must have"),
        convert=lambda octets: Mailbox(octets.decode("ascii"), ""),
    ),
    _CLOSE,
)
_BLANK: Final = term(
    "spaces",
    rb"[ \t]{1,64}",
    "5321#3.3",
    N_("space behind the colon, where the rule has none"),
    silent=True,
    bent=True,
    keeps_meaning=True,
    usage="",
)


def _after_colon(path: Rule, usage: str) -> Rule:
    # the bent form stands last: what a strict server tells of is the last thing that failed at a place
    return alt(path, seq(_BLANK, path), usage=usage)


_FROM: Final = token(b"FROM:", about=N_("FROM: and the sender right behind the colon"), ref="5321#4.1.1.2")
_TO: Final = token(b"TO:", about=N_("TO: and the recipient right behind the colon"), ref="5321#4.1.1.3")
REVERSE_PATH: Final = role(
    seq(_FROM, _after_colon(alt(PATH, _NULL, _BARE), "<Reverse-path>")),
    N_("the sender: where error messages about this mail go"),
    "5321#4.1.1.2",
)
FORWARD_PATH: Final = role(
    seq(_TO, _after_colon(alt(PATH, _POSTMASTER, _BARE), "<Forward-path>")),
    N_("the recipient: where this mail goes, whatever its header says"),
    "5321#4.1.1.3",
)

# ehlo = "EHLO" SP ( Domain / address-literal ) CRLF ; helo = "HELO" SP Domain CRLF

_ANY_NAME: Final = term(
    "name",
    rb"[^\s]{1,255}",
    "5321#4.1.1.1",
    N_("not a name that the rule allows for a client"),
    convert=lambda octets: octets.decode("utf-8", "replace"),
    bent=True,
    keeps_meaning=True,
)
_BEHIND: Final = opt(
    term(
        "text",
        rb"[ \t]+[^\r\n]*[^\s]",
        "5321#4.1.1.1",
        N_("words behind the client's name: an old custom, no part of the rule"),
        silent=True,
        bent=True,
        keeps_meaning=True,
        usage="",
    )
)
_CLIENT: Final = N_("the client's name, as it says; nobody has checked it")
EHLO_NAME: Final = seq(
    role(
        alt(DOMAIN, LITERAL, _ANY_NAME, usage="<domain>"), _CLIENT, "5321#4.1.1.1", usage="<domain>|<address-literal>"
    ),
    _BEHIND,
)
HELO_NAME: Final = seq(role(alt(DOMAIN, _ANY_NAME, usage="<domain>"), _CLIENT, "5321#4.1.1.1"), _BEHIND)

# String = Atom / Quoted-string. Section 3.5.1 wants mailboxes taken as well, and says how people write them.

_STRING: Final = term(
    "String",
    rb'"(?:[^"\\\r\n]|\\[\x20-\x7e])*"|[^\s<>"]+',
    _ADDRESS,
    N_("a name: of a user, a mailbox or a list"),
    convert=lambda octets: Mailbox(unquoted(octets) if octets.startswith(b'"') else octets.decode(), ""),
)
NAME: Final = alt(MAILBOX, PATH, _STRING, usage="<name>")
UTF8_REPLY: Final = opt(
    seq(
        SEP,
        token(
            b"SMTPUTF8",
            about=N_("the client can read names beyond ASCII in this reply"),
            ref="6531#3.7.4.2",
            value=True,
        ),
    ),
    False,
)
TEXT: Final = term("String", rb"[^\r\n]+", "5321#4.1.1.9", N_("words that the server ignores"), free=True)
TOPIC: Final = term(
    "String", rb"[^\s]+", "5321#4.1.1.8", N_("what to explain: the name of a command"), convert=bytes.upper
)

MECHANISM: Final = term(
    "sasl-mech", rb"[A-Za-z0-9_-]{1,20}(?=\s|$)", "4954#4", N_("the SASL mechanism to use"), convert=bytes.upper
)
INITIAL: Final = term(
    "initial-response",
    rb"[^\s]+",
    "4954#4",
    N_("the mechanism's first message, in base64; = stands for an empty one"),
    secret=True,
)

CHUNK_SIZE: Final = term(
    "chunk-size",
    rb"[0-9]{1,20}(?=\s|$)",
    "3030#2",
    N_("how many octets follow right behind this line"),
    convert=int,
)
LAST: Final = opt(
    seq(SEP, token(b"LAST", about=N_("this chunk is the last: the message is complete"), ref="3030#2", value=True)),
    False,
)
