"""The protocols that worlds speak, by name. One line here makes a protocol known to everything above."""

from __future__ import annotations

from typing import Final

from sandbox.core.protocol import Protocol
from sandbox.imap import IMAP
from sandbox.pop3 import POP3

PROTOCOLS: Final[dict[str, Protocol]] = {protocol.name: protocol for protocol in (POP3, IMAP)}
