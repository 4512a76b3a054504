"""The commands of SMTP. Importing this package fills the registry; the order is that of help and completion."""

from __future__ import annotations

# ruff: noqa: I001  # the order of the sessions that people have, not of the alphabet
from sandbox.smtp.commands import greeting as greeting
from sandbox.smtp.commands import security as security
from sandbox.smtp.commands import transaction as transaction
from sandbox.smtp.commands import inquiry as inquiry
from sandbox.smtp.commands import always as always
from sandbox.smtp.states import REGISTRY

__all__ = ["REGISTRY"]
