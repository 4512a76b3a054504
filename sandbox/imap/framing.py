"""How requests are cut out of the stream and taken apart: a tag, a command, and literals between the lines.

A request is a line, and for each literal at a line's end its octets and another line. The server and the observer both
read by `announced` and `parse_request`; they differ in who decides about a synchronizing literal. The server decides
itself, by its limits and by the grammar so far; the observer sees the decision: a continuation, or the tagged reply
that refuses the command.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.core.grammar import Fault
from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref
from sandbox.core.request import Request, read_request
from sandbox.imap.grammar import COMMAND, TAG
from sandbox.imap.states import REGISTRY

_LITERAL = re.compile(rb"(~?)\{([0-9]{1,19})(\+?)\}\r?\n\Z")
_HEAD = re.compile(rb'([^\x00-\x20\x7f-\xff(){%*"\\+]+)( ?)')


@dataclass(frozen=True, slots=True)
class Announcement:
    """A literal that the line before it announces: `size` octets, whether the client waits for leave to send them
    (`synchronizing`), and whether it may hold NUL (`binary`, RFC 3516)."""

    size: int
    synchronizing: bool
    binary: bool


def announced(line: bytes) -> Announcement | None:
    """The literal at the end of a line (its end included), if one is announced there."""
    found = _LITERAL.search(line, max(0, len(line) - 32))
    if found is None:
        return None
    return Announcement(int(found[2]), not found[3], bool(found[1]))


def parse_request(raw: bytes, *, strict: bool = False) -> Request:
    """A request, whole or up to a literal that is announced. Never raises on what `raw` holds."""
    head = _HEAD.match(raw)
    if head is None:
        return Request(raw, b"", None, fault=Fault(0, Msg(N_("expected {what}"), what=Msg(TAG.about)), TAG.ref))
    if not head[2]:
        fault = Fault(head.end(), Msg(N_("expected {what}"), what=Msg(COMMAND.about)), Ref("9051#2.2.1"))
        return Request(raw, b"", None, fault=fault, tag=head[1])
    request = read_request(REGISTRY, COMMAND, raw, head.end(), strict=strict)
    request.tag = head[1]
    return request
