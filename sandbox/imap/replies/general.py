"""What any command may get, and what is said at the beginning and at the end of a connection."""

from __future__ import annotations

from typing import Final

from sandbox.core.message import N_
from sandbox.core.replies import Outcome
from sandbox.imap.replies.make import BAD, NO, OK, reply

# Greeting, continuation, farewell

GREETING: Final = reply(
    OK,
    N_("{host} IMAP server ready"),
    "9051#7.1.5",
    N_("The server speaks first: it is ready, and tells at once what it can do."),
    b"CAPABILITY {capabilities}",
)
CONTINUE: Final = reply(
    Outcome.CONTINUE, N_("send it"), "9051#7.6", N_("Go on: the server takes the octets that you announced.")
)
PROMPT: Final = reply(
    Outcome.CONTINUE,
    "{challenge}",
    "9051#6.2.2",
    N_("The server's move in the SASL exchange: answer it, or send * to give up."),
)
IDLING: Final = reply(
    Outcome.CONTINUE,
    N_("idling"),
    "2177#3",
    N_("The server tells you of changes as they happen, until you send DONE."),
)
UNTAGGED_BYE: Final = reply(
    Outcome.BYE, N_("{host} closes the connection"), "9051#7.1.5", N_("The server says goodbye before it hangs up.")
)
AUTOLOGOUT: Final = reply(
    Outcome.BYE, N_("nothing was heard for too long"), "9051#5.4", N_("The autologout timer ran out.")
)
FLOODED: Final = reply(
    Outcome.BYE,
    N_("a literal of {size} octets is more than is ever read"),
    "7888#4",
    N_("The client sends a literal without waiting for leave, and it is too large to be read and thrown away."),
    b"TOOBIG",
)

# What any command may get

COMPLETED: Final = reply(OK, N_("{verb} completed"), "9051#7.1.1", N_("Done."))
UNKNOWN: Final = reply(
    BAD, N_("this server has no command {verb}"), "9051#7.1.3", N_("No such command, or an extension it lacks.")
)
NOT_OFFERED: Final = reply(
    BAD, N_("this server does not offer {word}"), "9051#6.1.1", N_("CAPABILITY lists what it offers.")
)
NO_TAG: Final = reply(
    BAD,
    N_("a command begins with a tag and a space"),
    "9051#2.2.1",
    N_("Without a tag the server cannot say which command it answers."),
)
SYNTAX: Final = reply(
    BAD, N_("not well formed at octet {at}; expected: {usage}"), "9051#7.1.3", N_("The arguments are not well formed.")
)
STATE: Final = reply(
    BAD,
    N_("{verb} has no place in the {state} state"),
    "9051#3",
    N_("The command is known, but its time has not come or is over."),
)
LINE_TOO_LONG: Final = reply(
    BAD, N_("the line has more than {limit} octets"), "9051#4", N_("The line is longer than this server reads.")
)
LITERAL_TOO_LARGE: Final = reply(
    BAD,
    N_("a literal of {size} octets is too large here"),
    "7888#4",
    N_("The literal is refused before or instead of being read."),
    b"TOOBIG",
)
MESSAGE_TOO_LARGE: Final = reply(
    NO,
    N_("a message of {size} octets is too large: at most {limit}"),
    "7889#4",
    N_("The message is over the limit that APPENDLIMIT tells."),
    b"TOOBIG",
)
MUST_SYNCHRONIZE: Final = reply(
    BAD,
    N_("a literal of more than 4096 octets has to wait for leave"),
    "7888#5",
    N_("With LITERAL- only small literals may be sent without waiting."),
    b"TOOBIG",
)
NOT_DURABLE: Final = reply(
    NO,
    N_("the change could not be written to disk"),
    "5530#3",
    N_("The server cannot vouch for the change just now."),
    b"UNAVAILABLE",
)

# Any state, and logging in

CAPABILITY: Final = COMPLETED
LOGGED_IN: Final = reply(
    OK,
    N_("logged in as {name}"),
    "9051#6.2.3",
    N_("You are in. What the server can do may differ now: it tells."),
    b"CAPABILITY {capabilities}",
)
BAD_CREDENTIALS: Final = reply(
    NO,
    N_("wrong name or password"),
    "5530#3",
    N_("The pair is not right. The server does not say which half."),
    b"AUTHENTICATIONFAILED",
)
NOT_AUTHORIZED: Final = reply(
    NO,
    N_("you may not act as that user"),
    "5530#3",
    N_("The password is right, but not for what was asked."),
    b"AUTHORIZATIONFAILED",
)
NEED_TLS: Final = reply(
    NO,
    N_("no passwords in clear text: use STARTTLS first"),
    "9051#6.2.3",
    N_("This server takes a readable password on a protected line only."),
    b"PRIVACYREQUIRED",
)
NO_MECHANISM: Final = reply(
    NO, N_("there is no mechanism {name} here"), "9051#6.2.2", N_("CAPABILITY lists the mechanisms."), b"CANNOT"
)
CANCELLED: Final = reply(BAD, N_("cancelled, as you wish"), "9051#6.2.2", N_("The client gave up with *."))
NOT_BASE64: Final = reply(BAD, N_("that was not base64"), "9051#6.2.2", N_("The exchange is carried in base64."))
MALFORMED: Final = reply(
    BAD, N_("that is no message of this mechanism"), "9051#6.2.2", N_("The mechanism expects something else here.")
)
TLS_BEGINS: Final = reply(
    OK,
    N_("begin TLS now"),
    "9051#6.2.1",
    N_("The octets behind this line belong to a TLS handshake. Forget what you know of the server."),
)
COMPRESSION_BEGINS: Final = reply(
    OK,
    N_("DEFLATE begins now"),
    "4978#3",
    N_("The octets behind this line are compressed, in both directions, until the connection ends."),
)
COMPRESSION_ACTIVE: Final = reply(
    BAD,
    N_("DEFLATE is on already: COMPRESS was given before"),
    "4978#3",
    N_("The connection is compressed already; twice would make it larger."),
    b"COMPRESSIONACTIVE",
)
TLS_ACTIVE: Final = reply(BAD, N_("TLS is on already"), "9051#6.2.1", N_("The line is protected already."))
