"""The commands of POP3. Importing this package fills the registry; the order is that of help and completion."""

from __future__ import annotations

from sandbox.pop3.commands import authorization, extensions, optional, transaction  # noqa: F401  # the order of the RFCs
from sandbox.pop3.states import REGISTRY

__all__ = ["REGISTRY"]
