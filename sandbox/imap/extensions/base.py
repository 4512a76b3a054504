"""The protocol's own revisions, and what a server tells of itself before anybody logs in."""

from __future__ import annotations

from sandbox.core.message import N_
from sandbox.imap.capabilities import capability
from sandbox.imap.session import Session


def _literals(session: Session) -> bytes:
    return b"LITERAL-" if session.host.setting("literal_minus") else b"LITERAL+"


def _starttls(session: Session) -> bytes:
    offered = session.host.tls and not session.secure and session.user is None
    return b"STARTTLS" if offered else b""


def _login_disabled(session: Session) -> bytes:
    return b"" if session.may_send_password or session.user is not None else b"LOGINDISABLED"


capability(b"IMAP4rev1", "3501", about=N_("the protocol of 2003"), early=True)
capability(b"IMAP4rev2", "9051", about=N_("the protocol of 2021, once it is enabled"), early=True)
capability(
    b"LITERAL+", "7888#4", about=N_("literals may be sent without waiting for leave"), early=True, show=_literals
)
capability(b"SASL-IR", "4959", about=N_("AUTHENTICATE may carry the first message of the mechanism"), early=True)
capability(b"STARTTLS", "9051#6.2.1", about=N_("the line can be protected by TLS"), early=True, show=_starttls)
capability(
    b"LOGINDISABLED",
    "9051#6.2.3",
    about=N_("LOGIN will be refused as long as the line is not protected"),
    early=True,
    show=_login_disabled,
)
capability(b"UNSELECT", "3691", about=N_("a mailbox can be closed without removing what is marked \\Deleted"))
capability(b"UIDPLUS", "4315", about=N_("copying and appending tell the new UIDs; UID EXPUNGE"))
capability(b"MULTIAPPEND", "3502", about=N_("several messages in one APPEND"))
capability(b"LIST-EXTENDED", "5258", about=N_("LIST with options"))
capability(b"LIST-STATUS", "5819", about=N_("LIST can give the status of each mailbox"))
capability(b"CHILDREN", "3348", about=N_("LIST tells which mailboxes have others below them"))
capability(b"ESEARCH", "4731", about=N_("results of a search can be told in part, or counted"))
capability(b"STATUS=SIZE", "8438", about=N_("STATUS tells the size of a mailbox"))
