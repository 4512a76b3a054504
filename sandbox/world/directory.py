"""Who has mail at a domain: its users, its aliases and its mailing lists (RFC 5321 section 3.9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sandbox.auth.accounts import Accounts
from sandbox.smtp.addresses import Mailbox, mailbox

OWNER = "-owner"
"""Who runs the list `x` is reached at `x-owner`: that is where errors in sending to its members go."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where mail for a mailbox goes: to a user's store or, without `user`, to a mailbox somewhere else.

    `sender` is the new reverse path of mail that a list sends on; None where the path stays.
    """

    mailbox: str
    user: str | None = None
    sender: str | None = None


class Directory:
    """The names of one domain. The first user is the one who reads Postmaster's mail.

    `aliases` and `lists` give the mailboxes behind a name; those without a domain are of this one.
    """

    def __init__(
        self,
        domain: str,
        accounts: Accounts,
        users: Sequence[str],
        aliases: Mapping[str, Sequence[str]] | None = None,
        lists: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.domain = domain
        self._accounts = accounts
        self._postmaster = users[0] if users else None
        self._aliases = {name.casefold(): tuple(members) for name, members in (aliases or {}).items()}
        self._lists = {name.casefold(): tuple(members) for name, members in (lists or {}).items()}
        # nothing here ever changes, and servers ask about few mailboxes again and again
        self.resolve = lru_cache(maxsize=4096)(self._targets)
        """Where mail for a mailbox goes, each place once; nowhere where the domain is ours and has no such name.

        Without a domain the mailbox is one of ours.
        """

    def owns(self, domain: str) -> bool:
        """Whether mail for `domain` belongs here."""
        return domain.casefold() == self.domain.casefold()

    def _targets(self, address: str) -> tuple[Target, ...]:
        return tuple(dict.fromkeys(self._resolve(mailbox(address), None, set())))

    def is_list(self, address: str) -> bool:
        """Whether this is one of our mailing lists."""
        found = mailbox(address)
        return found.domain in ("", self.domain) and found.local.casefold() in self._lists

    def _resolve(self, found: Mailbox, sender: str | None, seen: set[str]) -> Iterator[Target]:
        if found.domain and not self.owns(found.domain):
            yield Target(found.text, None, sender)
            return
        name = found.local.casefold()
        account = self._accounts.lookup(found.local)
        if account is not None:
            yield Target(Mailbox(account.name, self.domain).text, account.name, sender)
        elif name in seen:
            return
        elif name in self._lists:
            seen.add(name)
            yield from self._members(self._lists[name], Mailbox(found.local + OWNER, self.domain).text, seen)
        elif name in self._aliases:
            seen.add(name)
            yield from self._members(self._aliases[name], sender, seen)
        elif self._postmaster is not None and self._is_office(name):
            yield Target(Mailbox(self._postmaster, self.domain).text, self._postmaster, sender)

    def _members(self, members: Sequence[str], sender: str | None, seen: set[str]) -> Iterator[Target]:
        for member in members:
            yield from self._resolve(mailbox(member), sender, seen)

    def _is_office(self, name: str) -> bool:
        """Whether it is a name that every domain must have, or that a list needs (RFC 5321 section 4.5.1)."""
        return name in ("postmaster", "mailer-daemon") or name.removesuffix(OWNER) in self._lists
