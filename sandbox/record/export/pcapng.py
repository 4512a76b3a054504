"""A capture of the conversations, as if they had been recorded on an Ethernet: for Wireshark and its kin.

What was said is real; the network around it is made up. Explanations are comments on the packets, and the secrets of
TLS are inside, so that Wireshark decrypts without settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import BinaryIO, Final

from sandbox.core.message import N_
from sandbox.i18n import _, render
from sandbox.i18n.safe import safe
from sandbox.record.export.addresses import Addresses
from sandbox.record.export.base import Format, Protocols
from sandbox.record.export.blocks import Writer
from sandbox.record.export.frames import ACK, FIN, PSH, RST, SYN, Flow
from sandbox.record.export.held import Held, Line, Moment
from sandbox.record.reader import Transcript
from sandbox.record.replay import Replay
from sandbox.record.words import sentence
from sandbox.wire.observer import Explained
from sandbox.wire.trace import AnyEvent, Close, Data, Open, Side, Tls

_STEP: Final = 1_000
"""Nanoseconds between packets that one event needs."""
_ACKNOWLEDGED: Final = 2
"""Full segments after which a receiver acknowledges (RFC 9293 section 3.8.6.3)."""
_SECRET: Final = re.compile(r"[A-Z0-9_]+ [0-9a-f]+ [0-9a-f]+")


def write(transcript: Transcript, protocols: Protocols, file: BinaryIO) -> None:
    """Write the capture."""
    title = safe(transcript.header.title or transcript.header.lesson)
    comment = _("{title}: a transcript of mail-sandbox. What was said is real, the network around it is made up.")
    capture = _Capture(Writer(file, comment.format(title=title or "mail-sandbox"), _("a network in memory")), protocols)
    for event, explained in Replay(transcript, protocols).walk():
        capture.take(event, explained)
    capture.finish()


class _Capture:
    """Turns events into packets, in order of time."""

    def __init__(self, writer: Writer, protocols: Protocols) -> None:
        self._writer = writer
        self._protocols = protocols
        self._addresses = Addresses()
        self._lines: dict[str, Line] = {}
        self._held = Held()
        self._last = -_STEP
        self._seq = 0

    def take(self, event: AnyEvent, explained: Iterable[Explained]) -> None:
        """An event with what it completes. What concerns no open connection is no packet."""
        if event.seq != self._seq + 1:
            self._travelled()
        self._seq = event.seq
        if isinstance(event, Open):
            self._lines[event.conn] = self._opened(event)
        line = self._lines.get(event.conn)
        if line is None:
            return
        said = sentence(event, self._protocols)
        if said is not None:
            line.remarks.append(render(said))
        moment = self._moment(line, event)
        if moment is not None:
            self._held.add(moment)
        for item in explained:
            line.explain(item)
        for each in self._held.ready():
            self._write(each)

    def finish(self) -> None:
        """Write what was still held back."""
        for each in self._held.rest():
            self._write(each)

    def _travelled(self) -> None:
        """Time travel rebuilds connections, and nobody wrote down the new keys."""
        for line in self._lines.values():
            if line.layer == "tls":
                line.remarks.append(_("Time travel: from here on TLS uses other keys, which were not recorded."))

    def _opened(self, event: Open) -> Line:
        ends = self._addresses.ends(event)
        names = [(address, safe(name)) for address, name in self._addresses.names(event, ends)]
        if names:
            self._writer.names(names)
        flow = Flow(*ends, key=event.conn, began=event.at)
        return Line(flow, event.proto in self._protocols, shaking_hands=event.tls)

    def _moment(self, line: Line, event: AnyEvent) -> Moment | None:
        if isinstance(event, Data):
            if event.layer == "tls" and line.layer != "tls":
                line.shaking_hands = True
            return line.data(event)
        if isinstance(event, Open):
            return line.moment(event.at, "open", "C")
        if isinstance(event, Tls):
            line.shaking_hands = False
            secrets = [secret for secret in event.secrets if _SECRET.fullmatch(secret)]
            if secrets:
                self._writer.secrets(secrets)
        elif isinstance(event, Close):
            line.ended = True
            del self._lines[event.conn]
            return line.moment(event.at, "cut" if event.cut else "close", event.side or "S")
        return None

    def _write(self, moment: Moment) -> None:
        side = moment.side
        other: Side = "S" if side == "C" else "C"
        texts = [text for _offset, text in moment.comments]
        if moment.act == "data":
            self._segments(moment, other)
        elif moment.act == "open":
            self._packet(moment, side, SYN, texts)
            self._packet(moment, other, SYN | ACK)
            self._packet(moment, side, ACK)
        elif moment.act == "cut":
            self._packet(moment, side, RST | ACK, texts)
        else:
            self._packet(moment, side, FIN | ACK, texts)
            self._packet(moment, other, FIN | ACK)
            self._packet(moment, side, ACK)

    def _segments(self, moment: Moment, other: Side) -> None:
        flow, raw, comments = moment.line.flow, moment.raw, moment.comments
        room = flow.room
        for start in range(0, len(raw), room):
            if flow.unacknowledged(moment.side) >= _ACKNOWLEDGED * room:
                self._packet(moment, other, ACK)
            stop = start + room
            texts = [text for offset, text in comments if start <= offset < stop]
            self._packet(moment, moment.side, ACK | (PSH if stop >= len(raw) else 0), texts, raw[start:stop])

    def _packet(
        self, moment: Moment, side: Side, flags: int, comments: Iterable[str] = (), payload: bytes = b""
    ) -> None:
        at = self._last = max(moment.at, self._last + _STEP)
        self._writer.packet(at, moment.line.flow.frame(at, side, flags, payload), list(comments))


FORMAT: Final = Format("pcapng", N_("a capture for Wireshark, explained packet by packet"), write)
