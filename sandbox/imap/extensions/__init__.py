"""Extensions, each in a file of its own: what it adds to commands, tables and CAPABILITY.

To add one, write its file and name it in `EXTENSIONS`. The order is that of CAPABILITY.
"""

from __future__ import annotations

from types import ModuleType

from sandbox.imap import commands
from sandbox.imap.extensions import base, idle, namespace

EXTENSIONS: tuple[ModuleType, ...] = (commands, base, idle, namespace)
