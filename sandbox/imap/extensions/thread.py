"""THREAD (RFC 5256): search, and tell the result as conversations."""

from __future__ import annotations

from typing import Final

from sandbox.core.grammar import SP, seq, term
from sandbox.core.message import N_
from sandbox.core.replies import Answer
from sandbox.imap import replies
from sandbox.imap.capabilities import capability, has
from sandbox.imap.commands.search import SEARCH_ANSWERS, found
from sandbox.imap.extensions.sort import SEARCH_CRITERIA, sent
from sandbox.imap.search.program import Program
from sandbox.imap.search.subject import base_subject
from sandbox.imap.search.threads import ALGORITHMS, Entry, message_ids, write
from sandbox.imap.session import Session, command
from sandbox.imap.states import SELECTED
from sandbox.mail.store import Stored

capability(b"THREAD=ORDEREDSUBJECT", "5256", about=N_("search results can be threaded by subject"))
capability(b"THREAD=REFERENCES", "5256", about=N_("search results can be threaded by what replies to what"))

_ALGORITHM: Final = term(
    "thread-alg",
    rb"(?i:ORDEREDSUBJECT|REFERENCES)",
    "5256#3",
    N_("how to thread: by subject, or by what replies to what"),
    convert=bytes.upper,
)
_ARGS: Final = seq(SP, _ALGORITHM, *SEARCH_CRITERIA)


@command(b"THREAD", args=_ARGS, states={SELECTED}, ref="5256#3", answers=SEARCH_ANSWERS, capability=b"THREAD=")
def thread(session: Session, algorithm: bytes, charset: bytes, program: Program) -> Answer:
    """Find messages, and tell their numbers as conversations."""
    return _thread(session, algorithm, charset, program, by_uid=False)


@command(b"UID THREAD", args=_ARGS, states={SELECTED}, ref="5256#3", answers=SEARCH_ANSWERS, capability=b"THREAD=")
def uid_thread(session: Session, algorithm: bytes, charset: bytes, program: Program) -> Answer:
    """Find messages, and tell their UIDs as conversations."""
    return _thread(session, algorithm, charset, program, by_uid=True)


def _thread(session: Session, algorithm: bytes, charset: bytes, program: Program, *, by_uid: bool) -> Answer:
    if not has(session, b"THREAD=" + algorithm):
        return replies.NOT_OFFERED(word=algorithm.decode("ascii"))
    _, pairs = found(session, None, None if session.enabled.utf8_accept else charset, program)
    entries = [_entry(session, stored, stored.uid if by_uid else number) for number, stored in pairs]
    listed = write(ALGORITHMS[algorithm](entries))
    return replies.COMPLETED(b"* THREAD" + (b" " + listed if listed else b"") + b"\r\n", verb="THREAD")


def _entry(session: Session, stored: Stored, value: int) -> Entry:
    fields = stored.message.fields()
    own = message_ids(fields.get(b"message-id"))
    references = message_ids(fields.get(b"references")) or message_ids(fields.get(b"in-reply-to"))[:1]
    subject = base_subject(fields.text(b"subject") or "")
    return Entry(value, sent(session.cache, stored), subject, own[0] if own else None, references)
