"""Threading (RFC 5256 section 3): ORDEREDSUBJECT and REFERENCES. No recursion: threads may be as long as mailboxes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from sandbox.imap.search.subject import BaseSubject

_MSG_ID = re.compile(rb"<([^<>]{1,998})>")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_PAIR = re.compile(rb"\\(.)")
MAX_REFERENCES = 100
"""So many references are followed, the nearest ones."""


@dataclass(slots=True)
class Entry:
    """What threading has to know of a message."""

    value: int
    """Its number, or its UID."""
    date: int
    subject: BaseSubject
    message_id: bytes | None
    references: list[bytes]


@dataclass(slots=True, eq=False)
class Node:
    """A message in a thread; without an entry, a dummy that stands for a message which is not there."""

    entry: Entry | None = None
    parent: Node | None = None
    children: dict[Node, None] = field(default_factory=dict)

    def adopt(self, child: Node) -> None:
        """Make `child` a child of this, and of no other."""
        if child.parent is not None:
            del child.parent.children[child]
        child.parent = self
        self.children[child] = None

    @property
    def first(self) -> Entry:
        """The entry that stands for this in an order: its own, or that of a dummy's first child."""
        node = self
        while node.entry is None:
            node = next(iter(node.children))
        return node.entry


def message_ids(value: bytes | None) -> list[bytes]:
    """The message ids in a field, their quoting undone."""
    return [_QUOTED.sub(lambda quoted: _PAIR.sub(rb"\1", quoted[1]), text) for text in _MSG_ID.findall(value or b"")]


def ordered_subject(entries: Iterable[Entry]) -> list[Node]:
    """The threads of ORDEREDSUBJECT: messages with one base subject, the first above all others."""
    threads: dict[str, Node] = {}
    for entry in sorted(entries, key=_by_date):
        thread = threads.get(entry.subject.text)
        if thread is None:
            threads[entry.subject.text] = Node(entry)
        else:
            thread.adopt(Node(entry))
    return list(threads.values())


def by_references(entries: Iterable[Entry]) -> list[Node]:
    """The threads of REFERENCES. The steps are those of the RFC."""
    root = Node()
    nodes = _linked(entries)
    for node in nodes:
        if node.parent is None:
            root.adopt(node)
    _prune(root)
    for node in root.children:
        if node.entry is None:  # what it stands for is its first child
            _sort(node)
    _sort(root)
    _merge(root)
    for node in reversed(_all(root)):
        _sort(node)
    return list(root.children)


def _linked(entries: Iterable[Entry]) -> list[Node]:
    """Step 1: link messages by their references. Returns all nodes, dummies too."""
    by_id: dict[bytes, Node] = {}
    nodes: list[Node] = []

    def named(message_id: bytes) -> Node:
        node = by_id.get(message_id)
        if node is None:
            node = by_id[message_id] = Node()
            nodes.append(node)
        return node

    for entry in entries:
        node = named(entry.message_id) if entry.message_id is not None else None
        if node is None or node.entry is not None:  # it has no id, or one that another message has: it is on its own
            node = Node()
            nodes.append(node)
        node.entry = entry
        _link(node, [named(reference) for reference in entry.references[-MAX_REFERENCES:]])
    return nodes


def _link(node: Node, chain: list[Node]) -> None:
    for parent, child in pairwise(chain):
        if child.parent is None and not _would_loop(parent, child):
            parent.adopt(child)
    if node.parent is not None:
        del node.parent.children[node]
        node.parent = None
    if chain and not _would_loop(chain[-1], node):
        chain[-1].adopt(node)


def _would_loop(parent: Node, child: Node) -> bool:
    """Whether `child`, which nothing is above, stands above `parent` or is it.

    Who goes up from `parent` comes to `child` before all below `child` are counted, or not at all: so what costs least
    decides, and long threads that are joined do not cost a square.
    """
    up: Node | None = parent
    below = [iter((child,))]
    while up is not None and below:
        if up is child:
            return True
        up = up.parent
        node = next(below[-1], None)
        if node is None:
            below.pop()
        else:
            below.append(iter(node.children))
    return False


def _prune(root: Node) -> None:
    """Step 3: take out dummies, the deepest first; those under the root stay if they hold several."""
    for node in reversed(_all(root)):
        parent = node.parent
        if node.entry is not None or parent is None:
            continue
        if not node.children:
            del parent.children[node]
        elif parent is not root or len(node.children) == 1:
            for child in list(node.children):
                parent.adopt(child)
            del parent.children[node]


def _merge(root: Node) -> None:
    """Step 5: gather threads with one base subject."""
    table: dict[str, Node] = {}
    for node in root.children:
        subject = node.first.subject
        kept = table.get(subject.text)
        if not subject.text:
            continue
        if kept is None or (
            kept.entry is not None
            and (node.entry is None or (kept.entry.subject.derived and not node.entry.subject.derived))
        ):
            table[subject.text] = node
    for node in list(root.children):
        kept = table.get(node.first.subject.text)
        if kept is None or kept is node:
            continue
        if kept.entry is None:
            for one in list(node.children) if node.entry is None else [node]:
                kept.adopt(one)
            if node.entry is None:
                del root.children[node]
        elif node.entry is not None and node.entry.subject.derived and not kept.entry.subject.derived:
            kept.adopt(node)
        else:
            both = Node()
            text = node.first.subject.text
            root.adopt(both)
            both.adopt(kept)
            both.adopt(node)
            table[text] = both


def _sort(node: Node) -> None:
    if len(node.children) > 1:
        node.children = dict.fromkeys(sorted(node.children, key=lambda child: _by_date(child.first)))


def _by_date(entry: Entry) -> tuple[int, int]:
    return entry.date, entry.value


def _all(root: Node) -> list[Node]:
    """All nodes from the root on, each before its children."""
    found = [root]
    for node in found:
        found.extend(node.children)
    return found


def write(threads: Iterable[Node]) -> bytes:
    """thread-list: a chain is written in one list, branches each in one of their own."""
    return b"".join(_written(threads))


def _written(threads: Iterable[Node]) -> Iterator[bytes]:
    pending: list[Node | bytes] = []
    _push(pending, threads)
    while pending:
        item = pending.pop()
        if isinstance(item, bytes):
            yield item
            continue
        children = list(item.children)
        if item.entry is not None:
            yield b"%d" % item.entry.value
            if children:
                yield b" "
        if len(children) == 1:
            pending.append(children[0])
        else:
            _push(pending, children)


def _push(pending: list[Node | bytes], threads: Iterable[Node]) -> None:
    for thread in reversed(list(threads)):
        pending += [b")", thread, b"("]


ALGORITHMS: dict[bytes, Callable[[Iterable[Entry]], list[Node]]] = {
    b"ORDEREDSUBJECT": ordered_subject,
    b"REFERENCES": by_references,
}
