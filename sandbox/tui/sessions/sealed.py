"""What a dialogue keeps of TLS: the events, as they were, until somebody wants to see into them."""

from __future__ import annotations

from sandbox.core.message import N_, Msg
from sandbox.wire.trace import Data, Tls

_MOST = 8 << 20
"""Octets of one connection that are kept. A long one loses its end, since records open in their order only."""

_SECURED = N_("{version} handshake: {flights} flights ⇄ {cipher} {exchange} [F5]")
_AGREED = N_("{version} from here on: {cipher}")


class Sealed:
    """The `tls` octets and `Tls` events of every connection, in order."""

    def __init__(self) -> None:
        self._events: dict[str, list[Data | Tls]] = {}
        self._octets: dict[str, int] = {}
        self._packed: dict[str, int] = {}
        self.generation = 0
        """Changes when events went away."""

    def take(self, event: object) -> None:
        """Keep an event, if it is one of these."""
        if isinstance(event, Tls):
            self._events.setdefault(event.conn, []).append(event)
        elif isinstance(event, Data) and event.layer == "tls":
            octets = self._octets.get(event.conn, 0) + len(event.raw)
            self._octets[event.conn] = octets
            if octets <= _MOST:
                self._events.setdefault(event.conn, []).append(event)
        elif isinstance(event, Data) and event.layer == "deflate":
            self._packed.setdefault(event.conn, event.seq)

    def of(self, conn: str) -> list[Data | Tls]:
        """The events of a connection. Do not change the list."""
        return self._events.get(conn, [])

    def cut(self, conn: str) -> bool:
        """Whether a connection was too long to keep all of it."""
        return self._octets.get(conn, 0) > _MOST

    def packed(self, conn: str) -> int | None:
        """The event from which on the octets inside are compressed; None if they are not."""
        return self._packed.get(conn)

    def truncate(self, seq: int) -> None:
        """Forget what came after event `seq`."""
        for conn, events in self._events.items():
            kept = [event for event in events if event.seq <= seq]
            if len(kept) < len(events):
                self._events[conn] = kept
                self._octets[conn] = sum(len(event.raw) for event in kept if isinstance(event, Data))
        self._packed = {conn: first for conn, first in self._packed.items() if first <= seq}
        self.generation += 1

    def forget(self, conn: str) -> None:
        """Forget a connection."""
        self._events.pop(conn, None)
        self._octets.pop(conn, None)
        self._packed.pop(conn, None)
        self.generation += 1

    def secured(self, event: Tls) -> Msg:
        """The line of the trace for a handshake that succeeded."""
        from sandbox.record.tls.hello import glance  # start-up: most sessions have no TLS

        shaken = [each for each in self.of(event.conn) if isinstance(each, Data)]
        if not shaken:
            return Msg(_AGREED, version=event.version, cipher=event.cipher)
        handshake = glance(shaken)
        cipher = event.cipher.removeprefix("TLS_")
        return Msg(
            _SECURED, version=event.version, flights=handshake.flights, cipher=cipher, exchange=handshake.exchange
        )
