"""What is said of messages."""

from __future__ import annotations

from typing import Final

from sandbox.core.message import N_
from sandbox.imap.replies.make import BAD, NO, OK, reply

NO_SUCH_MESSAGE: Final = reply(
    BAD,
    N_("the mailbox has {count} message(s)"),
    "9051#9",
    N_("A message sequence number above the number of messages, or any in an empty mailbox."),
)
EXPUNGED: Final = reply(
    NO,
    N_("another session has expunged some of these messages"),
    "5530#3",
    N_("Their numbers hold until the server may tell so: send NOOP."),
    b"EXPUNGEISSUED",
)
FETCHED_LESS: Final = reply(
    OK,
    N_("{verb} completed, but some messages are expunged"),
    "5530#3",
    N_("Done, except for messages that another session has expunged meanwhile."),
    b"EXPUNGEISSUED",
)
UNKNOWN_CTE: Final = reply(
    NO,
    N_("a part has an encoding that cannot be undone"),
    "9051#6.4.5",
    N_("The server does not know this Content-Transfer-Encoding."),
    b"UNKNOWN-CTE",
)
BADCHARSET: Final = reply(
    NO,
    N_("the character set {charset} is not known here"),
    "9051#6.4.4",
    N_("The text to search for is in a character set that the server cannot read."),
    b"BADCHARSET (US-ASCII UTF-8)",
)
TOO_MANY_KEYS: Final = reply(
    NO,
    N_("more than {limit} different search keys"),
    "5530#3",
    N_("Each key costs a look at every message."),
    b"LIMIT",
)
TAG_REUSED: Final = reply(
    BAD, N_("the tag has a search already"), "5267#4.3", N_("Each search that is kept up to date needs its own tag.")
)
UNTAGGED_NOUPDATE: Final = reply(
    NO,
    N_("this search is not kept up to date"),
    "5267#4.3.1",
    N_("There are too many such searches, or its result is in another order than the mailbox."),
    b"NOUPDATE {tag}",
)
ONE_PARTIAL: Final = reply(
    BAD, N_("one PARTIAL or ALL at a time"), "5267#4.4", N_("These return options exclude each other.")
)
NO_CONTEXT: Final = reply(
    BAD, N_("no search with that tag is kept up to date"), "5267#4.3.5", N_("The tag is that of no such search.")
)
NO_CHARSET: Final = reply(
    BAD,
    N_("no character set is named once UTF8=ACCEPT is enabled"),
    "6855#3",
    N_("With UTF8=ACCEPT all text to search for is UTF-8."),
)
NOT_ENABLED: Final = reply(
    BAD, N_("ENABLE {name} has to come first"), "5161#3.1", N_("The client has not said that it understands this.")
)
BAD_MODIFIER: Final = reply(
    BAD,
    N_("VANISHED goes with UID FETCH and CHANGEDSINCE only"),
    "7162#3.2.6",
    N_("The modifier has no meaning here."),
)
APPENDED: Final = reply(
    OK,
    N_("appended"),
    "4315#3",
    N_("The message is in the mailbox; the code tells UIDVALIDITY and its UID."),
    b"APPENDUID {validity} {uids}",
)
BADURL: Final = reply(
    NO,
    N_("there is nothing at that URL"),
    "4469#4",
    N_("A piece of the message cannot be had; the code tells which."),
    b'BADURL "{url}"',
)
UNTAGGED_APPENDUID: Final = reply(
    OK,
    N_("the new message is there"),
    "8508#3.2",
    N_("UIDVALIDITY of the mailbox, and the UID of the new message."),
    b"APPENDUID {validity} {uids}",
)
NOT_THERE: Final = reply(
    NO, N_("there is no such message"), "8508#3.4", N_("The message to be replaced is not there."), b"NONEXISTENT"
)
OVERQUOTA: Final = reply(
    NO,
    N_("no room: the quota would be exceeded"),
    "9208#4.3.1",
    N_("All mail of the user together would be larger than it may be."),
    b"OVERQUOTA",
)
NO_QUOTA_ROOT: Final = reply(
    NO, N_("there is no such quota root"), "9208#4.1.1", N_("GETQUOTAROOT tells which there are."), b"NONEXISTENT"
)
COPIED: Final = reply(
    OK,
    N_("copied"),
    "4315#3",
    N_("The copies are there; the code tells UIDVALIDITY, the UIDs here and the UIDs there."),
    b"COPYUID {validity} {source} {target}",
)
UNTAGGED_COPYUID: Final = reply(
    OK,
    N_("moved"),
    "6851#4.3",
    N_("UIDVALIDITY of the other mailbox, the UIDs here and the UIDs there."),
    b"COPYUID {validity} {source} {target}",
)
NOTHING_COPIED: Final = reply(
    OK, N_("no messages, so nothing to do"), "9051#6.4.9", N_("UIDs that are not there are passed over.")
)
EXPUNGED_TO: Final = reply(
    OK,
    N_("expunged"),
    "7162#3.2.7",
    N_("The messages are gone; the code tells the mod-sequence that the mailbox has now."),
    b"HIGHESTMODSEQ {modseq}",
)
MODIFIED: Final = reply(
    OK,
    N_("some messages were changed by others meanwhile, and stay as they are"),
    "7162#3.1.3",
    N_("These messages did not meet the condition: look at them again."),
    b"MODIFIED {numbers}",
)
BAD_OPTIONS: Final = reply(
    BAD,
    N_("RECURSIVEMATCH needs another selection option"),
    "9051#6.3.9.1",
    N_("It widens another option, and says nothing alone."),
)
EMPTY_MESSAGE: Final = reply(
    NO, N_("a message has at least one octet"), "3502#6.3.11", N_("The message is empty."), b"CANNOT"
)
NEEDS_BINARY: Final = reply(
    NO, N_("a message cannot hold NUL octets"), "9051#6.3.12", N_("NUL has no place in a literal."), b"CANNOT"
)
BAD_FLAG: Final = reply(NO, "{reason}", "9051#2.3.2", N_("This flag cannot be stored."), b"CANNOT")
IDLE_OVER: Final = reply(BAD, N_("expected DONE"), "2177#3", N_("Only DONE ends the IDLE command."))
