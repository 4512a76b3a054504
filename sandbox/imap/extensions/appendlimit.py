"""APPENDLIMIT (RFC 7889): how large a message may be."""

from __future__ import annotations

from sandbox.core.message import N_
from sandbox.imap.capabilities import capability
from sandbox.imap.commands.append import append_limit
from sandbox.imap.commands.status import STATUS_ITEMS

capability(
    b"APPENDLIMIT",
    "7889",
    about=N_("the server tells how many octets a message may have"),
    show=lambda session: b"APPENDLIMIT=%d" % append_limit(session),
)
STATUS_ITEMS.add(
    b"APPENDLIMIT",
    lambda session, _mailbox: b"%d" % append_limit(session),
    about=N_("how many octets a message may have here"),
    ref="7889#3.2",
    capability=b"APPENDLIMIT",
)
