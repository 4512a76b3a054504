"""Stock widgets read strings as markup: `[TRYCREATE]` would vanish, `[/UIDNEXT 4]` would crash. They get none."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sandbox.tui

SOURCES = sorted(Path(sandbox.tui.__file__).parent.rglob("*.py"))
MARKUP_OFF = {"notify", "OptionList"}
"""Calls that take `markup=False`."""
NEVER = {"Static", "Label", "Button", "from_markup", "RichLog", "Markdown"}
"""Widgets and methods that only read markup: panes of our own take their place."""
CONTENT = {"Option", "Hit", "DiscoveryHit"}
"""Calls whose first words must not be a string literal, formatted or translated."""


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield name, node


def _is_string(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in ("_", "str", "safe", "words")
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def complaints(source: str) -> list[str]:
    """What a module does that it must not."""
    found = []
    for name, call in _calls(ast.parse(source)):
        markup = {keyword.arg: keyword.value for keyword in call.keywords}.get("markup")
        if name in NEVER:
            found.append(f"{call.lineno}: {name} reads markup")
        if name in MARKUP_OFF and not (isinstance(markup, ast.Constant) and markup.value is False):
            found.append(f"{call.lineno}: {name} without markup=False")
        if name in CONTENT and any(map(_is_string, call.args)):
            found.append(f"{call.lineno}: {name} with a string")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_string_is_read_as_markup(path: Path) -> None:
    assert complaints(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source", ["Static(_('hi'))", "self.notify('x')", "OptionList(*a)", "Option(f'{x}')", "Content.from_markup(x)"]
)
def test_the_look_finds_what_it_looks_for(source: str) -> None:
    assert complaints(source)
