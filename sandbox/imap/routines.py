"""What a mail program does with IMAP: copy a mailbox, bring the copy up to date, listen, move to the trash.

Each is a script that sends commands and reads the exchanges; nothing here is special to our server. A script whose
`user` is empty goes on with a connection that is logged in already.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any, Final

from sandbox.core.client import Send
from sandbox.core.message import N_
from sandbox.core.protocol import Routine
from sandbox.core.tracker import Exchange
from sandbox.imap.conversation import Conversation, Copy, Refused, items, told
from sandbox.imap.format import numbers

Script = Generator[Send, Exchange, Copy]


def _ending(steps: Generator[Send, Exchange, Any], copy: Copy) -> Script:
    """The script whose steps these are; a command that the server refuses ends it."""
    try:
        yield from steps
    except Refused as refused:
        copy.failed = refused.command
    return copy


def _download(talk: Conversation, copy: Copy, uids: str) -> Generator[Send, Exchange, None]:
    """Fetch flags and sizes of messages, then the whole of those that the copy does not have."""
    copy.learn((yield from talk.ask(f"UID FETCH {uids} (FLAGS RFC822.SIZE)")))
    missing = sorted(uid for uid, message in copy.messages.items() if message.octets is None)
    if missing:
        # PEEK: downloading is not reading
        copy.learn((yield from talk.ask(f"UID FETCH {numbers(missing).decode()} BODY.PEEK[]")))


def first_sync(user: str = "", password: str = "", mailbox: str = "INBOX") -> Script:
    """Copy a mailbox for the first time: all messages with their flags."""
    copy = Copy()

    def steps() -> Generator[Send, Exchange, None]:
        talk = Conversation("S")
        yield from talk.log_in(user, password)
        copy.learn((yield from talk.ask("SELECT", mailbox)))
        if copy.exists:
            yield from _download(talk, copy, "1:*")

    return _ending(steps(), copy)


def resync(
    user: str = "",
    password: str = "",
    mailbox: str = "INBOX",
    uidvalidity: int = 0,
    uidnext: int = 1,
    known: Iterable[int] = (),
) -> Script:
    """Bring a copy up to date by UIDVALIDITY and UIDNEXT: fetch what is new, ask for the flags of the rest."""
    copy = Copy.of(known)

    def steps() -> Generator[Send, Exchange, None]:
        talk = Conversation("R")
        yield from talk.log_in(user, password)
        copy.learn((yield from talk.ask("SELECT", mailbox)))
        if copy.uidvalidity != uidvalidity:
            copy.messages.clear()
            yield from _download(talk, copy, "1:*")
            return
        if uidnext > 1:
            there = yield from talk.ask(f"UID FETCH 1:{uidnext - 1} (FLAGS)")
            left = {uid for uid, _items in items(there)}
            copy.vanish(uid for uid in list(copy.messages) if uid not in left)
            copy.learn(there)
        if copy.uidnext > uidnext:
            yield from _download(talk, copy, f"{uidnext}:*")

    return _ending(steps(), copy)


def quick_resync(
    user: str = "",
    password: str = "",
    mailbox: str = "INBOX",
    uidvalidity: int = 0,
    modseq: int = 0,
    uidnext: int = 1,
    known: Iterable[int] = (),
) -> Script:
    """Bring a copy up to date by QRESYNC: the answer to SELECT tells all that has changed or gone."""
    copy = Copy.of(known)

    def steps() -> Generator[Send, Exchange, None]:
        talk = Conversation("Q")
        yield from talk.log_in(user, password)
        yield from talk.ask("ENABLE QRESYNC")
        selected = yield from talk.ask("SELECT", mailbox, after=f" (QRESYNC ({uidvalidity} {modseq}))")
        copy.learn(selected)
        if copy.uidvalidity != uidvalidity:
            copy.messages.clear()
            yield from _download(talk, copy, "1:*")
        elif copy.uidnext > uidnext:
            yield from _download(talk, copy, f"{uidnext}:*")

    return _ending(steps(), copy)


def listen(user: str = "", password: str = "", mailbox: str = "") -> Script:
    """Open a mailbox, if one is named, and listen to what happens there with IDLE. The connection goes on listening."""
    copy = Copy()

    def steps() -> Generator[Send, Exchange, None]:
        talk = Conversation("I")
        yield from talk.log_in(user, password)
        if mailbox:
            copy.learn((yield from talk.ask("SELECT", mailbox)))
        yield from talk.begin("IDLE")

    return _ending(steps(), copy)


def news(uidnext: int = 0) -> Script:
    """Stop listening, fetch the flags and sizes of what is new, and listen again: one turn of the IDLE loop.

    Without `uidnext`, the last message is taken for the new one.
    """
    copy = Copy()

    def steps() -> Generator[Send, Exchange, None]:
        talk = Conversation("N")
        heard = yield from talk.answer("DONE")
        copy.learn(heard)
        if any(word == b"EXISTS" for word, _value in told(heard)):
            which = f"UID FETCH {uidnext}:*" if uidnext else f"FETCH {copy.exists}"
            copy.learn((yield from talk.ask(f"{which} (UID FLAGS RFC822.SIZE)")))
        yield from talk.begin("IDLE")

    return _ending(steps(), copy)


def to_trash(uids: str, trash: str = "Trash") -> Script:
    """Move messages of the open mailbox to the trash: MOVE, or what was done before there was MOVE.

    A trash that is missing is made, as the server proposes by TRYCREATE.
    """
    copy = Copy()

    def steps() -> Generator[Send, Exchange, None]:
        talk = Conversation("T")
        can = yield from talk.capabilities()
        verb = "UID MOVE" if b"MOVE" in can else "UID COPY"
        moved = yield from talk.try_(f"{verb} {uids}", trash)
        if not talk.went_well and b"TRYCREATE" in talk.code:
            yield from talk.ask("CREATE", trash)
            moved = yield from talk.ask(f"{verb} {uids}", trash)
        elif not talk.went_well:
            raise Refused(verb)
        copy.learn(moved)
        if verb == "UID COPY":
            yield from talk.ask(f"UID STORE {uids} +FLAGS.SILENT (\\Deleted)")
            # without UIDPLUS, whatever else is marked goes too
            copy.learn((yield from talk.ask(f"UID EXPUNGE {uids}" if b"UIDPLUS" in can else "EXPUNGE")))

    return _ending(steps(), copy)


def mark_forwarded(uids: str) -> Script:
    """Put the keyword $Forwarded on messages, so that every program of the user shows that they were forwarded."""
    copy = Copy()

    def steps() -> Generator[Send, Exchange, None]:
        copy.learn((yield from Conversation("F").ask(f"UID STORE {uids} +FLAGS ($Forwarded)")))

    return _ending(steps(), copy)


_LOGIN: Final = {
    "user": N_("who to log in as; nobody where the connection is logged in already"),
    "password": N_("the user's password"),
}
_MAILBOX: Final = {**_LOGIN, "mailbox": N_("the mailbox to open")}
_VALIDITY: Final = {"uidvalidity": N_("the UIDVALIDITY that the program remembers")}
_FROM: Final = {"uidnext": N_("the UIDNEXT that the program remembers")}
_NEXT: Final = {**_FROM, "known": N_("the UIDs of its copies")}
_UIDS: Final = {"uids": N_("the UIDs of the messages, as in a command")}

ROUTINES: Final = (
    Routine("first-sync", N_("Copy a mailbox for the first time, with all messages and flags"), first_sync, _MAILBOX),
    Routine(
        "resync",
        N_("Bring a copy up to date by UIDVALIDITY and UIDNEXT"),
        resync,
        {**_MAILBOX, **_VALIDITY, **_NEXT},
    ),
    Routine(
        "qresync",
        N_("Bring a copy up to date by QRESYNC, in one answer"),
        quick_resync,
        {**_MAILBOX, **_VALIDITY, "modseq": N_("the HIGHESTMODSEQ that the program remembers"), **_NEXT},
    ),
    Routine("idle", N_("Open a mailbox and listen to what happens there"), listen, _MAILBOX),
    Routine("idle-news", N_("Stop listening, fetch what is new, and listen again"), news, _FROM),
    Routine(
        "to-trash", N_("Move messages to the trash"), to_trash, {**_UIDS, "trash": N_("the mailbox for the trash")}
    ),
    Routine("mark-forwarded", N_("Mark messages as forwarded, with the keyword $Forwarded"), mark_forwarded, _UIDS),
)
