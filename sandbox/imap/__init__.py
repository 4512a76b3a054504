"""IMAP: RFC 9051 (IMAP4rev2) and RFC 3501 (IMAP4rev1), with the extensions in `sandbox.imap.extensions`."""

from __future__ import annotations

from typing import Final

from sandbox.auth.accounts import Accounts
from sandbox.core.host import Host
from sandbox.core.protocol import Protocol, Service
from sandbox.imap import replies
from sandbox.imap.offers import offers
from sandbox.imap.routines import ROUTINES
from sandbox.imap.server import ImapServer
from sandbox.imap.states import REGISTRY, STATES
from sandbox.imap.tracker import ImapTracker
from sandbox.mail.store import Store


def _server(
    *, host: Host, store: Store, accounts: Accounts, courier: object = None, service: object = None
) -> ImapServer:
    return ImapServer(host, store, accounts)


IMAP: Final = Protocol(
    name="imap",
    title="IMAP",
    services=(Service("imap", 143, "imap"), Service("imaps", 993, "imap", tls=True)),
    registry=REGISTRY,
    states=STATES,
    server=_server,
    tracker=ImapTracker,
    replies=replies.ALL,
    offers=offers,
    routines=ROUTINES,
)
