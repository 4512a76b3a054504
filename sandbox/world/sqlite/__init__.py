"""The store that outlives the program: what `serve --store` keeps mail in."""

from __future__ import annotations

from sandbox.world.sqlite.group import Group
from sandbox.world.sqlite.store import SqliteStore

__all__ = ["Group", "SqliteStore"]
