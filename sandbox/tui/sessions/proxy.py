"""A proxy behind the screen: what a real mail program and its real server say, without their secrets."""

from __future__ import annotations

from sandbox import __version__
from sandbox.core.message import N_, Msg
from sandbox.record.format import Header
from sandbox.resources import data_folder
from sandbox.tui.ports import Manual
from sandbox.tui.sessions.listener import Listener
from sandbox.wire.proxy import place
from sandbox.world.proxy_settings import settings
from sandbox.world.proxying import Proxying, ProxyOptions

_TITLE = Msg(N_("A real mail program and its real server"))
_FILE_TITLE = "mail-sandbox proxy"


class Proxy(Listener):
    """All connections that go through a proxy."""

    def __init__(self, options: ProxyOptions) -> None:
        self._proxying = Proxying(options, data_folder() / "authority")
        super().__init__(self._proxying, _TITLE, "proxy")

    def ports(self) -> str:
        """Where it listens, once it does."""
        if not self._listening:
            return ""
        return place(self._proxying.options.address, self._proxying.port)

    def place(self) -> Msg:
        """Whom it leads to."""
        return Msg(N_("leads to {server}; secrets are hidden"), server=self._proxying.options.server)

    def manual(self) -> Manual | None:
        """How to set a mail program up."""
        if not self._listening:
            return None
        programs = tuple((each.program, each.lines) for each in settings(self._proxying))
        return Manual(_TITLE, self.place(), programs)

    def header(self) -> Header:
        """The first line of a transcript."""
        return Header(
            title=_FILE_TITLE,
            hosts=(self._proxying.options.host,),
            created=self._proxying.journal.now(),
            program=f"mail-sandbox {__version__}",
        )
