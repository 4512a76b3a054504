"""Real servers behind the screen."""

from __future__ import annotations

from sandbox import __version__
from sandbox.core.message import N_, Msg
from sandbox.record.format import Header
from sandbox.resources import data_folder
from sandbox.tui.ports import CannotOpen, Manual
from sandbox.tui.sessions.listener import Listener
from sandbox.world.errors import WorldError
from sandbox.world.serve import Options, Serving
from sandbox.world.settings import settings

_TITLE = Msg(N_("Real mail programs"))
_FILE_TITLE = "mail-sandbox serve"


class Serve(Listener):
    """Servers on real ports, and a trace of all their connections."""

    def __init__(self, options: Options | None = None) -> None:
        try:
            self._serving = Serving(options or Options(), data_folder() / "authority")
        except WorldError as error:
            raise CannotOpen(error.about) from error
        super().__init__(self._serving, _TITLE, "serve")

    def ports(self) -> str:
        """All services and their ports."""
        return "  ".join(f"{name} {port}" for name, port in self._serving.ports.items())

    def place(self) -> Msg:
        """The address."""
        return Msg(N_("listening on {host}"), host=self._serving.options.host)

    def manual(self) -> Manual | None:
        """What to type into mail programs."""
        if not self._listening:
            return None
        users = ", ".join(f"{name} ({password})" for name, password in self._serving.options.users.items())
        programs = tuple((each.program, each.lines) for each in settings(self._serving))
        return Manual(_TITLE, Msg(N_("Users and their passwords: {users}"), users=users), programs)

    def header(self) -> Header:
        """The first line of a transcript."""
        options = self._serving.options
        return Header(
            title=_FILE_TITLE,
            hosts=(options.server_name,),
            users=tuple(options.users),
            created=self._serving.journal.now(),
            program=f"mail-sandbox {__version__}",
        )
