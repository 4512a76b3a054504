"""Stored mail beside what IMAP sessions see of it: numbers, flags and \\Recent, of two clients at once."""

from __future__ import annotations

import pytest

from sandbox.core.message import Msg
from sandbox.i18n import render
from sandbox.tui.ports import MailboxView
from sandbox.tui.sessions.play import FreePlay


@pytest.fixture
def play() -> FreePlay:
    session = FreePlay("imap")
    session.open(lambda: None)
    return session


def type_all(session: FreePlay, *lines: str) -> None:
    for line in lines:
        session.submit(line)


def mailbox(session: FreePlay, line: int = -1) -> MailboxView:
    found = session.mailbox(line)
    assert found is not None
    return found


def seen(view: MailboxView) -> list[list[tuple[int, str]]]:
    """Number and remark, by message and session."""
    return [[(cell.number, _words(cell.remark)) for cell in mail.seen] for mail in view.mails]


def _words(text: Msg | str) -> str:
    return render(text) if isinstance(text, Msg) else text


def test_before_a_mailbox_is_open_everybodys_mail_is_shown(play: FreePlay) -> None:
    type_all(play, "a1 LOGIN ana secreto", "a2 CREATE Proyectos/2026")
    view = mailbox(play)
    assert view.sessions == ()
    assert {mail.place for mail in view.mails} == {"ana", "luis", "mar", "nico"}
    tree = [(folder.depth, folder.name) for folder in view.folders]
    assert (1, "Proyectos") in tree
    assert (2, "2026") in tree


def test_recent_belongs_to_the_session_that_was_told_first(play: FreePlay) -> None:
    type_all(play, "a1 LOGIN ana secreto", "a2 SELECT INBOX")
    assert seen(mailbox(play)) == [[(1, "\\Recent")], [(2, "\\Recent")], [(3, "\\Recent")]]
    type_all(play, "@on phone", "b1 LOGIN ana secreto", "b2 SELECT INBOX")
    view = mailbox(play)
    assert [looking.client for looking in view.sessions] == ["phone", "laptop"]
    assert seen(view) == [[(1, ""), (1, "\\Recent")], [(2, ""), (2, "\\Recent")], [(3, ""), (3, "\\Recent")]]


def test_examine_leaves_recent_to_the_next(play: FreePlay) -> None:
    type_all(play, "a1 LOGIN ana secreto", "a2 EXAMINE INBOX", "@on phone", "b1 LOGIN ana secreto", "b2 SELECT INBOX")
    assert seen(mailbox(play))[0] == [(1, "\\Recent"), (1, "\\Recent")]


def test_numbers_differ_until_the_other_session_is_told(play: FreePlay) -> None:
    type_all(play, "a1 LOGIN ana secreto", "a2 EXAMINE INBOX", "@on phone", "b1 LOGIN ana secreto", "b2 SELECT INBOX")
    type_all(play, "b3 STORE 1 +FLAGS.SILENT (\\Deleted)")
    assert mailbox(play).mails[0].flags == ("\\Deleted",)
    type_all(play, "b4 EXPUNGE")
    view = mailbox(play)
    assert view.stored == 2
    assert [looking.counts for looking in view.sessions] == [2, 3]
    assert [mail.gone for mail in view.mails] == [True, False, False]
    assert seen(view)[0] == [(0, ""), (1, "gone, not told yet")]
    assert seen(view)[1] == [(1, "\\Recent"), (2, "\\Recent")]
    type_all(play, "@on laptop", "a3 NOOP")
    view = mailbox(play)
    assert [looking.counts for looking in view.sessions] == [2, 2]
    assert [[cell.number for cell in mail.seen] for mail in view.mails] == [[1, 1], [2, 2]]


def test_flags_that_another_session_changed_are_told_late(play: FreePlay) -> None:
    type_all(play, "a1 LOGIN ana secreto", "a2 SELECT INBOX", "a3 FETCH 1:* FLAGS")
    type_all(play, "@on phone", "b1 LOGIN ana secreto", "b2 SELECT INBOX", "b3 STORE 2 FLAGS (\\Seen $Forwarded)")
    assert seen(mailbox(play))[1] == [(2, ""), (2, "was told \\Recent")]
    type_all(play, "b4 STORE 2 FLAGS.SILENT ()", "@on laptop", "a4 NOOP")
    assert seen(mailbox(play))[1] == [(2, "\\Recent"), (2, "")]


def test_new_mail_is_not_seen_before_exists_tells_of_it(play: FreePlay) -> None:
    type_all(play, "a1 LOGIN ana secreto", "a2 SELECT INBOX", "@on phone", "b1 LOGIN ana secreto", "b2 SELECT INBOX")
    type_all(play, "b3 APPEND INBOX {11+}", "Subject: N", "", "b4 NOOP")
    view = mailbox(play)
    assert seen(view)[3] == [(4, "\\Recent"), (0, "not seen yet")]
    type_all(play, "b5 STORE 4 +FLAGS (\\Deleted)", "b6 EXPUNGE", "@on laptop", "a3 NOOP")
    assert [looking.counts for looking in mailbox(play).sessions] == [3, 3]


def test_vanished_takes_messages_out(play: FreePlay) -> None:
    type_all(play, "a1 LOGIN ana secreto", "a2 ENABLE QRESYNC", "a3 SELECT INBOX", "a4 STORE 1:2 +FLAGS (\\Deleted)")
    type_all(play, "a5 EXPUNGE")
    assert [looking.counts for looking in mailbox(play).sessions] == [1]
    assert [[cell.number for cell in mail.seen] for mail in mailbox(play).mails] == [[1]]


def test_flags_in_a_message_are_not_its_flags(play: FreePlay) -> None:
    lines = ["Subject: x", "", "a FLAGS (\\Draft) b"]
    size = sum(len(line) + 2 for line in lines)
    type_all(play, "a1 LOGIN ana secreto", f"a2 APPEND Notes {{{size}+}}", *lines, "")
    type_all(play, "a3 CREATE Notes", f"a4 APPEND Notes {{{size}+}}", *lines, "")
    type_all(play, "a5 SELECT Notes", "a6 FETCH 1 (BODY.PEEK[])")
    view = mailbox(play)
    assert view.name == "ana/Notes"
    assert seen(view) == [[(1, "\\Recent")]]


def test_a_mailbox_that_is_closed_is_not_looked_at(play: FreePlay) -> None:
    type_all(play, "a1 LOGIN ana secreto", "a2 SELECT INBOX")
    line = len(play.trace) - 1
    type_all(play, "a3 UNSELECT")
    assert mailbox(play).sessions == ()
    assert len(mailbox(play, line).sessions) == 1


def test_time_travel_takes_the_view_back(play: FreePlay) -> None:
    type_all(play, "a1 LOGIN ana secreto", "a2 SELECT INBOX", "a3 STORE 1 +FLAGS (\\Deleted)")
    before = mailbox(play)
    type_all(play, "a4 EXPUNGE")
    assert mailbox(play).stored == 2
    play.act("undo")
    assert [(mail.uid, mail.flags, mail.seen) for mail in mailbox(play).mails] == [
        (mail.uid, mail.flags, mail.seen) for mail in before.mails
    ]
