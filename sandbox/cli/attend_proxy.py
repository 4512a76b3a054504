"""What goes on around `proxy`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from sandbox import __version__
from sandbox.cli.attend import Attending
from sandbox.cli.base import PROGRAM
from sandbox.core.message import Msg
from sandbox.i18n import _
from sandbox.wire.proxy import place
from sandbox.world.proxying import Proxying

if TYPE_CHECKING:
    from sandbox.record.format import Header


class ProxyAttendant(Attending[Proxying]):
    """Attends a `Proxying`: `sandbox.world.proxying.Attend`."""

    name = "proxy"

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

        here = place(running.options.address, running.port)
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
