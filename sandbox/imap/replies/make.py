"""How replies are made."""

from __future__ import annotations

from typing import Final

from sandbox.core.refs import Ref
from sandbox.core.replies import Outcome, Reply

OK: Final = Outcome.OK
NO: Final = Outcome.NO
BAD: Final = Outcome.BAD


def reply(outcome: Outcome, text: str, ref: str, about: str, code: bytes = b"") -> Reply:
    """A reply; `code` may hold placeholders like `text` does."""
    return Reply(outcome, text, Ref(ref), about, code)
