"""What a mail program does with SMTP: send a message, or submit it as a user."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Final

from sandbox.auth.mechanism import ClientSide
from sandbox.core.client import Send
from sandbox.core.message import N_
from sandbox.core.protocol import Routine
from sandbox.core.tracker import Exchange
from sandbox.smtp.client import Login, Transfer, envelope_for, transfer

Script = Generator[Send, Exchange, Transfer]


def send(sender: str, recipients: Sequence[str], message: bytes, client: str = "localhost") -> Script:
    """Hand a message to a server that takes mail for its recipients."""
    return transfer(client, envelope_for(sender, recipients, message), message)


def submit(
    sender: str,
    recipients: Sequence[str],
    message: bytes,
    user: str,
    password: str,
    client: str = "localhost",
    mechanism: str = "PLAIN",
    random: Callable[[int], bytes] = bytes,
) -> Script:
    """Log in and hand a message to one's own server, for whomever it is."""
    side = ClientSide(user, password, random)
    return transfer(client, envelope_for(sender, recipients, message), message, Login(user, password, mechanism), side)


_MESSAGE: Final = {
    "sender": N_("the envelope's sender"),
    "recipients": N_("the envelope's recipients"),
    "message": N_("the message, header and body"),
    "client": N_("the name to introduce itself by"),
}

ROUTINES: Final = (
    Routine("send", N_("Send a message to the server that holds its recipients' mail"), send, _MESSAGE),
    Routine(
        "submit",
        N_("Log in to one's own server and submit a message"),
        submit,
        {
            **_MESSAGE,
            "user": N_("the user to log in as"),
            "password": N_("its password"),
            "mechanism": N_("the SASL mechanism"),
        },
    ),
)
