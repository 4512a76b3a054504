"""The mailbox pane: stored mail beside what each session sees of it. Where they differ is where most mistakes live.

With one session its numbers stand at the left and its remarks at the right; with several, each has a column. Beside
them, where there is room, stands the tree of mailboxes; else one line names them.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from sandbox.i18n import _, ngettext
from sandbox.i18n.safe import readable
from sandbox.tui.panes.base import Page
from sandbox.tui.panes.queue import queue_lines
from sandbox.tui.ports import Folder, Looking, Mail, MailboxView, Seen
from sandbox.tui.words import plain, words

_NUMBER, _OCTETS, _SENDER, _REMARK, _FLAGS, _SEEN = 5, 8, 18, 18, 20, 22
_TREE = 30
_WIDE = 84
"""From this width on, the tree has room of its own."""
_MANY = 3
"""Sessions that have a column at most."""


class MailboxPane(Page):
    """Shows a `MailboxView`."""

    mailbox: MailboxView | None = None

    def show(self, mailbox: MailboxView | None) -> None:
        """Show the mailbox of another moment."""
        if mailbox != self.mailbox:
            self.mailbox = mailbox
            self.relabel()

    def content(self, width: int) -> Content:
        """The mail under way; below it the tree, counts, and a line for each mail."""
        mailbox = self.mailbox
        if mailbox is None:
            return plain(_("No mailbox is open."), "$muted")
        return Content("\n").join([*queue_lines(mailbox.queue, width), *self._stored(mailbox, width)])

    def _stored(self, mailbox: MailboxView, width: int) -> list[Content]:
        if len(mailbox.folders) < 2:
            return _table(mailbox, width)
        if width < _WIDE:
            return [_strip(mailbox.folders), *_table(mailbox, width)]
        left, right = [_folder(folder) for folder in mailbox.folders], _table(mailbox, width - _TREE)
        height = max(len(left), len(right))
        left += [Content("")] * (height - len(left))
        right += [Content("")] * (height - len(right))
        edge = Content.styled("│", "$rule")
        return [Content.assemble(_pad(tree, _TREE - 1), edge, row) for tree, row in zip(left, right, strict=True)]


def _table(mailbox: MailboxView, width: int) -> list[Content]:
    lines = [_counts(mailbox)]
    if mailbox.notice:
        lines.append(Content.assemble(" ", plain(mailbox.notice, "$muted")))
    if mailbox.mails:
        flagged = any(mail.flags for mail in mailbox.mails)
        lines.append(_heads(mailbox, flagged, width))
        lines += [_line(mail, mailbox.sessions, flagged, width) for mail in mailbox.mails]
    return lines


def _counts(mailbox: MailboxView) -> Content:
    stored = ngettext("{count} message stored", "{count} messages stored", mailbox.stored).format(count=mailbox.stored)
    parts = [part for part in (plain(readable(mailbox.name), "bold"), plain(stored)) if part]
    for looking in mailbox.sessions[:_MANY]:
        if looking.counts >= 0:
            style = "$warning" if looking.counts != mailbox.stored else "$muted"
            parts.append(plain(_counted(looking, len(mailbox.sessions)), style))
    return Content.assemble(" ", Content("  ·  ").join(parts))


def _counted(looking: Looking, sessions: int) -> str:
    if sessions == 1:
        return ngettext("the session counts {count}", "the session counts {count}", looking.counts).format(
            count=looking.counts
        )
    return _("{client} counts {count}").format(client=readable(looking.client), count=looking.counts)


def _heads(mailbox: MailboxView, flagged: bool, width: int) -> Content:
    """The names of the columns."""
    octets, sender, subject, flags = _("octets"), _("from"), _("subject"), _("flags stored") if flagged else ""
    sessions = mailbox.sessions
    if len(sessions) == 1:
        row = _row([_right(_("no."), _NUMBER)], octets, sender, subject, flags, _("session says"), width)
    elif sessions:
        cells = [_fit(readable(looking.client), _SEEN) for looking in sessions[:_MANY]]
        row = _row(cells, octets, sender, subject, flags, "", width)
    else:
        row = _row([], octets, sender, subject, flags, _("mailbox"), width)
    return row.stylize_before("$muted")


def _line(mail: Mail, sessions: Sequence[Looking], flagged: bool, width: int) -> Content:
    style = "$faint" if mail.gone else "bold $accent" if mail.fresh else ""
    flags = " ".join(mail.flags) or "–" if flagged else ""
    cells, remark = [], readable(mail.place)
    if len(sessions) == 1:
        cells, remark = [_right(_numbered(mail.seen[0]), _NUMBER)], words(mail.seen[0].remark)
    elif sessions:
        cells = [_seen(seen) for seen in mail.seen[:_MANY]]
    sender, subject = readable(mail.sender), readable(mail.subject)
    row = _row(cells, f"{mail.octets:,}", sender, subject, readable(flags), remark, width, struck=mail.gone)
    return row.stylize_before(style) if style else row


def _seen(seen: Seen) -> Content:
    """What one of several sessions sees: number and remark."""
    return _fit(f"{_numbered(seen):>2} {words(seen.remark)}", _SEEN)


def _numbered(seen: Seen) -> str:
    return str(seen.number) if seen.number else "–"


def _row(
    first: list[Content],
    octets: str,
    sender: str,
    subject: str,
    flags: str,
    remark: str,
    width: int,
    *,
    struck: bool = False,
) -> Content:
    """A line of the table. The subject gets what is left; where nothing is, the sender goes."""
    last = [_fit(text, room) for text, room in ((flags, _FLAGS), (remark, _REMARK)) if text or room == _REMARK]
    if len(first) > 1:
        last = last[:-1]
    left = width - sum(cell.cell_length + 1 for cell in (*first, *last)) - _OCTETS - 2
    middle = [_fit(sender, _SENDER)] if left >= _SENDER + 12 else []
    room = max(left - sum(cell.cell_length + 1 for cell in middle), 8)
    return Content(" ").join([*first, _right(octets, _OCTETS), *middle, _fit(subject, room, struck), *last])


def _folder(folder: Folder) -> Content:
    """A mailbox in the tree: its name, special uses, and how many messages, unseen ones in brackets."""
    style = "bold $accent" if folder.open else "" if folder.subscribed else "$muted"
    counts = f"{folder.messages}" + (f" ({folder.unseen})" if folder.unseen else "") if folder.messages else ""
    name = Content.assemble(" " + "  " * folder.depth, (readable(folder.name), style))
    uses = (
        Content.styled(" " + " ".join(readable(use) for use in folder.uses), "$muted") if folder.uses else Content("")
    )
    room = _TREE - 3 - len(counts)
    left = Content.assemble(name, uses).truncate(room, ellipsis=True)
    return Content.assemble(_pad(left, room), " ", (counts, "$muted"))


def _strip(folders: Sequence[Folder]) -> Content:
    """The tree in one line."""
    names = []
    for folder in folders:
        uses = f" {' '.join(folder.uses)}" if folder.uses else ""
        count = f" {folder.messages}" if folder.messages else ""
        names.append(plain(readable(folder.name) + readable(uses) + count, "bold $accent" if folder.open else "$muted"))
    return Content.assemble(" ", Content(" · ").join(names))


def _right(text: str, width: int) -> Content:
    return plain(text).right(width)


def _fit(text: str, width: int, struck: bool = False) -> Content:
    return _pad(Content.styled(text, "strike" if struck else "").truncate(width, ellipsis=True), width)


def _pad(content: Content, width: int) -> Content:
    fitting = content.truncate(width, ellipsis=True)
    return Content.assemble(fitting, " " * (width - fitting.cell_length))
