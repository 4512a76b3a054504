"""What the lines of an authentication exchange say: the message inside base64, labelled on the line around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from sandbox.auth.encoding import CANCEL, EMPTY_INITIAL, Base64Fault, decode
from sandbox.auth.mechanism import Mechanism, Side
from sandbox.core.grammar import END, SP, Span, label
from sandbox.core.message import N_
from sandbox.core.refs import Ref

__all__ = ["explain_text", "explain_whole_line"]

EXCHANGE = Ref("4422#3.4")
ENCODING = Ref("4648#4")

PREFIX = re.compile(rb"(?:\+|334)(?= |\r?\n|$)")
LINE_END = re.compile(rb"\r?\n\Z")


def explain_whole_line(mechanism: Mechanism | None, side: Side, line: bytes, n: int | None) -> list[Span]:
    """Label every octet of a line, from the server's "+ " or "334 " to the end of the line."""
    spans: list[Span] = []
    found = PREFIX.match(line) if side == "S" else None
    at = found.end() if found else 0
    if found:
        spans.append(Span(0, at, "continue-req", EXCHANGE, N_("the server waits for the client's answer")))
    ended = LINE_END.search(line, at)
    stop = ended.start() if ended else len(line)
    if found and at < stop:
        spans += shifted(label(SP, line[at : at + 1]).spans, at)
        at += 1
    spans += shifted(explain_text(mechanism, side, line[at:stop], n), at)
    return spans + (shifted(label(END, line[stop:]).spans, stop) if ended else [])


def explain_text(
    mechanism: Mechanism | None, side: Side, text: bytes, n: int | None, initial: bool = False
) -> list[Span]:
    """Label every octet of the text of a challenge or a response; with `initial`, of an initial response."""
    if side == "C" and text == CANCEL:
        return [Span(0, 1, "cancel-response", Ref("4422#3.5"), N_("the client gives up the authentication"))]
    if initial and text == EMPTY_INITIAL:
        return [Span(0, 1, "initial-response", Ref("4959#3"), N_("an initial response with nothing in it"))]
    raw = decode(text)
    if isinstance(raw, Base64Fault):
        return [Span(0, len(text), "base64", raw.ref, N_("not base64"), secret=True, free=True)]
    if mechanism is None:
        about = N_("a message of a mechanism that is not known here")
        parts = [Span(0, len(raw), "base64", EXCHANGE, about, secret=True, free=True)]
    else:
        parts = mechanism.explain(side, raw, n)
    body = len(text.rstrip(b"="))
    padding = Span(body, len(text), "padding", Ref("4648#3.2"), N_("fills up the last group of four; carries no data"))
    return [span for span in (*encoded(parts, body), padding) if span.start < span.stop]


def encoded(parts: list[Span], body: int) -> Iterable[Span]:
    """Move the labels of a message to its base64, `body` characters without the padding.

    A character holds six bits, so two parts may share one: it goes to the part that is secret, else to the one that has
    more of it.
    """
    edges = [0] if parts else []
    for before, after in pairwise(parts):
        bits = before.stop * 8
        edges.append(-(-bits // 6) if before.secret else bits // 6 if after.secret else (bits + 3) // 6)
    edges.append(body)
    for part, (start, stop) in zip(parts, pairwise(edges), strict=True):
        yield Span(start, stop, part.name, part.ref, part.about, part.secret, part.free, part.bent)


def shifted(spans: Iterable[Span], by: int) -> list[Span]:
    """Return the labels `by` octets further on."""
    return [span.moved(by) for span in spans]
