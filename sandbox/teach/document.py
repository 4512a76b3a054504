"""YAML as lessons need it: what a mail protocol says stays text, and every value knows where it stands.

YAML 1.1, as PyYAML reads it, turns `NO` into False, `2:4` into 124 and `off` into False. Here a plain scalar is text
unless it is `true`, `false` or a decimal integer without leading zeros (a part of YAML 1.2.2 section 10.3.2); whatever
is quoted is text. Tags, merge keys, duplicate keys and several documents are refused. Aliases are allowed and count in
full towards the limit on values, so an alias bomb ends early.

The parser's events are turned into nodes here, without recursion: depth, size and aliases are bounded before anything
is built, and one bad key does not hide the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from sandbox.core.message import N_, Msg
from sandbox.teach.problems import Mark, Problem

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_NODES", "Node", "parse", "plain", "read"]

MAX_BYTES, MAX_DEPTH, MAX_NODES = 512 * 1024, 40, 20_000

Scalar: TypeAlias = str | int | bool
_PARSER: Any = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml is 8 times faster, where PyYAML was built with it
_INTEGER = re.compile(r"-?[1-9][0-9]{0,17}|0")
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Node:
    """A value and its place. `value` is a scalar, a dict of nodes by key, or a list of nodes.

    `key` is where a mapping's member has its key; `style` is how a scalar was written: "" plain, ' " | or >.
    """

    value: Scalar | dict[str, Node] | list[Node]
    mark: Mark
    key: Mark | None = None
    style: str = ""

    def get(self, *path: str | int) -> Node | None:
        """The node at `path` below this one, if there is one."""
        node = self
        for part in path:
            below = _below(node.value, part)
            if below is None:
                return None
            node = below
        return node


def _below(value: Scalar | dict[str, Node] | list[Node], part: str | int) -> Node | None:
    if isinstance(value, dict) and isinstance(part, str):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int):
        return value[part] if 0 <= part < len(value) else None
    return None


def plain(node: Node) -> Any:
    """The node's value as plain dicts, lists and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(member) for key, member in node.value.items()}
    if isinstance(node.value, list):
        return [plain(member) for member in node.value]
    return node.value


def read(path: Path, name: str = "") -> tuple[Node | None, list[Problem]]:
    """Parse a file; `name` is what problems call it. Raises OSError if it cannot be opened."""
    with path.open("rb") as file:
        return parse(file.read(MAX_BYTES + 1), name or str(path))


def parse(source: bytes | str, name: str) -> tuple[Node | None, list[Problem]]:
    """The document as a node and what is wrong with it; no node where nothing sensible is left."""
    text, problems = _decode(source, name)
    if problems:
        return None, problems
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=_PARSER):
            if not builder.take(event):
                break
    except yaml.MarkedYAMLError as error:
        builder.complain(_place(error, name), "Y101", Msg(_SYNTAX.get(str(error.problem), _UNREADABLE)))
        builder.root = None
    return builder.finish()


def _decode(source: bytes | str, name: str) -> tuple[str, list[Problem]]:
    """The text, or the one problem that keeps it from being read."""
    if len(source) > MAX_BYTES:
        return "", [
            Problem(Mark(name, 1, 1), "Y106", Msg("the file is larger than {limit} KiB", limit=MAX_BYTES // 1024))
        ]
    if isinstance(source, bytes):
        try:
            text = source.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = source[: error.start].decode("utf-8", "replace")
            return "", [Problem(_at(before, name), "Y102", Msg("this octet is not UTF-8 text"))]
    else:
        text = source
    bad = _CONTROL.search(text)
    if bad is not None:
        message = Msg("the character U+{number} may not stand in a lesson", number=f"{ord(bad[0]):04X}")
        return "", [Problem(_at(text[: bad.start()], name), "Y102", message)]
    return text, []


def _at(before: str, name: str) -> Mark:
    """The place right after the text `before`."""
    return Mark(name, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _place(error: yaml.MarkedYAMLError, name: str) -> Mark:
    mark = error.problem_mark or error.context_mark
    return Mark(name, mark.line + 1, mark.column + 1) if mark else Mark(name, 1, 1)


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end has not come yet; `name` is its anchor, `first` its first kept event."""

    node: Node
    anchor: str | None
    first: int
    key: tuple[str | None, Mark] | None = None


@dataclass(slots=True)
class _Builder:
    """Builds nodes from parser events."""

    name: str
    root: Node | None = None
    problems: list[Problem] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)
    _events: list[Any] = field(default_factory=list)
    _anchors: dict[str, Sequence[Any]] = field(default_factory=dict)
    _nodes: int = 0
    _documents: int = 0

    def complain(self, mark: Mark, code: str, message: Msg) -> None:
        self.problems.append(Problem(mark, code, message))

    def finish(self) -> tuple[Node | None, list[Problem]]:
        if self.root is None and not self.problems:
            self.complain(Mark(self.name, 1, 1), "Y107", Msg("the file is empty"))
        return self.root, self.problems

    def take(self, event: Any) -> bool:
        """Take the parser's next event; False where reading on makes no sense."""
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self.complain(self._mark(event), "Y107", Msg("a second document starts here; a lesson is one"))
                return False
        elif isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        elif isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            self._events.append(event)
            return self._node(event)
        return True

    def _alias(self, event: Any) -> bool:
        """Build what the alias stands for, at its place, with the marks of what it stands for."""
        events = self._anchors.get(event.anchor)
        if events is None:
            self.complain(
                self._mark(event), "Y105", Msg("no finished anchor &{name} stands before this", name=event.anchor)
            )
            return self._value(Node("", self._mark(event)))
        for kept in events:
            self._events.append(kept)
            if not self._node(kept):
                return False
        return True

    def _node(self, event: Any) -> bool:
        mark = self._mark(event)
        if isinstance(event, yaml.CollectionEndEvent):
            closed = self._open.pop()
            self._keep(closed.anchor, closed.first)
            return True
        self._nodes += 1
        if self._nodes > MAX_NODES or len(self._open) >= MAX_DEPTH:
            self.complain(mark, "Y106", Msg("too many values, or too deep: aliases count in full"))
            self.root = None
            return False
        if event.tag is not None:
            self.complain(mark, "Y104", Msg("tags such as {tag} are not part of the lesson format", tag=event.tag))
        if isinstance(event, yaml.ScalarEvent):
            self._keep(event.anchor, len(self._events) - 1)
            return self._scalar(event, mark)
        node = Node({} if isinstance(event, yaml.MappingStartEvent) else [], mark)
        opened = _Open(node, event.anchor, len(self._events) - 1)
        self._value(node)
        self._open.append(opened)
        return True

    def _keep(self, anchor: str | None, first: int) -> None:
        """Remember the events of a node that has an anchor, for its aliases."""
        if anchor is not None:
            self._anchors[anchor] = self._events[first:]

    def _scalar(self, event: Any, mark: Mark) -> bool:
        """A scalar is a key if the mapping it stands in waits for one, else a value."""
        inside = self._open[-1] if self._open else None
        if inside is not None and isinstance(inside.node.value, dict) and inside.key is None:
            inside.key = (event.value, mark)
            if event.value == "<<" and event.implicit[0]:
                self.complain(mark, "Y104", Msg("merge keys (<<) are not part of the lesson format; use include"))
                inside.key = (None, mark)
            elif event.value in inside.node.value:
                self.complain(mark, "Y103", Msg("the key {key} is here twice", key=event.value))
            return True
        value = _resolve(event.value) if event.implicit[0] else event.value
        return self._value(Node(value, mark, style=event.style or ""))

    def _value(self, node: Node) -> bool:
        """Put a finished or just opened node where it belongs."""
        if not self._open:
            self.root = node
            return True
        inside = self._open[-1]
        if isinstance(inside.node.value, list):
            inside.node.value.append(node)
        elif isinstance(inside.node.value, dict):
            if inside.key is None:  # a mapping or sequence where a key should be: what it stands for is dropped
                self.complain(node.mark, "Y108", Msg("a key must be plain text"))
                inside.key = (None, node.mark)
                return True
            key, node.key = inside.key
            if key is not None:
                inside.node.value.setdefault(key, node)
            inside.key = None
        return True

    def _mark(self, event: Any) -> Mark:
        return Mark(self.name, event.start_mark.line + 1, event.start_mark.column + 1)


def _resolve(text: str) -> Scalar:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if _INTEGER.fullmatch(text) else text


def walk(node: Node, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    """Every node with its path, parents first."""
    yield path, node
    if isinstance(node.value, dict):
        for key, member in node.value.items():
            yield from walk(member, (*path, key))
    elif isinstance(node.value, list):
        for index, member in enumerate(node.value):
            yield from walk(member, (*path, index))


_UNREADABLE = N_("the YAML cannot be read here: look at the indentation, quotes and brackets of this line and the last")
_SYNTAX = {
    "mapping values are not allowed in this context": N_(
        "a colon and a space inside plain text: put the text in quotes"
    ),
    "mapping values are not allowed here": N_("a colon and a space inside plain text: put the text in quotes"),
    "found character that cannot start any token": N_(
        "this character cannot stand here: indent with spaces, not tabs, and put text that starts with it in quotes"
    ),
    "found unexpected end of stream": N_("a quote is never closed"),
    "did not find expected ',' or ']'": N_("a [ list misses a comma or its closing bracket"),
    "did not find expected ',' or '}'": N_("a { mapping misses a comma or its closing brace"),
    "did not find expected '-' indicator": N_("this line is indented like a list, but does not start with a dash"),
    "did not find expected key": N_("a key was expected here: look at the indentation"),
    "could not find expected ':'": N_("a key without its colon"),
}
