"""The authority that signs the certificates of a world, and of `serve`, where it is kept so that it is trusted once.

Keys are elliptic-curve keys, since they are made in a millisecond. Certificates have the world's names but real dates:
TLS verifies by the real clock.
"""

from __future__ import annotations

import datetime
import os
import re
import ssl
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sandbox.core.message import N_, Msg
from sandbox.wire.tls import TlsEnd, TlsServer, shake_hands
from sandbox.world.errors import WorldError

if TYPE_CHECKING:
    import trustme

    from sandbox.wire.link import Link

DAY: Final = datetime.timedelta(days=1)
VALID_FOR: Final = 397 * DAY
"""Some programs take no server certificate that is valid for longer than 398 days."""
RENEW_BEFORE: Final = 30 * DAY
NAME: Final = "mail-sandbox"
_CERTIFICATE: Final = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.DOTALL)


class Flaw(Enum):
    """What may be wrong with a certificate."""

    NONE = "none"
    EXPIRED = "expired"
    WRONG_NAME = "wrong name"
    SELF_SIGNED = "self-signed"


class Authority:
    """A certificate authority. It is made when it is first needed; where a `folder` is given, it is kept there."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._ca: trustme.CA | None = None
        self._servers: dict[tuple[tuple[str, ...], Flaw, ssl.TLSVersion], TlsServer] = {}

    @property
    def certificate_path(self) -> Path:
        """Where the CA's certificate is, for programs that shall trust it. It is there once a server has been made."""
        assert self.folder is not None
        return self.folder / "ca.pem"

    @property
    def _server_path(self) -> Path:
        return self.certificate_path.with_name("server.pem")

    def server(
        self,
        names: Sequence[str],
        flaw: Flaw = Flaw.NONE,
        newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    ) -> TlsServer:
        """What a server with these names (hosts or addresses) needs for TLS; made once.

        Raises `WorldError` where a file of the folder is damaged, OSError where it cannot be read or written.
        """
        key = (tuple(names), flaw, newest)
        if key not in self._servers:
            pem = self._kept(key[0]) if self.folder is not None and flaw is Flaw.NONE else self._issue(key[0], flaw)
            try:
                self._servers[key] = TlsServer(_server_context(pem, newest), certificates(pem))
            except (ssl.SSLError, UnicodeDecodeError) as error:
                raise _damaged(self._server_path) from error
        return self._servers[key]

    def client_context(self, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
        """The settings of a client that trusts this authority and nobody else, and checks names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1_2, newest
        context.load_verify_locations(cadata=self._authority().cert_pem.bytes().decode("ascii"))
        return context

    def secure(
        self, link: Link, flaw: Flaw = Flaw.NONE, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    ) -> tuple[TlsEnd, TlsEnd] | None:
        """Run the handshake of a link in memory and write down how it ended: the `securing` that links want."""
        server = self.server((link.opened.server,), flaw, newest)
        ends = TlsEnd(self.client_context(), server_name=link.opened.server), server.begin()
        done = shake_hands(link, *ends)
        server.report(link.journal, link.conn, ends[1], ends[0].failure)
        return ends if done else None

    # Making and keeping

    def _authority(self) -> trustme.CA:
        if self._ca is None:
            import trustme  # start-up: not needed while the certificates on disk are good

            if self.folder is None:
                self._ca = trustme.CA(organization_name=NAME, organization_unit_name="certificate authority")
            else:
                self._ca = self._load_or_make(self.folder)
        return self._ca

    def _load_or_make(self, folder: Path) -> trustme.CA:
        import trustme  # start-up: see above

        path = folder / "ca.key"
        if not path.exists():
            made = trustme.CA(organization_name=NAME, organization_unit_name="certificate authority")
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path, made.private_key_pem.bytes() + made.cert_pem.bytes(), private=True, replace=False)
        both = path.read_bytes()
        try:
            certificate = _CERTIFICATE.findall(both.decode("ascii"))[0].encode()
            ca = trustme.CA.from_pem(certificate, both)
        except (ValueError, IndexError) as error:
            raise _damaged(path) from error
        if not self.certificate_path.exists() or self.certificate_path.read_bytes() != certificate:
            _write(self.certificate_path, certificate, private=False)
        return ca

    def _kept(self, names: tuple[str, ...]) -> bytes:
        """The certificate on disk, if it has these names, is of this authority and good for a while; else a new one."""
        with suppress(FileNotFoundError):
            label = _label(names, self.certificate_path.read_bytes())
            pem = self._server_path.read_bytes()
            first, until, _rest = (pem + b"\n\n").split(b"\n", 2)
            if first == label and until.isdigit() and int(until) > time.time() + RENEW_BEFORE.total_seconds():
                return pem
        pem = self._issue(names, Flaw.NONE)
        label = _label(names, self.certificate_path.read_bytes())
        end = int(time.time() + VALID_FOR.total_seconds())
        pem = b"%s\n%d\n" % (label, end) + pem
        _write(self._server_path, pem, private=True)
        return pem

    def _issue(self, names: tuple[str, ...], flaw: Flaw) -> bytes:
        """A new key and certificate in PEM."""
        now = datetime.datetime.now(datetime.UTC)
        start, end = now - DAY, now + VALID_FOR
        if flaw is Flaw.EXPIRED:
            start, end = now - VALID_FOR, now - DAY
        if flaw is Flaw.WRONG_NAME:
            names = ("another.example",)
        if flaw is Flaw.SELF_SIGNED:
            return _self_signed(names, start, end)
        leaf = self._authority().issue_cert(
            *names,
            common_name=names[0],
            organization_name=NAME,
            organization_unit_name="server",
            not_before=start,
            not_after=end,
        )
        return leaf.private_key_and_cert_chain_pem.bytes()


def certificates(pem: bytes) -> tuple[bytes, ...]:
    """The certificates in a PEM file, in DER."""
    return tuple(ssl.PEM_cert_to_DER_cert(found) for found in _CERTIFICATE.findall(pem.decode("ascii")))


def _self_signed(names: tuple[str, ...], start: datetime.datetime, end: datetime.datetime) -> bytes:
    """A key and a certificate that nobody vouches for but itself, in PEM."""
    from cryptography import x509  # start-up: needed for this flaw only
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), start, end)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def _server_context(pem: bytes, newest: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1_2, newest
    # the standard library reads keys from files only
    with tempfile.NamedTemporaryFile(prefix="mail-sandbox-") as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)
    return context


def _label(names: tuple[str, ...], ca: bytes) -> bytes:
    """The first line of a kept certificate: text before PEM is a comment. It says what the certificate is good for."""
    import hashlib  # start-up: only `serve` keeps certificates

    return f"{' '.join(names)} {hashlib.sha256(ca).hexdigest()}".encode()


def _damaged(path: Path) -> WorldError:
    return WorldError(Msg(N_("{path} is damaged: delete it, and a new one will be made"), path=path))


def _write(path: Path, content: bytes, *, private: bool, replace: bool = True) -> None:
    """Write a file whole or not at all. Without `replace`, one that is there by now stays (another run was faster)."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    mode = 0o600 if private else 0o644
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
        if replace:
            os.replace(draft, path)
        else:
            with suppress(FileExistsError):
                os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
