"""What goes wrong, in one line that says what to do."""

from __future__ import annotations

from collections.abc import Callable

import click

from sandbox.core.message import Msg
from sandbox.i18n import render

FAILED = 1
MISUSED = 2


class UserError(Exception):
    """Something the user can put right. `said` tells them how; `status` is the exit status."""

    def __init__(self, said: Msg, status: int = FAILED) -> None:
        super().__init__(str(said))
        self.said = said
        self.status = status


def describe(error: UserError | click.ClickException) -> str:
    """The error in one line, in the language in use."""
    if isinstance(error, UserError):
        text = render(error.said)
    else:
        words = next((words for kind, words in _WORDS if isinstance(error, kind)), None)
        text = render(words(error)) if words else error.format_message()
    return " ".join(text.split())


def usage_of(error: click.ClickException) -> str:
    """Where to read how the command is used; empty if the error does not say which command it was."""
    context = getattr(error, "ctx", None)
    return render(Msg("See: {command} --help", command=context.command_path)) if context else ""


def closest(name: str, names: list[str]) -> str | None:
    """The one of `names` that was most likely meant."""
    from difflib import get_close_matches  # start-up: needed on a mistake only

    return next(iter(get_close_matches(name, names, 1)), None)


def _no_such_option(error: click.NoSuchOption) -> Msg:
    if error.possibilities:
        return Msg(
            "There is no option {option}. Did you mean {other}?", option=error.option_name, other=error.possibilities[0]
        )
    return Msg("There is no option {option}.", option=error.option_name)


def _missing(error: click.MissingParameter) -> Msg:
    return Msg("{name} is missing.", name=_name(error))


def _bad_option(error: click.BadOptionUsage) -> Msg:
    """The parser raises the same error for an option without its value and a flag with one."""
    params = error.ctx.command.params if error.ctx else []
    flags = [name for param in params if isinstance(param, click.Option) and param.is_flag for name in param.opts]
    if error.option_name in flags:
        return Msg("The option {option} takes no value.", option=error.option_name)
    return Msg("The option {option} needs a value.", option=error.option_name)


def _bad_value(error: click.BadParameter) -> Msg:
    """Our own types say what is wrong in the language in use already."""
    return Msg("{name}: {complaint}", name=_name(error), complaint=error.message)


def _name(error: click.BadParameter) -> str:
    """The option or argument that an error is about, as the help calls it."""
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    return error.param.human_readable_name if error.param else str(error.param_hint)


# Subclasses first. The pairs are typed by hand: each function takes its own kind.
_WORDS: tuple[tuple[type[click.ClickException], Callable[..., Msg]], ...] = (
    (click.NoSuchOption, _no_such_option),
    (click.MissingParameter, _missing),
    (click.BadParameter, _bad_value),
    (click.BadOptionUsage, _bad_option),
)
