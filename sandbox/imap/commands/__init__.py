"""The commands of the RFCs themselves. Importing this package fills the registry; the order is that of help and
completion.
"""

from __future__ import annotations

from sandbox.imap.commands import (  # noqa: F401  # the order in which people meet them
    any_state,
    append,
    copy,
    expunge,
    fetch,
    listing,
    mailboxes,
    not_authenticated,
    search,
    select,
    status,
    store,
)
from sandbox.imap.states import REGISTRY

__all__ = ["REGISTRY"]
