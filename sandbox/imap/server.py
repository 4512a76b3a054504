"""The IMAP server's side: how requests are read, answers written, and which capabilities are offered."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

from sandbox.auth.accounts import Accounts
from sandbox.core.effects import Close
from sandbox.core.endpoint import Server
from sandbox.core.host import Host
from sandbox.core.reader import TooLong
from sandbox.core.registry import Command
from sandbox.core.replies import Answer, Outcome
from sandbox.core.request import Request
from sandbox.imap import capabilities, extensions, replies  # noqa: F401  # extensions complete the registry
from sandbox.imap import format as wire
from sandbox.imap.commands.append import append_limit
from sandbox.imap.framing import Announcement, announced, parse_request
from sandbox.imap.session import Session
from sandbox.imap.states import AUTHENTICATED, LOGOUT, NOT_AUTHENTICATED
from sandbox.mail.store import Store

LINE: Final = 65_536
"""Octets of a line of a command. RFC 9051 has no limit; RFC 7162 section 4 asks for 8192 at least."""
LITERAL: Final = 65_536
"""Octets of a literal that is no message."""
MESSAGES: Final = 4
"""How many times the limit of one message all literals of a command may have, or one may that is thrown away."""
SMALL: Final = 4096
"""Octets of a literal that LITERAL- lets a client send without waiting (RFC 7888 section 5)."""
AUTOLOGOUT: Final = 1800 * wire.SECOND
"""RFC 9051 section 5.4 asks for 30 minutes at least."""
STRANGER: Final = 180 * wire.SECOND
"""The same before login, where it may be shorter."""

# What uses message sequence numbers must not lose any while it is answered (RFC 9051 section 7.5.1, RFC 5256
# section 3).
_NUMBERED: Final = frozenset({b"FETCH", b"STORE", b"SEARCH", b"SORT", b"THREAD"})


class ImapServer(Server):
    """One connection to an IMAP server."""

    initial, closed = NOT_AUTHENTICATED, LOGOUT
    line_limit = LINE

    def __init__(self, host: Host, store: Store, accounts: Accounts) -> None:
        self.session: Session
        session = Session(host, store, accounts, self.changed)
        known = host.setting("preauth")
        if isinstance(known, str) and known in store.users:
            session.user = known
            self.initial = AUTHENTICATED
        super().__init__(host)
        self.session = session
        self._refusal: Answer | None = None

    def greeting(self) -> Answer:
        listed = capabilities.capability_text(self.session)
        return replies.GREETING(host=self.host.name, capabilities=listed)

    # Reading

    def read(self) -> Generator[object, Any, Request]:
        request = yield from self._request()
        self.session.tag = request.tag
        return request

    def _request(self) -> Generator[object, Any, Request]:
        self._refusal = None
        try:
            line = yield from self.reader.line(LINE)
        except TooLong as error:
            return (yield from self._oversized(error, error.head))
        announcement = announced(line)
        if announcement is None:
            return parse_request(line, strict=self.host.strict)
        row = self._in_place(line)
        parts, total = [line], 0
        while announcement is not None:
            total += announcement.size
            if row is None or not self._welcome(row, announcement, total):
                return (yield from self._unwelcome(line, announcement))
            if announcement.synchronizing:
                self._say(replies.CONTINUE(), None)
            parts.append((yield from self.reader.exactly(announcement.size)))
            try:
                parts.append((yield from self.reader.line(LINE)))
            except TooLong as error:
                return (yield from self._oversized(error, line))
            announcement = announced(parts[-1])
        return parse_request(b"".join(parts), strict=self.host.strict)

    def _in_place(self, line: bytes) -> Command | None:
        """The command that a line with a literal at its end begins; None where it would be refused anyway: then the
        literal is not asked for."""
        request = parse_request(line, strict=self.host.strict)
        row = request.command
        if row is None or self.state not in row.states or not self.offers(row):
            return None
        return row if request.fault is not None and request.fault.at == len(line) else None

    def _welcome(self, row: Command, announcement: Announcement, total: int) -> bool:
        """Whether a literal is small enough; `total` is the size of all so far."""
        size, limit = announcement.size, append_limit(self.session)
        if self.host.setting("literal_minus") and not announcement.synchronizing and size > SMALL:
            self._refusal = replies.MUST_SYNCHRONIZE()
        elif row.message and (size > limit or total > MESSAGES * limit):
            self._refusal = replies.MESSAGE_TOO_LARGE(size=size, limit=limit)
        elif not row.message and total > LITERAL:
            self._refusal = replies.LITERAL_TOO_LARGE(size=size)
        return self._refusal is None

    def _unwelcome(self, line: bytes, announcement: Announcement) -> Generator[object, Any, Request]:
        """The command that begins with `line`, up to its first literal, so that it counts as malformed. What the client
        sends without waiting is read and thrown away, within reason (RFC 7888 section 4)."""
        found: Announcement | None = announcement
        while found is not None and not found.synchronizing:
            if found.size > MESSAGES * append_limit(self.session):
                self._refusal = replies.FLOODED(size=found.size).then(Close())
                break
            yield from self.reader.skip(found.size)
            try:
                tail = yield from self.reader.line(LINE)
            except TooLong as error:
                tail = error.tail
            found = announced(tail)
        return parse_request(line)

    def _oversized(self, error: TooLong, line: bytes) -> Generator[object, Any, Request]:
        """A command that has a line over the limit is answered under its tag."""
        self._refusal = replies.LINE_TOO_LONG(limit=LINE)
        found = announced(error.tail)
        return parse_request(line) if found is None else (yield from self._unwelcome(line, found))

    def refuse(self, request: Request) -> Answer:
        refusal, self._refusal = self._refusal, None
        if refusal is not None:
            return refusal
        row = request.command
        if not request.tag:
            return replies.NO_TAG()
        if row is None or not self.offers(row):
            return replies.UNKNOWN(verb=request.verb.decode("ascii").upper())
        if self.state not in row.states:
            return replies.STATE(verb=row.name, state=self.state.name)
        at = request.fault.at if request.fault is not None else 0
        return replies.SYNTAX(usage=row.usage, at=at + 1)

    # Answering

    def encode(self, answer: Answer, request: Request | None) -> bytes:
        reply = answer.reply
        if reply.outcome is Outcome.CONTINUE:
            return b"+ " + wire.resp_text(reply, answer.params) + b"\r\n"
        if request is None or not request.tag or reply.outcome is Outcome.BYE:
            line = wire.condition(reply, **answer.params)
            known = reply is replies.GREETING and self.session.user is not None
            return b"* PREAUTH" + line.removeprefix(b"* OK") if known else line
        line = wire.condition(reply, request.tag, **answer.params)
        news = b""
        if request.command is not None and request.fault is None:
            news = self._told(request.command.verb not in _NUMBERED)
        return b"".join((self.session.ahead(), *answer.lines, news, line))

    def news(self) -> bytes:
        return self._told(self._idling or not self.session.hearing.delayed)

    def _told(self, expunges: bool) -> bytes:
        session = self.session
        told = session.view.news(expunges) if session.view is not None else b""
        return told if session.notices is None else told + session.notices.news()

    def data_to_send(self) -> bytes:
        # who gave NOTIFY listens all the time (RFC 5465 section 3.1), but numbers hold while a command is answered
        at_rest = self._waiting is None and not self.held and not self.closing
        if self._news_due and at_rest and self.session.notices is not None:
            self._tell_news()
        return super().data_to_send()

    def _advance(self) -> None:
        hearing = self.session.hearing
        hearing.acting = True
        super()._advance()
        hearing.acting = False

    def offers(self, command: Command) -> bool:
        # a server that has TLS knows STARTTLS at all times, and says why it is not possible now
        capability = command.capability
        if capability == b"STARTTLS":
            return self.host.tls
        return capability is None or capabilities.has(self.session, capability)

    def secured(self) -> None:
        self.session.secure = True

    # Time and the end

    def idle_limit(self) -> int:
        return STRANGER if self.session.user is None else AUTOLOGOUT

    def timed_out(self) -> Answer:
        return replies.AUTOLOGOUT()

    def lost(self) -> None:
        super().lost()
        self.session.close()
        if self.session.notices is not None:
            self.session.notices.close()
