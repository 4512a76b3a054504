"""A store that lives in memory: the world's default, and the model for any other."""

from __future__ import annotations

from sandbox.mail.memory.base import Limits
from sandbox.mail.memory.store import MemoryStore

__all__ = ["Limits", "MemoryStore"]
