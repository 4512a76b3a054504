"""The mail that waits for each user of `serve`, so that the first visit finds something."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_TEXT: Final = """\
Welcome, {name}!

This is a message like any other: list it, fetch it, delete it, from a mail
program or with your own hands. Every octet that passes between you and this
server is written down and explained, and no mail ever leaves the sandbox.

Below is a line with a single dot. A dot alone ends a message on the wire, so
watch how this one travels:
.
Did it arrive?

                                  * * *

Te damos la bienvenida, {name}.

Este mensaje es como cualquier otro: puedes listarlo, descargarlo y borrarlo,
desde un programa de correo o a mano. Cada octeto que pasa entre tú y este
servidor queda escrito y explicado, y ningún correo sale nunca de aquí.

Más arriba hay una línea con un solo punto. En la red, un punto solo termina
un mensaje: fíjate en cómo ha viajado.
"""


def welcome(name: str, domain: str, now: int, token: str) -> bytes:
    """The message for a user. `now` is nanoseconds since 1970; `token` makes its Message-ID unique."""
    header = (
        f"From: Mail Sandbox <postmaster@{domain}>\n"
        f"To: {name}@{domain}\n"
        "Subject: Welcome / Te damos la bienvenida\n"
        f"Date: {_date(now)}\n"
        f"Message-ID: <{token}@{domain}>\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: 8bit\n"
        "\n"
    )
    return (header + _TEXT.format(name=name)).replace("\n", "\r\n").encode()


def _date(now: int) -> str:
    """A date-time (RFC 5322 section 3.3), whose words are English whatever the locale."""
    moment = datetime.fromtimestamp(now // 1_000_000_000, UTC)
    day = f"{_DAYS[moment.weekday()]}, {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    return f"{day} {moment:%H:%M:%S} +0000"
