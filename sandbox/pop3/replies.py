"""What our POP3 server says (RFC 1939; response codes RFC 2449 section 8, RFC 3206, RFC 6856 section 5)."""

from __future__ import annotations

from typing import Final

from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.core.replies import Outcome, Reply

_OK, _NO = Outcome.OK, Outcome.NO


def _reply(outcome: Outcome, text: str, ref: str, about: str, code: bytes = b"") -> Reply:
    return Reply(outcome, text, Ref(ref), about, code)


GREETING: Final = _reply(
    _OK,
    N_("{host} POP3 server ready {timestamp}"),
    "1939#4",
    N_("The server speaks first: it is ready. The timestamp in angle brackets is for APOP."),
)
PROMPT: Final = _reply(
    Outcome.CONTINUE,
    "{challenge}",
    "5034#4",
    N_("The server's move in the SASL exchange: answer it, or send * to give up."),
)

USER_OK: Final = _reply(
    _OK,
    N_("send the password of {name}"),
    "1939#7",
    N_("The name is taken down. It says nothing about whether such a mailbox exists."),
)
LOGGED_IN: Final = _reply(
    _OK,
    N_("maildrop of {name}: {count} message(s), {size} octets"),
    "1939#4",
    N_("You are in: the maildrop is locked for you alone, and numbered."),
)
BAD_CREDENTIALS: Final = _reply(
    _NO,
    N_("wrong name or password"),
    "3206#5",
    N_("The pair is not right. The server does not say which half."),
    b"AUTH",
)
IN_USE: Final = _reply(
    _NO,
    N_("another session has the maildrop open"),
    "2449#8.1.2",
    N_("The password was right, but the maildrop is locked by another session."),
    b"IN-USE",
)
LOGIN_DELAY: Final = _reply(
    _NO,
    N_("wait {seconds} seconds between logins"),
    "2449#8.1.1",
    N_("You logged in a moment ago: the server wants a pause."),
    b"LOGIN-DELAY",
)
NEED_TLS: Final = _reply(
    _NO,
    N_("start TLS before you send a password"),
    "2595#2.3",
    N_("This server takes no password in clear text: STLS first."),
)
USER_FIRST: Final = _reply(
    _NO, N_("give USER before PASS"), "1939#7", N_("PASS only comes right after a USER that was accepted.")
)
NOT_UTF8: Final = _reply(
    _NO,
    N_("name or password is not valid UTF-8"),
    "6856#2.2",
    N_("Names and passwords beyond ASCII must be valid UTF-8."),
)
CANCELLED: Final = _reply(
    _NO, N_("authentication cancelled"), "5034#4", N_("You sent * (or the server cannot go on): nothing has happened.")
)
NOT_BASE64: Final = _reply(_NO, N_("that is not base64"), "5034#4", N_("Every SASL message travels in base64."))
MALFORMED: Final = _reply(
    _NO,
    N_("that is not what the mechanism expects"),
    "5034#4",
    N_("The message is base64, but not the one that this mechanism asks for here."),
)
NO_MECHANISM: Final = _reply(
    _NO, N_("mechanism {name} is not offered"), "5034#4", N_("CAPA lists the mechanisms behind SASL.")
)
MECHANISMS: Final = _reply(
    _OK, N_("mechanisms follow"), "5034#3", N_("The SASL mechanisms of this server, one a line.")
)
STLS_OK: Final = _reply(_OK, N_("begin TLS negotiation now"), "2595#4", N_("From here on the octets belong to TLS."))
STLS_ACTIVE: Final = _reply(
    _NO, N_("TLS is active already"), "2595#4", N_("The line is protected already; STLS is not allowed twice.")
)

STAT: Final = _reply(
    _OK,
    "{count} {size}",
    "1939#5",
    N_("The drop listing: number of messages, then their size in octets. Marked messages do not count."),
)
LIST_ALL: Final = _reply(
    _OK,
    N_("{count} message(s), {size} octets"),
    "1939#5",
    N_("A scan listing follows, one line a message, up to the dot."),
)
LIST_ONE: Final = _reply(
    _OK, "{number} {size}", "1939#5", N_("The scan listing of one message: its number and its size.")
)
RETRIEVED: Final = _reply(
    _OK, N_("{size} octets"), "1939#5", N_("The message follows whole, up to a line with only a dot.")
)
TOP: Final = _reply(
    _OK,
    N_("{size} octets of header and body follow"),
    "1939#7",
    N_("The header, the empty line and as many lines of the body as you asked for follow."),
)
DELETED: Final = _reply(
    _OK,
    N_("message {number} marked as deleted"),
    "1939#5",
    N_("Only a mark: the message is removed in the UPDATE state, after QUIT."),
)
NOOP: Final = _reply(_OK, N_("nothing done"), "1939#5", N_("The server is alive, and did nothing."))
RESET: Final = _reply(
    _OK,
    N_("no message is marked: {count} message(s), {size} octets"),
    "1939#5",
    N_("All marks of this session are taken back."),
)
UIDL_ALL: Final = _reply(
    _OK, N_("unique-ids follow"), "1939#7", N_("A unique-id listing follows, one line a message, up to the dot.")
)
UIDL_ONE: Final = _reply(_OK, "{number} {uid}", "1939#7", N_("The unique-id of one message."))
NO_SUCH_MESSAGE: Final = _reply(
    _NO,
    N_("no such message: the maildrop has {count}"),
    "1939#5",
    N_("The number is zero or beyond the last message of this session."),
)
MARKED: Final = _reply(
    _NO,
    N_("message {number} is marked as deleted"),
    "1939#5",
    N_("A marked message cannot be touched any more, except by RSET, which unmarks all."),
)
NEEDS_UTF8: Final = _reply(
    _NO,
    N_("message {number} has UTF-8 in its header: give UTF8 before you log in"),
    "6856#5",
    N_("The message cannot be shown in ASCII mode."),
    b"UTF8",
)

BYE: Final = _reply(_OK, N_("{host} signing off"), "1939#4", N_("Nobody was logged in: the session simply ends."))
UPDATED: Final = _reply(
    _OK,
    N_("{host} signing off: {removed} removed, {left} left"),
    "1939#6",
    N_("The UPDATE state: marked messages are gone now, the lock is released."),
)
NOT_REMOVED: Final = _reply(
    _NO,
    N_("some deleted messages not removed"),
    "1939#6",
    N_("The store refused: what was marked is still there."),
    b"SYS/TEMP",
)

CAPA: Final = _reply(
    _OK,
    N_("capabilities follow"),
    "2449#5",
    N_("What this server can do at this moment, one capability a line, up to the dot."),
)
UTF8_OK: Final = _reply(_OK, N_("UTF-8 it is"), "6856#2.1", N_("From here on both sides may use UTF-8."))
LANG_LIST: Final = _reply(
    _OK, N_("languages follow"), "6856#3.2", N_("The languages of the server's texts, one a line.")
)
LANG_OK: Final = _reply(
    _OK, N_("{tag} language changed"), "6856#3.2", N_("The server's texts come in this language from now on.")
)
LANG_UNKNOWN: Final = _reply(
    _NO,
    N_("language {tag} is not known"),
    "6856#3.2",
    N_("The language stays what it was. LANG alone lists what there is."),
)

UNKNOWN: Final = _reply(
    _NO, N_("unknown command {verb}"), "1939#3", N_("The server does not know this keyword, or does not offer it.")
)
SYNTAX: Final = _reply(
    _NO,
    N_("bad arguments: the syntax is {usage}"),
    "1939#3",
    N_("The keyword is known, but what follows does not fit."),
)
STATE: Final = _reply(
    _NO,
    N_("{verb} is not possible in the {state} state"),
    "1939#3",
    N_("Each state has its own commands: this one belongs to another."),
)
TOO_LONG: Final = _reply(
    _NO, N_("line too long"), "2449#4", N_("A command may have 255 octets, its line end included.")
)

LOGIN: Final = (LOGGED_IN, BAD_CREDENTIALS, IN_USE, LOGIN_DELAY)
"""How every way to log in may end."""
MISSING: Final = (NO_SUCH_MESSAGE, MARKED)
"""What a command that takes a message-number may get."""
GENERAL: Final = (UNKNOWN, SYNTAX, STATE, TOO_LONG)
"""What any command may get."""
ALL: Final = tuple(value for value in list(globals().values()) if isinstance(value, Reply))
