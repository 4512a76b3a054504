"""What to type into real programs so that they talk to `serve`: settings and command lines that work as they stand."""

from __future__ import annotations

import socket
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
    facts = _Facts(serving)
    found = [Settings(name, tuple(write(facts))) for name, write in _PROGRAMS.items()]
    return [each for each in found if each.lines]


class _Facts:
    """What the lines are made of."""

    def __init__(self, serving: Serving) -> None:
        options = serving.options
        self.user, self.password = next(iter(options.users.items()))
        self.login = quote(f"{self.user}:{self.password}")
        self.address, self.friend = (f"{name}@{options.domain}" for name in (self.user, list(options.users)[-1]))
        self.ports = serving.ports
        self.ca = str(serving.authority.certificate_path)
        self.host = options.host
        if options.loopback:
            self.host = "localhost"
        elif options.everywhere:
            self.host = socket.gethostname()

    def place(self, service: str) -> str:
        """Host and port of a service."""
        return f"{self.host}:{self.ports[service]}"


def _curl(facts: _Facts) -> Iterator[str]:
    begin = f"curl --cacert {quote(facts.ca)} -u {facts.login}"
    if "pop3s" in facts.ports:
        yield f"{begin} pop3s://{facts.place('pop3s')}/1"
    if "pop3" in facts.ports:
        yield f"{begin} --ssl-reqd pop3://{facts.place('pop3')}/1"
    if "imaps" in facts.ports:
        yield f"{begin} 'imaps://{facts.place('imaps')}/INBOX;UID=1'"
    if "submission" in facts.ports:
        envelope = f"--mail-from {quote(facts.address)} --mail-rcpt {quote(facts.friend)}"
        yield (
            r"printf 'Subject: Hello\r\n\r\nFrom curl.\r\n' | "
            f"{begin} --ssl-reqd {envelope} -T - smtp://{facts.place('submission')}"
        )


def _openssl(facts: _Facts) -> Iterator[str]:
    begin = f"openssl s_client -quiet -crlf -CAfile {quote(facts.ca)} -connect"
    for service, upgrade in (("pop3s", ""), ("pop3", "pop3"), ("imaps", ""), ("submission", "smtp")):
        if service in facts.ports:
            yield f"{begin} {facts.place(service)}" + (f" -starttls {upgrade}" if upgrade else "")


def _swaks(facts: _Facts) -> Iterator[str]:
    if "submission" in facts.ports:
        words = {
            "server": facts.place("submission"),
            "from": facts.address,
            "to": facts.friend,
            "auth-user": facts.user,
            "auth-password": facts.password,
            "tls-ca-path": facts.ca,
        }
        yield " ".join(["swaks --tls --tls-verify", *(f"--{name} {quote(value)}" for name, value in words.items())])


def _mutt(facts: _Facts) -> Iterator[str]:
    reading = {"imaps": ("imaps", "imap_pass"), "pop3s": ("pops", "pop_pass")}
    service = next((name for name in reading if name in facts.ports), None)
    if service is None:
        return
    scheme, secret = reading[service]
    user = percent(facts.user, safe="")
    wishes = {"ssl_ca_certificates_file": facts.ca, secret: facts.password, "from": facts.address}
    if "submissions" in facts.ports:
        wishes |= {"smtp_url": f"smtps://{user}@{facts.place('submissions')}/", "smtp_pass": facts.password}
    words = [f"-e {quote(f'set {name}={_in_muttrc(value)}')}" for name, value in wishes.items()]
    yield " ".join(["mutt", *words, "-f", quote(f"{scheme}://{user}@{facts.place(service)}/")])


def _in_muttrc(value: str) -> str:
    """A value between quotes that mean nothing but themselves."""
    for special in '\\"$`':
        value = value.replace(special, "\\" + special)
    return f'"{value}"'


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
            "delivery": "mbox,inbox.mbox",
        }
        yield " ".join(["mpop", *(f"--{name}={quote(value)}" for name, value in words.items())])


def _thunderbird(facts: _Facts) -> Iterator[str]:
    lines = {
        "imaps": _("Incoming: IMAP, {host}, port {port}, SSL/TLS, normal password, user name {user}"),
        "pop3s": _("Incoming: POP3, {host}, port {port}, SSL/TLS, normal password, user name {user}"),
        "submissions": _("Outgoing: SMTP, {host}, port {port}, SSL/TLS, normal password, user name {user}"),
    }
    if not lines.keys() & facts.ports.keys():
        return
    yield _("Settings > Privacy & Security > Manage Certificates > Authorities > Import: {ca}").format(ca=facts.ca)
    yield _("Address: {address}   Password: {password}").format(address=facts.address, password=facts.password)
    for service, line in lines.items():
        if service in facts.ports:
            yield line.format(host=facts.host, port=facts.ports[service], user=facts.user)


_PROGRAMS = {
    "curl": _curl,
    "openssl": _openssl,
    "swaks": _swaks,
    "mutt": _mutt,
    "mpop": _mpop,
    "Thunderbird": _thunderbird,
}
