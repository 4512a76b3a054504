"""A message that came whole, by DATA or BDAT: looked over, stamped, and handed to the courier."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sandbox.core.effects import Deliver, Effect
from sandbox.core.replies import Answer
from sandbox.mail.courier import Fate, Result
from sandbox.smtp import replies
from sandbox.smtp.content import completed, objection, stamp
from sandbox.smtp.session import Session


def hand_over(session: Session, content: bytes) -> Generator[Effect, Any, Answer]:
    """Take a message or refuse it. With several recipients, one that takes it is enough for a positive answer: the
    courier reports to the sender about the others (RFC 5321 section 4.4).
    """
    refusal = objection(session, content)
    if refusal is not None:
        return refusal
    identifier = session.host.random(5).hex().upper()
    if session.submission:
        content = completed(session, identifier, content)
    results: tuple[Result, ...] = yield Deliver(
        session.courier, session.envelope(), stamp(session, identifier) + content
    )
    fates = {result.fate for result in results}
    if Fate.ACCEPTED in fates:
        return replies.ACCEPTED(id=identifier)
    if Fate.FULL in fates:
        return replies.NO_ROOM()
    return replies.NOT_NOW() if Fate.LATER in fates else replies.NOT_DELIVERED()
