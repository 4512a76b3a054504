"""The command line: `mail-sandbox`.

Each command lives in a module of its own, imported when it is used or listed. Those modules import at their top only
what costs nothing (`tests/cli/test_startup.py` holds them to it); the engine comes in when a command runs.

Exit status: 0 done, 1 the thing itself failed, 2 wrong usage, 130 interrupted, 141 the reader of our output left.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from sandbox.cli.app import root
from sandbox.cli.base import PROGRAM, chosen_language
from sandbox.cli.errors import FAILED, UserError, describe, usage_of
from sandbox.i18n import detect, set_language

__all__ = ["main"]

INTERRUPTED = 130
READER_LEFT = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status. Whatever goes wrong is one line on standard error."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    set_language(chosen_language(words) or detect())
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not when something else stands in for the terminal
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _run(words)
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        click.echo(err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The interpreter flushes once more at exit; give it somewhere to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_LEFT
    except UserError as error:
        click.echo(f"{PROGRAM}: {describe(error)}", err=True)
        return error.status
    except click.ClickException as error:
        click.echo(f"{PROGRAM}: {describe(error)} {usage_of(error)}".rstrip(), err=True)
        return error.exit_code
    except OSError as error:
        click.echo(f"{PROGRAM}: {error.filename or ''}: {error.strerror or error}".replace(": : ", ": "), err=True)
        return FAILED
    return status


def _run(words: list[str]) -> int:
    """Complete for the shell if it asks, else parse and invoke."""
    instruction = os.environ.get(COMPLETE)
    if instruction:
        from click.shell_completion import shell_complete

        return shell_complete(root, {}, PROGRAM, COMPLETE, instruction)
    color = False if os.environ.get("NO_COLOR") else None
    try:
        with root.make_context(PROGRAM, words, color=color) as context:
            result = root.invoke(context)
    except click.exceptions.Exit as done:
        return done.exit_code
    return result if isinstance(result, int) else 0


COMPLETE = "_MAIL_SANDBOX_COMPLETE"
"""The variable through which a shell asks for completions (click's convention)."""
