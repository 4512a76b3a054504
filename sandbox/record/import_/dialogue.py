"""Dialogues as RFCs print them, and as we export them: `C:` and `S:` before the lines.

Example:    C: a001 CAPABILITY
            S: * CAPABILITY IMAP4rev1
            LOGINDISABLED                   goes on with the line above
            S: a001 OK done
            (a remark)  [...]               no octets: they become notes, and so does S: <what the server sends>
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import BinaryIO, Final

from sandbox.i18n import LANGUAGES, translate
from sandbox.record.import_.base import Importer, Intake
from sandbox.record.import_.script import Ended, Line, Part, Remark, Script, Secured, lines_of, matches, perform

_SAID: Final = re.compile(rb"(?P<indent>[ \t]*(?:Examples?:[ \t]+)?)(?P<side>[CS]):(?P<gap> *)(?P<text>.*)", re.DOTALL)
_REMARK: Final = re.compile(rb"[ \t]*(?P<text>\(.*\)|\[[^\]]*\]|\.\.\.|<[^<> ]* [^<>]*>|C ?[&/] ?S: *<.*>)[ \t]*")
_STAGE: Final = re.compile(rb"<[^<> ]* [^<>]*>|\.\.\.|\[\.\.\.\]")
"""A line that tells what is sent in place of sending it."""

_OPENED: Final = "{client} connects to {server}, port {port}: {protocol}."
_SECURED: Final = "TLS begins: {version}, {cipher}."
_CLOSED: Final[Mapping[str, Ended]] = {
    "The client closes the connection.": Ended("C"),
    "The server closes the connection.": Ended("S"),
    "The line breaks: neither end closed it.": Ended(None),
}
"""What `sandbox.record.words` says in our own texts, in any of our languages."""


def recognises(head: bytes) -> bool:
    """Whether lines of both sides are there, or several of one."""
    found = [match["side"] for match in matches(_SAID, head)]
    return len(set(found)) == 2 or len(found) > 2


def read(file: BinaryIO, intake: Intake) -> None:
    """Read a text."""
    reader = _Reader()
    lines = lines_of(file, intake)
    gaps = [match["gap"] for match in map(_SAID.fullmatch, lines) if match is not None and match["text"]]
    gap = max(min(map(len, gaps), default=1), 1)
    for line in lines:
        reader.take(line, gap)
    reader.settle()
    perform(reader.order, intake)


class _Reader:
    """Sorts lines into conversations."""

    def __init__(self) -> None:
        self.order: list[Script] = []
        """Whose turn it was, as `perform` wants it."""
        self._now: Script | None = None
        self._latest: dict[str, Script] = {}
        """The last conversation of each client."""
        self._more: list[bytes] = []
        """What goes on with the last line of the dialogue."""
        self._indent = -1
        """Where the last line of the dialogue began; -1 if nothing can go on with it."""
        self._titles = {title.upper(): title for title in ("smtp", "pop3", "imap")}

    def take(self, line: bytes, gap: int) -> None:
        """The next line. `gap` spaces stand between a colon and what was said."""
        said = _SAID.fullmatch(line)
        if said is not None:
            self._say(said, gap)
        elif not line.strip():
            self._indent = -1
        elif (remark := _REMARK.fullmatch(line)) is not None:
            self._indent = -1
            self._remark(remark["text"].decode("utf-8", "replace"))
        elif 0 <= self._indent <= _width(line) and _width(line) > 0:
            self._more.append(line.strip())
        else:
            self._indent = -1

    def settle(self) -> None:
        """Nothing more goes on with the last line: join what did."""
        if self._more:
            last = self._script.parts[-1]
            assert isinstance(last, Line)
            octets = b" ".join((last.octets.removesuffix(b"\r\n"), *self._more)) + b"\r\n"
            self._script.parts[-1] = Line(last.side, octets)
            self._more.clear()

    def _say(self, said: re.Match[bytes], gap: int) -> None:
        self.settle()
        text = said["gap"][gap:] + said["text"]
        if _STAGE.fullmatch(text):
            self._indent = -1
            self._add(Remark(text.decode("utf-8", "replace")))
            return
        self._add(Line("C" if said["side"] == b"C" else "S", text + b"\r\n"))
        self._indent = len(said["indent"].expandtabs())

    def _remark(self, text: str) -> None:
        self.settle()
        inside = text[1:-1] if text[0] == "(" else text
        if (opened := _understood(_OPENED, inside)) is not None:
            port = int(opened["port"]) if opened["port"].isdecimal() and len(opened["port"]) < 6 else 0
            proto = self._titles.get(opened["protocol"], "")
            self._begin(Script(opened["client"], opened["server"], port, proto))
        elif (ended := _ended(inside)) is not None:
            self._add(ended)
        elif (secured := _understood(_SECURED, inside)) is not None:
            self._add(Secured(secured["version"], secured["cipher"]))
        elif (other := self._latest.get(inside)) is not None:
            self._now = other
        elif self._now is not None:
            self._add(Remark(inside))

    @property
    def _script(self) -> Script:
        """The conversation that goes on: a new one where there is none, or where it has ended."""
        if self._now is None or (self._now.parts and isinstance(self._now.parts[-1], Ended)):
            self._begin(Script())
        assert self._now is not None
        return self._now

    def _add(self, part: Part) -> None:
        script = self._script
        script.parts.append(part)
        self.order.append(script)

    def _begin(self, script: Script) -> None:
        self._now = script
        self.order.append(script)
        self._latest[script.client] = script


def _width(line: bytes) -> int:
    expanded = line.expandtabs()
    return len(expanded) - len(expanded.lstrip(b" "))


def _understood(text: str, said: str) -> Mapping[str, str] | None:
    """The parameters of one of our sentences, if that is what was said."""
    for code in LANGUAGES:
        pieces = re.split(r"\{(\w+)\}", translate(code, text))
        pattern = "".join(f"(?P<{piece}>.+?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
        found = re.fullmatch(pattern, said[:500])
        if found is not None:
            return found.groupdict()
    return None


def _ended(said: str) -> Ended | None:
    endings: Iterable[tuple[str, Ended]] = _CLOSED.items()
    return next((end for text, end in endings if said in [translate(code, text) for code in LANGUAGES]), None)


FORMAT: Final = Importer("dialogue", recognises, read)
