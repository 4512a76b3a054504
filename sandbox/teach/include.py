"""`include`: parts that lessons share, merged in where the lesson does not say it itself.

An included file is a mapping with some of `world`, `actors`, `vars` and `words`. Mappings are merged member by member;
the lesson's own value wins over an included one; two included files that set the same field differently are an error,
since which one wins would depend on their order. Every value keeps the file and the place it comes from.
"""

from __future__ import annotations

from sandbox.core.message import Msg
from sandbox.teach.document import Node, plain, read
from sandbox.teach.library import Library
from sandbox.teach.problems import Problem

__all__ = ["SHARED", "with_includes"]

SHARED = ("world", "actors", "vars", "words")
MAX_INCLUDES = 8


def with_includes(tree: Node, library: Library, problems: list[Problem]) -> Node:
    """The lesson's tree with what its `include` names merged in; what cannot be is added to `problems`."""
    listed = tree.get("include")
    if listed is None or not isinstance(listed.value, list) or not isinstance(tree.value, dict):
        return tree
    shared: dict[str, Node] = {}
    for item in listed.value[:MAX_INCLUDES]:
        part = _part(item, library, problems)
        if part is not None:
            _merge(shared, part, problems)
    members = dict(tree.value)
    for name, node in shared.items():
        members[name] = _override(node, members[name]) if name in members else node
    return Node(members, tree.mark, tree.key)


def _part(item: Node, library: Library, problems: list[Problem]) -> dict[str, Node] | None:
    """The members of one included file."""
    path = library.find(str(item.value))
    if path is None:
        message = Msg("there is no file {name} beside the lesson or among the built-in ones", name=item.value)
        problems.append(Problem(item.mark, "Y109", message, "include"))
        return None
    tree, found = read(path, str(item.value))
    problems.extend(found)
    if tree is None:
        return None
    if not isinstance(tree.value, dict):
        problems.append(
            Problem(tree.mark, "Y109", Msg("a shared file is a mapping of {parts}", parts=", ".join(SHARED)))
        )
        return None
    for name, member in tree.value.items():
        if name not in SHARED:
            message = Msg("a shared file has only {parts}", parts=", ".join(SHARED))
            problems.append(Problem(member.key or member.mark, "Y109", message, name))
    return {name: member for name, member in tree.value.items() if name in SHARED}


def _merge(shared: dict[str, Node], part: dict[str, Node], problems: list[Problem], path: str = "") -> None:
    """Add the members of `part`; a field that is there already must have the same value."""
    for name, node in part.items():
        field = f"{path}.{name}" if path else name
        there = shared.get(name)
        if there is None:
            shared[name] = node
        elif isinstance(there.value, dict) and isinstance(node.value, dict):
            members = dict(there.value)
            _merge(members, node.value, problems, field)
            shared[name] = Node(members, there.mark, there.key)
        elif plain(there) != plain(node):
            message = Msg("{other} sets this to another value; set it in the lesson itself", other=str(there.mark))
            problems.append(Problem(node.mark, "Y110", message, field))


def _override(shared: Node, own: Node) -> Node:
    """What the lesson says itself, and the rest of what it shares."""
    if not isinstance(shared.value, dict) or not isinstance(own.value, dict):
        return own
    members = dict(shared.value)
    for name, node in own.value.items():
        members[name] = _override(members[name], node) if name in members else node
    return Node(members, own.mark, own.key)
