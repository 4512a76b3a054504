"""An authority for tests, made once, and both ends' settings."""

from __future__ import annotations

import datetime
import ssl
from functools import cache

import trustme

from sandbox.wire.tls import TlsEnd, TlsServer

NAME = "mail.norte.example"
PAST = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


@cache
def authority() -> trustme.CA:
    return trustme.CA()


def server(*names: str, expired: bool = False, version: ssl.TLSVersion | None = None) -> TlsServer:
    after = PAST if expired else None
    leaf = authority().issue_cert(*(names or (NAME, "localhost", "127.0.0.1")), not_after=after)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if version is not None:
        context.minimum_version = context.maximum_version = version
    leaf.configure_cert(context)
    return TlsServer(context, (ssl.PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode()),))


def client_context(*, trusting: bool = True, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if trusting:
        authority().configure_trust(context)
    if version is not None:
        context.minimum_version = context.maximum_version = version
    return context


def client(name: str = NAME, **settings: object) -> TlsEnd:
    return TlsEnd(client_context(**settings), server_name=name)  # type: ignore[arg-type]
