"""What our IMAP server says in status responses (RFC 9051 section 7.1; response codes also RFC 5530 and extensions).

`code` may hold placeholders like `text` does. Those named `UNTAGGED_...` stand among the untagged data.
"""

from __future__ import annotations

from typing import Final

from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.core.replies import Outcome, Reply

_OK, _NO, _BAD = Outcome.OK, Outcome.NO, Outcome.BAD


def _reply(outcome: Outcome, text: str, ref: str, about: str, code: bytes = b"") -> Reply:
    return Reply(outcome, text, Ref(ref), about, code)


# Greeting, continuation, farewell

GREETING: Final = _reply(
    _OK,
    N_("{host} IMAP server ready"),
    "9051#7.1.5",
    N_("The server speaks first: it is ready, and tells at once what it can do."),
    b"CAPABILITY {capabilities}",
)
CONTINUE: Final = _reply(
    Outcome.CONTINUE, N_("send it"), "9051#7.5", N_("Go on: the server takes the octets that you announced.")
)
PROMPT: Final = _reply(
    Outcome.CONTINUE,
    "{challenge}",
    "9051#6.2.2",
    N_("The server's move in the SASL exchange: answer it, or send * to give up."),
)
IDLING: Final = _reply(
    Outcome.CONTINUE,
    N_("idling"),
    "2177#3",
    N_("The server tells you of changes as they happen, until you send DONE."),
)
UNTAGGED_BYE: Final = _reply(
    Outcome.BYE, N_("{host} closes the connection"), "9051#7.1.5", N_("The server says goodbye before it hangs up.")
)
AUTOLOGOUT: Final = _reply(
    Outcome.BYE, N_("nothing was heard for too long"), "9051#5.4", N_("The autologout timer ran out.")
)
FLOODED: Final = _reply(
    Outcome.BYE,
    N_("a literal of {size} octets is more than is ever read"),
    "7888#4",
    N_("The client sends a literal without waiting for leave, and it is too large to be read and thrown away."),
    b"TOOBIG",
)

# What any command may get

COMPLETED: Final = _reply(_OK, N_("{verb} completed"), "9051#7.1.1", N_("Done."))
UNKNOWN: Final = _reply(
    _BAD, N_("this server has no command {verb}"), "9051#7.1.3", N_("No such command, or an extension it lacks.")
)
NOT_OFFERED: Final = _reply(
    _BAD, N_("this server does not offer {word}"), "9051#6.1.1", N_("CAPABILITY lists what it offers.")
)
NO_TAG: Final = _reply(
    _BAD,
    N_("a command begins with a tag and a space"),
    "9051#2.2.1",
    N_("Without a tag the server cannot say which command it answers."),
)
SYNTAX: Final = _reply(
    _BAD, N_("not well formed at octet {at}; expected: {usage}"), "9051#7.1.3", N_("The arguments are not well formed.")
)
STATE: Final = _reply(
    _BAD,
    N_("{verb} has no place in the {state} state"),
    "9051#3",
    N_("The command is known, but its time has not come or is over."),
)
LINE_TOO_LONG: Final = _reply(
    _BAD, N_("the line has more than {limit} octets"), "9051#4", N_("The line is longer than this server reads.")
)
LITERAL_TOO_LARGE: Final = _reply(
    _BAD,
    N_("a literal of {size} octets is too large here"),
    "7888#4",
    N_("The literal is refused before or instead of being read."),
    b"TOOBIG",
)
MESSAGE_TOO_LARGE: Final = _reply(
    _NO,
    N_("a message of {size} octets is too large: at most {limit}"),
    "7889#4",
    N_("The message is over the limit that APPENDLIMIT tells."),
    b"TOOBIG",
)
MUST_SYNCHRONIZE: Final = _reply(
    _BAD,
    N_("a literal of more than 4096 octets has to wait for leave"),
    "7888#5",
    N_("With LITERAL- only small literals may be sent without waiting."),
    b"TOOBIG",
)
NOT_DURABLE: Final = _reply(
    _NO,
    N_("the change could not be written to disk"),
    "5530#3",
    N_("The server cannot vouch for the change just now."),
    b"UNAVAILABLE",
)

# Any state, and logging in

CAPABILITY: Final = COMPLETED
LOGGED_IN: Final = _reply(
    _OK,
    N_("logged in as {name}"),
    "9051#6.2.3",
    N_("You are in. What the server can do may differ now: it tells."),
    b"CAPABILITY {capabilities}",
)
BAD_CREDENTIALS: Final = _reply(
    _NO,
    N_("wrong name or password"),
    "5530#3",
    N_("The pair is not right. The server does not say which half."),
    b"AUTHENTICATIONFAILED",
)
NOT_AUTHORIZED: Final = _reply(
    _NO,
    N_("you may not act as that user"),
    "5530#3",
    N_("The password is right, but not for what was asked."),
    b"AUTHORIZATIONFAILED",
)
NEED_TLS: Final = _reply(
    _NO,
    N_("no passwords in clear text: use STARTTLS first"),
    "9051#6.2.3",
    N_("This server takes a readable password on a protected line only."),
    b"PRIVACYREQUIRED",
)
NO_MECHANISM: Final = _reply(
    _NO, N_("there is no mechanism {name} here"), "9051#6.2.2", N_("CAPABILITY lists the mechanisms."), b"CANNOT"
)
CANCELLED: Final = _reply(_BAD, N_("cancelled, as you wish"), "9051#6.2.2", N_("The client gave up with *."))
NOT_BASE64: Final = _reply(_BAD, N_("that was not base64"), "9051#6.2.2", N_("The exchange is carried in base64."))
MALFORMED: Final = _reply(
    _BAD, N_("that is no message of this mechanism"), "9051#6.2.2", N_("The mechanism expects something else here.")
)
TLS_BEGINS: Final = _reply(
    _OK,
    N_("begin TLS now"),
    "9051#6.2.1",
    N_("The octets behind this line belong to a TLS handshake. Forget what you know of the server."),
)
TLS_ACTIVE: Final = _reply(_BAD, N_("TLS is on already"), "9051#6.2.1", N_("The line is protected already."))

# Mailboxes

REFUSED: Final = _reply(
    _NO, "{reason}", "5530#3", N_("The server cannot do this, and will not be able to later."), b"CANNOT"
)
NONEXISTENT: Final = _reply(_NO, "{reason}", "5530#3", N_("There is no such mailbox."), b"NONEXISTENT")
TRYCREATE: Final = _reply(
    _NO,
    "{reason}",
    "9051#7.1",
    N_("The mailbox to put it in is missing; it would work after CREATE."),
    b"TRYCREATE",
)
ALREADYEXISTS: Final = _reply(_NO, "{reason}", "5530#3", N_("The name is taken."), b"ALREADYEXISTS")
LIMIT: Final = _reply(_NO, "{reason}", "5530#3", N_("A limit of the server is reached."), b"LIMIT")
HASCHILDREN: Final = _reply(
    _NO,
    N_("{name} is only a level of names, with mailboxes below it"),
    "9051#6.3.5",
    N_("A name that is no mailbox cannot be deleted."),
    b"HASCHILDREN",
)
BAD_NAME: Final = _reply(
    _NO,
    N_("the name is not in modified UTF-7"),
    "3501#5.1.3",
    N_("Until UTF-8 is enabled, names are in modified UTF-7, where & is written &-."),
    b"CANNOT",
)
NOT_UTF8: Final = _reply(_BAD, N_("the name is not UTF-8"), "9051#5.1", N_("Names are in UTF-8."))
READ_WRITE: Final = _reply(
    _OK,
    N_("{name} is open for reading and writing"),
    "9051#6.3.2",
    N_("The mailbox is open: you may change it."),
    b"READ-WRITE",
)
READ_ONLY: Final = _reply(
    _OK,
    N_("{name} is open for reading only"),
    "9051#6.3.3",
    N_("The mailbox is open, and stays as it is."),
    b"READ-ONLY",
)
CANNOT_WRITE: Final = _reply(
    _NO, N_("the mailbox is open for reading only"), "9051#6.3.3", N_("EXAMINE opened it: use SELECT to change it.")
)
UNTAGGED_CLOSED: Final = _reply(
    _OK,
    N_("the mailbox that was open is closed"),
    "9051#7.1",
    N_("What follows is about the new mailbox."),
    b"CLOSED",
)
UNTAGGED_PERMANENTFLAGS: Final = _reply(
    _OK,
    N_("these flags can be changed for good"),
    "9051#7.1",
    N_("Flags that the client can change for good; \\* means that it may invent keywords."),
    b"PERMANENTFLAGS {flags}",
)
UNTAGGED_UIDVALIDITY: Final = _reply(
    _OK,
    N_("UIDs are good as long as this number stays"),
    "9051#2.3.1.1",
    N_("If this number differs from last time, all that was remembered by UID is void."),
    b"UIDVALIDITY {validity}",
)
UNTAGGED_UIDNEXT: Final = _reply(
    _OK,
    N_("the next message will have this UID, or a higher one"),
    "9051#2.3.1.1",
    N_("If it has not moved since last time, nothing has arrived."),
    b"UIDNEXT {next}",
)
UNTAGGED_UNSEEN: Final = _reply(
    _OK,
    N_("the first message that was not seen"),
    "3501#7.1",
    N_("The lowest number of a message without \\Seen."),
    b"UNSEEN {number}",
)
UNTAGGED_HIGHESTMODSEQ: Final = _reply(
    _OK,
    N_("the highest mod-sequence in the mailbox"),
    "7162#3.1.2.1",
    N_("If it has not moved since last time, nothing has changed."),
    b"HIGHESTMODSEQ {modseq}",
)
UNTAGGED_MAILBOXID: Final = _reply(
    _OK,
    N_("the mailbox, whatever it is called"),
    "8474#4.1",
    N_("The id stays when the mailbox is renamed."),
    b"MAILBOXID ({id})",
)
CREATED: Final = _reply(_OK, N_("created"), "8474#4.1", N_("The mailbox exists now."), b"MAILBOXID ({id})")
USEATTR: Final = _reply(_NO, "{reason}", "6154#3", N_("The server cannot give a mailbox this special use."), b"USEATTR")
BAD_USE: Final = _reply(_BAD, "{reason}", "6154#3", N_("The server knows no such special use."))

# Messages

NO_SUCH_MESSAGE: Final = _reply(
    _BAD,
    N_("the mailbox has {count} message(s)"),
    "9051#9",
    N_("A message sequence number above the number of messages, or any in an empty mailbox."),
)
EXPUNGED: Final = _reply(
    _NO,
    N_("another session has expunged some of these messages"),
    "5530#3",
    N_("Their numbers hold until the server may tell so: send NOOP."),
    b"EXPUNGEISSUED",
)
FETCHED_LESS: Final = _reply(
    _OK,
    N_("{verb} completed, but some messages are expunged"),
    "5530#3",
    N_("Done, except for messages that another session has expunged meanwhile."),
    b"EXPUNGEISSUED",
)
UNKNOWN_CTE: Final = _reply(
    _NO,
    N_("a part has an encoding that cannot be undone"),
    "9051#6.4.5",
    N_("The server does not know this Content-Transfer-Encoding."),
    b"UNKNOWN-CTE",
)
BADCHARSET: Final = _reply(
    _NO,
    N_("the character set {charset} is not known here"),
    "9051#6.4.4",
    N_("The text to search for is in a character set that the server cannot read."),
    b"BADCHARSET (US-ASCII UTF-8)",
)
TOO_MANY_KEYS: Final = _reply(
    _NO,
    N_("more than {limit} different search keys"),
    "5530#3",
    N_("Each key costs a look at every message."),
    b"LIMIT",
)
TAG_REUSED: Final = _reply(
    _BAD, N_("the tag has a search already"), "5267#4.3", N_("Each search that is kept up to date needs its own tag.")
)
UNTAGGED_NOUPDATE: Final = _reply(
    _NO,
    N_("this search is not kept up to date"),
    "5267#4.3.1",
    N_("There are too many such searches, or its result is in another order than the mailbox."),
    b"NOUPDATE {tag}",
)
ONE_PARTIAL: Final = _reply(
    _BAD, N_("one PARTIAL or ALL at a time"), "5267#4.4", N_("These return options exclude each other.")
)
NO_CONTEXT: Final = _reply(
    _BAD, N_("no search with that tag is kept up to date"), "5267#4.3.5", N_("The tag is that of no such search.")
)
NO_CHARSET: Final = _reply(
    _BAD,
    N_("no character set is named once UTF8=ACCEPT is enabled"),
    "6855#3",
    N_("With UTF8=ACCEPT all text to search for is UTF-8."),
)
NOT_ENABLED: Final = _reply(
    _BAD, N_("ENABLE {name} has to come first"), "5161#3.1", N_("The client has not said that it understands this.")
)
BAD_MODIFIER: Final = _reply(
    _BAD,
    N_("VANISHED goes with UID FETCH and CHANGEDSINCE only"),
    "7162#3.2.6",
    N_("The modifier has no meaning here."),
)
APPENDED: Final = _reply(
    _OK,
    N_("appended"),
    "4315#3",
    N_("The message is in the mailbox; the code tells UIDVALIDITY and its UID."),
    b"APPENDUID {validity} {uids}",
)
BADURL: Final = _reply(
    _NO,
    N_("there is nothing at that URL"),
    "4469#4",
    N_("A piece of the message cannot be had; the code tells which."),
    b'BADURL "{url}"',
)
UNTAGGED_APPENDUID: Final = _reply(
    _OK,
    N_("the new message is there"),
    "8508#3.2",
    N_("UIDVALIDITY of the mailbox, and the UID of the new message."),
    b"APPENDUID {validity} {uids}",
)
NOT_THERE: Final = _reply(
    _NO, N_("there is no such message"), "8508#3.4", N_("The message to be replaced is not there."), b"NONEXISTENT"
)
OVERQUOTA: Final = _reply(
    _NO,
    N_("no room: the quota would be exceeded"),
    "9208#4.3.1",
    N_("All mail of the user together would be larger than it may be."),
    b"OVERQUOTA",
)
NO_QUOTA_ROOT: Final = _reply(
    _NO, N_("there is no such quota root"), "9208#4.1.1", N_("GETQUOTAROOT tells which there are."), b"NONEXISTENT"
)
COPIED: Final = _reply(
    _OK,
    N_("copied"),
    "4315#3",
    N_("The copies are there; the code tells UIDVALIDITY, the UIDs here and the UIDs there."),
    b"COPYUID {validity} {source} {target}",
)
UNTAGGED_COPYUID: Final = _reply(
    _OK,
    N_("moved"),
    "6851#4.3",
    N_("UIDVALIDITY of the other mailbox, the UIDs here and the UIDs there."),
    b"COPYUID {validity} {source} {target}",
)
NOTHING_COPIED: Final = _reply(
    _OK, N_("no messages, so nothing to do"), "9051#6.4.9", N_("UIDs that are not there are passed over.")
)
EXPUNGED_TO: Final = _reply(
    _OK,
    N_("expunged"),
    "7162#3.2.7",
    N_("The messages are gone; the code tells the mod-sequence that the mailbox has now."),
    b"HIGHESTMODSEQ {modseq}",
)
MODIFIED: Final = _reply(
    _OK,
    N_("some messages were changed by others meanwhile, and stay as they are"),
    "7162#3.1.3",
    N_("These messages did not meet the condition: look at them again."),
    b"MODIFIED {numbers}",
)
BAD_OPTIONS: Final = _reply(
    _BAD,
    N_("RECURSIVEMATCH needs another selection option"),
    "9051#6.3.9.1",
    N_("It widens another option, and says nothing alone."),
)
EMPTY_MESSAGE: Final = _reply(
    _NO, N_("a message has at least one octet"), "3502#6.3.11", N_("The message is empty."), b"CANNOT"
)
NEEDS_BINARY: Final = _reply(
    _NO, N_("a message cannot hold NUL octets"), "9051#6.3.12", N_("NUL has no place in a literal."), b"CANNOT"
)
BAD_FLAG: Final = _reply(_NO, "{reason}", "9051#2.3.2", N_("This flag cannot be stored."), b"CANNOT")
IDLE_OVER: Final = _reply(_BAD, N_("expected DONE"), "2177#3", N_("Only DONE ends the IDLE command."))

UNTAGGED: Final = tuple(value for name, value in list(globals().items()) if name.startswith("UNTAGGED_"))
"""What is sent as untagged status responses."""
ALL: Final = tuple(dict.fromkeys(value for value in list(globals().values()) if isinstance(value, Reply)))
