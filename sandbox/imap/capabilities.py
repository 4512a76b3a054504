"""What CAPABILITY lists. An extension adds its rows with `capability`; a world's setting `without` takes rows away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sandbox.auth import MECHANISMS
from sandbox.core.refs import Ref
from sandbox.imap import replies
from sandbox.imap.session import Refused, Session
from sandbox.imap.table import Does, Table

Shown = Callable[[Session], bytes]


@dataclass(frozen=True, slots=True)
class Capability:
    """A row: the name, where it is defined, what it promises. `early` ones are listed before login too; `show` gives
    the word for one session, empty where it does not apply."""

    name: bytes
    ref: Ref
    about: str
    early: bool
    show: Shown | None


CAPABILITIES: Final[dict[bytes, Capability]] = {}


def capability(name: bytes, ref: str, *, about: str, early: bool = False, show: Shown | None = None) -> None:
    """Add a row."""
    CAPABILITIES[name] = Capability(name, Ref(ref), about, early, show)


def has(session: Session, name: bytes) -> bool:
    """Whether this server has a capability, by its settings: those of `capabilities` only, and none of `without`.
    A name with `=` at its end stands for any that begins so."""
    if name.endswith(b"="):
        return any(has(session, row) for row in CAPABILITIES if row.startswith(name))
    only = session.host.setting("capabilities")
    if isinstance(only, tuple | list) and name.decode("ascii") not in only:
        return False
    without = session.host.setting("without", ())
    return not (isinstance(without, tuple | list) and name.decode("ascii") in without)


def does(session: Session, table: Table[Does], word: bytes) -> Does:
    """What does the work of a keyword. Raises `Refused` where the capability that it belongs to is off."""
    row = table.rows[word]
    if row.capability is not None and not has(session, row.capability):
        raise Refused(replies.NOT_OFFERED(word=word.decode("ascii")))
    return row.does


def capabilities(session: Session) -> list[bytes]:
    """The words of CAPABILITY at this moment, those that are told before login first."""
    words = []
    for row in sorted(CAPABILITIES.values(), key=lambda row: not row.early):
        if (row.early or session.user is not None) and has(session, row.name):
            word = row.name if row.show is None else row.show(session)
            if word:
                words.append(word)
    if session.user is None:
        words += [b"AUTH=" + name for name in mechanisms(session)]
    return words


def capability_text(session: Session) -> str:
    """The words of CAPABILITY for a response code."""
    return b" ".join(capabilities(session)).decode("ascii")


def mechanisms(session: Session) -> list[bytes]:
    """The SASL mechanisms on offer: those that send a readable password only where that is accepted."""
    return [row.name for row in MECHANISMS if session.may_send_password or not row.plaintext]
