"""A capture of the conversations, as if they had been recorded on an Ethernet: for Wireshark and its kin.

What was said is real; the network around it is made up. Explanations are comments on the packets, and the secrets of
TLS are inside, so that Wireshark decrypts without settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import BinaryIO, Final

from sandbox.core.message import N_, Msg
from sandbox.i18n import _, render
from sandbox.i18n.safe import safe
from sandbox.record.export.base import Format, Protocols
from sandbox.record.export.blocks import Writer
from sandbox.record.export.held import Held, Line, Moment
from sandbox.record.export.packets import Packets, rekeyed_in
from sandbox.record.export.wording import Wording
from sandbox.record.reader import Transcript
from sandbox.record.replay import Replay
from sandbox.record.words import sentence
from sandbox.wire.observer import Explained
from sandbox.wire.trace import AnyEvent, Close, Data, Open, Tls

_SECRET: Final = re.compile(r"[A-Z0-9_]+ [0-9a-f]+ [0-9a-f]+")


def write(transcript: Transcript, protocols: Protocols, file: BinaryIO) -> None:
    """Write the capture."""
    title = safe(transcript.header.title or transcript.header.lesson)
    comment = _("{title}: a transcript of mail-sandbox. What was said is real, the network around it is made up.")
    writer = Writer(file, comment.format(title=title or "mail-sandbox"), _("a network in memory"))
    capture = _Capture(writer, protocols, Packets(rekeyed_in(transcript.live)))
    for event, explained in Replay(transcript, protocols).walk():
        capture.take(event, explained)
    capture.finish()


_WIRESHARK: Final = {"pop3": "POP", "smtp": "SMTP", "imap": "IMAP"}
"""What Wireshark calls the protocols."""
_KNOWN: Final = frozenset({25, 110, 143, 465, 587, 993, 995})
"""The ports on which it looks for them by itself."""


def _unknown_port(event: Open) -> Msg | None:
    """What to do in Wireshark about a port that it does not know; None where it does."""
    if event.port in _KNOWN or event.proto not in _WIRESHARK:
        return None
    text = N_("Wireshark does not know port {port}. Tell it under Decode As: TCP port {port} is {protocol}.")
    if event.tls:
        text = N_(
            "Wireshark does not know port {port}. Tell it under Decode As: TCP port {port} is TLS, and TLS port {port} "
            "is {protocol}."
        )
    return Msg(text, port=event.port, protocol=_WIRESHARK[event.proto])


class _Capture:
    """Writes the packets of events, in order, when what there is to say of them is known."""

    def __init__(self, writer: Writer, protocols: Protocols, packets: Packets) -> None:
        self._writer = writer
        self._protocols = protocols
        self._packets = packets
        self._wording = Wording()
        self._lines: dict[str, Line] = {}
        self._held = Held()

    def take(self, event: AnyEvent, explained: Iterable[Explained]) -> None:
        """An event with what it completes. What concerns no open connection is no packet."""
        packets = self._packets.take(event)
        if isinstance(event, Open):
            self._lines[event.conn] = self._opened(event)
        line = self._lines.get(event.conn)
        if line is None:
            return
        if isinstance(event, Data) and not event.lost:
            moment = line.data(event, packets)
        else:
            said = sentence(event, self._protocols)
            if said is not None:
                line.remarks.append(render(said))
            moment = line.moment("C", packets) if packets else None
            self._changed(line, event)
        if moment is not None:
            self._held.add(moment)
        for item in explained:
            line.explain(item.unit, self._wording.comments(item.unit))
        for each in self._held.ready():
            self._write(each)

    def finish(self) -> None:
        """Write what was still held back."""
        for each in self._held.rest():
            self._write(each)

    def _opened(self, event: Open) -> Line:
        wire = self._packets.wire(event.conn)
        assert wire is not None  # it was taken just now
        names = [(address, safe(name)) for address, name in self._packets.names(event)]
        if names:
            self._writer.names(names)
        line = Line(wire, event.proto in self._protocols, shaking_hands=event.tls)
        hint = _unknown_port(event) if line.explainable else None
        if hint is not None:
            line.remarks.append(render(hint))
        if wire.bare:
            line.remarks.append(
                _(
                    "Time travel gave TLS other keys in the middle of this connection, and they were not recorded. So "
                    "what was inside is written here, in clear text, instead of its records."
                )
            )
        return line

    def _changed(self, line: Line, event: AnyEvent) -> None:
        """What an event that is no octet means for its connection."""
        if isinstance(event, Tls):
            line.shaking_hands = False
            secrets = [secret for secret in event.secrets if _SECRET.fullmatch(secret)]
            if secrets and not line.wire.bare:
                self._writer.secrets(secrets)
        elif isinstance(event, Close):
            line.ended = True
            del self._lines[event.conn]

    def _write(self, moment: Moment) -> None:
        if len(moment.packets) == 1:  # most by far
            [packet] = moment.packets
            self._writer.packet(packet.at, packet.frame, [text for _offset, text in moment.comments])
        else:
            for packet, comments in moment.said():
                self._writer.packet(packet.at, packet.frame, comments)


FORMAT: Final = Format("pcapng", N_("a capture for Wireshark, explained packet by packet"), write)
