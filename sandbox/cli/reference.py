"""`mail-sandbox commands`: the reference, as the registries know it."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from sandbox.cli.base import Command, OneOf
from sandbox.i18n import N_, _

if TYPE_CHECKING:
    from sandbox.core.protocol import Protocol
    from sandbox.core.registry import Command as Row

PROTOCOLS = ("smtp", "pop3", "imap")


@click.command(
    "commands",
    cls=Command,
    details=N_("Name a protocol to see only its commands. The section numbers lead to the RFC that defines each."),
    examples=("mail-sandbox commands pop3", "mail-sandbox commands --json | jq '.pop3[].verb'"),
)
@click.argument("protocol", required=False, type=OneOf(PROTOCOLS))
@click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))
def commands(protocol: str | None, as_json: bool) -> None:
    """Look up a protocol's commands: their syntax, states and RFC sections."""
    known = [_protocol(name) for name in ([protocol] if protocol else PROTOCOLS)]
    if as_json:
        click.echo(json.dumps({each.name: [_record(each, row) for row in each.registry] for each in known}, indent=2))
    else:
        click.echo("\n\n".join("\n".join(_page(each)) for each in known))


def _protocol(name: str) -> Protocol:
    found: Protocol = getattr(importlib.import_module(f"sandbox.{name}"), name.upper())
    return found


def _record(protocol: Protocol, row: Row) -> dict[str, object]:
    """A row for programs: names and numbers, and the summary in the language in use."""
    return {
        "verb": row.name,
        "usage": row.usage,
        "summary": _(row.summary),
        "states": _states(protocol, row),
        "capability": row.capability.decode("ascii") if row.capability else None,
        "rfc": row.ref.rfc,
        "section": row.ref.section,
        "title": row.ref.title,
    }


def _page(protocol: Protocol) -> Iterator[str]:
    """The lines for one protocol: its states, then its commands in the order of the registry."""
    yield click.style(protocol.title, bold=True)
    yield ""
    width = max(len(state.name) for state in protocol.states)
    for state in protocol.states:
        yield f"  {state.name:{width}}  {_(state.about)}"
    for row in protocol.registry:
        yield ""
        yield f"  {click.style(row.usage, bold=True)}"
        yield f"      {_(row.summary)}"
        where = f"{row.ref.document} §{row.ref.section}" if row.ref.section else row.ref.document
        facts = [", ".join(_states(protocol, row)), f"{where} {row.ref.title}".rstrip()]
        if row.capability:
            facts.append(_("capability {name}").format(name=row.capability.decode("ascii")))
        yield f"      {' · '.join(facts)}"


def _states(protocol: Protocol, row: Row) -> list[str]:
    """The states in which a command may be given, in the protocol's order."""
    return [state.name for state in protocol.states if state in row.states]
