"""What a sending program does: introduce itself, hand over a message, and note what became of each recipient.

Mail programs and relays share this script; nothing in it is special to our server.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from sandbox.auth import MECHANISMS, find
from sandbox.auth.conversation import ClientConversation
from sandbox.auth.mechanism import ClientSide
from sandbox.core.client import Send
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Exchange
from sandbox.mail.courier import Body, Envelope, ForwardPath
from sandbox.mail.dots import stuff
from sandbox.smtp import xtext

Talk = Generator[Send, Exchange, "Verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reply taken apart: code, enhanced status (empty where there is none), and the words of all its lines."""

    code: str
    status: str = ""
    text: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.code, self.status, self.text)))

    @property
    def ok(self) -> bool:
        """Whether the server did what it was asked to, or waits for more of it."""
        return self.code[:1] in ("2", "3")

    @property
    def for_good(self) -> bool:
        """Whether trying again is no use (RFC 5321 section 4.2.1)."""
        return self.code[:1] == "5"


@dataclass(slots=True)
class Transfer:
    """How a handing over went: a verdict for each recipient, and what the server offered."""

    verdicts: dict[ForwardPath, Verdict] = field(default_factory=dict)
    extensions: dict[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> list[ForwardPath]:
        """The recipients that the server is responsible for now."""
        return [recipient for recipient, verdict in self.verdicts.items() if verdict.ok]


@dataclass(frozen=True, slots=True)
class Login:
    """Who to authenticate as. `mechanism` empty: the strongest that both know."""

    user: str
    password: str
    mechanism: str = ""


def verdict(exchange: Exchange) -> Verdict:
    """The server's last word on a command."""
    lines = [unit.raw.rstrip(b"\r\n").decode("utf-8", "replace") for unit in exchange.replies]
    code = lines[-1][:3]
    words = [line[4:] for line in lines if line.startswith(code)]
    first = words[-1].partition(" ")[0]
    parts = first.split(".")
    if len(parts) == 3 and all(part.isdigit() for part in parts):
        return Verdict(code, first, " ".join(word.removeprefix(first).strip() for word in words))
    return Verdict(code, "", " ".join(words).strip())


def introduce(client: str) -> Generator[Send, Exchange, tuple[Verdict, dict[str, str]]]:
    """EHLO, or HELO where the server does not know that. Returns the verdict and what was offered, by keyword."""
    exchange = yield Send(f"EHLO {client}".encode())
    found = verdict(exchange)
    if exchange.outcome is Outcome.BAD:
        return verdict((yield Send(f"HELO {client}".encode()))), {}
    lines = [unit.raw[4:].decode("ascii", "replace").strip() for unit in exchange.replies[1:]]
    offered = (line.partition(" ") for line in lines if found.ok)
    return found, {keyword.upper(): parameters for keyword, _, parameters in offered}


def authenticate(login: Login, offered: str, side: ClientSide) -> Talk:
    """AUTH with the strongest mechanism on offer, or the one that is asked for."""
    names = [login.mechanism.encode()] if login.mechanism else offered.upper().encode().split()
    mechanism = find(names[0]) if login.mechanism else next((row for row in MECHANISMS if row.name in names), None)
    if mechanism is None:
        return Verdict("504", "5.5.4", "no mechanism that both sides know")
    conversation = ClientConversation(mechanism, side)
    initial = conversation.initial()
    exchange = yield Send(b"AUTH " + mechanism.name + (b" " + initial if initial is not None else b""))
    while not exchange.done:
        challenge = exchange.replies[-1].raw[4:].rstrip(b"\r\n")
        exchange = yield Send(conversation.respond(challenge))
    return verdict(exchange)


def transfer(
    client: str,
    envelope: Envelope,
    content: bytes,
    login: Login | None = None,
    side: ClientSide | None = None,
    *,
    protect: bool = False,
) -> Generator[Send, Exchange, Transfer]:
    """Hand a message over in one transaction, under TLS where it is offered and `protect` wants it.

    Whatever goes wrong counts for every recipient that it concerns.
    """
    done = Transfer()
    found, done.extensions = yield from introduce(client)
    if found.ok and protect and "STARTTLS" in done.extensions and verdict((yield Send(b"STARTTLS"))).ok:
        found, done.extensions = yield from introduce(client)
    if found.ok and login is not None and side is not None:
        found = yield from authenticate(login, done.extensions.get("AUTH", ""), side)
    if found.ok:
        found = _impossible(envelope, done.extensions) or found
    if found.ok:
        found = yield from _send(envelope, content, done)
    for recipient in envelope.forward_paths:
        done.verdicts.setdefault(recipient, found)
    yield Send(b"QUIT")
    return done


def _send(envelope: Envelope, content: bytes, done: Transfer) -> Talk:
    """MAIL, RCPT, DATA. Returns the verdict for the recipients that have none of their own."""
    found = verdict((yield Send(mail_command(envelope, len(content), done.extensions))))
    if not found.ok:
        return found
    for recipient in envelope.forward_paths:
        answer = verdict((yield Send(rcpt_command(recipient, done.extensions))))
        if not answer.ok:
            done.verdicts[recipient] = answer
    if len(done.verdicts) == len(envelope.forward_paths):
        return found
    found = verdict((yield Send(b"DATA")))
    if found.ok:
        found = verdict((yield Send(stuff(content).removesuffix(b"\r\n"))))
    return found


def _impossible(envelope: Envelope, extensions: dict[str, str]) -> Verdict | None:
    """Why the mail cannot go through a server with these extensions, if it cannot."""
    if envelope.smtputf8 and "SMTPUTF8" not in extensions:
        return Verdict("553", "5.6.7", "the next server does not take addresses beyond ASCII")
    if envelope.body is Body.BINARY:
        return Verdict("554", "5.6.3", "the message would have to be converted from binary")
    limit = extensions.get("SIZE", "")
    if limit.isdigit() and int(limit) and envelope.size is not None and envelope.size > int(limit):
        return Verdict("552", "5.3.4", "the message is too big for the next server")
    return None


def mail_command(envelope: Envelope, size: int, extensions: dict[str, str]) -> bytes:
    """MAIL with the parameters that the server knows (RFC 3461 section 5.2.1)."""
    words = [f"MAIL FROM:<{envelope.reverse_path}>"]
    if "SIZE" in extensions:
        words.append(f"SIZE={size}")
    if envelope.body is Body.EIGHT_BIT and "8BITMIME" in extensions:
        words.append("BODY=8BITMIME")
    if envelope.smtputf8 and "SMTPUTF8" in extensions:
        words.append("SMTPUTF8")
    if "DSN" in extensions:
        if envelope.ret is not None:
            words.append(f"RET={envelope.ret.value}")
        if envelope.envid is not None:
            words.append(f"ENVID={xtext.encode(envelope.envid)}")
    return " ".join(words).encode()


def rcpt_command(recipient: ForwardPath, extensions: dict[str, str]) -> bytes:
    """RCPT with the parameters that the server knows."""
    words = [f"RCPT TO:<{recipient.mailbox}>"]
    if "DSN" in extensions:
        if recipient.notify:
            words.append("NOTIFY=" + ",".join(each.value for each in recipient.notify))
        if recipient.orcpt is not None:
            kind, _, address = recipient.orcpt.partition(";")
            words.append(f"ORCPT={kind};{xtext.encode(address)}")
    return " ".join(words).encode()


def envelope_for(sender: str, recipients: Sequence[str], content: bytes) -> Envelope:
    """The envelope of a plain message: what it needs follows from its octets and addresses."""
    utf8 = not (sender + "".join(recipients)).isascii()
    body = Body.SEVEN_BIT if content.isascii() else Body.EIGHT_BIT
    return Envelope(sender, tuple(ForwardPath(each) for each in recipients), body, utf8, len(content))
