"""Real servers on real ports: a world of one domain, on the real clock, with real randomness.

`Serving` is the running thing, whoever started it: the command line without a screen, or the interface inside its own
loop. What is served is in `services`.
"""

from __future__ import annotations

import asyncio
import errno
import re
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sandbox.auth.accounts import Account, AccountTable
from sandbox.core.effects import Commit, Deliver, Effect
from sandbox.core.host import Host
from sandbox.core.message import N_, Msg
from sandbox.i18n import LANGUAGES, translate
from sandbox.mail.changes import Change
from sandbox.mail.courier import Fate, Result
from sandbox.mail.memory import MemoryStore
from sandbox.mail.retell import retold
from sandbox.mail.store import Store
from sandbox.wire.hub import Hub, Port
from sandbox.wire.tcp import Connection
from sandbox.wire.tls import TlsServer
from sandbox.wire.trace import Journal, Note, StoreChange
from sandbox.world.addresses import LOOPBACK, is_loopback, to_listen
from sandbox.world.authority import Authority
from sandbox.world.errors import WorldError
from sandbox.world.services import SERVICES, Offer
from sandbox.world.tail import Tail
from sandbox.world.welcome import welcome

if TYPE_CHECKING:
    from sandbox.core.endpoint import Server
    from sandbox.world.courier import LocalCourier
    from sandbox.world.sqlite import Group

OFFSET: Final = 1000
"""Standard ports need privileges on most systems; these do not."""
DOMAIN: Final = "example.test"
USERS: Final = {"alice": "wonderland", "bob": "builder"}
FOLDERS: Final = {"Drafts": "\\Drafts", "Sent": "\\Sent", "Junk": "\\Junk", "Trash": "\\Trash", "Archive": "\\Archive"}
"""What mail programs look for beside INBOX, and its special use (RFC 6154 section 2): without it each makes its own."""
BACKLOG: Final = 512

_NAME: Final = re.compile(r"[A-Za-z0-9.:-]{1,253}")
"""What a certificate can be for: a host name or an address."""


Attend = Callable[["Serving"], Callable[[], None]]
"""Called when all ports listen; what it returns is called when all connections are over."""


def _unattended(_serving: Serving) -> Callable[[], None]:
    return lambda: None


@dataclass(frozen=True, slots=True)
class Options:
    """What to serve. `ports` gives a service a port of its own (0: a free one), `users` are names and passwords."""

    host: str = LOOPBACK
    offset: int = OFFSET
    ports: Mapping[str, int] = field(default_factory=dict)
    domain: str = DOMAIN
    users: Mapping[str, str] = field(default_factory=lambda: dict(USERS))
    strict: bool = False
    require_tls: bool = False
    store: Path | None = None
    """The file that mail is kept in; without one, it ends with the program."""
    attend: Attend = _unattended
    """Who is told of the beginning and the end, such as a recorder. May raise `WorldError`: then nothing begins."""

    @property
    def address(self) -> str:
        """Where to listen: one address, since each port has one number."""
        return to_listen(self.host)

    @property
    def loopback(self) -> bool:
        """Whether only programs on this machine can connect."""
        return is_loopback(self.host)

    @property
    def everywhere(self) -> bool:
        """Whether every address of this machine is listened on."""
        return self.host in ("0.0.0.0", "::")

    @property
    def server_name(self) -> str:
        """What the server calls itself."""
        return f"mail.{self.domain}"

    @property
    def clear_auth(self) -> bool:
        """Whether a password may cross the line readable: on this machine only, and only unless TLS is required."""
        return self.loopback and not self.require_tls

    def port(self, name: str) -> int:
        """The port to ask for."""
        return self.ports.get(name, SERVICES[name].port + self.offset)


class Serving:
    """Servers at work. `start` and `stop` belong into the running loop that they shall use.

    `folder` keeps the certificate authority. Everything that happens goes to `journal`: subscribe before `start`, and
    nothing is missed. In memory it keeps the newest events only. Raises `WorldError` for users that cannot be, and for
    a store that cannot be had.
    """

    def __init__(self, options: Options, folder: Path) -> None:
        self.options = options
        self.authority = Authority(folder)
        self.journal = Journal(time.time_ns)
        self.tail = Tail(self.journal)
        self.ports: dict[str, int] = {}
        """The ports that listen, by the name of the service."""
        self.accounts = _accounts(options.users)
        self.complaint: Msg | None = None
        """Why the newest mail is not in the file of the store, in case it is not."""
        self._group: Group | None = None
        """Who brings mail to the disk, where it is kept on one."""
        self.store: Store = self._make_store()
        self.hub = Hub(self.journal, self._perform)
        self._listening: list[asyncio.Server] = []
        self._hosts: dict[str, Host] = {}
        self._ended: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Put everything in place and listen. Raises `WorldError` where that cannot be; then nothing listens."""
        tls = self._certificate()
        self._fill()
        try:
            for name, offer in SERVICES.items():
                make = self._maker(offer)
                port = Port(name, offer.protocol, self.options.server_name, make, tls, offer.tls)
                self.ports[name] = await self._listen(port)
            asyncio.get_running_loop().call_soon(_warm_up)
            self._ended = self.options.attend(self)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop listening and end all connections; the journal and the store are complete afterwards."""
        for server in self._listening:
            server.close()
        self._listening.clear()
        await self.hub.close()
        if self._group is not None:
            try:
                self._group.close()
            except WorldError as error:
                self.complaint = error.about
                self._note(error.about)
        ended, self._ended = self._ended, lambda: None
        ended()

    def describe(self) -> dict[str, Any]:
        """What programs want to know: ports, users, domain and the CA's certificate."""
        return {
            "ports": dict(self.ports),
            "users": list(self.options.users),
            "domain": self.options.domain,
            "ca": str(self.authority.certificate_path),
        }

    # Building

    def _make_store(self) -> Store:
        # uids of one run must not be taken for those of another, unless its mail is here (RFC 9051 section 2.3.1.1)
        start = int(time.time())
        if self.options.store is None:
            return MemoryStore(time.time_ns, first_uid_validity=start)
        from sandbox.world.sqlite import Group, SqliteStore  # start-up: few runs keep their mail

        store = SqliteStore(self.options.store, time.time_ns, first_uid_validity=start)
        self._group = Group(store, self._note)
        return store

    def _certificate(self) -> TlsServer:
        try:
            return self.authority.server(self._names())
        except OSError as error:
            reason = error.strerror or str(error)
            text = N_("the certificates cannot be kept in {folder}: {reason}")
            raise WorldError(Msg(text, folder=self.authority.folder, reason=reason)) from error

    def _fill(self) -> None:
        """Give each user mailboxes, and something to read, unless there are some from another run: they are told of."""
        for change in retold(self.store):
            self._announce(change)
        self.store.watch(self._announce)
        for user in self.options.users:
            if user in self.store.users:
                continue
            mail = welcome(user, self.options.domain, time.time_ns(), secrets.token_hex(8))
            boxes = self.store.add_user(user)
            boxes.inbox.append(mail)
            for name, use in FOLDERS.items():
                boxes.create(name, [use])
            for box in boxes.listing():
                boxes.subscribe(box.name)

    def _names(self) -> tuple[str, ...]:
        """Whom the certificate is for: this machine by every name that a mail program may be given."""
        options = self.options
        names = ["localhost", options.domain, options.server_name, "127.0.0.1", "::1"]
        if not options.loopback:
            names.append(socket.gethostname() if options.everywhere else options.host)
        return tuple(dict.fromkeys(name for name in names if _NAME.fullmatch(name)))

    def _maker(self, offer: Offer) -> Callable[[], Server]:
        host = self._host(offer.protocol)

        def make() -> Server:
            from sandbox.world.protocols import PROTOCOLS  # start-up: see `_warm_up`

            protocol = PROTOCOLS[offer.protocol]
            return protocol.server(
                host=host,
                store=self.store,
                accounts=self.accounts,
                courier=self.courier,
                service=protocol.service(offer.port),
            )

        return make

    @cached_property
    def courier(self) -> LocalCourier:
        """Takes mail for the users, and for nobody else: none leaves the sandbox."""
        from sandbox.world.courier import LocalCourier  # start-up: it needs SMTP, see `_warm_up`
        from sandbox.world.directory import Directory

        directory = Directory(self.options.domain, self.accounts, list(self.options.users))
        return LocalCourier(directory, self.store, address=self.options.address)

    def _host(self, protocol: str) -> Host:
        """The surroundings for a protocol's servers; one object, since hosts remember."""
        if protocol not in self._hosts:
            self._hosts[protocol] = Host(
                self.options.server_name,
                time.time_ns,
                secrets.token_bytes,
                strict=self.options.strict,
                tls=True,
                clear_auth=self.options.clear_auth,
                languages=tuple(LANGUAGES),
                translate=translate,
            )
        return self._hosts[protocol]

    async def _listen(self, port: Port) -> int:
        """Listen and return the number of the port, which matters where any free one was asked for."""
        number = self.options.port(port.name)
        if not 0 <= number <= 65_535:
            raise WorldError(Msg(N_("{name} would get port {port}: ports end at 65535"), name=port.name, port=number))
        try:
            server = await asyncio.get_running_loop().create_server(
                lambda: Connection(self.hub, port), self.options.address, number, backlog=BACKLOG
            )
        except OSError as error:
            raise self._refused(port.name, number, error) from error
        self._listening.append(server)
        return int(server.sockets[0].getsockname()[1])

    def _refused(self, name: str, port: int, error: OSError) -> WorldError:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            text = N_("this machine has no address {host}: leave --host out, or name an address that it has")
        elif error.errno == errno.EADDRINUSE:
            text = N_("port {port} ({name}) is in use: add --port {name}=0, or move all ports with --offset")
        elif error.errno in (errno.EACCES, errno.EPERM):
            text = N_("port {port} ({name}) needs privileges: move all ports with --offset 1000")
        else:
            text = N_("port {port} ({name}) cannot be had: {reason}")
        reason = error.strerror or str(error)
        return WorldError(Msg(text, host=self.options.host, name=name, port=port, reason=reason))

    # Working

    def _perform(self, effect: Effect) -> Any:
        """What an endpoint asks of the outside. Memory is always committed, a disk has to be waited for."""
        group = self._group
        if isinstance(effect, Deliver):
            results: tuple[Result, ...] = effect.courier.deliver(effect.envelope, effect.content)
            return results if group is None else group.when_safe(results, put_off(results))
        assert isinstance(effect, Commit)
        return True if group is None else group.when_safe(True, False)

    def _announce(self, change: Change) -> None:
        seq, at = self.journal.stamp()
        self.journal.add(StoreChange(seq, at, "", self.options.server_name, change))

    def _note(self, said: Msg) -> None:
        seq, at = self.journal.stamp()
        self.journal.add(Note(seq, at, "", said.text, dict(said.params)))


def put_off(results: tuple[Result, ...]) -> tuple[Result, ...]:
    """What becomes of mail that was taken, where the disk then refused it: the client may try again."""
    return tuple(Result(result.recipient, Fate.LATER) if result.fate is Fate.ACCEPTED else result for result in results)


def _warm_up() -> None:
    """Import the protocols now that all ports listen, before the first connection wants them."""
    from sandbox.world.protocols import PROTOCOLS

    for offer in SERVICES.values():
        PROTOCOLS[offer.protocol]


def _accounts(users: Mapping[str, str]) -> AccountTable:
    accounts = []
    for name, password in users.items():
        try:
            accounts.append(Account(name, password))
        except ValueError as error:
            text = N_("“{name}” cannot be a user: name and password need letters, and no control characters")
            raise WorldError(Msg(text, name=name)) from error
    try:
        return AccountTable(accounts, secrets.token_bytes(16))
    except ValueError as error:
        raise WorldError(Msg(N_("two users have the same name; capital letters make no difference"))) from error
