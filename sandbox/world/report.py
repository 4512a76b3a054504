"""Delivery status notifications: multipart/report with a part for people, one for programs, and what came back
(RFC 3462, RFC 3464)."""

from __future__ import annotations

import quopri
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from sandbox.mail.courier import Envelope, ForwardPath, Return
from sandbox.mail.dates import format_date
from sandbox.mail.message import body_offset
from sandbox.smtp.client import Verdict


class Action(Enum):
    """What is reported of a recipient (RFC 3464 section 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class Fact:
    """One recipient's part of a report. `remote` is the server that said so, empty for our own word."""

    recipient: ForwardPath
    action: Action
    verdict: Verdict
    remote: str = ""
    until: int | None = None
    """When trying will end, in nanoseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who reports, and about what: the reporting host and its domain, when the mail came, when this is written.

    `identifier` names the report; the MIME boundary is made of it, too.
    """

    host: str
    domain: str
    identifier: str
    arrived: int
    now: int


_SUBJECTS: Final = {
    Action.FAILED: "Undelivered mail / Correo no entregado",
    Action.DELAYED: "Delayed mail / Correo retrasado",
    Action.DELIVERED: "Delivered mail / Correo entregado",
    Action.RELAYED: "Relayed mail / Correo reenviado",
    Action.EXPANDED: "Mail to a list / Correo para una lista",
}
_WORDS: Final = {
    Action.FAILED: (
        "Your message could not be delivered to this recipient, and no further attempt will be made:",
        "Tu mensaje no se ha podido entregar a este destinatario, y no habrá más intentos:",
    ),
    Action.DELAYED: (
        "Your message could not be delivered to this recipient yet. You need not do anything, it will be tried again:",
        "Tu mensaje aún no se ha podido entregar a este destinatario. No tienes que hacer nada, se seguirá intentando:",
    ),
    Action.DELIVERED: (
        "Your message lies in the mailbox of this recipient:",
        "Tu mensaje está en el buzón de este destinatario:",
    ),
    Action.RELAYED: (
        "Your message was passed on to a server that sends no reports of this kind. This recipient's mail is there:",
        "Tu mensaje ha pasado a un servidor que no envía avisos como este. Allí está el correo de este destinatario:",
    ),
    Action.EXPANDED: (
        "Your message was sent on to everybody behind this address:",
        "Tu mensaje se ha reenviado a todos los que hay detrás de esta dirección:",
    ),
}


def report(origin: Origin, envelope: Envelope, content: bytes, facts: Sequence[Fact]) -> bytes:
    """The notification on `facts` for the sender of `envelope`."""
    worst = next((action for action in Action if any(fact.action is action for fact in facts)), Action.FAILED)
    boundary = f"=_{origin.identifier}"
    head = [
        f"From: Mail Delivery System <MAILER-DAEMON@{origin.domain}>",
        f"To: <{envelope.reverse_path}>",
        f"Subject: {_SUBJECTS[worst]}",
        f"Date: {format_date(origin.now)}",
        f"Message-ID: <{origin.identifier}@{origin.host}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status;",
        f'\tboundary="{boundary}"',
    ]
    parts = [_for_people(origin, facts), _for_programs(origin, envelope, facts), _returned(worst, envelope, content)]
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return _lines(head) + b"\r\n" + body + b"--" + boundary.encode() + b"--\r\n"


def _for_people(origin: Origin, facts: Sequence[Fact]) -> bytes:
    paragraphs = [f"This is the mail system of {origin.host}.\nEste es el sistema de correo de {origin.host}."]
    for fact in facts:
        who = f"    <{fact.recipient.mailbox}>\n    {fact.remote or origin.host}: {fact.verdict}"
        paragraphs.append("\n".join(_WORDS[fact.action]) + "\n\n" + who)
    text = "\n\n".join(paragraphs) + "\n"
    encoded = quopri.encodestring(text.encode()).replace(b"\n", b"\r\n")
    head = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"]
    return _lines(head) + b"\r\n" + encoded


def _for_programs(origin: Origin, envelope: Envelope, facts: Sequence[Fact]) -> bytes:
    """message/delivery-status (RFC 3464 section 2.1): fields on the message, then a group for each recipient."""
    lines = ["Content-Type: message/delivery-status", "", f"Reporting-MTA: dns; {origin.host}"]
    if envelope.envid is not None:
        lines.append(f"Original-Envelope-Id: {envelope.envid}")
    lines.append(f"Arrival-Date: {format_date(origin.arrived)}")
    for fact in facts:
        lines += ["", *_recipient(origin, fact)]
    return _lines(lines)


def _recipient(origin: Origin, fact: Fact) -> list[str]:
    lines = []
    if fact.recipient.orcpt is not None:
        kind, _, address = fact.recipient.orcpt.partition(";")
        lines.append(f"Original-Recipient: {kind}; {_ascii(address)}")
    kind = "rfc822" if fact.recipient.mailbox.isascii() else "utf-8"
    lines += [
        f"Final-Recipient: {kind}; {_ascii(fact.recipient.mailbox)}",
        f"Action: {fact.action.value}",
        f"Status: {status(fact)}",
    ]
    if fact.remote:
        lines.append(f"Remote-MTA: dns; {fact.remote}")
        lines.append(f"Diagnostic-Code: smtp; {_ascii(str(fact.verdict))}")
    lines.append(f"Last-Attempt-Date: {format_date(origin.now)}")
    if fact.until is not None:
        lines.append(f"Will-Retry-Until: {format_date(fact.until)}")
    return lines


def status(fact: Fact) -> str:
    """The status code of RFC 3463; where a server gave none, its reply code's class and nothing more."""
    if fact.action in (Action.DELIVERED, Action.RELAYED, Action.EXPANDED):
        return "2.0.0"
    digit = "5" if fact.action is Action.FAILED and fact.verdict.for_good else "4"
    return fact.verdict.status or f"{digit}.0.0"


def _returned(worst: Action, envelope: Envelope, content: bytes) -> bytes:
    """The message or its header: all of it only where that was asked for, and only in a failure (RFC 3461 section
    4.3).
    """
    if worst is Action.FAILED and envelope.ret is Return.FULL:
        encoding = b"" if content.isascii() else b"Content-Transfer-Encoding: 8bit\r\n"
        return b"Content-Type: message/rfc822\r\n" + encoding + b"\r\n" + content
    header = content[: body_offset(content)]
    encoding = b"" if header.isascii() else b"Content-Transfer-Encoding: 8bit\r\n"
    return b"Content-Type: text/rfc822-headers\r\n" + encoding + b"\r\n" + header


def _ascii(text: str) -> str:
    """Text for a field of ASCII: what is beyond it as RFC 6533 section 3 writes it in addresses."""
    return "".join(char if 32 <= ord(char) < 127 else f"\\x{{{ord(char):X}}}" for char in text)


def _lines(lines: Sequence[str]) -> bytes:
    return "".join(line + "\r\n" for line in lines).encode("utf-8")
