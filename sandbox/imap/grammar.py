"""The terminals that requests and responses of IMAP share (RFC 9051 section 9, RFC 3501 section 9 where it differs).

Names are those of the ABNF. Values: octets for strings and atoms, `int` for numbers, `Numbers` for sequence sets,
a `Moment` for date-times. A literal stands in the text with its octets: `{3}` CRLF `abc`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from sandbox.core.grammar import (
    Alt,
    Cursor,
    Found,
    Pattern,
    Rule,
    Seq,
    SyntaxFault,
    Terminal,
    Token,
    alt,
    many,
    seq,
    term,
    token,
)
from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref

ABNF: Final = "9051#9"

STAR: Final = 0
"""The value of `*` in a sequence set: the largest number in use."""
MAX_NUMBER: Final = 4_294_967_295
MAX_NUMBER64: Final = 9_223_372_036_854_775_807

# ATOM-CHAR = <any CHAR except atom-specials>
# atom-specials = "(" / ")" / "{" / SP / CTL / list-wildcards / quoted-specials / resp-specials
ATOM_CHAR: Final = rb'[^\x00-\x20\x7f-\xff(){%*"\\\]]'
# ASTRING-CHAR = ATOM-CHAR / resp-specials
ASTRING_CHAR: Final = rb'[^\x00-\x20\x7f-\xff(){%*"\\]'
# list-char = ATOM-CHAR / list-wildcards / resp-specials
LIST_CHAR: Final = rb'[^\x00-\x20\x7f-\xff(){"\\]'
# quoted = DQUOTE *QUOTED-CHAR DQUOTE; QUOTED-CHAR takes UTF-8 in IMAP4rev2 and with UTF8=ACCEPT (RFC 6855)
QUOTED: Final = rb'"(?:[^\x00\r\n"\\]|\\["\\])*"'

_ESCAPED = re.compile(rb'\\(["\\])')


def unquote(octets: bytes) -> bytes:
    """What a quoted string stands for."""
    inner = octets[1:-1]
    return _ESCAPED.sub(rb"\1", inner) if b"\\" in inner else inner


def _size(octets: bytes) -> int:
    return int(octets[octets.index(b"{") + 1 :].rstrip(b"\r\n}+-"))


class Literal(Rule):
    """A literal: the announcement and the octets. Value: the octets.

    literal = "{" number64 ["+"] "}" CRLF *CHAR8. Where the octets are still to come, the fault stands at the end of
    what is there: that is how a server knows that a literal is in place before it asks for it.
    """

    def __init__(self, name: str, about: str, ref: str, *, binary: bool = False, secret: bool = False) -> None:
        announcement = (rb"~" if binary else rb"") + rb"\{([0-9]{1,19})\+?\}\r?\n"
        self._announcement = re.compile(announcement).match
        self.head = Pattern(
            "literal8" if binary else "literal",
            announcement,
            Ref(ABNF),
            N_("announces a literal: so many octets follow the end of this line"),
            convert=_size,
            keeps_meaning=True,
        )
        self.body = Terminal(name, Ref(ref), about, secret=secret)
        self.usage = f"<{name}>"

    def match(self, cur: Cursor) -> bytes:
        size: int = self.head.match(cur)
        start, stop = cur.pos, cur.pos + size
        if stop > len(cur.data):
            raise self._awaited(cur.data)
        cur.take(stop, self.body)
        return cur.data[start:stop]

    def quickly(self, data: bytes, at: int, strict: bool) -> Found:
        found = self._announcement(data, at)
        if found is None:
            return None
        start = found.end()
        stop = start + int(found[1])
        if stop > len(data):
            raise self._awaited(data)
        return data[start:stop], stop

    def _awaited(self, data: bytes) -> SyntaxFault:
        return SyntaxFault(len(data), Msg(N_("expected {what}"), what=Msg(self.body.about)), self.body.ref)


def quoted(name: str, about: str, ref: str, **marks: Any) -> Pattern:
    """A quoted string. Value: what it stands for."""
    return Pattern(name, QUOTED, Ref(ref), about, convert=unquote, **marks)


def string(name: str, about: str, ref: str, *, secret: bool = False) -> Alt:
    """string = quoted / literal."""
    return Alt(quoted(name, about, ref, secret=secret), Literal(name, about, ref, secret=secret), usage=f"<{name}>")


def astring(name: str, about: str, ref: str, *, secret: bool = False) -> Alt:
    """astring = 1*ASTRING-CHAR / string."""
    return Alt(
        term(name, ASTRING_CHAR + rb"+", ref, about, secret=secret),
        quoted(name, about, ref, secret=secret),
        Literal(name, about, ref, secret=secret),
        usage=f"<{name}>",
    )


def nstring(name: str, about: str, ref: str) -> Alt:
    """nstring = string / nil."""
    return Alt(*string(name, about, ref).choices, NIL, usage=f"<{name}>")


def atom(name: str, about: str, ref: str, **marks: Any) -> Pattern:
    """atom = 1*ATOM-CHAR."""
    return term(name, ATOM_CHAR + rb"+", ref, about, **marks)


def parenthesized(rule: Rule, least: int = 0) -> Seq:
    """ "(" [rule *(SP rule)] ")". Value: the list of the rule's values."""
    return seq(OPEN, many(rule, _SP, least), CLOSE)


def _bounded(limit: int, least: int = 0) -> Any:
    def convert(octets: bytes) -> int:
        value = int(octets)
        if not least <= value <= limit:
            raise ValueError(octets)
        return value

    return convert


_SP: Final = token(b" ", about=N_("one space between the words"), ref="5234#B.1", name="SP", exact=True, usage=" ")

OPEN: Final = Token(b"(", ref=Ref(ABNF), about=N_("a list begins"), exact=True)
CLOSE: Final = Token(b")", ref=Ref(ABNF), about=N_("the list ends"), exact=True)
NIL: Final = Token(b"NIL", ref=Ref(ABNF), about=N_("NIL: there is none"), value=None, keeps_meaning=False)

# tag = 1*<any ASTRING-CHAR except "+">
TAG: Final = term(
    "tag", rb'[^\x00-\x20\x7f-\xff(){%*"\\+]+', "9051#2.2.1", N_("the tag: the reply to this command will repeat it")
)
# number = 1*DIGIT, below 2^32; nz-number is not 0; number64 is below 2^63
NUMBER: Final = term("number", rb"[0-9]{1,10}", ABNF, N_("a number"), convert=_bounded(MAX_NUMBER))
NZ_NUMBER: Final = term(
    "nz-number", rb"[1-9][0-9]{0,9}", ABNF, N_("a number that is not 0"), convert=_bounded(MAX_NUMBER)
)
NUMBER64: Final = term("number64", rb"[0-9]{1,19}", ABNF, N_("a number"), convert=_bounded(MAX_NUMBER64))
NZ_NUMBER64: Final = term(
    "nz-number64", rb"[1-9][0-9]{0,18}", ABNF, N_("a number that is not 0"), convert=_bounded(MAX_NUMBER64)
)
SEQ_NUMBER: Final = term(
    "nz-number", rb"[1-9][0-9]{0,9}", "9051#2.3.1.2", N_("a message sequence number"), convert=_bounded(MAX_NUMBER)
)
UNIQUEID: Final = term(
    "uniqueid", rb"[1-9][0-9]{0,9}", "9051#2.3.1.1", N_("a unique identifier (UID)"), convert=_bounded(MAX_NUMBER)
)
# mod-sequence-value = 1*DIGIT, not 0; mod-sequence-valzer may be 0 (RFC 7162 section 7)
MODSEQ: Final = term(
    "mod-sequence-value",
    rb"[1-9][0-9]{0,18}",
    "7162#7",
    N_("a mod-sequence: it grows with every change"),
    convert=_bounded(MAX_NUMBER64),
)
MODSEQ_ZERO: Final = term(
    "mod-sequence-valzer",
    rb"[0-9]{1,19}",
    "7162#7",
    N_("a mod-sequence: it grows with every change"),
    convert=_bounded(MAX_NUMBER64),
)


class Numbers(NamedTuple):
    """A sequence set. `ranges` are pairs as written, `STAR` for `*`; `saved` stands for `$` (RFC 5182)."""

    ranges: tuple[tuple[int, int], ...]
    saved: bool = False


SAVED: Final = Numbers((), saved=True)


def _numbers(octets: bytes) -> Numbers:
    if octets == b"$":
        return SAVED
    ranges = []
    for part in octets.split(b","):
        first, _, last = part.partition(b":")
        low = STAR if first == b"*" else int(first)
        high = low if not last else STAR if last == b"*" else int(last)
        if low > MAX_NUMBER or high > MAX_NUMBER:
            raise ValueError(octets)
        ranges.append((low, high))
    return Numbers(tuple(ranges))


# seq-number = nz-number / "*"; seq-range = seq-number ":" seq-number
_SET = rb"(?:[1-9][0-9]{0,9}|\*)(?::(?:[1-9][0-9]{0,9}|\*))?(?:,(?:[1-9][0-9]{0,9}|\*)(?::(?:[1-9][0-9]{0,9}|\*))?)*"
_KNOWN_SET = rb"[1-9][0-9]{0,9}(?::[1-9][0-9]{0,9})?(?:,[1-9][0-9]{0,9}(?::[1-9][0-9]{0,9})?)*"

# sequence-set = (seq-number / seq-range) ["," sequence-set] / "$"
SEQUENCE_SET: Final = term(
    "sequence-set",
    rb"(?:\$|" + _SET + rb")(?![0-9*:,$])",
    ABNF,
    N_("which messages: numbers and ranges; * is the last one, $ the saved search result"),
    convert=_numbers,
)
# uid-set = (uniqueid / uid-range) *("," ...): no * (RFC 4315); known-sequence-set likewise (RFC 7162)
UID_SET: Final = term(
    "uid-set",
    _KNOWN_SET + rb"(?![0-9*:,])",
    "9051#9",
    N_("UIDs, as single numbers and ranges"),
    convert=_numbers,
)

# flag = "\Answered" / ... / flag-keyword / flag-extension. Value: octets with the backslash.
FLAG: Final = term("flag", rb"\\?" + ATOM_CHAR + rb"+", "9051#2.3.2", N_("a flag, or a keyword of your own"))
FLAG_LIST: Final = parenthesized(FLAG)
# flag-perm = flag / "\*"
FLAG_PERM: Final = term(
    "flag-perm",
    rb"\\\*|\\?" + ATOM_CHAR + rb"+",
    "9051#7.1",
    N_("a flag that can be changed for good; \\* tells that new keywords can be made"),
)

# mailbox = "INBOX" / astring. Value: octets; how they spell a name hangs on what is enabled.
MAILBOX: Final = astring("mailbox", N_("the name of a mailbox"), "9051#5.1")
# list-mailbox = 1*list-char / string
LIST_MAILBOX: Final = Alt(
    term(
        "list-mailbox", LIST_CHAR + rb"+", "9051#6.3.9", N_("which names: * fits anything, % anything within one level")
    ),
    quoted("list-mailbox", N_("which names: * fits anything, % anything within one level"), "9051#6.3.9"),
    Literal("list-mailbox", N_("which names: * fits anything, % anything within one level"), "9051#6.3.9"),
    usage="<list-mailbox>",
)

_MONTHS: Final = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
_MONTH_NUMBER: Final = {month.lower(): number for number, month in enumerate(_MONTHS, 1)}
_MONTH: Final = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def month_name(number: int) -> bytes:
    """date-month, from 1."""
    return _MONTHS[number - 1]


def _date(octets: bytes) -> int:
    day, month, year = octets.strip(b'"').split(b"-")
    moment = datetime(int(year), _MONTH_NUMBER[month.lower()], int(day), tzinfo=UTC)
    return (moment - _EPOCH).days


class Moment(NamedTuple):
    """A date-time: nanoseconds since 1970, and the minutes east of UTC of the zone that it was written in."""

    at: int
    zone: int


def _date_time(octets: bytes) -> Moment:
    date, time, zone = octets.strip(b'" ').split(b" ")
    day, month, year = date.split(b"-")
    hour, minute, second = time.split(b":")
    east = (-1 if zone.startswith(b"-") else 1) * (60 * int(zone[1:3]) + int(zone[3:5]))
    if int(zone[3:5]) > 59:
        raise ValueError(octets)
    # a leap second is told as the second before it
    seconds = min(int(second), 59) if second == b"60" else int(second)
    try:
        local = datetime(int(year), _MONTH_NUMBER[month.lower()], int(day), int(hour), int(minute), seconds, tzinfo=UTC)
        moment = local - timedelta(minutes=east)
    except OverflowError:
        raise ValueError(octets) from None
    return Moment(((moment - _EPOCH) // timedelta(seconds=1)) * 1_000_000_000, east)


# date = date-text / DQUOTE date-text DQUOTE. Value: days since 1970-01-01.
DATE: Final = term(
    "date",
    rb"(?i:[0-9]{1,2}-" + _MONTH + rb'-[0-9]{4}|"[0-9]{1,2}-' + _MONTH + rb'-[0-9]{4}")',
    "9051#6.4.4",
    N_("a day"),
    convert=_date,
)
# date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
DATE_TIME: Final = term(
    "date-time",
    rb'(?i:"(?: [0-9]|[0-9]{2})-' + _MONTH + rb'-[0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}")',
    "9051#2.3.3",
    N_("a moment: day, time and distance from UTC"),
    convert=_date_time,
)

# text = 1*(TEXT-CHAR / UTF8-2 / UTF8-3 / UTF8-4)
TEXT: Final = term("text", rb"[^\r\n]+", "9051#7.1", N_("words for people; programs skip them"), free=True)
# base64 = *(4base64-char) [base64-terminal]
BASE64: Final = term("base64", rb"[A-Za-z0-9+/]*={0,2}", ABNF, N_("octets in base64"))
# auth-type = atom
AUTH_TYPE: Final = atom("auth-type", N_("the SASL mechanism to use"), "9051#6.2.2", convert=bytes.upper)
# charset = atom / quoted
CHARSET: Final = alt(
    atom("charset", N_("the character set of the text searched for"), "9051#6.4.4"),
    quoted("charset", N_("the character set of the text searched for"), "9051#6.4.4"),
    usage="<charset>",
)
# header-fld-name = astring
HEADER_FLD_NAME: Final = astring("header-fld-name", N_("the name of a header field"), "9051#6.4.5")

# command = tag SP (command-any / command-auth / command-nonauth / command-select) CRLF; "UID" SP takes another with it
COMMAND: Final = term("command", rb"(?i:UID )?[A-Za-z0-9][A-Za-z0-9.-]*", "9051#2.2.1", N_("the name of a command"))
