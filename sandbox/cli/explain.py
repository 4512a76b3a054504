"""`mail-sandbox explain`: a transcript in plain words."""

from __future__ import annotations

import json

import click

from sandbox.cli.base import Command
from sandbox.cli.errors import UserError
from sandbox.i18n import N_, render
from sandbox.i18n.safe import safe


@click.command(
    "explain",
    cls=Command,
    details=N_(
        "Every line that was sent, with what it means, part by part, and the RFC section that says so. "
        "Plain text, for screen readers and pipes; - stands for standard input."
    ),
    examples=("mail-sandbox explain session.jsonl | less", "mail-sandbox explain --json - < session.jsonl"),
)
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs: an object a line."))
def explain(file: str, as_json: bool) -> None:
    """Explain a transcript line by line, in plain text."""
    from sandbox.record.errors import RecordError  # start-up: what follows is for this command only
    from sandbox.record.import_ import opened
    from sandbox.record.linear import lines, records
    from sandbox.world.protocols import PROTOCOLS

    try:
        with opened(file, PROTOCOLS) as transcript:
            if as_json:
                for record in records(transcript, PROTOCOLS):
                    click.echo(json.dumps(record))
            else:
                for group in lines(transcript, PROTOCOLS):
                    click.echo("\n".join(group))
            for remark in transcript.remarks:
                if remark is not transcript.damage:
                    click.echo(safe(render(remark)), err=True)
            if transcript.damage is not None:
                raise UserError(transcript.damage)
    except RecordError as error:
        raise UserError(error.said) from error
