"""What has to hold for every protocol, whatever is sent and however it is cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sandbox.core.protocol import Protocol
from sandbox.core.tracker import Unit
from sandbox.wire.disturbance import Chunk, Part
from sandbox.wire.observer import Observer
from sandbox.wire.trace import Data, Side
from sandbox.world.inputs import Send
from sandbox.world.world import World


class Cutting:
    """A disturbance that cuts every write where the test says; nothing is lost."""

    spent = False

    def __init__(self, cut: Callable[[bytes], Iterable[bytes]]) -> None:
        self._cut = cut

    def disturb(self, side: Side, data: bytes) -> Iterable[Part]:
        return [Chunk(piece) for piece in self._cut(data)]


def covered(unit: Unit) -> None:
    """The leaf spans cover every octet of a unit, in order and once."""
    at = 0
    for span in unit.spans:
        assert span.start == at, f"gap or overlap at {at} in {unit.raw!r}: {span}"
        assert span.stop > span.start, f"empty span in {unit.raw!r}: {span}"
        assert span.about, f"no meaning: {span}"
        at = span.stop
    assert at == len(unit.raw), f"{unit.raw[at:]!r} of {unit.raw!r} has no label"


def agree(
    world: World, actor: str, protocol: Protocol, writes: Iterable[bytes], cut: Callable[[bytes], Iterable[bytes]]
) -> list[Unit]:
    """Send `writes` of `actor` one after another; after each, observer, client and server agree on the state, on the
    connections of other actors too (`writes` may move them on the way).

    At the end, the units of each side of the actor's connection are exactly the octets that were delivered. Returns
    them.
    """
    observer = Observer({protocol.name: protocol})
    units: list[Unit] = []
    delivered = {"C": b"", "S": b""}
    link = world.link(actor)
    link.disturbances.append(Cutting(cut))
    seen = 0

    def follow() -> None:
        nonlocal seen
        for event in list(world.journal.events)[seen:]:
            units.extend(explained.unit for explained in observer.feed(event) if explained.conn == link.conn)
            if isinstance(event, Data) and event.layer == "app" and event.conn == link.conn:
                delivered[event.side] += event.raw
        seen = len(world.journal.events)

    follow()
    for write in writes:
        if link.closed:
            break
        world.do(Send(actor, write))
        follow()
        for other in world.links.values():
            watched, server = observer.watched[other.conn], other.server
            assert watched.state == server.state, f"after {write!r}: observer {watched.state}, server {server.state}"
            assert other.client.state == server.state, f"after {write!r}: client {other.client.state}"
    if not link.closed:
        link.cut()
        follow()
    for unit in units:
        covered(unit)
    for side, octets in delivered.items():
        assert b"".join(unit.raw for unit in units if unit.side == side) == octets
    return units
