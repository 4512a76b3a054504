"""The base subject (RFC 5256 section 2.1): a subject without "Re:", "Fwd:", list names in brackets and the like."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from sandbox.imap.search.text import fold

LONGEST: Final = 2048
"""Characters of a subject that are looked at."""

# subj-blob = "[" *BLOBCHAR "]" *WSP; subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"
_BLOB: Final = r"\[[^\[\]]*\][ ]*"
_LEADER: Final = re.compile(rf"(?:(?:{_BLOB})*(?:re|fwd?)[ ]*(?:{_BLOB})?:|[ ])+", re.IGNORECASE)
_FIRST_BLOB: Final = re.compile(_BLOB)
_SPACE: Final = re.compile(r"[ \t\r\n]+")
_TRAILER: Final = "(fwd)"
_FORWARDED: Final = "[fwd:"


class BaseSubject(NamedTuple):
    """The base subject, folded, and whether the subject was that of a reply or of something forwarded."""

    text: str
    derived: bool


def base_subject(subject: str) -> BaseSubject:
    """Take the base subject of a decoded subject."""
    text, derived = _SPACE.sub(" ", subject[:LONGEST]), False
    while True:
        text, found = _without_trailer(text)
        derived = derived or found
        text, found = _without_leader(text)
        derived = derived or found
        # subj-fwd = subj-fwd-hdr subject subj-fwd-trl
        if not (text[:5].lower() == _FORWARDED and text.endswith("]")):
            return BaseSubject(fold(text), derived)
        text, derived = text[5:-1], True


def _without_trailer(text: str) -> tuple[str, bool]:
    stop, forwarded = len(text), False
    while True:
        if text[:stop].endswith(" "):
            stop -= 1
        elif text[max(0, stop - 5) : stop].lower() == _TRAILER:
            stop -= 5
            forwarded = True
        else:
            return text[:stop], forwarded


def _without_leader(text: str) -> tuple[str, bool]:
    derived = False
    while True:
        leader = _LEADER.match(text)
        if leader is not None:
            derived = derived or bool(leader[0].strip())
            text = text[leader.end() :]
        blob = _FIRST_BLOB.match(text)
        # the last blob is the base, if nothing would be left without it
        if blob is None or blob.end() == len(text):
            return text, derived
        text = text[blob.end() :]
