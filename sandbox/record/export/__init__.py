"""Transcripts in other forms: captures for Wireshark, pages for people, data for programs. One file a format."""

from __future__ import annotations

from typing import Final

from sandbox.record.export import cast, html, json, markdown, pcapng, svg, text
from sandbox.record.export.base import Format

__all__ = ["FORMATS", "Format"]

FORMATS: Final[tuple[Format, ...]] = (
    pcapng.FORMAT,
    html.FORMAT,
    markdown.FORMAT,
    text.FORMAT,
    svg.FORMAT,
    cast.FORMAT,
    json.FORMAT,
)
"""All formats; the command line and the menu show them in this order."""
