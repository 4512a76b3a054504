"""A message's octets in words: header fields, the empty line, the body; with or without byte-stuffing on top.

POP3 replies, SMTP content and IMAP literals all carry messages; what their octets are is the same everywhere.
"""

from __future__ import annotations

import re
from typing import Final

from sandbox.core.grammar import Span
from sandbox.core.message import N_
from sandbox.core.refs import Ref

__all__ = ["label_message"]

_LINE = re.compile(rb"[^\n]*(?:\n|$)")
# field-name = 1*ftext, %d33-57 / %d59-126 (RFC 5322 section 3.6.8)
_FIELD = re.compile(rb"[\x21-\x39\x3b-\x7e]+")

_FIELDS: Final = {
    b"from": ("5322#3.6.2", N_("From: who wrote it, or says so; nothing on the way checks it")),
    b"sender": ("5322#3.6.2", N_("Sender: who sent it for the author")),
    b"reply-to": ("5322#3.6.2", N_("Reply-To: where answers should go")),
    b"to": ("5322#3.6.3", N_("To: for whom it is meant; the envelope alone decides who gets it")),
    b"cc": ("5322#3.6.3", N_("Cc: who gets a copy, for all to see")),
    b"bcc": ("5322#3.6.3", N_("Bcc: who gets a copy unseen; it should have been taken out")),
    b"subject": ("5322#3.6.5", N_("Subject: what it is about")),
    b"date": ("5322#3.6.1", N_("Date: when the author finished it")),
    b"message-id": ("5322#3.6.4", N_("Message-ID: a name for this message in all the world")),
    b"in-reply-to": ("5322#3.6.4", N_("In-Reply-To: which message it answers")),
    b"references": ("5322#3.6.4", N_("References: the messages before it in the conversation")),
    b"received": ("5321#4.4", N_("Received: a stamp of a server on the way; the newest is on top")),
    b"return-path": ("5321#4.4", N_("Return-Path: the envelope's sender, written down at delivery")),
    b"mime-version": ("2045#4", N_("MIME-Version: the message follows MIME")),
    b"content-type": ("2045#5", N_("Content-Type: what kind of data the body is")),
    b"content-transfer-encoding": ("2045#6", N_("Content-Transfer-Encoding: how the body was made fit for the way")),
    b"content-disposition": ("2183#2", N_("Content-Disposition: to be shown in place, or an attachment")),
}
_OTHER: Final = ("5322#3.6.8", N_("a header field"))


def label_message(raw: bytes, start: int, stop: int, *, stuffed: bool) -> list[Span]:
    """Leaf spans over `raw[start:stop]`, in order and without gaps.

    `stuffed`: lines that begin with a dot carry one more.
    """
    spans: list[Span] = []
    meaning = _OTHER
    while start < stop:
        end = min(stop, _line_end(raw, start))
        if raw[start:end] in (b"\r\n", b"\n"):
            about = N_("the empty line: the header ends here, the body begins")
            spans.append(Span(start, end, "CRLF", Ref("5322#2.1"), about))
            return spans + _body(raw, end, stop, stuffed)
        dots: list[Span] = []
        here = _undot(raw, start, stop, stuffed, dots)
        field = _FIELD.match(raw, here, end)
        if raw[here : here + 1] in (b" ", b"\t"):
            about = N_("the field goes on: a line that begins with white space")
            spans += [*dots, Span(here, end, "folded", Ref("5322#2.2.3"), about)]
        elif field is not None and raw[field.end() : field.end() + 1] == b":":
            meaning = _FIELDS.get(field[0].lower(), _OTHER)
            spans += [*dots, *_field(here, field.end(), end, meaning)]
        else:
            return spans + _body(raw, start, stop, stuffed)
        start = end
    return spans


def _field(start: int, colon: int, end: int, meaning: tuple[str, str]) -> list[Span]:
    ref = Ref(meaning[0])
    parts = [
        Span(start, colon, "field-name", ref, meaning[1]),
        Span(colon, colon + 1, "colon", Ref("5322#2.2"), N_("a colon between a field's name and its body")),
        Span(colon + 1, end, "field-body", ref, meaning[1]),
    ]
    return [part for part in parts if part.start < part.stop]


def _body(raw: bytes, start: int, stop: int, stuffed: bool) -> list[Span]:
    """The body is free text; only the dots of byte-stuffing mean something."""
    spans: list[Span] = []
    text = start
    while stuffed and start < stop:
        if raw[start : start + 1] == b"." and stop - start > 1:
            _free(spans, text, start)
            text = _undot(raw, start, stop, stuffed, spans)
            start = text
        dot = raw.find(b"\r\n.", start, stop)
        if dot < 0:
            break
        start = dot + 2
    _free(spans, text, stop)
    return spans


def _free(spans: list[Span], start: int, stop: int) -> None:
    if start < stop:
        spans.append(Span(start, stop, "body", Ref("5322#2.3"), N_("the body of the message"), free=True))


def _undot(raw: bytes, start: int, stop: int, stuffed: bool, spans: list[Span]) -> int:
    """Label the dot that was put before a line's own dot, if there is one; return where the line proper begins.

    What follows a bare LF is no line of its own, so nothing is put before it.
    """
    bare = raw[start - 1 : start] == b"\n" and raw[start - 2 : start - 1] != b"\r"
    if not stuffed or bare or raw[start : start + 1] != b"." or start >= stop:
        return start
    about = N_(
        "a dot put before a line that begins with one, so that it is not taken for the end; the receiver drops it"
    )
    spans.append(Span(start, start + 1, "stuffing", Ref("5321#4.5.2"), about))
    return start + 1


def _line_end(raw: bytes, start: int) -> int:
    match = _LINE.match(raw, start)
    assert match is not None
    return match.end()
