r"""Octets in typed text: `\r`, `\n`, `\t`, `\0`, `\\`, `\'` and `\xHH` stand for what they look like."""

from __future__ import annotations

import re
from typing import Final

from sandbox.core.message import N_, Msg
from sandbox.world.errors import WorldError

_ESCAPES: Final = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\", "'": b"'"}
_ESCAPE: Final = re.compile(r"\\(x[0-9A-Fa-f]{2}|.)|([^\\]+)|(\\)$", re.DOTALL)


def unescape(text: str) -> bytes:
    """The octets that `text` stands for. Raises `WorldError` for an escape that stands for nothing."""
    octets = b""
    for escape, plain, _stray in _ESCAPE.findall(text):
        if plain:
            octets += plain.encode()
        elif escape.startswith("x") and len(escape) == 3:
            octets += bytes([int(escape[1:], 16)])
        elif escape in _ESCAPES:
            octets += _ESCAPES[escape]
        else:
            why = N_("in @raw, \\{escape} stands for nothing: use \\r \\n \\t \\0 \\\\ \\' or \\xHH")
            raise WorldError(Msg(why, escape=escape))
    return octets
