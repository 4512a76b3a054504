"""What the flags mean that have a meaning everywhere (RFC 9051 section 2.3.2), and the attributes of LIST."""

from __future__ import annotations

from typing import Final

from sandbox.core.message import N_
from sandbox.core.refs import Ref


def _about(about: str, ref: str = "9051#2.3.2") -> tuple[str, Ref]:
    return about, Ref(ref)


FLAGS: Final[dict[bytes, tuple[str, Ref]]] = {
    b"\\SEEN": _about(N_("\\Seen: the message has been read")),
    b"\\ANSWERED": _about(N_("\\Answered: the message has been answered")),
    b"\\FLAGGED": _about(N_("\\Flagged: marked by the user, as urgent or to come back to")),
    b"\\DELETED": _about(N_("\\Deleted: marked for removal; EXPUNGE takes it away")),
    b"\\DRAFT": _about(N_("\\Draft: not finished yet")),
    b"\\RECENT": _about(N_("\\Recent: this session is the first to be told of it"), "3501#2.3.2"),
    b"\\*": _about(N_("\\*: new keywords can be made by using them"), "9051#7.1"),
    b"$FORWARDED": _about(N_("$Forwarded: the message has been forwarded")),
    b"$MDNSENT": _about(N_("$MDNSent: a receipt was sent, or declined for good")),
    b"$JUNK": _about(N_("$Junk: the user says that it is junk")),
    b"$NOTJUNK": _about(N_("$NotJunk: the user says that it is no junk")),
    b"$PHISHING": _about(N_("$Phishing: the message likely wants to steal a secret")),
    b"$IMPORTANT": _about(N_("$Important: the message is likely important to the user"), "8457#3"),
}
"""By the flag in capitals: its meaning, a message id, and where that is written."""

KEYWORD: Final = _about(N_("a keyword: what it means is between the clients"))
EXTENSION: Final = _about(N_("a flag that is not known here"))


def meaning(flag: bytes) -> tuple[str, Ref]:
    """What a flag means, and where that is written."""
    return FLAGS.get(flag.upper(), EXTENSION if flag.startswith(b"\\") else KEYWORD)
