"""Byte-stuffing of RFC 1939 section 3 and RFC 5321 section 4.5.2: lines that a lone dot ends."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["stuff", "stuff_lines", "unstuff"]

END = b".\r\n"


def stuff(content: bytes) -> bytes:
    """Return the block for a message: a dot before each line that begins with one, a last line end if it is missing,
    the final dot.
    """
    block = content.replace(b"\r\n.", b"\r\n..")
    if block.startswith(b"."):
        block = b"." + block
    if block and not block.endswith(b"\r\n"):
        block += b"\r\n"
    return block + END


def stuff_lines(lines: Iterable[bytes]) -> bytes:
    """Return the block for lines that have no ends yet."""
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines) + END


def unstuff(block: bytes) -> bytes:
    """Return the message in a block that ends with the final dot: the reverse of `stuff`, but for a missing last line
    end.
    """
    content = block[: -len(END)]
    if content.startswith(b"."):
        content = content[1:]
    return content.replace(b"\r\n.", b"\r\n")
