"""What is said of mailboxes."""

from __future__ import annotations

from typing import Final

from sandbox.core.message import N_
from sandbox.imap.replies.make import BAD, NO, OK, reply

REFUSED: Final = reply(
    NO, "{reason}", "5530#3", N_("The server cannot do this, and will not be able to later."), b"CANNOT"
)
NONEXISTENT: Final = reply(NO, "{reason}", "5530#3", N_("There is no such mailbox."), b"NONEXISTENT")
TRYCREATE: Final = reply(
    NO,
    "{reason}",
    "9051#7.1",
    N_("The mailbox to put it in is missing; it would work after CREATE."),
    b"TRYCREATE",
)
ALREADYEXISTS: Final = reply(NO, "{reason}", "5530#3", N_("The name is taken."), b"ALREADYEXISTS")
LIMIT: Final = reply(NO, "{reason}", "5530#3", N_("A limit of the server is reached."), b"LIMIT")
HASCHILDREN: Final = reply(
    NO,
    N_("{name} is only a level of names, with mailboxes below it"),
    "9051#6.3.5",
    N_("A name that is no mailbox cannot be deleted."),
    b"HASCHILDREN",
)
BAD_NAME: Final = reply(
    NO,
    N_("the name is not in modified UTF-7"),
    "3501#5.1.3",
    N_("Until UTF-8 is enabled, names are in modified UTF-7, where & is written &-."),
    b"CANNOT",
)
NOT_UTF8: Final = reply(BAD, N_("the name is not UTF-8"), "9051#5.1", N_("Names are in UTF-8."))
READ_WRITE: Final = reply(
    OK,
    N_("{name} is open for reading and writing"),
    "9051#6.3.2",
    N_("The mailbox is open: you may change it."),
    b"READ-WRITE",
)
READ_ONLY: Final = reply(
    OK,
    N_("{name} is open for reading only"),
    "9051#6.3.3",
    N_("The mailbox is open, and stays as it is."),
    b"READ-ONLY",
)
CANNOT_WRITE: Final = reply(
    NO, N_("the mailbox is open for reading only"), "9051#6.3.3", N_("EXAMINE opened it: use SELECT to change it.")
)
UNTAGGED_CLOSED: Final = reply(
    OK,
    N_("the mailbox that was open is closed"),
    "9051#7.1",
    N_("What follows is about the new mailbox."),
    b"CLOSED",
)
UNTAGGED_PERMANENTFLAGS: Final = reply(
    OK,
    N_("these flags can be changed for good"),
    "9051#7.1",
    N_("Flags that the client can change for good; \\* means that it may invent keywords."),
    b"PERMANENTFLAGS {flags}",
)
UNTAGGED_UIDVALIDITY: Final = reply(
    OK,
    N_("UIDs are good as long as this number stays"),
    "9051#2.3.1.1",
    N_("If this number differs from last time, all that was remembered by UID is void."),
    b"UIDVALIDITY {validity}",
)
UNTAGGED_UIDNEXT: Final = reply(
    OK,
    N_("the next message will have this UID, or a higher one"),
    "9051#2.3.1.1",
    N_("If it has not moved since last time, nothing has arrived."),
    b"UIDNEXT {next}",
)
UNTAGGED_UNSEEN: Final = reply(
    OK,
    N_("the first message that was not seen"),
    "3501#7.1",
    N_("The lowest number of a message without \\Seen."),
    b"UNSEEN {number}",
)
UNTAGGED_HIGHESTMODSEQ: Final = reply(
    OK,
    N_("the highest mod-sequence in the mailbox"),
    "7162#3.1.2.1",
    N_("If it has not moved since last time, nothing has changed."),
    b"HIGHESTMODSEQ {modseq}",
)
UNTAGGED_MAILBOXID: Final = reply(
    OK,
    N_("the mailbox, whatever it is called"),
    "8474#4.1",
    N_("The id stays when the mailbox is renamed."),
    b"MAILBOXID ({id})",
)
CREATED: Final = reply(OK, N_("created"), "8474#4.1", N_("The mailbox exists now."), b"MAILBOXID ({id})")
USEATTR: Final = reply(NO, "{reason}", "6154#3", N_("The server cannot give a mailbox this special use."), b"USEATTR")
BAD_USE: Final = reply(BAD, "{reason}", "6154#3", N_("The server knows no such special use."))
TOO_MANY_PATTERNS: Final = reply(
    NO,
    N_("more than {limit} patterns"),
    "5530#3",
    N_("Each pattern is held against every name."),
    b"LIMIT",
)

# NOTIFY

BADEVENT: Final = reply(
    NO,
    N_("this server does not tell of such events"),
    "5465#3.1",
    N_("An event is none that this server can tell of; it lists those that it can."),
    b"BADEVENT ({events})",
)
UNPAIRED_EVENTS: Final = reply(
    BAD,
    N_("MessageNew and MessageExpunge come together, and FlagChange not without them"),
    "5465#5",
    N_("Who hears of changes of flags must know which messages there are."),
)
MESSAGES_ONLY: Final = reply(
    BAD,
    N_("of the open mailbox, only events of messages are told this way"),
    "5465#6.1",
    N_("Names and subscriptions are no matter of the mailbox that is open."),
)
SELECTED_TWICE: Final = reply(
    BAD, N_("the open mailbox can be named once"), "5465#6.1", N_("Which of them would count?")
)
ITEMS_ELSEWHERE: Final = reply(
    BAD,
    N_("what to tell of a new message can be said for the open mailbox only"),
    "5465#8",
    N_("Of other mailboxes the server tells numbers, with STATUS."),
)
UNTAGGED_OVERFLOW: Final = reply(
    OK,
    N_("too much happens: no more is told"),
    "5465#5.8",
    N_("The server gives up telling of events, as after NOTIFY NONE."),
    b"NOTIFICATIONOVERFLOW",
)
