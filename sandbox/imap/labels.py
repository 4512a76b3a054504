"""What octets of requests and responses mean beyond their place in the grammar: which flag, which capability, a name
or a text that is written in a code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from sandbox.auth import explain_initial
from sandbox.core.grammar import Rule, Span, label
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.core.request import label_request
from sandbox.core.tracker import Labels
from sandbox.imap import grammar as g
from sandbox.imap.capabilities import CAPABILITIES
from sandbox.imap.framing import announced
from sandbox.imap.responses.contents import inside
from sandbox.imap.responses.flags import meaning
from sandbox.imap.states import REGISTRY

_MECHANISM: Final = (N_("a SASL mechanism that AUTHENTICATE takes"), Ref("9051#6.2.2"))
_TEXTS: Final = frozenset({"env-subject", "addr-name", "body-fld-desc", "value", "field-body", "preview"})
_SHIFT: Final = re.compile(rb"&[A-Za-z0-9+,]*-")
_DIGITS: Final = re.compile(rb"[0-9]+(?=\}\r?\n\Z)")


def label_response(rule: Rule, raw: bytes, utf8: bool = False) -> Labels:
    """The leaf spans of a response; `utf8` tells that mailbox names are in UTF-8."""
    found = label(rule, raw)
    return [_refined(span, raw, utf8) if span.name in _REFINE else span for span in found.spans], found.fault


def label_command(raw: bytes, utf8: bool = False) -> Labels:
    """The leaf spans of a request, whole or up to a literal that it announces."""
    waits = announced(raw)
    spans, fault = _label(raw if waits is None else _completed(raw))
    spans = [_refined(span, raw, utf8) if span.name in _REFINE else span for span in cut(spans, 0, len(raw))]
    if waits is not None and fault is not None and fault.at >= len(raw):
        fault = None
    return list(_opened(spans, raw)), fault


def cut(spans: Iterable[Span], start: int, stop: int) -> list[Span]:
    """The spans of `[start:stop]` alone, counted from `start`; one that goes over an edge is cut there."""
    return [
        Span(
            max(span.start, start) - start,
            min(span.stop, stop) - start,
            span.name,
            span.ref,
            span.about,
            span.secret,
            span.free,
            span.bent,
        )
        for span in spans
        if span.start < stop and span.stop > start
    ]


def _completed(raw: bytes) -> bytes:
    """The request as if its last literal had one octet and ended it: what comes is not known yet."""
    return _DIGITS.sub(lambda digits: b"1".zfill(len(digits[0])), raw) + b"x\r\n"


def _label(raw: bytes) -> Labels:
    tag = label(g.TAG, raw)
    at = tag.spans[0].stop
    if tag.spans[0].free or raw[at : at + 1] != b" ":
        return tag.spans, tag.fault
    spans, fault = label_request(REGISTRY, g.COMMAND, raw, at + 1)
    between = Span(at, at + 1, "SP", Ref("5234#B.1"), N_("one space between the words"))
    return [tag.spans[0], between, *spans], fault


def _refined(span: Span, raw: bytes, utf8: bool) -> Span:
    return _REFINE[span.name](span, raw[span.start : span.stop], utf8)


def _renamed(span: Span, name: str, about: str, ref: Ref) -> Span:
    return Span(span.start, span.stop, name, ref, about, span.secret, span.free, span.bent)


def _flag(span: Span, octets: bytes, utf8: bool) -> Span:
    about, ref = meaning(octets)
    return _renamed(span, span.name, about, ref)


def _capability(span: Span, octets: bytes, utf8: bool) -> Span:
    word = octets.upper()
    # some say a number behind the name, such as APPENDLIMIT
    row = CAPABILITIES.get(word) or CAPABILITIES.get(word.partition(b"=")[0])
    if row is not None:
        return _renamed(span, span.name, row.about, row.ref)
    return _renamed(span, span.name, *_MECHANISM) if word.startswith(b"AUTH=") else span


def _mailbox(span: Span, octets: bytes, utf8: bool) -> Span:
    return span if utf8 or _SHIFT.search(octets) is None else _renamed(span, "mUTF-7", span.about, Ref("3501#5.1.3"))


def _text(span: Span, octets: bytes, utf8: bool) -> Span:
    return span if b"=?" not in octets else _renamed(span, "encoded-word", span.about, Ref("2047#2"))


_REFINE: Final[dict[str, Callable[[Span, bytes, bool], Span]]] = {
    "flag": _flag,
    "flag-perm": _flag,
    "capability": _capability,
    "mailbox": _mailbox,
    "list-mailbox": _mailbox,
    **dict.fromkeys(_TEXTS, _text),
}


def _opened(spans: Iterable[Span], raw: bytes) -> Iterable[Span]:
    """Spans with others in the place of those that have an inside: a message, the first message of a mechanism."""
    mechanism = b""
    for span in spans:
        octets = raw[span.start : span.stop]
        if span.name == "auth-type":
            mechanism = octets
        if span.name == "initial-resp":
            yield from (part.moved(span.start) for part in explain_initial(mechanism, octets))
        elif span.name == "message" and octets:
            inner = inside("message", raw, span.start, span.stop)
            yield from (_refined(part, raw, utf8=False) if part.name in _REFINE else part for part in inner)
        else:
            yield span
