"""Mail under way, above the stored mail: who holds it, for whom, when it is tried again, and what was said last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from sandbox.i18n import _, ngettext
from sandbox.i18n.safe import readable
from sandbox.tui.ports import Queued
from sandbox.tui.words import hanging, plain

_INDENT = Content("   ")


def queue_lines(queue: Sequence[Queued], width: int) -> list[Content]:
    """Two lines for each mail, under a heading; none where nothing waits."""
    if not queue:
        return []
    count = len(queue)
    heading = ngettext("{count} message under way", "{count} messages under way", count).format(count=count)
    return [Content.assemble(" ", plain(heading, "bold")), *_mails(queue, width), Content("")]


def _mails(queue: Sequence[Queued], width: int) -> Iterator[Content]:
    for mail in queue:
        ends = f"<{readable(mail.sender)}> → {', '.join(map(readable, mail.recipients))}"
        yield hanging(Content.assemble(" ", plain(readable(mail.host), "$accent"), "  "), plain(ends), width)
        tries = ngettext("tried {count} time", "tried {count} times", mail.attempts).format(count=mail.attempts)
        facts = [_("next try {time}").format(time=mail.due), tries, readable(mail.last)]
        yield hanging(_INDENT, plain(" · ".join(filter(None, facts)), "$muted"), width)
