"""POP3: RFC 1939 whole, with the extensions of RFC 2449, 2595, 5034 and 6856."""

from __future__ import annotations

from typing import Final

from sandbox.auth.accounts import Accounts
from sandbox.core.host import Host
from sandbox.core.protocol import Protocol, Service
from sandbox.mail.store import Store
from sandbox.pop3 import replies
from sandbox.pop3.commands import REGISTRY
from sandbox.pop3.offers import offers
from sandbox.pop3.routines import ROUTINES
from sandbox.pop3.server import Pop3Server
from sandbox.pop3.states import STATES
from sandbox.pop3.tracker import Pop3Tracker


def _server(*, host: Host, store: Store, accounts: Accounts, **_for_others: object) -> Pop3Server:
    return Pop3Server(host, store, accounts)


POP3: Final = Protocol(
    name="pop3",
    title="POP3",
    services=(Service("pop3", 110, "pop3"), Service("pop3s", 995, "pop3", tls=True)),
    registry=REGISTRY,
    states=STATES,
    server=_server,
    tracker=Pop3Tracker,
    replies=replies.ALL,
    offers=offers,
    routines=ROUTINES,
)
