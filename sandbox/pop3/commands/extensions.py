"""Extensions: CAPA (RFC 2449), AUTH (RFC 5034), STLS (RFC 2595), UTF8 and LANG (RFC 6856)."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

from sandbox.auth import MECHANISMS
from sandbox.core.effects import Effect, StartTls
from sandbox.core.grammar import SP, many, opt, seq
from sandbox.core.registry import Owes, Starts
from sandbox.core.replies import Answer, Outcome
from sandbox.pop3 import grammar as g
from sandbox.pop3 import replies
from sandbox.pop3.sasl import authenticate
from sandbox.pop3.session import Session
from sandbox.pop3.states import AUTHORIZATION, REGISTRY, TRANSACTION

_ANY: Final = {AUTHORIZATION, TRANSACTION}
_LANGUAGE_NAMES: Final = {"en": "English", "es": "Español"}


@REGISTRY.command(
    b"CAPA",
    args=g.TRAILING,
    states=_ANY,
    ref="2449#5",
    answers=(replies.CAPA,),
    lines=seq(g.CAPA_TAG, many(seq(SP, g.CAPA_PARAM))),
    multiline=lambda _values: True,
)
def capa(session: Session) -> Answer:
    """Ask what the server can do.

    The list may differ before and after login, and before and after TLS.
    """
    return replies.CAPA(*capabilities(session))


def capabilities(session: Session) -> list[bytes]:
    """The lines of CAPA at this moment (RFC 2449 section 6)."""
    delay = session.host.setting("login_delay", 0)
    names = b" ".join(mechanisms(session))
    listed = {
        b"TOP": b"TOP",
        b"USER": b"USER" if session.may_send_password else b"",
        b"SASL": b"SASL " + names if names else b"",
        b"RESP-CODES": b"RESP-CODES",
        b"AUTH-RESP-CODE": b"AUTH-RESP-CODE",
        b"LOGIN-DELAY": b"LOGIN-DELAY %d" % delay if isinstance(delay, int) and delay else b"",
        b"PIPELINING": b"PIPELINING",
        b"EXPIRE": b"EXPIRE NEVER",
        b"UIDL": b"UIDL",
        b"STLS": b"STLS",
        b"UTF8": b"UTF8 USER",
        b"LANG": b"LANG",
        b"IMPLEMENTATION": b"IMPLEMENTATION mail-sandbox",
    }
    return [line for name, line in listed.items() if line and session.offers(name)]


def mechanisms(session: Session) -> list[bytes]:
    """The SASL mechanisms on offer: those that send a readable password only where that is accepted."""
    return [row.name for row in MECHANISMS if session.may_send_password or not row.plaintext]


@REGISTRY.command(
    b"AUTH",
    args=seq(opt(seq(g.SEP, g.MECHANISM, opt(seq(g.SEP, g.INITIAL)))), g.TRAILING),
    states={AUTHORIZATION},
    then={Outcome.OK: TRANSACTION},
    ref="5034#4",
    answers=(
        replies.MECHANISMS,
        replies.NO_MECHANISM,
        replies.NEED_TLS,
        replies.NOT_BASE64,
        replies.MALFORMED,
        replies.CANCELLED,
        replies.PROMPT,
        *replies.LOGIN,
    ),
    capability=b"SASL",
    lines=g.MECHANISM,
    multiline=lambda values: values[0] is None,
    owes=Owes.LINES,
)
def auth(session: Session, arguments: tuple[bytes, bytes | None] | None) -> Generator[Effect, Any, Answer]:
    """Log in with a SASL mechanism: the server may ask back, in base64.

    AUTH alone lists the mechanisms; that is older than the standard, and strict servers refuse it.
    """
    if arguments is None:
        if session.host.strict:
            return replies.SYNTAX(usage="AUTH <mechanism>")
        return replies.MECHANISMS(*mechanisms(session))
    name, initial = arguments
    if name not in mechanisms(session):
        plain = any(row.name == name for row in MECHANISMS)
        return replies.NEED_TLS() if plain else replies.NO_MECHANISM(name=name.decode())
    return (yield from authenticate(session, name, initial))


@REGISTRY.command(
    b"STLS",
    args=g.TRAILING,
    states={AUTHORIZATION},
    ref="2595#4",
    answers=(replies.STLS_OK, replies.STLS_ACTIVE),
    capability=b"STLS",
    starts=Starts.TLS,
)
def stls(session: Session) -> Answer:
    """Protect the line: the octets after the +OK belong to a TLS handshake.

    Everything learnt before, CAPA included, has to be asked again.
    """
    return replies.STLS_ACTIVE() if session.secure else replies.STLS_OK().then(StartTls())


@REGISTRY.command(
    b"UTF8", args=g.TRAILING, states={AUTHORIZATION}, ref="6856#2.1", answers=(replies.UTF8_OK,), capability=b"UTF8"
)
def utf8(session: Session) -> Answer:
    """Say that you can read UTF-8, in headers too."""
    session.utf8 = True
    return replies.UTF8_OK()


@REGISTRY.command(
    b"LANG",
    args=seq(opt(seq(g.SEP, g.LANGUAGE)), g.TRAILING),
    states=_ANY,
    ref="6856#3.2",
    answers=(replies.LANG_LIST, replies.LANG_OK, replies.LANG_UNKNOWN),
    capability=b"LANG",
    reply=seq(SP, g.TAG, opt(seq(SP, g.TEXT))),
    lines=seq(g.TAG, opt(seq(SP, g.TEXT))),
    multiline=lambda values: values[0] is None,
)
def lang(session: Session, wanted: bytes | None) -> Answer:
    """Choose the language of the server's texts, or list the languages it has."""
    if wanted is None:
        names = [f"{tag} {_LANGUAGE_NAMES.get(tag, tag)}".encode() for tag in session.host.languages]
        return replies.LANG_LIST(*names)
    text = wanted.decode("ascii").lower()
    # a basic language range matches a tag that it is a prefix of, at a hyphen (RFC 4647 section 3.3.1)
    tags = session.host.languages[:1] if text == "*" else session.host.languages
    found = next((tag for tag in tags if text == "*" or tag == text or tag.startswith(text + "-")), None)
    if found is None:
        return replies.LANG_UNKNOWN(tag=wanted.decode("ascii"))
    session.language = found
    return replies.LANG_OK(tag=found)
