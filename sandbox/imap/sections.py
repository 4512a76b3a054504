"""Sections of a message: `[1.2.HEADER.FIELDS (TO)]<0.100>` (RFC 9051 section 6.4.5.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sandbox.core.grammar import SP, Alt, Mapped, Rule, opt, seq, term, token
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.imap import format as wire
from sandbox.imap.grammar import HEADER_FLD_NAME, NUMBER64, NZ_NUMBER64, parenthesized
from sandbox.mail.header import Header
from sandbox.mail.message import Message
from sandbox.mail.mime import Part

_REF: Final = "9051#6.4.5.1"


@dataclass(frozen=True, slots=True)
class Section:
    """Part numbers (none: the message), which text of it (empty: all), header field names, and a stretch of it."""

    part: tuple[int, ...] = ()
    text: bytes = b""
    fields: tuple[bytes, ...] = ()
    partial: tuple[int, int] | None = None

    @property
    def label(self) -> bytes:
        """The section as a response repeats it."""
        pieces = [b".".join(b"%d" % number for number in self.part)] if self.part else []
        if self.text:
            pieces.append(self.text)
        names = b" (" + b" ".join(wire.astring(name) for name in self.fields) + b")" if self.fields else b""
        origin = b"<%d>" % self.partial[0] if self.partial is not None else b""
        return b"[" + b".".join(pieces) + names + b"]" + origin

    def cut(self, octets: bytes) -> bytes:
        """The stretch that is asked for. Nothing is left where it begins behind the end."""
        if self.partial is None:
            return octets
        start, count = self.partial
        return octets[start : start + count]

    def of(self, message: Message) -> bytes | None:
        """The octets; None if the message has no such part."""
        if not self.part:
            return self._of_whole(message)
        part = message.structure().find(self.part)
        if part is None:
            return None
        content = message.content
        if not self.text:
            return content[part.body_start : part.stop]
        if self.text == b"MIME":
            return content[part.start : part.body_start]
        return self._of_message(content, part.parts[0]) if part.is_message else None

    def find(self, message: Message) -> Part | None:
        """The part, for BINARY."""
        whole = message.structure()
        return whole.find(self.part) if self.part else whole

    def _of_whole(self, message: Message) -> bytes:
        if not self.text:
            return message.content
        if self.text == b"TEXT":
            return message.body
        if self.text == b"HEADER":
            return message.header
        return self._select(message.fields())

    def _of_message(self, content: bytes, inner: Part) -> bytes:
        if self.text == b"TEXT":
            return content[inner.body_start : inner.stop]
        if self.text == b"HEADER":
            return content[inner.start : inner.body_start]
        return self._select(Header(content, inner.start, inner.body_start))

    def _select(self, header: Header) -> bytes:
        return header.select(self.fields, others=self.text.endswith(b".NOT"))


_OPEN: Final = token(b"[", about=N_("the section begins"), ref=_REF)
_CLOSE: Final = token(b"]", about=N_("the section ends"), ref=_REF)
_DOT: Final = token(b".", about=N_("what follows is within that part"), ref=_REF)
# section-part = nz-number *("." nz-number)
_PART: Final = term(
    "section-part",
    rb"[1-9][0-9]{0,9}(?:\.[1-9][0-9]{0,9})*",
    _REF,
    N_("the part of the message: numbers of parts within parts"),
    convert=lambda octets: tuple(map(int, octets.split(b"."))),
)
_FIELDS: Final = seq(
    term(
        "section-msgtext",
        rb"(?i:HEADER\.FIELDS(?:\.NOT)?)",
        _REF,
        N_("some fields of the header; .NOT: all but these"),
        convert=bytes.upper,
    ),
    SP,
    parenthesized(HEADER_FLD_NAME, 1),
)
_WHOLE: Final = term(
    "section-msgtext", rb"(?i:HEADER|TEXT)", _REF, N_("the header, or the text behind it"), convert=bytes.upper
)
_MIME: Final = term("section-text", rb"(?i:MIME)", _REF, N_("the header of the part itself"), convert=bytes.upper)


def _msgtext(value: object) -> Section:
    if isinstance(value, tuple):
        return Section(text=value[0], fields=tuple(value[1]))
    assert isinstance(value, bytes)
    return Section(text=value)


def _within(value: tuple[tuple[int, ...], Section | None]) -> Section:
    numbers, inner = value
    return Section(numbers, inner.text, inner.fields) if inner is not None else Section(numbers)


def _mapped(rule: Rule, convert: Callable[[Any], Section]) -> Mapped:
    return Mapped(rule, convert, N_("a section of the message"), Ref(_REF))


# section-spec = section-msgtext / (section-part ["." section-text])
_MSGTEXT: Final = _mapped(Alt(_FIELDS, _WHOLE, usage=""), _msgtext)
_TEXT: Final = _mapped(Alt(_FIELDS, _WHOLE, _MIME, usage=""), _msgtext)
_SPEC: Final = Alt(_mapped(seq(_PART, opt(seq(_DOT, _TEXT))), _within), _MSGTEXT, usage="<section>")
# partial = "<" number64 "." nz-number64 ">"
_PARTIAL: Final = seq(
    token(b"<", about=N_("a stretch of it begins"), ref=_REF),
    NUMBER64,
    token(b".", about=N_("the number of octets follows"), ref=_REF),
    NZ_NUMBER64,
    token(b">", about=N_("the stretch ends"), ref=_REF),
)


def _with_partial(value: tuple[Section | None, tuple[int, int] | None]) -> Section:
    section = value[0] or Section()
    return Section(section.part, section.text, section.fields, value[1])


# section = "[" [section-spec] "]", and partial
SECTION: Final = _mapped(seq(_OPEN, opt(_SPEC), _CLOSE, opt(_PARTIAL)), _with_partial)
# section-binary = "[" [section-part] "]"
SECTION_BINARY: Final = _mapped(seq(_OPEN, opt(_mapped(_PART, Section)), _CLOSE, opt(_PARTIAL)), _with_partial)
SECTION_SIZE: Final = _mapped(seq(_OPEN, opt(_mapped(_PART, Section)), _CLOSE), lambda value: value or Section())
