"""`mail-sandbox import`: captures, texts and logs of other programs as transcripts."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from sandbox.cli.base import PROGRAM, Command
from sandbox.cli.errors import MISUSED, UserError
from sandbox.cli.files import reading, replacing
from sandbox.core.message import Msg
from sandbox.i18n import N_, _, ngettext, render
from sandbox.i18n.safe import safe

if TYPE_CHECKING:
    from sandbox.record.import_ import Intake
    from sandbox.record.import_.base import Found

_PORTS = 5
"""Ports that are named at most."""


@click.command(
    "import",
    cls=Command,
    details=N_(
        "Reads captures (.pcap, .pcapng), text with C: and S: lines as RFCs print it, and logs of openssl s_client and "
        "swaks; what is in the file decides, not its name. TLS is decrypted where the capture or --keys has its "
        "secrets. What the file lacks is said in the transcript. Without -o it lies beside the file."
    ),
    examples=(
        "mail-sandbox import session.pcapng",
        "mail-sandbox import session.pcap --keys keys.log -o session.jsonl",
        "tcpdump -w - port 143 | mail-sandbox import - -o session.jsonl",
    ),
)
@click.argument("file")
@click.option("-o", "--output", metavar="FILE", help=N_("Where to write; - is standard output."))
@click.option("--keys", metavar="FILE", help=N_("Secrets of TLS, as programs write them to SSLKEYLOGFILE."))
@click.option("--json", "as_json", is_flag=True, help=N_("Say what was found in JSON, for programs."))
def import_(file: str, output: str | None, keys: str | None, as_json: bool) -> None:
    """Turn a capture, a text or a log into a transcript."""
    target = output or _beside(file)
    if target == "-" and as_json:
        raise UserError(Msg("The transcript goes to standard output: --json needs another place, with -o."), MISUSED)
    if target != "-" and file != "-" and os.path.exists(target) and os.path.samefile(file, target):
        raise UserError(Msg("{output} is the file itself. Give another name.", output=target), MISUSED)
    key_log = Path(keys).read_bytes() if keys else b""
    with reading(file, _("Reading")) as (source, told):
        if target == "-":
            intake = _import(source, file, sys.stdout.buffer, key_log, told)
        else:
            with replacing(Path(target)) as written:
                intake = _import(source, file, written, key_log, told)
    if as_json:
        click.echo(json.dumps(_facts(intake, target)))
    else:
        for line in _told(intake, target):
            click.echo(line, err=True)


def _import(source: BinaryIO, name: str, target: BinaryIO, key_log: bytes, progress: Callable[[int], None]) -> Intake:
    from sandbox.record.errors import RecordError  # start-up: what follows is for this command only
    from sandbox.record.import_ import import_ as bring_in
    from sandbox.world.protocols import PROTOCOLS

    try:
        return bring_in(source, name, target, PROTOCOLS, key_log=key_log, progress=progress)
    except RecordError as error:
        raise UserError(error.said) from error


def _beside(file: str) -> str:
    """The transcript's name where none was given. Raises `UserError`."""
    if file == "-":
        raise UserError(Msg("Say with -o where to write the transcript."), MISUSED)
    target = Path(file).with_suffix(".jsonl")
    if target == Path(file):
        text = N_("{path} is a transcript already, to go by its name. Say with -o where to write.")
        raise UserError(Msg(text, path=file), MISUSED)
    if target.exists():
        raise UserError(Msg("{path} exists already. Say with -o where to write the transcript.", path=target), MISUSED)
    return str(target)


def _told(intake: Intake, target: str) -> list[str]:
    """What was found, for people."""
    count = len(intake.found)
    text = ngettext("{count} conversation in {path}", "{count} conversations in {path}", count)
    lines = [text.format(count=count, path=_("standard output") if target == "-" else target)]
    for found in intake.found.values():
        line = _("{conn}: {protocol}, {client} to {server}:{port}, {sent} octets from the client, {received} back")
        lines.append("  " + line.format(**_named(found)) + _qualified(found))
    if intake.left_out:
        ports = ", ".join(str(port) for port, _count in intake.left_out.most_common(_PORTS))
        text = _("Left out: {count} connections of other protocols (ports {ports}).")
        lines.append(text.format(count=intake.left_out.total(), ports=ports))
    return [*lines, *(f"{PROGRAM}: {safe(render(remark))}" for remark in intake.remarks)]


def _named(found: Found) -> dict[str, Any]:
    return {
        "conn": safe(found.conn),
        "protocol": found.proto.upper(),
        "client": safe(found.client),
        "server": safe(found.server),
        "port": found.port,
        "sent": found.octets["C"],
        "received": found.octets["S"],
    }


def _qualified(found: Found) -> str:
    said = {"": [], "opened": [_("TLS decrypted")], "closed": [_("TLS not decrypted")]}[found.tls]
    missing = sum(found.missing.values())
    if missing:
        said.append(_("{count} octets missing").format(count=missing))
    return f" ({', '.join(said)})" if said else ""


def _facts(intake: Intake, target: str) -> dict[str, Any]:
    """The same for programs."""
    return {
        "output": target,
        "form": intake.form,
        "packets": intake.packets,
        "connections": [
            {
                "conn": found.conn,
                "protocol": found.proto,
                "client": found.client,
                "server": found.server,
                "port": found.port,
                "octets": found.octets,
                "missing": found.missing,
                "tls": found.tls or None,
            }
            for found in intake.found.values()
        ],
        "left_out": {str(port): count for port, count in intake.left_out.items()},
        "remarks": [render(remark) for remark in intake.remarks],
    }
