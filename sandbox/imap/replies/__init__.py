"""What our IMAP server says in status responses (RFC 9051 section 7.1; response codes also RFC 5530 and extensions).

Those named `UNTAGGED_...` stand among the untagged data.
"""

from __future__ import annotations

from typing import Final

from sandbox.core.replies import Reply
from sandbox.imap.replies.general import *  # noqa: F403  # the replies, by their names
from sandbox.imap.replies.mailboxes import *  # noqa: F403
from sandbox.imap.replies.messages import *  # noqa: F403

ALL: Final = tuple(dict.fromkeys(value for value in list(globals().values()) if isinstance(value, Reply)))
