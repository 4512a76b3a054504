"""Replies as named data: what a server can say, with its outcome, its words, its section and what it means.

A handler returns `NO_SUCH_MESSAGE(number=7)`. How an answer looks on the wire is the protocol's matter.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.core.refs import Ref

if TYPE_CHECKING:
    from sandbox.core.effects import Effect


class Outcome(enum.Enum):
    """What a reply says of its command, whatever the protocol's words for it."""

    CONTINUE = "continue"
    """Go on, more is wanted: SMTP 3xx, POP3 and IMAP `+`."""
    OK = "ok"
    """Done: SMTP 2xx, `+OK`, `OK`."""
    NO = "no"
    """Understood and refused: SMTP 4xx and 5xx, `-ERR`, `NO`."""
    BAD = "bad"
    """Not understood, or not now: SMTP 500 to 504, `BAD`. POP3 has no words of its own for it."""
    BYE = "bye"
    """The server is about to close the connection: IMAP `BYE`."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply a server knows. `text` is a message id with `{placeholders}`; `code` is the machine-readable part, if
    any."""

    outcome: Outcome
    text: str
    ref: Ref
    about: str
    code: bytes = b""

    def __call__(self, *lines: bytes, **params: Any) -> Answer:
        """This reply with its parameters, and the lines of a multi-line answer."""
        return Answer(self, params, lines)

    def recognises(self, text: str) -> bool:
        """Whether `text` is this reply's English wording with any parameters."""
        return _wording(self.text).fullmatch(text) is not None


_patterns: dict[str, re.Pattern[str]] = {}


def _wording(text: str) -> re.Pattern[str]:
    """The pattern of a reply's wording, made once."""
    pattern = _patterns.get(text)
    if pattern is None:
        pattern = _patterns[text] = re.compile(
            ".*?".join(re.escape(part) for part in re.split(r"\{\w+\}", text)), re.DOTALL
        )
    return pattern


@dataclass(slots=True)
class Answer:
    """A reply about to be sent.

    `lines` are a multi-line answer's lines without their ends and not dot-stuffed. `block` is one that is encoded
    already (dot-stuffed, ended by `.` CRLF), which saves large messages a second pass. `after` is what happens once
    the answer is on its way (`StartTls`, `Close`).
    """

    reply: Reply
    params: dict[str, Any] = field(default_factory=dict)
    lines: Iterable[bytes] = ()
    block: bytes | None = None
    after: Effect | None = None

    def then(self, effect: Effect) -> Answer:
        """The same answer, with something to happen after it."""
        self.after = effect
        return self
