"""The grammar of POP3 (RFC 1939 sections 3 and 9, RFC 2449 section 3). RFC 1939 has prose, not ABNF, for most of it."""

from __future__ import annotations

from typing import Final

from sandbox.core.grammar import END, SP, Seq, alt, opt, role, seq, term, token
from sandbox.core.message import N_

# Requests

# keyword = 3*4 printable characters, in any case of letters (RFC 1939 section 3); extensions are as long
VERB: Final = term("keyword", rb"[A-Za-z0-9]{1,16}", "1939#3", N_("the keyword of a command"))

# "Keywords and arguments are each separated by a single SPACE character." Lenient servers take more of them.
_ONE: Final = term("SP", rb" (?! )", "5234#B.1", N_("one space between the words"), silent=True, usage=" ")
_SPACES: Final = term(
    "spaces",
    rb" {2,}",
    "1939#3",
    N_("more than one space: the rule asks for exactly one"),
    silent=True,
    bent=True,
    usage=" ",
)
SEP: Final = alt(_ONE, _SPACES, usage=" ")
TRAILING: Final = opt(
    term(
        "spaces",
        rb" +(?=\r?\n)",
        "1939#3",
        N_("space at the end of the line, where nothing follows"),
        silent=True,
        bent=True,
        usage="",
    )
)

MSG: Final = term(
    "msg", rb"[0-9]{1,10}", "1939#5", N_("a message-number: the position in the maildrop, from 1"), convert=int
)
LINES: Final = term("n", rb"[0-9]{1,10}", "1939#7", N_("how many lines of the body"), convert=int)
NAME: Final = term("name", rb"[^\x00-\x20\x7f]+", "1939#7", N_("the name of a mailbox: who you are"))
# "may treat spaces in the argument as part of the password, instead of as argument separators" (RFC 1939 section 7)
PASSWORD: Final = term(
    "string", rb"[^\r\n\x00]+", "1939#7", N_("the password, readable by anybody on the line"), secret=True
)
# the letters x are what a redacted recording has in its place: no digest, and still a whole command
DIGEST: Final = term(
    "digest",
    rb"(?:[0-9A-Fa-f]{32}|x{32})",
    "1939#7",
    N_("MD5 of the greeting's timestamp and the password"),
    secret=True,
)
MECHANISM: Final = term(
    "mechanism", rb"[A-Za-z0-9_-]{1,20}", "5034#4", N_("the SASL mechanism to use"), convert=bytes.upper
)
INITIAL: Final = term(
    "initial-response",
    rb"=|[A-Za-z0-9+/]*={0,2}",
    "5034#4",
    N_("the mechanism's first message, in base64; = stands for an empty one"),
    secret=True,
)
LANGUAGE: Final = term(
    "lang-range", rb"\*|[A-Za-z0-9-]{1,40}", "6856#3.2", N_("the language for the server's texts; * for its default")
)

# Replies: "+OK" or "-ERR", a keyword, then what the command says (RFC 1939 section 3)

OK: Final = token(b"+OK", about=N_("positive status: done"), ref="1939#3", exact=True, value=b"+OK")
ERR: Final = token(b"-ERR", about=N_("negative status: not done"), ref="1939#3", exact=True, value=b"-ERR")
CONTINUE: Final = token(b"+", about=N_("go on: the server waits for your answer"), ref="5034#4", exact=True, value=b"+")
TEXT: Final = term("text", rb"[^\r\n]+", "1939#3", N_("words for people; programs skip them"), free=True)
# resp-code = "[" resp-level *("/" resp-level) "]" (RFC 2449 section 3)
_BRACKET: Final = token(b"[", about=N_("a response code for programs begins"), ref="2449#8")
_UNBRACKET: Final = token(b"]", about=N_("the response code ends"), ref="2449#8")
RESP_CODE: Final = seq(
    _BRACKET,
    term(
        "resp-level",
        rb"[^\x00-\x20\]\x7f]+",
        "2449#8",
        N_("why, in a word that programs understand"),
        convert=bytes.upper,
    ),
    _UNBRACKET,
)
CHALLENGE: Final = term("challenge", rb"[A-Za-z0-9+/]*={0,2}", "5034#4", N_("the mechanism's challenge, in base64"))
# timestamp = msg-id form of RFC 822: "<process-ID.clock@hostname>" (RFC 1939 section 7)
TIMESTAMP: Final = term(
    "timestamp", rb"<[^<>\s]+@[^<>\s]+>", "1939#7", N_("the timestamp that APOP mixes with the password")
)
_WELCOME: Final = term("text", rb"[^\r\n<]+", "1939#3", N_("words for people; programs skip them"), free=True)

COUNT: Final = term(
    "count", rb"[0-9]+", "1939#5", N_("how many messages the maildrop holds, marked ones left out"), convert=int
)
SIZE: Final = term("size", rb"[0-9]+", "1939#11", N_("a size in octets"), convert=int)
UNIQUE_ID: Final = term(
    "unique-id", rb"[\x21-\x7e]{1,70}", "1939#7", N_("the unique-id: the same in every session, for this message alone")
)
_MORE: Final = opt(seq(SP, TEXT))

DROP_LISTING: Final = seq(SP, COUNT, SP, role(SIZE, N_("the size of all of them in octets"), "1939#5"), _MORE)
SCAN_LISTING: Final = seq(MSG, SP, role(SIZE, N_("the exact size of the message in octets"), "1939#5"), _MORE)
UNIQUE_ID_LISTING: Final = seq(MSG, SP, UNIQUE_ID)

# capa-tag *(SP param) (RFC 2449 section 3)
CAPA_TAG: Final = term("capa-tag", rb"[\x21-\x2d\x2f-\x7e][\x21-\x7e]*", "2449#5", N_("a capability of this server"))
CAPA_PARAM: Final = term("param", rb"[\x21-\x7e]+", "2449#5", N_("a detail of the capability"))

TAG: Final = term("language-tag", rb"[A-Za-z0-9-]+", "6856#3.2", N_("a language the server speaks"))

GREETING: Final = seq(OK, opt(seq(SP, opt(_WELCOME), opt(seq(TIMESTAMP, opt(TEXT))))), END)
CONTINUATION: Final = seq(CONTINUE, opt(seq(SP, CHALLENGE)), END)
_PLAIN: Final = opt(seq(SP, alt(seq(RESP_CODE, _MORE), TEXT)))
NEGATIVE: Final = seq(ERR, _PLAIN, TRAILING, END)
POSITIVE: Final = seq(OK, _PLAIN, TRAILING, END)
FINAL_DOT: Final = token(b".", about=N_("a line with only a dot ends the multi-line reply"), ref="1939#3", exact=True)


def positive(tail: Seq) -> Seq:
    """The grammar of a `+OK` line whose words mean something: `tail`, or plain words where a server sends those."""
    return seq(OK, alt(seq(tail, END), seq(_PLAIN, TRAILING, END)))
