"""The line at the top: protocol, title and step; TLS, who talks to whom, recording, language."""

from __future__ import annotations

from textual.content import Content

from sandbox.i18n import _, language
from sandbox.tui.panes.base import Line
from sandbox.tui.ports import Heading
from sandbox.tui.words import button, plain, words

_WIDE = 100


class HeadingBar(Line):
    """Shows a `Heading`."""

    heading = Heading("", "")

    def show(self, heading: Heading) -> None:
        """Show another one; nothing is painted when it is the same."""
        if heading != self.heading:
            self.heading = heading
            self.refresh()

    def left(self) -> Content:
        """Protocol · title · step."""
        heading = self.heading
        parts = [plain(heading.protocol, "bold $accent"), plain(heading.title, "bold")]
        if heading.step is not None:
            number, total = heading.step
            shown = _("step {number}/{total}") if self._wide else "{number}/{total}"
            parts.append(plain(shown.format(number=number, total=total)))
        return Content.styled(" · ", "$muted").join([part for part in parts if part])

    def right(self) -> Content:
        """TLS, ends, recording, language."""
        heading = self.heading
        parts = []
        if heading.tls:
            parts.append(plain(f"┃ {heading.tls}", "$warning"))
        if heading.server:
            parts.append(self._ends())
        if heading.recording >= 0:
            minutes, seconds = divmod(heading.recording, 60)
            time = f" {minutes:02}:{seconds:02}" if self._wide else ""
            parts.append(button(f"● REC{time}", "screen.session('record')", "$error"))
        parts.append(button(language().upper(), "app.switch_language", "$muted"))
        return Content("   " if self._wide else "  ").join(parts)

    @property
    def _wide(self) -> bool:
        return self.size.width >= _WIDE

    def _ends(self) -> Content:
        heading = self.heading
        if not self._wide or not heading.client:
            return plain(heading.server)
        return Content.assemble(plain(heading.client), (" → ", "$muted"), plain(words(heading.server)))
