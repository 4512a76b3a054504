"""What swaks prints: a hint of three characters before every line, which says who sent it (swaks(1))."""

from __future__ import annotations

import re
from typing import BinaryIO, Final

from sandbox.record.import_.base import Importer, Intake
from sandbox.record.import_.script import Ended, Line, Remark, Script, Secured, in_turn, lines_of, matches, perform

_LINE: Final = re.compile(rb"(?P<hint> ->| ~>|\*\*>|\*~>|<- |<~ |<\*\*|<~\*|===|\*\*\*)(?: (?P<text>.*))?", re.DOTALL)
_TRYING: Final = re.compile(rb"Trying (?P<host>\S+):(?P<port>\d{1,5})\.\.\.")
_SECURED: Final = re.compile(rb"TLS started with cipher (?P<version>[^:]+):(?P<cipher>[^:]+).*")


def recognises(head: bytes) -> bool:
    """Whether hints of both sides are there."""
    hints = {match["hint"] for match in matches(_LINE, head)}
    return any(hint.endswith(b">") for hint in hints) and any(hint.startswith(b"<") for hint in hints)


def read(file: BinaryIO, intake: Intake) -> None:
    """Read a log; it may hold several runs."""
    scripts = [Script(client="swaks", proto="smtp")]
    for line in lines_of(file, intake):
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        hint, text = found["hint"], found["text"] or b""
        if hint.endswith(b">") or hint.startswith(b"<"):
            scripts[-1].parts.append(Line("C" if hint.endswith(b">") else "S", text + b"\r\n"))
        elif (trying := _TRYING.fullmatch(text)) is not None:
            host = trying["host"].decode("ascii", "replace")
            scripts.append(Script("swaks", host, min(int(trying["port"]), 65535), "smtp"))
        else:
            _tell(scripts[-1], text)
    perform(in_turn(script for script in scripts if script.lines), intake)


def _tell(script: Script, text: bytes) -> None:
    """What swaks itself has to say."""
    secured = _SECURED.fullmatch(text)
    if secured is not None:
        version, cipher = secured["version"].decode("ascii", "replace"), secured["cipher"].decode("ascii", "replace")
        script.tls = not script.lines
        script.parts.append(Secured(version.replace("TLSv", "TLS "), cipher))
    elif text.startswith(b"Connection closed"):
        script.parts.append(Ended("C"))
    elif text and not text.startswith(b"Connected to"):
        script.parts.append(Remark(text.decode("utf-8", "replace")))


FORMAT: Final = Importer("swaks", recognises, read)
