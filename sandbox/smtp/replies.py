"""What our SMTP server says: reply codes of RFC 5321 section 4.2 with the enhanced status codes of RFC 3463.

The texts go over the wire as they are: replies are ASCII, and no client may ask for another language.
"""

from __future__ import annotations

from typing import Final

from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.core.replies import Outcome, Reply


def _reply(code: str, text: str, ref: str, about: str) -> Reply:
    return Reply(outcome_of(code[:3].encode()), text, Ref(ref), about, code.encode())


def outcome_of(code: bytes) -> Outcome:
    """What a reply code says of its command, by its first digit; 500 to 504 are about the command itself."""
    if code[:1] == b"2":
        return Outcome.OK
    if code[:1] == b"3":
        return Outcome.CONTINUE
    return Outcome.BAD if code in (b"500", b"501", b"502", b"503", b"504") else Outcome.NO


# The session

GREETING: Final = _reply(
    "220", "{host} ESMTP mail-sandbox", "5321#3.1", N_("The server speaks first: its name, and that it is ready.")
)
HELLO: Final = _reply("250", "{host}", "5321#4.1.1.1", N_("The server knows your name now, and offers no extension."))
EXTENDED_HELLO: Final = _reply(
    "250",
    "{host} greets {client}",
    "5321#4.1.1.1",
    N_("The server knows your name now. Its extensions follow, one a line."),
)
BYE: Final = _reply(
    "221 2.0.0",
    "{host} closing connection",
    "5321#4.1.1.10",
    N_("The connection ends. Mail that was accepted is safe."),
)
NOTHING_DONE: Final = _reply("250 2.0.0", "nothing done", "5321#4.1.1.9", N_("The server is alive, and did nothing."))
RESET: Final = _reply(
    "250 2.0.0", "transaction given up", "5321#4.1.1.5", N_("Sender, recipients and message are forgotten.")
)
COMMANDS: Final = _reply(
    "214 2.0.0", "commands:", "5321#4.1.1.8", N_("The commands of this server, for people to read.")
)
HELP_ON: Final = _reply("214 2.0.0", "{usage}", "5321#4.1.1.8", N_("How to write the command, and what it does."))
NO_HELP: Final = _reply("504 5.5.4", "no help on {topic}", "5321#4.1.1.8", N_("There is no such command here."))

# The transaction

SENDER_OK: Final = _reply(
    "250 2.1.0", "sender <{mailbox}> ok", "5321#3.3", N_("The transaction is open. Nobody has checked the sender.")
)
RECIPIENT_OK: Final = _reply(
    "250 2.1.5", "recipient <{mailbox}> ok", "5321#3.3", N_("The server will take mail for this recipient.")
)
GO_AHEAD: Final = _reply(
    "354",
    "send the message, end with a line that is only a dot",
    "5321#4.1.1.4",
    N_("Go on: from here on every line belongs to the message."),
)
ACCEPTED: Final = _reply(
    "250 2.0.0",
    "accepted as {id}",
    "5321#4.2.5",
    N_("The mail is this server's responsibility from this moment on: it delivers it or reports why not."),
)
CHUNK_OK: Final = _reply(
    "250 2.0.0", "{count} octets received", "3030#2", N_("The chunk is here. The message is not complete yet.")
)

NO_SUCH_USER: Final = _reply(
    "550 5.1.1",
    "no mailbox <{mailbox}> here",
    "5321#3.3",
    N_("The domain is this server's, but nobody there has this name."),
)
NO_RELAY: Final = _reply(
    "550 5.7.1",
    "<{mailbox}>: {reason}",
    "5321#3.6.2",
    N_("The domain is not this server's, and it carries no mail for strangers."),
)
NO_SUCH_DOMAIN: Final = _reply(
    "550 5.1.2",
    "<{mailbox}>: no such domain",
    "5321#5.1",
    N_("No mail exchanger can be found for the domain: there is nowhere to send this."),
)
MAILBOX_FULL: Final = _reply(
    "452 4.2.2", "<{mailbox}>: the mailbox is full", "5321#4.2.2", N_("No room at the moment. Later there may be some.")
)
TRY_LATER: Final = _reply(
    "450 4.7.1",
    "<{mailbox}>: {reason}",
    "5321#4.2.2",
    N_("Not now. A client that tries again some time later may be let through."),
)
REFUSED: Final = _reply(
    "550 5.7.1", "<{mailbox}>: {reason}", "5321#4.2.2", N_("The server's policy is against it. Trying again is no use.")
)
TOO_MANY_RECIPIENTS: Final = _reply(
    "452 4.5.3",
    "too many recipients",
    "5321#4.5.3.1.10",
    N_("The server takes so many recipients at once and no more: send the rest in another transaction."),
)
ASCII_SENDER: Final = _reply(
    "550 5.6.7",
    "the sender has characters beyond ASCII: say SMTPUTF8",
    "6531#3.5",
    N_("Addresses beyond ASCII need the parameter SMTPUTF8 behind MAIL."),
)
ASCII_RECIPIENT: Final = _reply(
    "553 5.6.7",
    "the recipient has characters beyond ASCII: say SMTPUTF8 with MAIL",
    "6531#3.5",
    N_("Addresses beyond ASCII need the parameter SMTPUTF8 behind MAIL."),
)
UNKNOWN_PARAMETER: Final = _reply(
    "555 5.5.4",
    "parameter {name} not recognized",
    "5321#4.1.1.11",
    N_("The parameter belongs to no extension that this server offered to you."),
)
TOO_BIG: Final = _reply(
    "552 5.3.4",
    "the message may have {limit} octets",
    "1870#6.1",
    N_("The message is larger than this server ever takes."),
)
NO_RECIPIENTS: Final = _reply(
    "554 5.5.1",
    "no valid recipients",
    "5321#3.3",
    N_("No recipient has been accepted, so there is nobody to send this to."),
)
LOOP: Final = _reply(
    "554 5.4.6",
    "the message has been through {count} servers: a loop",
    "5321#6.3",
    N_("Each server adds a Received line. So many of them mean that the mail goes round in circles."),
)
BARE_END: Final = _reply(
    "554 5.6.0",
    "the message has CR or LF alone, which is no end of a line",
    "5321#2.3.8",
    N_("Only CR LF ends a line. Servers that take LF alone can be made to see two messages in one."),
)
LONG_TEXT: Final = _reply(
    "554 5.6.0",
    "the message has a line of more than 1000 octets",
    "5321#4.5.3.1.6",
    N_("A line of a message may have 1000 octets, its end included."),
)
EIGHT_BIT: Final = _reply(
    "554 5.6.1",
    "the message has octets beyond ASCII: say BODY=8BITMIME",
    "6152#3",
    N_("Octets beyond ASCII need the parameter BODY=8BITMIME behind MAIL."),
)
UTF8_HEADER: Final = _reply(
    "554 5.6.9",
    "the header has characters beyond ASCII: say SMTPUTF8",
    "6531#3.5",
    N_("A header beyond ASCII needs the parameter SMTPUTF8 behind MAIL."),
)
NOT_DELIVERED: Final = _reply(
    "554 5.0.0", "not accepted for any recipient", "5321#4.2.5", N_("The message is not taken. It is still yours.")
)
NOT_NOW: Final = _reply(
    "451 4.3.0",
    "not accepted now, try again later",
    "5321#4.2.5",
    N_("The message is not taken. It is still yours: keep it."),
)
NO_ROOM: Final = _reply(
    "452 4.3.1",
    "no room for this message",
    "5321#4.2.5",
    N_("The message is not taken for lack of room. It is still yours."),
)

# Questions

IS_USER: Final = _reply(
    "250 2.1.5", "<{mailbox}>", "5321#3.5.2", N_("There is such a mailbox. Many servers would not tell strangers.")
)
WILL_TRY: Final = _reply(
    "252 2.1.5",
    "cannot tell about <{mailbox}>, but mail for it is accepted",
    "5321#3.5.3",
    N_("The server cannot say, or does not want to. Sending is the only way to find out."),
)
NOT_USER: Final = _reply("550 5.1.1", "no mailbox {name} here", "5321#3.5.2", N_("Nobody here has this name."))
NEEDS_UTF8: Final = _reply(
    "252 2.6.8",
    "the answer needs characters beyond ASCII: say SMTPUTF8",
    "6531#3.7.4.2",
    N_("The name can only be told to a client that says it can read UTF-8."),
)
MEMBERS: Final = _reply(
    "250 2.1.5", "<{mailbox}>", "5321#3.5.2", N_("The list expands to these mailboxes, one a line.")
)
NOT_LIST: Final = _reply("550 5.1.1", "no list {name} here", "5321#3.5.2", N_("There is no mailing list of this name."))
NOT_TOLD: Final = _reply(
    "252 2.7.0", "members are not told, but mail is accepted", "5321#7.3", N_("The server keeps the members to itself.")
)

# Security

TLS_GO: Final = _reply("220 2.0.0", "ready to start TLS", "3207#4", N_("From here on the octets belong to TLS."))
TLS_ACTIVE: Final = _reply(
    "503 5.5.1",
    "TLS is active already",
    "3207#4.2",
    N_("The line is protected already; STARTTLS is not allowed twice."),
)
CHALLENGE: Final = _reply(
    "334", "{challenge}", "4954#4", N_("The server's move in the SASL exchange: answer it, or send * to give up.")
)
AUTHENTICATED: Final = _reply(
    "235 2.7.0", "authentication successful: {name}", "4954#6", N_("The server believes that you are who you say.")
)
BAD_CREDENTIALS: Final = _reply(
    "535 5.7.8",
    "wrong name or password",
    "4954#6",
    N_("The pair is not right. The server does not say which half."),
)
CANCELLED: Final = _reply("501 5.7.0", "authentication cancelled", "4954#4", N_("You sent *: nothing has happened."))
NOT_BASE64: Final = _reply("501 5.5.2", "that is not base64", "4954#4", N_("Every SASL message travels in base64."))
MALFORMED: Final = _reply(
    "501 5.5.4",
    "that is not what the mechanism expects",
    "4954#4",
    N_("The message is base64, but not the one that this mechanism asks for here."),
)
SERVER_FIRST: Final = _reply(
    "501 5.7.0",
    "with {name} the server speaks first",
    "4954#4",
    N_("An initial response was given to a mechanism in which the server begins."),
)
AUTH_TOO_LONG: Final = _reply(
    "500 5.5.6", "authentication line too long", "4954#4", N_("The line is longer than any mechanism needs.")
)
NO_MECHANISM: Final = _reply(
    "504 5.5.4", "mechanism {name} is not offered", "4954#4", N_("EHLO lists the mechanisms behind AUTH.")
)
NEEDS_TLS: Final = _reply(
    "538 5.7.11",
    "start TLS before you send a password",
    "4954#6",
    N_("This mechanism sends the password readable, so the server wants TLS first: STARTTLS."),
)
AUTH_ALREADY: Final = _reply(
    "503 5.5.1", "you are authenticated already", "4954#4", N_("One authentication a session is all there may be.")
)
AUTH_REQUIRED: Final = _reply(
    "530 5.7.0",
    "authentication required",
    "4954#6",
    N_("This port is for the server's own users: it takes no mail from strangers. AUTH comes first."),
)
AUTH_ENOUGH: Final = _reply(
    "421 4.7.0",
    "too many failed authentications",
    "4954#9",
    N_("Somebody who guesses so often is not to go on guessing: the server hangs up."),
)

# Faults

UNKNOWN: Final = _reply(
    "500 5.5.1", "unknown command {verb}", "5321#4.2.4", N_("The server does not know this command.")
)
TOO_LONG: Final = _reply(
    "500 5.5.2",
    "line too long",
    "5321#4.5.3.1.4",
    N_("A command may have 512 octets, its end and parameters included."),
)
SYNTAX: Final = _reply(
    "501 5.5.4", "{why} ({section})", "5321#4.3.2", N_("The command is known, but what follows does not fit.")
)
SENDER_SYNTAX: Final = _reply(
    "501 5.1.7", "{why} ({section})", "5321#4.1.1.2", N_("The sender's address is not written as the rule has it.")
)
RECIPIENT_SYNTAX: Final = _reply(
    "501 5.1.3", "{why} ({section})", "5321#4.1.1.3", N_("The recipient's address is not written as the rule has it.")
)
NOT_OFFERED: Final = _reply(
    "502 5.5.1",
    "{verb} is not offered here",
    "5321#4.2.4",
    N_("The server knows the command, and does not have it switched on."),
)
HELLO_FIRST: Final = _reply("503 5.5.1", "say EHLO first", "5321#4.1.4", N_("Introduce yourself before anything else."))
MAIL_FIRST: Final = _reply("503 5.5.1", "give MAIL first", "5321#4.1.4", N_("No transaction is open: MAIL begins one."))
NESTED: Final = _reply(
    "503 5.5.1", "a transaction is open: finish it or RSET", "5321#4.1.4", N_("A transaction cannot hold another one.")
)
NOT_IN_TRANSACTION: Final = _reply(
    "503 5.5.1",
    "{verb} is not possible in a transaction",
    "4954#4",
    N_("Finish the mail or give RSET, then try again."),
)
CHUNKS_BEGAN: Final = _reply(
    "503 5.5.1",
    "the message is coming in chunks: go on with BDAT, or RSET",
    "3030#2",
    N_("BDAT and DATA cannot be mixed, and recipients come before the message."),
)
CHUNK_FAILED: Final = _reply(
    "503 5.5.1", "a chunk failed: give RSET", "3030#2", N_("After a failed chunk only RSET can clear things up.")
)
BINARY_NEEDS_BDAT: Final = _reply(
    "503 5.5.1", "BODY=BINARYMIME goes with BDAT only", "3030#3", N_("Octets of any kind cannot be sent line by line.")
)

BUSY: Final = _reply(
    "451 4.3.2", "{verb} is not possible now, try again later", "5321#4.2.1", N_("A fault of the server that may pass.")
)
TIMEOUT: Final = _reply(
    "421 4.4.2", "{host} waited too long, closing connection", "5321#4.5.3.2.7", N_("You were silent for five minutes.")
)
SHUTDOWN: Final = _reply(
    "421 4.3.2",
    "{host} is shutting down",
    "5321#3.8",
    N_("The server ends. What was not answered with 250 is still yours."),
)
ENOUGH: Final = _reply(
    "421 4.7.0",
    "{host} has seen too many errors, closing connection",
    "5321#7.8",
    N_("So many errors are no accident."),
)

FATES: Final = (NO_SUCH_USER, NO_RELAY, NO_SUCH_DOMAIN, MAILBOX_FULL, TRY_LATER, REFUSED)
"""How RCPT may be refused for the recipient's sake."""
CONTENT: Final = (TOO_BIG, LOOP, BARE_END, LONG_TEXT, EIGHT_BIT, UTF8_HEADER, NOT_DELIVERED, NOT_NOW, NO_ROOM)
"""How a message may be refused once it is here."""
GENERAL: Final = (UNKNOWN, TOO_LONG, SYNTAX, NOT_OFFERED, HELLO_FIRST, BUSY, TIMEOUT, SHUTDOWN, ENOUGH)
"""What any command may get."""
ALL: Final = tuple(value for value in list(globals().values()) if isinstance(value, Reply))
