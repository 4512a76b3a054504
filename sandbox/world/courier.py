"""Taking mail for the users of one domain: final delivery into the store (RFC 5321 section 4.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from sandbox.core.message import N_, Msg
from sandbox.mail.courier import Envelope, Fate, ForwardPath, Result
from sandbox.mail.message import body_offset
from sandbox.mail.store import Store
from sandbox.smtp.addresses import mailbox
from sandbox.world.directory import Directory, Target

_RETURN_PATH: Final = re.compile(rb"^return-path[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)", re.IGNORECASE | re.MULTILINE)

STAYS: Final = N_("no mail leaves the sandbox")


class LocalCourier:
    """Delivers to the users of a domain and to nobody else. `full` tells whether a user's mailbox takes no more."""

    def __init__(
        self, directory: Directory, store: Store, full: Callable[[str], bool] = lambda _user: False, address: str = ""
    ) -> None:
        self.directory, self.store = directory, store
        self.full = full
        self._literal = f"[{address}]"

    def owns(self, recipient: str) -> bool:
        """Whether a mailbox is of our domain, or of our address."""
        domain = mailbox(recipient).domain
        return not domain or self.directory.owns(domain) or domain == self._literal

    def targets(self, recipient: str) -> tuple[Target, ...]:
        """Where mail for a mailbox goes."""
        found = mailbox(recipient)
        return self.directory.resolve(found.local_text if found.domain == self._literal else recipient)

    def expand(self, mailbox: str) -> tuple[str, ...]:
        """See `Courier`."""
        return tuple(target.mailbox for target in self.targets(mailbox)) if self.owns(mailbox) else ()

    def check(self, envelope: Envelope, recipient: ForwardPath) -> Result:
        """See `Courier`."""
        if not self.owns(recipient.mailbox):
            return self.foreign(recipient)
        targets = self.targets(recipient.mailbox)
        if not targets:
            return Result(recipient, Fate.UNKNOWN)
        users = [target.user for target in targets if target.user is not None]
        if len(targets) == len(users) == 1 and self.full(users[0]):
            return Result(recipient, Fate.FULL)
        return Result(recipient, Fate.ACCEPTED)

    def foreign(self, recipient: ForwardPath) -> Result:
        """The fate of a recipient at another domain."""
        return Result(recipient, Fate.FOREIGN, Msg(STAYS))

    def deliver(self, envelope: Envelope, content: bytes) -> tuple[Result, ...]:
        """See `Courier`."""
        results = tuple(self.check(envelope, recipient) for recipient in envelope.forward_paths)
        for _recipient, target in self.places(results):
            if target.user is not None:
                self.store_for(target, envelope.reverse_path, content)
        return results

    def places(self, results: Iterable[Result]) -> Iterator[tuple[ForwardPath, Target]]:
        """Where mail goes for the recipients that were accepted: each place once, with the recipient it is for."""
        seen: set[Target] = set()
        for result in results:
            if result.fate is Fate.ACCEPTED:
                for target in self.targets(result.recipient.mailbox):
                    if target not in seen:
                        seen.add(target)
                        yield result.recipient, target

    def store_for(self, target: Target, reverse_path: str, content: bytes) -> None:
        """Final delivery: write the reverse path down, in place of any that is there, and put the message away."""
        assert target.user is not None
        end = body_offset(content)
        header = content[:end]
        if b"return-path" in header.lower():
            content = _RETURN_PATH.sub(b"", header) + content[end:]
        sender = reverse_path if target.sender is None else target.sender
        self.store.mailboxes(target.user).inbox.append(f"Return-Path: <{sender}>\r\n".encode() + content)
