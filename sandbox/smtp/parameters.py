"""The parameters of MAIL and RCPT: what each may be, and which extension it belongs to (RFC 5321 section 4.1.1.11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.core.grammar import NOTHING, Cursor, Rule, Switch, SyntaxFault, opt, seq, term, token
from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref
from sandbox.mail.courier import Body, Notify, Return
from sandbox.smtp import xtext
from sandbox.smtp.addresses import Mailbox, mailbox
from sandbox.smtp.grammar import SEP
from sandbox.smtp.words import Known

OF_MAIL: Final[Mapping[bytes, bytes]] = {
    b"SIZE": b"SIZE",
    b"BODY": b"8BITMIME",
    b"SMTPUTF8": b"SMTPUTF8",
    b"AUTH": b"AUTH",
    b"RET": b"DSN",
    b"ENVID": b"DSN",
}
"""MAIL's parameters, and the extension that each came with."""
OF_RCPT: Final[Mapping[bytes, bytes]] = {b"NOTIFY": b"DSN", b"ORCPT": b"DSN"}
"""RCPT's."""

KEYWORDS: Final[Mapping[bytes, tuple[str, str]]] = {
    b"SIZE": ("1870#6", N_("SIZE: how large the message will be, so that it can be refused before it is sent")),
    b"BODY": ("6152#3", N_("BODY: what octets the message may have")),
    b"SMTPUTF8": ("6531#3.4", N_("SMTPUTF8: addresses or header fields have characters beyond ASCII")),
    b"AUTH": ("4954#5", N_("AUTH: who submitted this mail first, as far as the client knows")),
    b"RET": ("3461#4.3", N_("RET: how much of the message an error report is to bring back")),
    b"ENVID": ("3461#4.4", N_("ENVID: the sender's own name for this mail, to be told in reports")),
    b"NOTIFY": ("3461#4.1", N_("NOTIFY: in which cases the sender wants a report on this recipient")),
    b"ORCPT": ("3461#4.2", N_("ORCPT: the recipient as the sender wrote it, before anybody rewrote it")),
}

_PARAMETER: Final = "5321#4.1.1.11"
_KEYWORD: Final = Known(
    "esmtp-keyword",
    rb"[A-Za-z0-9][A-Za-z0-9-]{0,40}(?=[=\s]|$)",
    Ref(_PARAMETER),
    N_("a parameter of an extension"),
    known=KEYWORDS,
)
_EQUALS: Final = token(b"=", about=N_("an equals sign, and the parameter's value"), ref=_PARAMETER)
_END: Final = rb"(?=\s|$)"
_XTEXT: Final = rb"(?:[\x21-\x2a\x2c-\x3c\x3e-\x7e\x80-\xff]|\+[0-9A-Fa-f]{2})"
_OTHER: Final = opt(
    seq(
        _EQUALS,
        term(
            "esmtp-value",
            rb"[\x21-\x3c\x3e-\x7e\x80-\xff]+",
            _PARAMETER,
            N_("the value of a parameter"),
        ),
    )
)


def _valued(name: str, pattern: bytes, ref: str, about: str, **marks: Any) -> Rule:
    return seq(_EQUALS, term(name, pattern + _END, ref, about, **marks))


def _submitter(octets: bytes) -> Mailbox | None:
    text = xtext.decode(octets)
    if text == "<>":
        return None
    if "@" not in text:
        raise ValueError(text)
    return mailbox(text)


def _original(octets: bytes) -> str:
    kind, _, address = octets.partition(b";")
    return f"{kind.decode('ascii')};{xtext.decode(address)}"


def _notify(octets: bytes) -> tuple[Notify, ...]:
    return tuple(dict.fromkeys(Notify(word) for word in octets.decode("ascii").upper().split(",")))


_MAIL: Final[Mapping[bytes, Rule]] = {
    b"SIZE": _valued("size-value", rb"[0-9]{1,20}", "1870#6", N_("the size in octets"), convert=int),
    b"BODY": _valued(
        "body-value",
        rb"(?i:7BIT|8BITMIME|BINARYMIME)",
        "3030#3",
        N_("7BIT: ASCII only; 8BITMIME: any octets in lines; BINARYMIME: any octets at all"),
        convert=lambda octets: Body(octets.decode("ascii").upper()),
    ),
    b"SMTPUTF8": NOTHING,
    b"AUTH": _valued(
        "xtext", _XTEXT + rb"{1,500}", "4954#5", N_("a mailbox, or <> for nobody known"), convert=_submitter
    ),
    b"RET": _valued(
        "ret-value",
        rb"(?i:FULL|HDRS)",
        "3461#4.3",
        N_("FULL: all of it; HDRS: the header only"),
        convert=lambda octets: Return(octets.decode("ascii").upper()),
    ),
    b"ENVID": _valued(
        "xtext", _XTEXT + rb"{1,100}", "3461#4.4", N_("the sender's name for this mail"), convert=xtext.decode
    ),
}
_RCPT: Final[Mapping[bytes, Rule]] = {
    b"NOTIFY": _valued(
        "notify-esmtp-value",
        rb"(?i:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY)){0,5})",
        "3461#4.1",
        N_("NEVER, or a list of SUCCESS, FAILURE and DELAY"),
        convert=_notify,
    ),
    b"ORCPT": _valued(
        "original-recipient-address",
        rb"[A-Za-z0-9-]{1,40};" + _XTEXT + rb"{1,500}",
        "3461#4.2",
        N_("the kind of address and the address, as in rfc822;ana@norte.example"),
        convert=_original,
    ),
}


class _Parameters(Rule):
    """Parameters in any order, each only once (RFC 3461 section 4.5). Value: a dict by keyword."""

    usage = " [<parameters>]"
    # mostly there are none; space at the end of the line belongs to what follows
    common = (rb"(?![ \t]+[^ \t\r\n])", dict)

    def __init__(self, cases: Mapping[bytes, Rule]) -> None:
        self._next = opt(seq(SEP, Switch(_KEYWORD, cases, _OTHER)))

    def match(self, cur: Cursor) -> dict[bytes, Any]:
        found: dict[bytes, Any] = {}
        while (item := self._next.match(cur)) is not None:
            name, value = item if isinstance(item, tuple) else (item, None)
            if name in found:
                raise SyntaxFault(cur.pos, Msg(N_("a parameter may be given only once")), Ref("3461#4.5"), 2)
            found[name] = value
        return found


MAIL_PARAMETERS: Final = _Parameters(_MAIL)
RCPT_PARAMETERS: Final = _Parameters(_RCPT)
