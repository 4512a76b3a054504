"""The commands of POP3. Importing this package fills the registry; the order is that of help and completion."""

from __future__ import annotations

# ruff: noqa: I001  # the order of the sessions that people have, not of the alphabet
from sandbox.pop3.commands import authorization as authorization
from sandbox.pop3.commands import transaction as transaction
from sandbox.pop3.commands import optional as optional
from sandbox.pop3.commands import extensions as extensions
from sandbox.pop3.states import REGISTRY

__all__ = ["REGISTRY"]
