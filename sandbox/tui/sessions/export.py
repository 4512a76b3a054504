"""What happened in a session, as a transcript that can be exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from sandbox.wire.trace import AnyEvent

if TYPE_CHECKING:
    from sandbox.record.format import Header
    from sandbox.record.reader import Transcript


def reading(header: Header, events: Sequence[AnyEvent]) -> Callable[[], Transcript]:
    """The way to a transcript of these events. The work is done when that is called."""

    def read() -> Transcript:
        from sandbox.record.format import append_event, append_header  # start-up: most sessions are never exported
        from sandbox.record.reader import Transcript

        buffer = bytearray()
        append_header(buffer, header)
        for event in events:
            append_event(buffer, event)
        return Transcript.read(BytesIO(bytes(buffer)), header.title)

    return read
