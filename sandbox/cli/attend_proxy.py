"""What goes on around `proxy`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from sandbox import __version__
from sandbox.cli.attend import Attending
from sandbox.cli.base import PROGRAM
from sandbox.core.message import Msg
from sandbox.i18n import _, render
from sandbox.wire import proxy
from sandbox.wire.tcp import TOO_MANY
from sandbox.wire.trace import AnyEvent, Note, Tls
from sandbox.world.proxying import Proxying

if TYPE_CHECKING:
    from sandbox.record.format import Header

_TROUBLE = (
    TOO_MANY,
    proxy.BROKE,
    proxy.SILENT,
    proxy.UNFIT,
    proxy.UNREACHABLE,
    proxy.UNREAD,
    proxy.UNTRUSTED,
)
"""Notes that whoever has no screen should hear of, too."""


def _tell(event: AnyEvent) -> None:
    if isinstance(event, Tls) and event.reason:
        said = Msg("the TLS handshake failed: {reason}", reason=Msg(event.reason))
    elif isinstance(event, Note) and event.text in _TROUBLE:
        said = Msg(event.text, **event.params)
    else:
        return
    click.echo(f"{PROGRAM}: {event.conn}: {render(said)}", err=True)


class ProxyAttendant(Attending[Proxying]):
    """Attends a `Proxying`: `sandbox.world.proxying.Attend`."""

    name = "proxy"

    def __call__(self, running: Proxying) -> Callable[[], None]:
        """The port listens. Without a screen, what goes wrong is told on standard error as it happens."""
        if self._headless:
            running.journal.subscribe(_tell)
        return super().__call__(running)

    def header(self, running: Proxying) -> Header:
        from sandbox.record.format import Header  # start-up: most runs leave no transcript

        return Header(
            title=f"{PROGRAM} proxy",
            hosts=(running.options.host,),
            created=running.journal.now(),
            program=f"{PROGRAM} {__version__}",
        )

    def page(self, running: Proxying, facts: dict[str, Any]) -> Iterator[str]:
        from sandbox.world.proxy_settings import settings  # start-up: programs that read JSON have no use for it

        here = proxy.place(running.options.address, running.port)
        yield _("{here} leads to {server}").format(here=here, server=running.options.server)
        if running.options.insecure:
            yield _("The certificate of the server is not checked.")
        if facts["trace"] is not None:
            yield _("Transcript, without secrets") + f": {facts['trace']}"
        for each in settings(running):
            yield ""
            yield click.style(each.program, bold=True)
            yield from (f"  {line}" for line in each.lines)

    def warning(self, running: Proxying) -> Msg | None:
        options = running.options
        if options.loopback:
            return None
        return Msg(
            "everybody who can reach {host} can get to {server} now", host=options.address, server=options.server
        )
