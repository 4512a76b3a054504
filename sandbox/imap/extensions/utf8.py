"""UTF8=ACCEPT (RFC 6855): mailbox names and quoted strings in UTF-8, and messages with UTF-8 in their headers."""

from __future__ import annotations

from sandbox.core.grammar import SP, Mapped, seq, token
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.imap import replies
from sandbox.imap.capabilities import capability
from sandbox.imap.commands.append import Content, add_append_data
from sandbox.imap.extensions.enable import enables
from sandbox.imap.grammar import CLOSE, OPEN, Literal
from sandbox.imap.session import Refused, Session

capability(b"UTF8=ACCEPT", "6855", about=N_("names and messages may be in UTF-8, once that is enabled"))


def _enable(session: Session) -> None:
    session.enabled.utf8 = session.enabled.utf8_accept = True


def _content(octets: bytes) -> Content:
    def content(session: Session) -> bytes:
        if not session.enabled.utf8:
            raise Refused(replies.NOT_ENABLED(name="UTF8=ACCEPT"))
        return octets

    return content


enables(b"UTF8=ACCEPT", _enable)
# utf8-literal = "UTF8" SP "(" literal8 ")" (RFC 6855 section 4)
add_append_data(
    Mapped(
        seq(
            token(b"UTF8", about=N_("a message with UTF-8 in its header follows"), ref="6855#4"),
            SP,
            OPEN,
            Literal("message", N_("the message, header and body"), "6855#4", binary=True),
            CLOSE,
        ),
        _content,
        N_("a message with UTF-8 in its header"),
        Ref("6855#4"),
    )
)
