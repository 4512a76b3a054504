"""What to type into real programs so that they go through a proxy to their server."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from sandbox.i18n import _
from sandbox.world.proxying import Proxying
from sandbox.world.settings import Settings

_USER = "ana"


def settings(proxying: Proxying) -> list[Settings]:
    """How a mail program is set up, and a command line to try it with. The proxy listens already."""
    return [
        Settings(_("Your mail program"), tuple(_by_hand(proxying))),
        Settings("curl", (_curl(proxying),)),
    ]


def _by_hand(proxying: Proxying) -> Iterator[str]:
    options = proxying.options
    host = _host(proxying)
    yield _("Server {host}, port {port}; user and password as always").format(host=host, port=proxying.port)
    if options.listen_tls:
        yield _("Security: SSL/TLS from the start")
    elif options.tls:
        yield _("Security: none. From the proxy to {server} everything is under TLS.").format(server=options.server)
    else:
        yield _("Security: STARTTLS, if {server} offers it").format(server=options.server)
    if options.listen_tls or not options.tls:
        ca = proxying.authority.certificate_path
        yield _("Under TLS it sees a certificate of the proxy: have it trust {ca}").format(ca=ca)


def _curl(proxying: Proxying) -> str:
    options = proxying.options
    words = ["curl"]
    if options.listen_tls or not options.tls:
        words.append(f"--cacert {quote(str(proxying.authority.certificate_path))}")
    if not (options.listen_tls or options.tls):
        words.append("--ssl")
    words.append(f"-u {_USER}")
    place = f"{options.protocol}{'s' if options.listen_tls else ''}://{_host(proxying)}:{proxying.port}"
    if options.protocol == "smtp":
        address = f"{_USER}@example.org"
        words = [r"printf 'Subject: Test\n\nHi.\n' |", *words, f"--mail-from {address} --mail-rcpt {address} -T -"]
    return " ".join([*words, place])


def _host(proxying: Proxying) -> str:
    options = proxying.options
    if options.loopback:
        return "localhost" if ":" not in options.address else "[::1]"
    return options.address if ":" not in options.address else f"[{options.address}]"
