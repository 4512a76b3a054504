"""What every command shares: help in the user's language with examples, `--lang`, and values in our own words."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import click

from sandbox.cli.errors import MISUSED, UserError, closest
from sandbox.core.message import Msg
from sandbox.i18n import LANGUAGES, N_, _, set_language

PROGRAM = "mail-sandbox"


def can_draw() -> bool:
    """Whether there is a terminal to draw on, or a driver of Textual's that draws elsewhere: in a browser, say."""
    return bool(os.environ.get("TEXTUAL_DRIVER")) or (sys.stdin.isatty() and sys.stdout.isatty())


class OneOf(click.ParamType[str]):
    """One of a few words, in any case of letters. The value is the word as listed."""

    name = "choice"

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """The words, as the usage line shows them; an argument has a name of its own."""
        return f"[{'|'.join(self.words)}]" if isinstance(param, click.Option) else None

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The listed word for what was typed."""
        word = str(value).lower()
        if word not in self.words:
            choices = ", ".join(self.words)
            self.fail(_("“{value}” is not one of {choices}.").format(value=value, choices=choices), param, ctx)
        return word

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        """The words that begin like what is typed."""
        return [
            click.shell_completion.CompletionItem(word) for word in self.words if word.startswith(incomplete.lower())
        ]


def chosen_language(words: Sequence[str]) -> str | None:
    """The language that `--lang` names anywhere on the command line.

    Read before anything else, so that help and complaints about the other words come in it. Parsing judges it later.
    """
    chosen = None
    for word, following in pairwise([*words, ""]):
        if word == "--":
            break
        name, equals, value = word.partition("=")
        if name == "--lang":
            chosen = (value if equals else following).lower()
    return chosen if chosen in LANGUAGES else None


def _use_language(context: click.Context, param: click.Parameter, code: str | None) -> None:
    if code:
        set_language(code)


def _language_option() -> click.Option:
    return click.Option(
        ["--lang"],
        type=OneOf(LANGUAGES),
        expose_value=False,
        is_eager=True,
        callback=_use_language,
        help=N_("Speak this language; without it, the one of your locale."),
    )


# Words that click puts into help itself, for our catalogue.
N_("Show this message and exit.")
N_("[OPTIONS]")
N_("[COMMAND] [ARGS]...")
N_("COMMAND [ARGS]...")


class Command(click.Command):
    """A command whose help is translated when it is shown.

    The first docstring line is the summary. `details` is a message id that says more, `examples` are command lines.
    """

    def __init__(self, *args: Any, details: str = "", examples: Sequence[str] = (), **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.details = details
        self.examples = examples
        self.params.append(_language_option())

    @property
    def summary(self) -> str:
        """What the command does, in the language in use."""
        return _((self.help or "").partition("\n")[0])

    def get_short_help_str(self, limit: int = 45) -> str:
        """The summary, whole: wrapping it is the list's matter."""
        return self.summary

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and complain about words too many in our own words."""
        allowed, ctx.allow_extra_args = ctx.allow_extra_args, True
        rest = _parse(super().parse_args, ctx, args)
        if rest and not allowed and not ctx.resilient_parsing:
            said = Msg("“{word}” is one word too many. See: {command} --help", word=rest[0], command=ctx.command_path)
            raise UserError(said, MISUSED)
        return rest

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write usage, summary, details, what can be given, and examples."""
        pieces = " ".join(map(_, self.collect_usage_pieces(ctx)))
        formatter.write_usage(ctx.command_path, pieces, prefix=_heading(_("Usage")) + " ")
        for text in filter(None, (self.summary, self.details and _(self.details))):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(text)
        self.format_options(ctx, formatter)
        if self.examples:
            formatter.write_paragraph()
            formatter.write(f"{_heading(_('Examples'))}\n")
            formatter.write("".join(f"  {example}\n" for example in self.examples))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        records = [
            (record[0], _(getattr(param, "help", None) or ""))
            for param in self.get_params(ctx)
            if isinstance(param, click.Option) and (record := param.get_help_record(ctx))
        ]
        _write_list(formatter, _("Options"), records)


class Group(Command, click.Group):
    """Commands by name, each in a module that is imported when it is needed.

    `modules` maps a name to the module that holds the command, as an attribute of that name (`-` written `_`), or to
    `module:attribute` where Python has another use for the name.
    """

    def __init__(self, *args: Any, modules: Mapping[str, str], **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table: what a learner needs first comes first."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None if there is no such name."""
        if cmd_name not in self.modules:
            return None
        module, _colon, attribute = self.modules[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute or cmd_name.replace("-", "_"))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first word names, or say which was meant."""
        if args[0] not in self.modules and not ctx.resilient_parsing:
            raise UserError(self._unknown(ctx, args[0]), MISUSED)
        return super().resolve_command(ctx, args)

    def _unknown(self, ctx: click.Context, name: str) -> Msg:
        other = closest(name, list(self.modules))
        if other:
            return Msg("There is no command “{name}”. Did you mean “{other}”?", name=name, other=other)
        return Msg("There is no command “{name}”. See: {command} --help", name=name, command=ctx.command_path)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the options in front of the command; what follows is the command's."""
        return _parse(partial(click.Group.parse_args, self), ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, then the options."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, command.get_short_help_str()) for name, command in commands if command]
        _write_list(formatter, _("Commands"), rows)
        super().format_options(ctx, formatter)


def _parse(parse: Callable[[click.Context, list[str]], list[str]], ctx: click.Context, args: list[str]) -> list[str]:
    """Parse with click, and tell an error of its option parser which command it happened in."""
    try:
        return parse(ctx, args)
    except click.UsageError as error:
        error.ctx = error.ctx or ctx
        raise


def _heading(text: str) -> str:
    return click.style(f"{text}:", bold=True)


def _write_list(formatter: click.HelpFormatter, heading: str, rows: list[tuple[str, str]]) -> None:
    """Write a heading and a list of terms and their meanings."""
    if rows:
        formatter.write_paragraph()
        formatter.write(f"{_heading(heading)}\n")
        with formatter.indentation():
            formatter.write_dl(rows)
