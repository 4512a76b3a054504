"""The part of Jinja2 that lessons may use, rendered after parsing, one scalar at a time.

Jinja2's own sandbox bounds neither time nor memory, so the syntax tree is held against a list of what is allowed:
names, members of mappings, comparisons, `if`, one loop over a named list that does not nest, and nine filters, all of
which refuse to grow past a bound. No calls, no arithmetic, no attributes of Python objects.

A scalar that is one expression and nothing else (`"{{ count }}"`) keeps the number or truth value that it stands for;
anything else becomes text. Line ends stay as they are: to Jinja2 they are all alike, to mail they are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.runtime import LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sandbox.core.message import Msg
from sandbox.teach.document import Node
from sandbox.teach.problems import Mark, Problem

__all__ = ["MAX_OUTPUT", "MAX_SOURCE", "TemplateFault", "is_template", "names", "render_node", "render_text"]

MAX_SOURCE, MAX_OUTPUT, MAX_DEPTH, MAX_ITEMS = 16_384, 65_536, 25, 256

Context: TypeAlias = Mapping[str, Any]
Value: TypeAlias = str | int | bool

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem,
    nodes.Filter, nodes.Test, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.For, nodes.Keyword,
)  # fmt: skip
_TESTS = ("defined", "undefined", "odd", "even")
_RESERVED = frozenset({"self", "super", "caller", "varargs", "kwargs"})
_LOOP = frozenset({"index", "index0", "first", "last", "length"})
_SINGLE = re.compile(r"\s*\{\{(?![-+])((?:(?!\}\}|\{\{).)*)(?<![-+])\}\}\s*", re.DOTALL)
_RETURN = "\ufdd0"
"""Stands for a carriage return while Jinja2 has the text: a code point that no text has (Unicode's noncharacters)."""
_MISSING = re.compile(r"'([^']*)' is undefined|has no (?:attribute|element) '?([^']*)'?")


class TemplateFault(Exception):
    """Why a template cannot be rendered: code, message, the line in the template, and the text to look for there."""

    def __init__(self, code: str, message: Msg, line: int = 1, near: str = "") -> None:
        super().__init__(str(message))
        self.code, self.message, self.line, self.near = code, message, line, near


class _TooLong(Exception):
    """A filter or the whole text would grow past its bound."""


def is_template(text: str) -> bool:
    """Whether rendering can change the text."""
    return "{{" in text or "{%" in text


def names(text: str) -> frozenset[str]:
    """The variables that a template reads. Raises TemplateFault if it is not a sound one."""
    if not is_template(text):
        return frozenset()
    found = list(_checked(text).find_all(nodes.Name))
    stored = {name.name for name in found if name.ctx == "store"}
    return frozenset(name.name for name in found if name.ctx == "load") - stored - {"loop"}


def render_text(text: str, context: Context) -> Value:
    """`text` with its variables filled in. Raises TemplateFault."""
    if not is_template(text):
        return text
    evaluate = _compiled(text)
    try:
        return evaluate(context)
    except UndefinedError as error:
        raise _undefined(error, text) from None
    except _TooLong:
        message = Msg("the text is longer than {limit} characters after rendering", limit=MAX_OUTPUT)
        raise TemplateFault("T204", message) from None
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError):
        raise TemplateFault("T202", Msg("this expression does not fit the values it meets")) from None


def render_node(node: Node, context: Context, problems: list[Problem]) -> Node:
    """A copy of the node with every scalar and key rendered.

    What cannot be rendered stays as it was written, and is added to `problems`.
    """
    if isinstance(node.value, dict):
        members: dict[str, Node] = {}
        for key, member in node.value.items():
            rendered = str(_scalar(key, member.key or member.mark, "", context, problems))
            if rendered in members:
                message = Msg("the key {key} is here twice", key=rendered)
                problems.append(Problem(member.key or member.mark, "Y103", message))
            members.setdefault(rendered, render_node(member, context, problems))
        return Node(members, node.mark, node.key)
    if isinstance(node.value, list):
        return Node([render_node(member, context, problems) for member in node.value], node.mark, node.key)
    return Node(_scalar(node.value, node.mark, node.style, context, problems), node.mark, node.key, node.style)


def _scalar(value: Value, mark: Mark, style: str, context: Context, problems: list[Problem]) -> Value:
    if not isinstance(value, str):
        return value
    try:
        return render_text(value, context)
    except TemplateFault as fault:
        problems.append(Problem(locate(fault, value, mark, style), fault.code, fault.message))
        return value


def locate(fault: TemplateFault, text: str, mark: Mark, style: str) -> Mark:
    """Where in the file a fault of the scalar `text` is, which starts at `mark` and is written in `style`.

    Exact in plain and quoted scalars of one line and, but for the indentation, in literal blocks; in others it is the
    scalar's start.
    """
    lines = text.split("\n")
    row = min(fault.line, len(lines)) - 1
    column = max(lines[row].find(fault.near), 0) if fault.near else max(lines[row].find("{"), 0)
    if style == "|":
        return Mark(mark.file, mark.line + 1 + row, column + 1)
    if style in ("", "'", '"') and len(lines) == 1:
        return Mark(mark.file, mark.line, mark.column + column + bool(style))
    return mark


def _undefined(error: UndefinedError, text: str) -> TemplateFault:
    missing = _MISSING.search(str(error))
    name = next(filter(None, missing.groups()), "") if missing else ""
    line = next((number for number, row in enumerate(text.split("\n"), 1) if name and name in row), 1)
    return TemplateFault("T203", Msg("there is no variable {name} here", name=name or "?"), line, name)


@lru_cache(maxsize=2048)
def _compiled(text: str) -> Callable[[Context], Value]:
    """A function of the variables, made once for each template."""
    tree = _checked(text)
    try:
        template = _environment().from_string(tree)
        single = _SINGLE.fullmatch(text)
        expression = _environment().compile_expression(single[1].strip(), undefined_to_none=False) if single else None
    except (TemplateSyntaxError, RecursionError, MemoryError) as error:
        raise _syntax(error) from None

    def evaluate(context: Context) -> Value:
        value = expression(**context) if expression else ""
        if isinstance(value, int) and not isinstance(value, Undefined):
            return value
        size, pieces = 0, []
        for piece in template.generate(context):
            size += len(piece)
            if size > MAX_OUTPUT:
                raise _TooLong
            pieces.append(piece)
        rendered = "".join(pieces)
        return rendered.replace(_RETURN, "\r") if "\r" in text else rendered

    return evaluate


def _checked(text: str) -> nodes.Template:
    """The syntax tree, every node of which is allowed. Raises TemplateFault."""
    if len(text) > MAX_SOURCE:
        raise TemplateFault("T204", Msg("a template may have {limit} characters at most", limit=MAX_SOURCE))
    try:
        tree = _environment().parse(text.replace("\r", _RETURN))
    except (TemplateSyntaxError, RecursionError) as error:
        raise _syntax(error) from None
    _allow(tree, 0, looping=False)
    return tree


def _syntax(error: Exception) -> TemplateFault:
    line = error.lineno if isinstance(error, TemplateSyntaxError) else 1
    return TemplateFault("T201", Msg("the template is not well formed: look at its braces and quotes"), line)


def _allow(node: nodes.Node, depth: int, *, looping: bool) -> None:
    """Refuse what lessons may not use. The tree is walked no deeper than the bound."""
    line = getattr(node, "lineno", 1) or 1
    if depth > MAX_DEPTH:
        raise TemplateFault("T204", Msg("the template is nested too deeply"), line)
    if not isinstance(node, _ALLOWED):
        raise TemplateFault("T202", Msg("{what} is not allowed in lessons", what=type(node).__name__), line)
    if isinstance(node, nodes.Name) and node.name in _RESERVED:
        raise TemplateFault("T202", Msg("{what} is not allowed in lessons", what=node.name), line, node.name)
    if isinstance(node, nodes.Filter | nodes.Test):
        known = _FILTERS if isinstance(node, nodes.Filter) else _TESTS
        if node.name not in known:
            message = Msg("{what} is not one of: {known}", what=node.name, known=", ".join(known))
            raise TemplateFault("T202", message, line, node.name)
    if isinstance(node, nodes.For):
        if looping or node.recursive or node.else_ or not isinstance(node.iter, nodes.Name):
            raise TemplateFault("T202", Msg("a loop runs over one named list and holds no other loop"), line)
        looping = True
    for child in node.iter_child_nodes():
        _allow(child, depth + 1, looping=looping)


class _Environment(ImmutableSandboxedEnvironment):
    """Members of mappings and items of lists only: no attribute of any Python object but a loop's position."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping | list | tuple):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                return self.undefined(obj=obj, name=argument)
        return self.undefined(obj=obj, name=argument)


@lru_cache(maxsize=1)
def _environment() -> _Environment:
    environment = _Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    environment.globals.clear()
    environment.filters = dict(_FILTERS)
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    return environment


def _text(value: Any) -> str:
    """What the value looks like. Raises UndefinedError for one that is not there."""
    text = str(value)
    if len(text) > MAX_OUTPUT:
        raise _TooLong
    return text


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple) or len(value) > MAX_ITEMS:
        raise TypeError
    return list(value)


def _join(value: Any, separator: str = "") -> str:
    items, between = [_text(item) for item in _list(value)], _text(separator)
    if sum(map(len, items)) + len(between) * len(items) > MAX_OUTPUT:
        raise _TooLong
    return between.join(items)


def _default(value: Any, other: Value = "") -> Any:
    return other if isinstance(value, Undefined) else value


_FILTERS: dict[str, Callable[..., Any]] = {
    "upper": lambda value: _text(value).upper(),
    "lower": lambda value: _text(value).lower(),
    "title": lambda value: _text(value).title(),
    "trim": lambda value: _text(value).strip(),
    "length": lambda value: len(_list(value) if isinstance(value, list | tuple) else _text(value)),
    "first": lambda value: _list(value)[0],
    "last": lambda value: _list(value)[-1],
    "join": _join,
    "default": _default,
}
