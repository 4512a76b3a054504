"""`mail-sandbox export`: a transcript in a form that other programs or other people read."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from sandbox.cli.base import Command
from sandbox.cli.errors import MISUSED, UserError
from sandbox.cli.files import going_through, replacing
from sandbox.core.message import Msg
from sandbox.i18n import N_, render
from sandbox.i18n.safe import safe

if TYPE_CHECKING:
    from sandbox.record.export import Format
    from sandbox.record.reader import Transcript


@click.command(
    "export",
    cls=Command,
    details=N_(
        "How the name ends decides the form: .pcapng is a capture for Wireshark, .html a page for the browser, .md is "
        "Markdown, .txt the bare dialogue, .svg a figure, .cast a recording for asciinema, .json everything for "
        "programs. What time travel took back is left out."
    ),
    examples=(
        "mail-sandbox export session.jsonl -o session.pcapng",
        "mail-sandbox export session.jsonl -o session.html",
        "mail-sandbox export session.jsonl -o - --format txt | less",
        "mail-sandbox export session.jsonl -o handout.md --redact",
    ),
)
@click.argument("file")
@click.option("-o", "--output", required=True, metavar="FILE", help=N_("Where to write; - is standard output."))
@click.option("--format", "name", metavar="FORMAT", help=N_("The form, where the name does not tell: html, for one."))
@click.option("--redact", is_flag=True, help=N_("Write x for every octet of a password or another secret."))
def export(file: str, output: str, name: str | None, redact: bool) -> None:
    """Turn a transcript into a capture, a page, a text or data."""
    from sandbox.record.errors import RecordError  # start-up: what follows is for this command only
    from sandbox.record.import_ import opened
    from sandbox.world.protocols import PROTOCOLS

    chosen = _format(output, name)
    try:
        with opened(file, PROTOCOLS) as transcript:
            if output == "-":
                _write(transcript, chosen, redact, sys.stdout.buffer)
            else:
                _refuse_itself(file, output)
                with replacing(Path(output)) as target:
                    _write(transcript, chosen, redact, target)
            for remark in transcript.remarks:
                if remark is not transcript.damage:
                    click.echo(safe(render(remark)), err=True)
            if transcript.damage is not None:
                raise UserError(transcript.damage)
    except RecordError as error:
        raise UserError(error.said) from error


def _write(transcript: Transcript, chosen: Format, redact: bool, target: BinaryIO) -> None:
    from sandbox.record.export.save import save
    from sandbox.world.protocols import PROTOCOLS

    with going_through(len(transcript), f".{chosen.name}") as told:
        save(transcript, PROTOCOLS, chosen, target, redact=redact, told=told)


def _format(output: str, name: str | None) -> Format:
    """The format that was named, or that the file name asks for. Raises `UserError` with all there are."""
    from sandbox.record.export import FORMATS

    wanted = name.lower() if name is not None else Path(output).suffix.lower().removeprefix(".")
    for each in FORMATS:
        if each.name == wanted:
            return each
    formats = ", ".join(each.name for each in FORMATS)
    if name is not None:
        raise UserError(
            Msg("There is no format “{name}”. Choose one of {formats}.", name=name, formats=formats), MISUSED
        )
    if output == "-":
        raise UserError(Msg("Say with --format what to write: one of {formats}.", formats=formats), MISUSED)
    said = Msg(
        "“{output}” does not tell the format. Let it end in one of {formats}, or give --format.",
        output=output,
        formats=", ".join(each.suffix for each in FORMATS),
    )
    raise UserError(said, MISUSED)


def _refuse_itself(file: str, output: str) -> None:
    """A recording cannot be made again: never write over the one that is being read."""
    if file != "-" and os.path.exists(output) and os.path.samefile(file, output):
        raise UserError(Msg("{output} is the transcript itself. Give another name.", output=output), MISUSED)
