"""The grammar of SMTP's replies, line by line (RFC 5321 section 4.2), and of what EHLO's reply offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sandbox.core.grammar import END, SP, Rule, Switch, alt, many, opt, seq, term, token
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.smtp.grammar import DOMAIN, LITERAL, TRAILING
from sandbox.smtp.status import ReplyCode, StatusCode
from sandbox.smtp.words import Known

KEYWORDS: Final[Mapping[bytes, tuple[str, str]]] = {
    b"PIPELINING": ("2920#3", N_("PIPELINING: several commands may be sent without waiting for each reply")),
    b"SIZE": ("1870#3", N_("SIZE: how large a message may be; MAIL may say how large it will be")),
    b"8BITMIME": ("6152#2", N_("8BITMIME: messages may have octets beyond ASCII")),
    b"SMTPUTF8": ("6531#3.1", N_("SMTPUTF8: addresses and header fields may have characters beyond ASCII")),
    b"CHUNKING": ("3030#2", N_("CHUNKING: BDAT may be used in place of DATA")),
    b"BINARYMIME": ("3030#3", N_("BINARYMIME: with BDAT a message may have any octets at all")),
    b"DSN": ("3461#3", N_("DSN: the sender may say which reports on delivery it wants")),
    b"STARTTLS": ("3207#3", N_("STARTTLS: the line can be protected by TLS")),
    b"AUTH": ("4954#3", N_("AUTH: users can prove who they are, by these mechanisms")),
    b"EXPN": ("5321#4.1.1.7", N_("EXPN: the server has the command that expands mailing lists")),
    b"HELP": ("5321#4.1.1.8", N_("HELP: the server has the command that helps")),
    b"VRFY": ("5321#4.1.1.6", N_("VRFY: the server has the command that verifies mailboxes")),
    b"ENHANCEDSTATUSCODES": ("2034#3", N_("ENHANCEDSTATUSCODES: replies carry a second, finer code")),
}

_LINE: Final = "5321#4.2"
_HYPHEN: Final = token(b"-", about=N_("a hyphen: the reply goes on in the next line"), ref="5321#4.2.1")
_SPACE: Final = token(b" ", name="SP", about=N_("a space: this is the reply's last line"), ref="5321#4.2.1", exact=True)
_TEXT: Final = term("textstring", rb"[^\r\n]+", _LINE, N_("words for people; programs skip them"), free=True)
_HEAD: Final = seq(ReplyCode(), opt(alt(_HYPHEN, _SPACE)))

LINE: Final = seq(_HEAD, opt(StatusCode()), opt(seq(opt(SP), _TEXT)), TRAILING, END)
"""Any line of a reply."""

_HOST: Final = alt(DOMAIN, LITERAL)
GREETING: Final = alt(seq(_HEAD, _HOST, opt(seq(SP, _TEXT)), TRAILING, END), LINE)
"""Greeting = "220 " (Domain / address-literal) [ SP textstring ] CRLF; EHLO's reply begins the same way."""

_KEYWORD: Final = Known(
    "ehlo-keyword",
    rb"[A-Za-z0-9][A-Za-z0-9-]*(?=[\s=]|$)",
    Ref("5321#4.1.1.1"),
    N_("an extension of this server"),
    known=KEYWORDS,
)
_PARAMETER: Final = term("ehlo-param", rb"[\x21-\x7e]+", "5321#4.1.1.1", N_("a detail of the extension"))
_MECHANISM: Final = term("sasl-mech", rb"[A-Za-z0-9_-]{1,20}(?=\s|$)", "4954#3", N_("a SASL mechanism of this server"))
# an old form, "AUTH=LOGIN", is still sent for the sake of old clients
_EQUALS: Final = token(b"=", about=N_("an old way of writing the list"), ref="4954#3", bent=True)
_ANY: Final = many(seq(SP, _PARAMETER))
_CASES: Final[Mapping[bytes, Rule]] = {
    b"SIZE": opt(
        seq(SP, term("size-param", rb"[0-9]+", "1870#4", N_("the most octets a message may have; 0: no limit")))
    ),
    b"AUTH": seq(opt(seq(_EQUALS, _MECHANISM)), many(seq(SP, _MECHANISM))),
}
EXTENSION: Final = alt(seq(_HEAD, Switch(_KEYWORD, _CASES, _ANY), TRAILING, END), LINE)
"""ehlo-line = ehlo-keyword *( SP ehlo-param ), behind the code."""

CHALLENGE: Final = alt(
    seq(
        _HEAD,
        opt(term("challenge", rb"[A-Za-z0-9+/]*={0,2}(?=\s|$)", "4954#4", N_("the mechanism's challenge, in base64"))),
        END,
    ),
    LINE,
)
FINAL_DOT: Final = seq(
    token(b".", about=N_("a line with only a dot ends the message"), ref="5321#4.1.1.4", exact=True), END
)
