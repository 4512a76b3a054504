"""What `openssl s_client` leaves on the terminal: the handshake, then the dialogue without a word on who said what.

Who said a line is worked out as the observer would: while an answer is due, it is the server's.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from sandbox.core.message import N_
from sandbox.core.protocol import Protocol
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Kind
from sandbox.record.import_.base import Importer, Intake
from sandbox.record.import_.identify import GREETINGS
from sandbox.record.import_.script import Ended, Line, Remark, Script, Secured, in_turn, lines_of, perform
from sandbox.wire.trace import Side

ONE_SIDED: Final = N_("What the client typed is not in the log: only what the server said.")

_CONNECTED: Final = re.compile(rb"^(?:CONNECTED\([0-9A-Fa-f]+\)|Connecting to \S+)\r?$", re.MULTILINE)
_CIPHER: Final = re.compile(rb"New, (?P<version>\S+), Cipher is (?P<cipher>\S+)")
_NAME: Final = re.compile(rb"subject=.{0,500}?CN ?= ?(?P<name>[^\s,/]+)")
_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.{1,20000}?-----END CERTIFICATE-----", re.DOTALL)
_HANDSHAKE: Final = 1 << 18
"""Octets at the beginning of a log that may tell of the handshake."""
_OWN: Final = re.compile(
    rb"read R BLOCK|RENEGOTIATING|KEYUPDATE|DONE|closed|depth=\d+ .*|verify (?:error|return):.*|"
    rb"[0-9A-F]{8,}:error:.*|Verification( error)?: .*"
)
"""Lines that s_client says itself."""
_TICKET: Final = b"Post-Handshake New Session Ticket arrived:"
_RULE: Final = b"---"
_STATUS: Final = re.compile(rb"\+OK\b|-ERR\b|[2-5]\d\d[ -]|\* |\+ |\S+ (?:OK|NO|BAD)\b")


def recognises(head: bytes) -> bool:
    """Whether s_client connected."""
    return _CONNECTED.search(head) is not None


def read(file: BinaryIO, intake: Intake) -> None:
    """Read a log."""
    lines = lines_of(file, intake)
    dialogue = list(_dialogue(lines))
    proto = next((proto for line in dialogue for proto, words in GREETINGS.items() if words.match(line)), "")
    if proto not in intake.protocols:
        proto = _by_status(dialogue)
    script = Script(client="s_client", proto=proto, tls=True)
    handshake = b"\n".join(lines)[:_HANDSHAKE]
    if (agreed := _CIPHER.search(handshake)) is not None:
        script.parts.append(_secured(agreed, handshake))
    if (name := _NAME.search(handshake)) is not None:
        script.server = name["name"].decode("utf-8", "replace")
    if proto in intake.protocols:
        script.parts += _sides(dialogue, intake.protocols[proto])
    if b"closed" in lines:
        script.parts.append(Ended("S"))
    elif b"DONE" in lines:
        script.parts.append(Ended("C"))
    perform(in_turn([script] if dialogue else []), intake)


def _by_status(lines: Iterable[bytes]) -> str:
    """With -starttls, s_client takes the greeting for itself; what it shows is the last line before TLS."""
    first = next(iter(lines), b"")
    return "smtp" if first[:3].isdigit() else "imap" if re.match(rb"\S+ OK\b|\* ", first) else ""


def _secured(agreed: re.Match[bytes], handshake: bytes) -> Secured:
    version, cipher = agreed["version"].decode("ascii", "replace"), agreed["cipher"].decode("ascii", "replace")
    found = _PEM.search(handshake)
    try:
        certificate = ssl.PEM_cert_to_DER_cert(found[0].decode("ascii")) if found is not None else b""
    except ValueError:
        certificate = b""
    return Secured(version.replace("TLSv", "TLS "), cipher, certificate)


def _dialogue(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines behind the handshake that are not s_client's own."""
    verified, begun, ticket, rules = False, False, False, 0
    for line in lines:
        if not begun:
            verified = verified or b"Verify return code:" in line
            begun = verified and line == _RULE
        elif line == _TICKET:
            ticket, rules = True, 0
        elif line == _RULE:
            rules += 1
            ticket = ticket and rules < 1
        elif not ticket and not _OWN.fullmatch(line):
            yield line


def _sides(lines: list[bytes], protocol: Protocol) -> Iterator[Line | Remark]:
    """Who said each line."""
    verbs = {command.verb.split()[0] for command in protocol.registry}
    behind = 1 if protocol.name == "imap" else 0  # words before the verb: IMAP has a tag there

    def is_command(line: bytes) -> bool:
        return not verbs.isdisjoint(line.upper().split(maxsplit=2)[behind : behind + 1])

    if not any(map(is_command, lines)):
        yield Remark(ONE_SIDED)
        yield from (Line("S", line + b"\r\n") for line in lines)
        return
    tracker = protocol.tracker()
    asked = False  # the server has asked for more than a command, and not had it yet
    for line in lines:
        current = tracker.current
        greeted = tracker.exchanges[0].done
        awaited = current is not None or (_STATUS.match(line) is not None and not is_command(line))
        side: Side = "C" if asked or (greeted and not awaited) else "S"
        yield Line(side, line + b"\r\n")
        for unit in tracker.receive(side, line + b"\r\n"):
            if unit.side == "S":
                asked = unit.outcome is Outcome.CONTINUE
            elif unit.kind in (Kind.CONTENT, Kind.RESPONSE):
                asked = False


FORMAT: Final = Importer("s_client", recognises, read)
