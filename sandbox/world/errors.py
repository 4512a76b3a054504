"""What a world cannot do, in words for people."""

from __future__ import annotations

from sandbox.core.message import Msg

__all__ = ["WorldError"]


class WorldError(Exception):
    """An input that the world cannot carry out. Nothing has changed. `about` says what to do instead."""

    def __init__(self, about: Msg) -> None:
        super().__init__(str(about))
        self.about = about
