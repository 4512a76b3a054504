"""What the written formats share: the head of a transcript, and its records as text that is safe to be shown."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from sandbox.i18n import _
from sandbox.i18n.safe import readable, safe
from sandbox.record.format import Header
from sandbox.record.reader import Transcript

Record: TypeAlias = Mapping[str, Any]
"""What `sandbox.record.linear.records` yields."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FIRST: Final = 12
"""Lines of something long that are shown where there is no room for all."""
_SHOWN: Final = 60
"""Characters of a token that are shown beside its meaning."""


@dataclass(frozen=True, slots=True)
class Token:
    """Part of a unit: its octets as text, what the grammar calls it, what it means, and which document says so.

    `decoded` is what the octets say where they are coded.
    """

    text: str
    name: str
    about: str
    cited: str
    decoded: str = ""


def heading(transcript: Transcript) -> str:
    """What to call the transcript."""
    header = transcript.header
    return readable(header.title or header.lesson) or _("A session")


def facts(header: Header) -> Iterator[tuple[str, str]]:
    """What else the header says, as labels and values."""
    yield _("Lesson"), readable(header.lesson)
    yield _("Hosts"), readable(", ".join(header.hosts))
    created = (_EPOCH + timedelta(microseconds=header.created // 1000)).strftime("%Y-%m-%d %H:%M:%S UTC")
    yield _("Begins"), created if header.created else ""


def octets(record: Record) -> bytes:
    """The octets of a record that has some."""
    text = record.get("text")
    return base64.b64decode(record["b64"]) if text is None else text.encode()


def lines(raw: bytes) -> list[str]:
    """Octets in lines; a bare CR or LF ends none."""
    pieces = raw.split(b"\r\n")
    return [shown(piece) for piece in (pieces if pieces[-1] else pieces[:-1])]


def shown(line: bytes) -> str:
    """A line that is safe to be shown. Tabs stay, which do no harm in a file."""
    return "\t".join(map(safe, line.split(b"\t")))


def opening(found: list[str]) -> list[str]:
    """The first lines, and how many more there are."""
    hidden = len(found) - FIRST
    return [*found[:FIRST], _("… {count} more lines").format(count=hidden)] if hidden > 0 else found


def cited(where: Mapping[str, str]) -> str:
    """The document and section that a record or token refers to."""
    return " ".join(filter(None, (where["document"], where["section"] and f"§{where['section']}", where["title"])))


def tokens(record: Record) -> Iterator[Token]:
    """The tokens of a unit; what has been explained in it once is left out."""
    raw = octets(record)
    told = {("", record["about"])}
    for token in record["tokens"]:
        about, decoded = token["about"], token.get("decoded", "")
        if decoded or ((token["name"], about) not in told and ("", about) not in told):
            told.add((token["name"], about))
            short = _short(safe(raw[token["start"] : token["stop"]][: _SHOWN * 4]))
            short = short if short.strip(" ") else f"“{short}”"
            yield Token(short, token["name"], about, cited(token), _short(safe(decoded[: _SHOWN * 4])))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def fault(record: Record) -> str:
    """What is wrong with a unit; empty if nothing is."""
    found = record["fault"]
    if found is None:
        return ""
    text = _("At octet {at}: {want}.").format(at=found["at"] + 1, want=found["about"])
    return f"{safe(text)} ({cited(found)})"
