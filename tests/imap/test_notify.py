"""NOTIFY: what is told at once, of which mailbox, and what is not told any more."""

from __future__ import annotations

import pytest

from sandbox.imap import notices
from sandbox.mail.store import How
from tests.imap.worlds import MIXED, PLAIN, Home, Line

BOTH = "MessageNew MessageExpunge"
ALL = f"{BOTH} FlagChange"
SEEN = ["\\Seen"]


@pytest.fixture
def home() -> Home:
    made = Home(PLAIN, MIXED)
    for name in ("Lists", "Lists/One", "Lists/One/Deep", "Other"):
        made.ana.create(name)
    made.inbox.take_recent()
    return made


def listening(home: Home, what: str, *, selected: bool = True) -> Line:
    line = home.connect() if selected else home.connect(b"a LOGIN ana secreto\r\n")
    assert line.do(f"NOTIFY SET {what}")[-1] == "OK NOTIFY completed"
    return line


def heard(line: Line) -> list[str]:
    return line.hear().decode().splitlines()


# The open mailbox


def test_the_open_mailbox_is_told_of_at_once(home: Home) -> None:
    line = listening(home, f"(selected ({ALL}))")
    home.inbox.append(b"x")
    assert heard(line) == ["* 3 EXISTS", "* 1 RECENT"]
    home.inbox.change_flags([2], How.ADD, SEEN)
    assert heard(line) == [r"* 2 FETCH (UID 2 FLAGS (\Seen))"]
    home.inbox.expunge([1])
    assert heard(line) == ["* 1 EXPUNGE"]
    assert heard(line) == []


def test_what_goes_waits_for_a_command_with_selected_delayed(home: Home) -> None:
    line = listening(home, f"(selected-delayed ({ALL}))")
    home.inbox.expunge([1])
    home.inbox.append(b"x")
    assert heard(line) == ["* 3 EXISTS", "* 1 RECENT"]
    assert line.do("FETCH 2 UID")[0] == "* 2 FETCH (UID 2)"
    assert line.do("NOOP") == ["* 1 EXPUNGE", "OK NOOP completed"]
    line.say(b"i IDLE\r\n")
    home.inbox.expunge([2])
    assert heard(line) == ["* 1 EXPUNGE"]


def test_a_new_message_comes_with_what_was_asked_for(home: Home) -> None:
    line = listening(home, "(selected (MessageNew (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)] BODY[TEXT]) MessageExpunge))")
    home.inbox.append(b"Subject: a\r\n\r\nb")
    assert line.hear() == (
        b"* 3 EXISTS\r\n* 1 RECENT\r\n"
        b"* 3 FETCH (UID 3 BODY[HEADER.FIELDS (SUBJECT)] {14}\r\nSubject: a\r\n\r\n BODY[TEXT] {1}\r\nb)\r\n"
    )
    stored = home.inbox.get(3)
    assert stored is not None
    assert stored.flags == ()  # telling is not reading
    # not of what the client put there itself
    assert line.do("APPEND INBOX {1+}\r\nx")[:-1] == ["* 4 EXISTS", "* 2 RECENT"]
    # it is not told of flags
    home.inbox.change_flags([1], How.ADD, SEEN)
    assert heard(line) == []
    assert line.do("NOOP") == ["OK NOOP completed"]


def test_notify_and_a_search_tell_of_a_new_message_once(home: Home) -> None:
    line = listening(home, "(selected (MessageNew (UID) MessageExpunge))")
    line.say(b"u SEARCH RETURN (UPDATE (RFC822.SIZE UID)) SEEN\r\n")
    home.inbox.append(b"abc", SEEN)
    assert heard(line) == [
        "* 3 EXISTS",
        "* 1 RECENT",
        "* 3 FETCH (UID 3 RFC822.SIZE 3)",
        '* ESEARCH (TAG "u") ADDTO (0 3)',
    ]
    line.do('CANCELUPDATE "u"')
    line.say(b"v SEARCH RETURN (UPDATE) SEEN\r\n")
    home.inbox.append(b"abc", SEEN)
    assert heard(line)[2:] == ['* ESEARCH (TAG "v") ADDTO (0 4)', "* 4 FETCH (UID 4)"]


def test_none_is_silence_and_set_catches_up(home: Home) -> None:
    line = home.connect()
    assert line.do("NOTIFY NONE") == ["OK NOTIFY completed"]
    home.inbox.append(b"x")
    home.inbox.expunge([1])
    home.inbox.change_flags([2], How.ADD, SEEN)
    assert line.do("NOOP") == ["OK NOOP completed"]
    # what the client does itself is answered, and nothing else
    assert line.do(r"STORE 2 +FLAGS (\Deleted)")[0] == r"* 2 FETCH (UID 2 FLAGS (\Seen \Deleted))"
    assert line.do("EXPUNGE")[:-1] == ["* 2 EXPUNGE"]
    assert line.do("NOTIFY SET (selected NONE)")[:-1] == ["* 1 EXPUNGE", "* 1 EXISTS", "* 1 RECENT"]
    home.inbox.append(b"y")
    assert line.do("NOOP") == ["OK NOOP completed"]
    assert line.do(f"NOTIFY SET (personal ({BOTH}))")[0] == "* 2 EXISTS"


def test_numbers_hold_while_they_are_used(home: Home) -> None:
    line = listening(home, f"(selected ({ALL}))")
    home.inbox.expunge([1])
    line.server.receive_data(b"t FETCH 2 UID\r\n")
    assert heard(line) == ["* 2 FETCH (UID 2)", "t OK FETCH completed", "* 1 EXPUNGE"]


# Other mailboxes


@pytest.mark.parametrize(
    ("which", "names"),
    [
        ("inboxes", {"INBOX"}),
        ("personal", {"INBOX", "Lists", "Lists/One", "Lists/One/Deep", "Other"}),
        ("subscribed", {"Other"}),
        ("subtree Lists", {"Lists", "Lists/One", "Lists/One/Deep"}),
        ("subtree (Lists/One Other Nowhere)", {"Lists/One", "Lists/One/Deep", "Other"}),
        ("mailboxes Lists", {"Lists"}),
        ('mailboxes (inbox "Lists/%" "" Lists/&AGE Other)', {"INBOX", "Other"}),
    ],
)
def test_which_mailboxes_are_meant(home: Home, which: str, names: set[str]) -> None:
    home.ana.subscribe("Other")
    line = listening(home, f"({which} ({BOTH}))", selected=False)
    for mailbox in home.ana.listing():
        mailbox.append(b"x")
    assert {told.split()[2] for told in heard(line)} == names


def test_numbers_of_other_mailboxes_are_told(home: Home) -> None:
    other = home.ana.get("Other")
    line = listening(home, f"(mailboxes (Other INBOX) ({ALL}))")
    other.append(b"x")
    other.append(b"y")
    assert heard(line) == [f"* STATUS Other (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {other.uid_validity})"]
    other.change_flags([1], How.ADD, SEEN)
    assert heard(line) == [f"* STATUS Other (UIDVALIDITY {other.uid_validity} UNSEEN 1)"]
    other.expunge([1])
    assert heard(line) == [f"* STATUS Other (MESSAGES 1 UIDNEXT 3 UIDVALIDITY {other.uid_validity})"]
    home.inbox.append(b"x")  # it is open, and nothing was said of the open one
    assert heard(line) == []
    line.do("CLOSE")
    line.do("ENABLE CONDSTORE")
    other.change_flags([2], How.ADD, SEEN)
    assert heard(line)[0].endswith(f"UNSEEN 0 HIGHESTMODSEQ {other.highest_modseq})")
    line.do("APPEND Other {1+}\r\nz")  # the client knows
    assert heard(line) == []
    other.append(b"x")
    home.ana.delete("Other")
    assert heard(line) == []
    home.ana.create("Other").append(b"x")
    assert line.do("DELETE Other") == ["OK DELETE completed"]


def test_mailboxes_of_others_are_nobodys_business(home: Home) -> None:
    line = listening(home, f"(personal ({ALL} MailboxName))", selected=False)
    home.store.add_user("luis").inbox.append(b"x")
    assert heard(line) == []


def test_status_tells_where_they_stand(home: Home) -> None:
    line = home.connect()
    validity = {mailbox.name: mailbox.uid_validity for mailbox in home.ana.listing()}
    told = line.do(f"NOTIFY SET STATUS (selected ({BOTH})) (personal ({BOTH})) (mailboxes Lists ({ALL}))")
    assert told[:2] == [
        f"* STATUS Lists (MESSAGES 0 UIDNEXT 1 UIDVALIDITY {validity['Lists']} "
        f"HIGHESTMODSEQ {home.ana.get('Lists').highest_modseq})",
        f"* STATUS Lists/One (MESSAGES 0 UIDNEXT 1 UIDVALIDITY {validity['Lists/One']})",
    ]
    assert len(told) == 5  # not of the one that is open
    assert line.do("NOTIFY SET STATUS (personal (MailboxName))") == ["OK NOTIFY completed"]


def test_names_are_told(home: Home) -> None:
    line = listening(home, "(personal (MailboxName SubscriptionChange))")
    home.ana.create("Lists/Two")
    assert heard(line) == [
        r'* LIST (\HasNoChildren) "/" Lists/Two',
        r'* LIST (\HasChildren) "/" Lists',
    ]
    home.ana.delete("Lists/Two")
    assert heard(line)[0] == r'* LIST (\NonExistent \HasNoChildren) "/" Lists/Two'
    home.ana.rename("Lists", "Groups")
    assert heard(line) == [r'* LIST (\HasChildren) "/" Groups ("OLDNAME" (Lists))']
    home.ana.subscribe("Other")
    assert heard(line) == [r'* LIST (\HasNoChildren \Subscribed) "/" Other']
    home.ana.unsubscribe("Other")
    assert heard(line) == [r'* LIST (\HasNoChildren) "/" Other']
    line.do("CREATE Mine")
    assert heard(line) == []


def test_who_wants_no_names_hears_none(home: Home) -> None:
    line = listening(home, f"(subtree Lists ({ALL} MailboxName)) (personal ({ALL}))")
    home.ana.subscribe("Other")
    home.ana.rename("Other", "Another")
    assert heard(line) == []
    home.ana.create("Fresh")
    assert heard(line) == [f"* STATUS Fresh (UIDVALIDITY {home.ana.get('Fresh').uid_validity} UNSEEN 0)"]
    home.ana.set_special_use("Fresh", ["\\Junk"])
    home.inbox.append(b"x")
    home.ana.get("Fresh").append(b"x")
    home.ana.rename("Fresh", "Stale")
    assert heard(line) == [f"* STATUS Stale (MESSAGES 1 UIDNEXT 2 UIDVALIDITY {home.ana.get('Stale').uid_validity})"]


def test_too_much_is_too_much(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "MOST", 2)
    line = listening(home, f"(selected ({ALL})) (personal (MailboxName))")
    for number in range(3):
        home.ana.create(f"n{number}")
    assert heard(line) == ["* OK [NOTIFICATIONOVERFLOW] too much happens: no more is told"]
    home.ana.create("n9")
    home.inbox.append(b"x")
    assert heard(line) == []
    assert line.do("NOOP") == ["OK NOOP completed"]


# What is refused


@pytest.mark.parametrize(
    ("what", "answer"),
    [
        ("(selected (MessageNew))", "BAD MessageNew and MessageExpunge come together"),
        ("(personal (FlagChange))", "BAD MessageNew and MessageExpunge come together"),
        ("(selected (MailboxName))", "BAD of the open mailbox"),
        (f"(selected ({BOTH})) (selected-delayed ({BOTH}))", "BAD the open mailbox can be named once"),
        ("(personal (MessageNew (UID) MessageExpunge))", "BAD what to tell of a new message"),
        (f"(selected ({BOTH} AnnotationChange))", "NO [BADEVENT (MessageNew MessageExpunge FlagChange "),
        ("(personal (Telepathy))", "NO [BADEVENT (MessageNew MessageExpunge FlagChange MailboxName Sub"),
        ("(elsewhere (MailboxName))", "BAD not well formed"),
        ("(personal ())", "BAD not well formed"),
        ("", "BAD not well formed"),
    ],
)
def test_what_does_not_fit(home: Home, what: str, answer: str) -> None:
    assert home.connect().do(f"NOTIFY SET {what}")[-1].startswith(answer)


def test_a_refused_one_changes_nothing(home: Home) -> None:
    line = listening(home, f"(selected ({BOTH}))")
    line.do("NOTIFY SET (selected (MessageNew))")
    home.inbox.append(b"x")
    assert heard(line)[0] == "* 3 EXISTS"


def test_it_belongs_to_a_capability(home: Home) -> None:
    assert "NOTIFY" in home.connect().do("CAPABILITY")[0].split()
    assert Home(PLAIN, without=("NOTIFY",)).connect().do("NOTIFY NONE")[0].startswith("BAD this server has no command")
    less = Home(PLAIN, without=("PREVIEW",)).connect()
    assert less.do("NOTIFY SET (selected (MessageNew (PREVIEW) MessageExpunge))") == [
        "BAD this server does not offer PREVIEW"
    ]


def test_watching_ends_with_the_connection(home: Home) -> None:
    line = listening(home, f"(personal ({ALL}))")
    line.do("NOTIFY SET (personal (MailboxName))")
    line.do("LOGOUT")
    home.ana.create("late")
    assert heard(line) == []
