"""The mailbox pane: stored mail beside what the session sees of it. Where they differ is where most mistakes live."""

from __future__ import annotations

from textual.content import Content

from sandbox.i18n import _, ngettext
from sandbox.i18n.safe import readable
from sandbox.tui.panes.base import Page
from sandbox.tui.ports import Mail, MailboxView
from sandbox.tui.words import plain, words

_NUMBER, _OCTETS, _SENDER, _MARK = 5, 8, 18, 16


class MailboxPane(Page):
    """Shows a `MailboxView`."""

    mailbox: MailboxView | None = None

    def show(self, mailbox: MailboxView | None) -> None:
        """Show the mailbox of another moment."""
        if mailbox != self.mailbox:
            self.mailbox = mailbox
            self.relabel()

    def content(self, width: int) -> Content:
        """Counts, then a line for each mail."""
        mailbox = self.mailbox
        if mailbox is None:
            return plain(_("No mailbox is open."), "$muted")
        lines = [self._counts(mailbox)]
        if mailbox.notice:
            lines.append(Content.assemble(" ", plain(mailbox.notice, "$muted")))
        if mailbox.mails:
            heads = (_("no."), _("octets"), _("from"), _("subject"))
            lines.append(_columns(*heads, _("session says"), width, "$muted"))
        lines += [self._line(mail, width) for mail in mailbox.mails]
        return Content("\n").join(lines)

    def _counts(self, mailbox: MailboxView) -> Content:
        stored = ngettext("{count} message stored", "{count} messages stored", mailbox.stored).format(
            count=mailbox.stored
        )
        parts = [part for part in (plain(mailbox.name, "bold"), plain(stored)) if part]
        if mailbox.seen >= 0:
            seen = ngettext("the session counts {count}", "the session counts {count}", mailbox.seen)
            style = "$warning" if mailbox.seen != mailbox.stored else "$muted"
            parts.append(plain(seen.format(count=mailbox.seen), style))
        return Content.assemble(" ", Content("  ·  ").join(parts))

    def _line(self, mail: Mail, width: int) -> Content:
        number = str(mail.number) if mail.number else "–"
        style = "$faint" if mail.gone else "bold $accent" if mail.fresh else ""
        row = (number, f"{mail.octets:,}", readable(mail.sender), readable(mail.subject), words(mail.mark))
        return _columns(*row, width, style, struck=mail.gone)


def _columns(
    number: str, octets: str, sender: str, subject: str, mark: str, width: int, style: str, *, struck: bool = False
) -> Content:
    """A line of the table; the subject gets what is left."""
    room = max(width - _NUMBER - _OCTETS - _SENDER - _MARK - 6, 8)
    cells = [
        plain(number).right(_NUMBER),
        plain(octets).right(_OCTETS),
        _fit(sender, _SENDER),
        _fit(subject, room, struck),
    ]
    row = Content(" ").join([*cells, _fit(mark, _MARK)])
    return row.stylize_before(style) if style else row


def _fit(text: str, width: int, struck: bool = False) -> Content:
    content = Content.styled(text, "strike" if struck else "").truncate(width, ellipsis=True)
    return content.extend_right(width - content.cell_length)
