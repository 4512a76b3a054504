"""SMTP: RFC 5321 whole, submission (RFC 6409), and the extensions of RFC 1870, 2034, 2920, 3030, 3207, 3461, 4954, 6152
and 6531."""

from __future__ import annotations

from typing import Final

from sandbox.auth.accounts import Accounts
from sandbox.core.host import Host
from sandbox.core.protocol import Protocol, Service
from sandbox.mail.courier import Courier
from sandbox.smtp import replies
from sandbox.smtp.commands import REGISTRY
from sandbox.smtp.offers import offers
from sandbox.smtp.routines import ROUTINES
from sandbox.smtp.server import SmtpServer
from sandbox.smtp.states import STATES
from sandbox.smtp.tracker import SmtpTracker

SERVICES: Final = (
    Service("smtp", 25, "mx"),
    Service("submission", 587, "submission"),
    Service("submissions", 465, "submission", tls=True),
)


def _server(
    *, host: Host, accounts: Accounts, courier: Courier, service: Service = SERVICES[0], **_for_others: object
) -> SmtpServer:
    return SmtpServer(host, accounts, courier, service)


SMTP: Final = Protocol(
    name="smtp",
    title="SMTP",
    services=SERVICES,
    registry=REGISTRY,
    states=STATES,
    server=_server,
    tracker=SmtpTracker,
    replies=replies.ALL,
    offers=offers,
    routines=ROUTINES,
)
