"""Accounts and SASL mechanisms, both ends of each, without I/O.

A protocol looks a mechanism up by name, runs a `ServerConversation` or a `ClientConversation`, and gets an `Outcome`.
To add a mechanism, write its file and add its row to `MECHANISMS` in `mechanisms`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.auth.mechanisms import MECHANISMS, explain_initial, explain_line, find

__all__ = ["MECHANISMS", "explain_initial", "explain_line", "find"]


def __getattr__(name: str) -> Any:
    """Import the mechanisms when somebody asks for them: accounts alone need none, and ports shall listen soon."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sandbox.auth import mechanisms

    return getattr(mechanisms, name)
