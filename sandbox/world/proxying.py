"""A proxy at work: it listens on this machine, and takes each client to a server that the user named.

`Proxying` is the running thing, as `Serving` is for servers of our own. Everything in its journal is without secrets:
whoever records it or shows it cannot give them away.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sandbox.core.message import N_, Msg
from sandbox.wire.hub import Gathering
from sandbox.wire.proxy import Crossing, Way, place
from sandbox.wire.tls import TlsServer
from sandbox.wire.trace import Journal
from sandbox.world.addresses import LOOPBACK, is_loopback, to_listen
from sandbox.world.authority import Authority
from sandbox.world.errors import WorldError
from sandbox.world.protocols import PROTOCOLS
from sandbox.world.serve import BACKLOG
from sandbox.world.tail import Tail

_NAMES: Final = ("localhost", "127.0.0.1", "::1")

Attend = Callable[["Proxying"], Callable[[], None]]
"""Called when the port listens; what it returns is called when all connections are over."""


def _unattended(_proxying: Proxying) -> Callable[[], None]:
    return lambda: None


@dataclass(frozen=True, slots=True)
class ProxyOptions:
    """Whom to take clients to, and where they come. `protocol` is a name of `PROTOCOLS`; port 0 is any free one."""

    protocol: str
    host: str
    port: int
    tls: bool = False
    """TLS towards the server before the first octet."""
    insecure: bool = False
    """Believe whatever certificate the server shows."""
    ca: Path | None = None
    """Believe the authorities in this file (PEM) in place of those that the system trusts."""
    listen_host: str = LOOPBACK
    listen_port: int = 0
    listen_tls: bool = False
    """TLS towards the client before the first octet."""
    attend: Attend = _unattended
    """Who is told of the beginning and the end, such as a recorder. May raise `WorldError`: then nothing begins."""

    @property
    def address(self) -> str:
        """Where to listen: one address, since the port has one number."""
        return to_listen(self.listen_host)

    @property
    def loopback(self) -> bool:
        """Whether only programs on this machine can connect."""
        return is_loopback(self.listen_host)

    @property
    def server(self) -> str:
        """The server, as people write it."""
        return place(self.host, self.port)


class Proxying:
    """A proxy. `start` and `stop` belong into the running loop that they shall use.

    `folder` keeps the certificate authority. Everything that happens goes to `journal`, without secrets: subscribe
    before `start`, and nothing is missed. In memory it keeps the newest events only.
    """

    def __init__(self, options: ProxyOptions, folder: Path) -> None:
        self.options = options
        self.authority = Authority(folder)
        self.journal = Journal(time.time_ns)
        self.tail = Tail(self.journal)
        self.port = 0
        """Where it listens."""
        self.complaint: Msg | None = None
        """What went wrong while it worked: nothing here can."""
        self.hub = Gathering(self.journal)
        self._listening: asyncio.Server | None = None
        self._ended: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Listen. Raises `WorldError` where that cannot be; then nothing listens."""
        way = self._way()
        await self._listen(way)
        try:
            self._refuse_itself()
            self._ended = self.options.attend(self)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop listening and end all connections; the journal is complete afterwards."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        await self.hub.close()
        ended, self._ended = self._ended, lambda: None
        ended()

    def describe(self) -> dict[str, Any]:
        """What programs want to know: where it listens, whom it leads to, and the CA's certificate."""
        options = self.options
        return {
            "protocol": options.protocol,
            "host": options.address,
            "port": self.port,
            "tls": options.listen_tls,
            "server": options.server,
            "ca": str(self.authority.certificate_path),
        }

    def _way(self) -> Way:
        options = self.options
        try:
            options.host.encode("idna")
        except UnicodeError as error:
            raise WorldError(Msg(N_("“{host}” is no name of a host"), host=options.host)) from error
        shown = self._certificate()
        protocol = PROTOCOLS[options.protocol]
        trust = trusting(options.ca, insecure=options.insecure)
        return Way(protocol, options.host, options.port, trust, shown, options.tls, options.listen_tls)

    def _certificate(self) -> TlsServer:
        """For this machine, and for the server's name: clients may have been led here under that."""
        names = tuple(dict.fromkeys((*_NAMES, self.options.address)))
        try:
            with suppress(ValueError):  # not every name that resolves can stand in a certificate
                return self.authority.server((*names, self.options.host))
            return self.authority.server(names)
        except OSError as error:
            text = N_("the certificates cannot be kept in {folder}: {reason}")
            raise WorldError(Msg(text, folder=self.authority.folder, reason=_reason(error))) from error

    async def _listen(self, way: Way) -> None:
        options = self.options
        try:
            self._listening = await asyncio.get_running_loop().create_server(
                lambda: Crossing(self.hub, way).client, options.address, options.listen_port, backlog=BACKLOG
            )
        except OSError as error:
            raise self._refused(error) from error
        self.port = int(self._listening.sockets[0].getsockname()[1])

    def _refuse_itself(self) -> None:
        """A proxy that leads to itself would go round and round."""
        options = self.options
        here = options.host == options.address or (options.loopback and options.host in _NAMES)
        if here and options.port == self.port:
            raise WorldError(Msg(N_("{server} is the proxy itself: name another port"), server=options.server))

    def _refused(self, error: OSError) -> WorldError:
        options = self.options
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            text = N_("this machine has no address {host}: name one that it has with --listen, or leave it out")
        elif error.errno == errno.EADDRINUSE:
            text = N_("port {port} is in use: name another one with --listen; 0 is any free one")
        elif error.errno in (errno.EACCES, errno.EPERM):
            text = N_("port {port} needs privileges: name one above 1023 with --listen")
        else:
            text = N_("port {port} cannot be had: {reason}")
        return WorldError(Msg(text, host=options.address, port=options.listen_port, reason=_reason(error)))


def trusting(ca: Path | None, *, insecure: bool) -> ssl.SSLContext:
    """The settings of a client that trusts what the system does, or a file's authorities, or anybody (`insecure`).

    Raises `WorldError` where the file is of no use.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if insecure:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    elif ca is None:
        context.load_default_certs()
    else:
        try:
            context.load_verify_locations(ca)
        except ssl.SSLError as error:
            raise WorldError(Msg(N_("{path} holds no certificates in PEM"), path=ca)) from error
        except OSError as error:
            raise WorldError(Msg(N_("{path} cannot be read: {reason}"), path=ca, reason=_reason(error))) from error
    return context


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
