"""What can go wrong with a transcript, as exceptions that say what to do."""

from __future__ import annotations

from typing import Any

from sandbox.core.message import Msg


class RecordError(Exception):
    """A transcript cannot be written, read or replayed. `said` tells the user why and what to do."""

    def __init__(self, text: str, /, **params: Any) -> None:
        self.said = Msg(text, **params)
        super().__init__(str(self.said))


def reason(error: OSError) -> str:
    """Why the system refused, in its own words."""
    return error.strerror or str(error)
