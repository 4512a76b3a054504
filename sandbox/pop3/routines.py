"""What a mail program does with POP3: log in, fetch and delete, leave a copy, look at the headers only.

Each is a script that sends lines and reads the exchanges; nothing here is special to our server.
"""

from __future__ import annotations

from collections.abc import Collection, Generator
from typing import Final

from sandbox.core.client import Send
from sandbox.core.message import N_
from sandbox.core.protocol import Routine
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Exchange, Kind
from sandbox.mail.dots import unstuff

Script = Generator[Send, Exchange, "Fetched"]


class Fetched:
    """What a visit brought: the messages, and the unique-ids that a program remembers for the next time."""

    def __init__(self, known: Collection[str] = ()) -> None:
        self.messages: list[bytes] = []
        self.known: list[str] = list(known)
        self.failed: str | None = None
        """The command at which the server refused to go on."""


def _ok(exchange: Exchange) -> bool:
    return exchange.outcome is Outcome.OK


def _block(exchange: Exchange) -> bytes:
    """The multi-line part of a reply, without stuffing and final dot."""
    return b"".join(unstuff(unit.raw) for unit in exchange.units if unit.kind is Kind.LINES)


def _log_in(user: str, password: str) -> Generator[Send, Exchange, bool]:
    if not _ok((yield Send(f"USER {user}".encode()))):
        return False
    return _ok((yield Send(f"PASS {password}".encode())))


def _listing(command: str) -> Generator[Send, Exchange, list[tuple[str, str]]]:
    exchange = yield Send(command.encode())
    rows = [line.split(" ", 1) for line in _block(exchange).decode("ascii", "replace").splitlines()]
    return [(row[0], row[1]) for row in rows if len(row) == 2]


def fetch_and_delete(user: str, password: str) -> Script:
    """Download every message and remove it from the server: what programs did by default for decades."""
    visit = Fetched()
    if not (yield from _log_in(user, password)):
        visit.failed = "PASS"
        return visit
    for number, _size in (yield from _listing("LIST")):
        retrieved = yield Send(f"RETR {number}".encode())
        if not _ok(retrieved):
            visit.failed = "RETR"
            break
        visit.messages.append(_block(retrieved))
        yield Send(f"DELE {number}".encode())
    yield Send(b"QUIT")
    return visit


def leave_copy(user: str, password: str, known: Collection[str] = ()) -> Script:
    """Download what is not in `known` by unique-id, and leave everything on the server."""
    visit = Fetched()
    if not (yield from _log_in(user, password)):
        visit.failed = "PASS"
        return visit
    for number, unique_id in (yield from _listing("UIDL")):
        visit.known.append(unique_id)
        if unique_id not in known:
            retrieved = yield Send(f"RETR {number}".encode())
            if _ok(retrieved):
                visit.messages.append(_block(retrieved))
    yield Send(b"QUIT")
    return visit


def headers_only(user: str, password: str, lines: int = 0) -> Script:
    """Read the headers, and the first `lines` lines of each body, with TOP."""
    visit = Fetched()
    if not (yield from _log_in(user, password)):
        visit.failed = "PASS"
        return visit
    for number, _size in (yield from _listing("LIST")):
        visit.messages.append(_block((yield Send(f"TOP {number} {lines}".encode()))))
    yield Send(b"QUIT")
    return visit


_USER: Final = {"user": N_("the mailbox to open"), "password": N_("its password")}

ROUTINES: Final = (
    Routine("fetch-and-delete", N_("Download every message and remove it from the server"), fetch_and_delete, _USER),
    Routine(
        "leave-copy",
        N_("Download what is new by unique-id, and leave everything on the server"),
        leave_copy,
        {**_USER, "known": N_("the unique-ids that were downloaded before")},
    ),
    Routine(
        "headers-only",
        N_("Read the headers with TOP, and download nothing whole"),
        headers_only,
        {**_USER, "lines": N_("how many lines of each body to read")},
    ),
)
