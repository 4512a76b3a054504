"""What to type into real programs so that they talk to `serve`: settings and command lines that work as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote
from urllib.parse import quote as percent

from sandbox.i18n import _
from sandbox.world.serve import Serving


@dataclass(frozen=True, slots=True)
class Settings:
    """For one program: its name, and the lines to type or to fill in."""

    program: str
    lines: tuple[str, ...]


def settings(serving: Serving) -> list[Settings]:
    """The settings for the first user, for every program that has something to talk to."""
    user, password = next(iter(serving.options.users.items()))
    facts = _Facts(serving, user, password)
    found = [Settings(name, tuple(write(facts))) for name, write in _PROGRAMS.items()]
    return [each for each in found if each.lines]


class _Facts:
    """What the lines are made of."""

    def __init__(self, serving: Serving, user: str, password: str) -> None:
        self.user, self.password = user, password
        self.domain = serving.options.domain
        self.ports = serving.ports
        self.ca = str(serving.authority.certificate_path)
        self.host = "localhost" if serving.options.loopback else serving.options.host


def _curl(facts: _Facts) -> Iterator[str]:
    login = quote(f"{facts.user}:{facts.password}")
    for scheme, service in (("pop3s", "pop3s"), ("pop3", "pop3")):
        if service in facts.ports:
            url = f"{scheme}://{facts.host}:{facts.ports[service]}/1"
            protect = "" if scheme.endswith("s") else "--ssl-reqd "
            yield f"curl --cacert {quote(facts.ca)} {protect}-u {login} {url}"


def _openssl(facts: _Facts) -> Iterator[str]:
    base = f"openssl s_client -quiet -crlf -CAfile {quote(facts.ca)} -connect {facts.host}"
    if "pop3s" in facts.ports:
        yield f"{base}:{facts.ports['pop3s']}"
    if "pop3" in facts.ports:
        yield f"{base}:{facts.ports['pop3']} -starttls pop3"


def _mutt(facts: _Facts) -> Iterator[str]:
    if "pop3s" in facts.ports:
        url = f"pops://{percent(facts.user)}@{facts.host}:{facts.ports['pop3s']}"
        trust = quote(f'set ssl_ca_certificates_file="{facts.ca}"')
        password = quote(f'set pop_pass="{facts.password}"')
        yield f"mutt -e {trust} -e {password} -f {quote(url)}"


def _mpop(facts: _Facts) -> Iterator[str]:
    if "pop3" in facts.ports:
        words = {
            "host": facts.host,
            "port": str(facts.ports["pop3"]),
            "tls": "on",
            "tls-starttls": "on",
            "tls-trust-file": facts.ca,
            "user": facts.user,
            "passwordeval": f"echo {quote(facts.password)}",
            "keep": "on",
            "delivery": "maildir,Mail/inbox",
        }
        yield " ".join(["mpop", *(f"--{name}={quote(value)}" for name, value in words.items())])


def _thunderbird(facts: _Facts) -> Iterator[str]:
    if "pop3s" not in facts.ports:
        return
    yield _("Settings > Privacy & Security > Manage Certificates > Authorities > Import: {ca}").format(ca=facts.ca)
    yield _("Address: {user}@{domain}   Password: {password}").format(
        user=facts.user, domain=facts.domain, password=facts.password
    )
    yield _("Incoming: POP3, {host}, port {port}, SSL/TLS, normal password, user name {user}").format(
        host=facts.host, port=facts.ports["pop3s"], user=facts.user
    )


_PROGRAMS = {"curl": _curl, "openssl": _openssl, "mutt": _mutt, "mpop": _mpop, "Thunderbird": _thunderbird}
