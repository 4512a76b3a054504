"""`mail-sandbox diff`: two conversations, exchange by exchange."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.base import PROGRAM, Command
from sandbox.cli.errors import FAILED, MISUSED, UserError
from sandbox.core.message import Msg
from sandbox.i18n import N_, _, ngettext, render
from sandbox.i18n.safe import safe

if TYPE_CHECKING:
    from sandbox.record.diff import Compared, Told
    from sandbox.wire.trace import Open

_COLOURS = {"-": "red", "+": "green", " ": None}


@click.command(
    "diff",
    cls=Command,
    details=N_(
        "Exchanges are put side by side; dates, ids, nonces and tags may differ. A and B are transcripts, or anything "
        "that import reads. The exit status is 0 if they are the same, 1 if not."
    ),
    examples=("mail-sandbox diff mine.jsonl theirs.jsonl", "mail-sandbox diff --json session.jsonl session.pcapng"),
)
@click.argument("a")
@click.argument("b")
@click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))
def diff(a: str, b: str, as_json: bool) -> int:
    """Compare two transcripts, exchange by exchange."""
    from sandbox.record.diff import compare  # start-up: what follows is for this command only
    from sandbox.record.errors import RecordError
    from sandbox.record.import_ import opened
    from sandbox.world.protocols import PROTOCOLS

    if a == b == "-":
        raise UserError(Msg("Only one of the two can come from standard input."), MISUSED)
    try:
        with opened(a, PROTOCOLS) as left, opened(b, PROTOCOLS) as right:
            found = compare(left, right, PROTOCOLS)
            remarks = [*left.remarks, *right.remarks]
    except RecordError as error:
        raise UserError(error.said, MISUSED) from error
    if as_json:
        click.echo(json.dumps(_facts(found)))
    else:
        for line, colour in _told(found):
            click.echo(click.style(line, fg=colour) if colour else line)
    for remark in remarks:
        click.echo(f"{PROGRAM}: {safe(render(remark))}", err=True)
    return FAILED if any(each.different or None in (each.a, each.b) for each in found) else 0


def _told(found: list[Compared]) -> Iterator[tuple[str, str | None]]:
    """Lines and their colours."""
    different = 0
    for each in found:
        if each.different or None in (each.a, each.b):
            yield from _connection(each)
        different += len(each.different)
    same = sum(len(each.pairs) for each in found) - different
    if different:
        yield _counted(ngettext("{count} exchange differs", "{count} exchanges differ", different), different), None
    yield _counted(ngettext("{count} exchange is the same", "{count} exchanges are the same", same), same), None


def _counted(text: str, count: int) -> str:
    return f"{text.format(count=count)}."


def _connection(each: Compared) -> Iterator[tuple[str, str | None]]:
    from sandbox.record.diff import rows

    for mark, end in (("---", each.a), ("+++", each.b)):
        yield f"{mark} {_named(end) if end is not None else _('no such connection')}", None
    for pair in each.different:
        number = next(told.number for told in pair if told is not None)
        yield _("@@ exchange {number} @@").format(number=number), "cyan"
        for group in rows(pair):
            for mark, row in group:
                yield f"{mark} {row.side}: {safe(row.octets)}".rstrip(" "), _COLOURS[mark]
    yield "", None


def _named(end: Open) -> str:
    where = f"{safe(end.server)}:{end.port}"
    return _("{conn}: {protocol}, {client} to {server}").format(
        conn=safe(end.conn), protocol=safe(end.proto).upper(), client=safe(end.client), server=where
    )


def _facts(found: list[Compared]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "same": not any(each.different or None in (each.a, each.b) for each in found),
        "connections": [
            {
                "a": None if each.a is None else each.a.conn,
                "b": None if each.b is None else each.b.conn,
                "exchanges": len(each.pairs),
                "different": [{"a": _exchange(a), "b": _exchange(b)} for a, b in each.different],
            }
            for each in found
        ],
    }


def _exchange(told: Told | None) -> dict[str, Any] | None:
    if told is None:
        return None
    lines = [f"{row.side}: {row.octets.decode('utf-8', 'backslashreplace')}" for row in told.rows]
    return {"number": told.number, "lines": lines}
