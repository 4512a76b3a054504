"""Flags: what they are called, which of them a message can keep, and in what order they stand.

A message's flags are a `Flags`: a tuple without duplicates, system flags first in the order of RFC 9051 section 2.3.2,
then keywords by name. A tuple rather than a set, because its order is the same in every run, and so are the bytes that
show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref
from sandbox.mail.errors import InvalidFlag, LimitReached

__all__ = [
    "ANSWERED",
    "DELETED",
    "DRAFT",
    "FLAGGED",
    "FLAGS",
    "RECENT",
    "SEEN",
    "SYSTEM_FLAGS",
    "FlagInfo",
    "Flags",
    "Keywords",
    "canonical",
    "describe",
    "flag_set",
]

Flags = tuple[str, ...]

SEEN = "\\Seen"
ANSWERED = "\\Answered"
FLAGGED = "\\Flagged"
DELETED = "\\Deleted"
DRAFT = "\\Draft"
RECENT = "\\Recent"

MAX_KEYWORD = 128
"""Longest keyword, in characters."""


class FlagInfo(msgspec.Struct, frozen=True):
    """A flag with a meaning of its own: its spelling, what it says about a message, and where that is written."""

    name: str
    about: str
    ref: Ref


FLAGS: tuple[FlagInfo, ...] = (
    FlagInfo(SEEN, N_("The message has been read."), Ref("9051#2.3.2")),
    FlagInfo(ANSWERED, N_("The message has been answered."), Ref("9051#2.3.2")),
    FlagInfo(FLAGGED, N_("The message is marked as important."), Ref("9051#2.3.2")),
    FlagInfo(DELETED, N_("The message will be removed by the next EXPUNGE."), Ref("9051#2.3.2")),
    FlagInfo(DRAFT, N_("The message is a draft, not finished yet."), Ref("9051#2.3.2")),
    FlagInfo(RECENT, N_("This session is the first to be told of the message."), Ref("3501#2.3.2")),
    FlagInfo("$Forwarded", N_("The message has been forwarded to somebody."), Ref("9051#2.3.2")),
    FlagInfo("$MDNSent", N_("A notice that the message was read has been sent."), Ref("9051#2.3.2")),
    FlagInfo("$Junk", N_("The message has been found to be junk."), Ref("9051#2.3.2")),
    FlagInfo("$NotJunk", N_("The message has been found not to be junk."), Ref("9051#2.3.2")),
    FlagInfo("$Phishing", N_("The message probably tries to steal something."), Ref("9051#2.3.2")),
    FlagInfo("$Important", N_("The message is likely to matter to its reader."), Ref("8457#2")),
)
"""Every flag that the RFCs give a meaning, \\Recent included."""

SYSTEM_FLAGS: Flags = (SEEN, ANSWERED, FLAGGED, DELETED, DRAFT)
"""The system flags that a message can keep (RFC 9051 section 2.3.2)."""

_INFO = {info.name.lower(): info for info in FLAGS}
_RANK = {name: rank for rank, name in enumerate(SYSTEM_FLAGS)}

# flag-keyword = ... / atom; an ATOM-CHAR is none of ( ) { SP CTL % * " \ ] and is ASCII (RFC 9051 section 9).
_ATOM = re.compile(r"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+", re.ASCII)


@lru_cache(maxsize=1024)
def canonical(name: str) -> str:
    """Return a flag's own spelling: flags are the same in any case, and known ones are spelled as their RFC does.

    Raises `InvalidFlag` for what no message can keep: \\Recent, a backslash before any other name than those of RFC
    9051, or what is not an atom of at most `MAX_KEYWORD` characters.
    """
    info = _INFO.get(name.lower())
    if info is not None and info.name != RECENT:
        return info.name
    if info is not None or len(name) > MAX_KEYWORD or not _ATOM.fullmatch(name):
        raise InvalidFlag(flag=name)
    return name


def flag_set(names: Iterable[str]) -> Flags:
    """Return the flags in canonical spelling and order, each once; the first spelling of a keyword wins.

    Raises `InvalidFlag`.
    """
    return _ordered({name.lower(): name for name in reversed([canonical(name) for name in names])}.values())


def describe(name: str) -> Msg:
    """Return what a flag says about a message; for a keyword without a registered meaning, that it is private."""
    info = _INFO.get(name.lower())
    if info is not None:
        return Msg(info.about)
    return Msg(N_("A keyword of your own: only programs that know {flag} give it a meaning."), flag=name)


def _ordered(names: Iterable[str]) -> Flags:
    return tuple(sorted(names, key=lambda name: (_RANK.get(name, len(_RANK)), name.lower())))


class Keywords:
    """The flags in use in one mailbox: one spelling for each keyword, and one tuple for each combination.

    A keyword keeps the spelling it had when the mailbox first met it. Equal flags share one tuple, so that a mailbox of
    thousands holds a handful of them.
    """

    __slots__ = ("_combinations", "_limit", "_spelling")

    MAX_COMBINATIONS = 4096

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._spelling: dict[str, str] = {}
        self._combinations: dict[Flags, Flags] = {}

    @property
    def names(self) -> Flags:
        """The keywords that a message of this mailbox has ever had, in order."""
        return _ordered(self._spelling.values())

    def spell(self, names: Iterable[str]) -> Flags:
        """Return the flags, spelled as this mailbox does. Learns nothing. Raises `InvalidFlag`."""
        return flag_set(self._spelling.get(name.lower(), name) for name in names)

    def require(self, combinations: Iterable[Flags]) -> None:
        """Raise what `learn` would raise, and learn nothing."""
        self._new_spellings([flags for flags in combinations if flags not in self._combinations])

    def learn(self, combinations: Iterable[Flags]) -> dict[Flags, Flags]:
        """Take the flags of messages and return, for each combination, the tuple that stands for it.

        Raises `InvalidFlag` if one is not spelled and ordered as `spell` does, `LimitReached` for too many keywords.
        """
        wanted = list(combinations)
        fresh = [flags for flags in wanted if flags not in self._combinations]
        if fresh:
            self._spelling.update(self._new_spellings(fresh))
            if len(self._combinations) + len(fresh) > self.MAX_COMBINATIONS:
                self._combinations, fresh = {}, wanted
            self._combinations.update((flags, flags) for flags in fresh)
        return self._combinations

    def _new_spellings(self, combinations: Iterable[Flags]) -> dict[str, str]:
        new: dict[str, str] = {}
        for flags in combinations:
            if flag_set(flags) != flags:
                raise InvalidFlag(flag=" ".join(flags))
            for name in flags:
                folded = name.lower()
                if name not in _RANK and (self._spelling.get(folded) or new.setdefault(folded, name)) != name:
                    raise InvalidFlag(flag=name)
        if new and len(self._spelling) + len(new) > self._limit:
            raise LimitReached(limit=self._limit, what=Msg(N_("keywords in a mailbox")))
        return new
