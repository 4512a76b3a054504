"""Free play: a real world behind the ports, without a screen."""

from __future__ import annotations

import pytest

from sandbox.core.message import Msg
from sandbox.i18n import render
from sandbox.tui.panes.trace.model import CLIENT, FAULT, NEGATIVE, NOTE, SERVER
from sandbox.tui.ports import MailboxView
from sandbox.tui.sessions.play import FreePlay


@pytest.fixture
def play() -> FreePlay:
    session = FreePlay("pop3")
    session.open(lambda: None)
    return session


def type_all(session: FreePlay, *lines: str) -> None:
    for line in lines:
        session.submit(line)


def log_in(session: FreePlay) -> None:
    type_all(session, "USER ana", "PASS secreto")


def lines(session: FreePlay) -> list[tuple[int, str]]:
    trace = session.trace
    return [(trace.side[line], trace.text(line)) for line in range(len(trace))]


def words(text: Msg | str) -> str:
    return render(text) if isinstance(text, Msg) else text


def counts(mailbox: MailboxView | None) -> list[int]:
    assert mailbox is not None
    return [looking.counts for looking in mailbox.sessions]


def test_lines_go_out_and_replies_come_back(play: FreePlay) -> None:
    type_all(play, "STAT", "bogus \x07")
    assert [side for side, _text in lines(play)] == [NOTE, SERVER, CLIENT, SERVER, CLIENT, SERVER]
    assert lines(play)[2][1] == "STAT"
    assert play.trace.flags[3] & NEGATIVE
    assert lines(play)[4][1] == "bogus \\x07"
    assert play.trace.flags[4] & FAULT


def test_a_literal_that_is_still_to_come_is_no_mistake() -> None:
    imap = FreePlay("imap")
    imap.open(lambda: None)
    type_all(imap, "a1 LOGIN ana secreto", "a2 APPEND INBOX {5}", "hello", "a3 APPEND")
    flagged = {text: bool(imap.trace.flags[line] & FAULT) for line, (_side, text) in enumerate(lines(imap))}
    assert not flagged["a2 APPEND INBOX {5}"]
    assert flagged["a3 APPEND"]


def test_what_the_world_cannot_do_is_said_in_the_trace(play: FreePlay) -> None:
    type_all(play, "@close", "NOOP", "@nonsense", "@on fridge")
    notes = [render(note) for note in play.trace.notes.values()]
    assert "the client closed the connection" in notes
    assert "laptop has no open connection: type @connect" in notes
    assert any("@nonsense" in note for note in notes)
    assert any("fridge" in note for note in notes)


def test_undo_goes_back_before_the_last_line(play: FreePlay) -> None:
    assert not play.can("undo")
    log_in(play)
    before = lines(play)
    play.submit("DELE 1")
    mailbox = play.mailbox(-1)
    assert mailbox is not None
    assert counts(mailbox) == [2]
    play.act("undo")
    assert lines(play)[: len(before)] == before
    assert lines(play)[len(before) :] == [(NOTE, "")]
    mailbox = play.mailbox(-1)
    assert mailbox is not None
    assert counts(mailbox) == [3]
    play.act("undo")
    play.act("undo")
    assert not play.can("undo")
    assert len(play.trace.notes) == 2
    log_in(play)
    assert lines(play)[-1][1].startswith("+OK maildrop of ana")


def test_the_state_follows_the_wire_at_any_line(play: FreePlay) -> None:
    log_in(play)
    names = []
    for line in range(len(play.trace)):
        state = play.state(line)
        assert state is not None
        names.append(state.current)
    assert names == ["AUTHORIZATION"] * 5 + ["TRANSACTION"]
    state = play.state(-1)
    assert state is not None
    assert [position.name for position in state.positions] == ["AUTHORIZATION", "TRANSACTION", "UPDATE", "CLOSED"]
    assert "DELE" in [row.verb for row in state.allowed]
    before = play.state(2)
    assert before is not None
    assert "DELE" not in [row.verb for row in before.allowed]
    assert ("In flight", "USER") in [(words(name), words(value)) for name, value in before.facts]


def test_an_unfinished_line_is_told(play: FreePlay) -> None:
    play.submit("@raw 'NOO'")
    state = play.state(-1)
    assert state is not None
    assert ("Incomplete", "3 octets without a line end") in [(words(a), words(b)) for a, b in state.facts]


def test_the_mailbox_shows_the_store_and_the_session(play: FreePlay) -> None:
    nobody = play.mailbox(-1)
    assert nobody is not None
    assert nobody.sessions == ()
    assert {mail.place for mail in nobody.mails} == {"ana", "luis", "mar", "nico"}
    log_in(play)
    type_all(play, "DELE 2")
    marked = play.mailbox(-1)
    assert marked is not None
    assert (marked.name, marked.stored, counts(marked)) == ("ana", 3, [2])
    assert [(mail.seen[0].number, words(mail.seen[0].remark), mail.fresh) for mail in marked.mails] == [
        (1, "", False),
        (2, "marked", True),
        (3, "", False),
    ]
    type_all(play, "RSET")
    assert [words(mail.seen[0].remark) for mail in play.mailbox(-1).mails] == ["", "", ""]  # type: ignore[union-attr]
    type_all(play, "DELE 2", "QUIT")
    gone = play.mailbox(-1)
    assert gone is not None
    assert (gone.stored, counts(gone)) == (2, [-1])
    assert [(mail.seen[0].number, mail.gone, mail.fresh) for mail in gone.mails] == [
        (1, False, False),
        (2, True, True),
        (3, False, False),
    ]
    assert gone.mails[1].subject == "Mañana, examen en el aula 2"


def test_the_mailbox_of_the_past_is_that_of_the_past(play: FreePlay) -> None:
    log_in(play)
    type_all(play, "DELE 2")
    before = play.mailbox(-1)
    line = len(play.trace) - 1
    type_all(play, "QUIT", "@connect", "USER luis", "PASS secreto")
    assert play.mailbox(line) == before
    assert play.mailbox(-1).name == "luis"  # type: ignore[union-attr]


def test_a_dropped_line_keeps_everything(play: FreePlay) -> None:
    log_in(play)
    type_all(play, "DELE 1", "@close")
    mailbox = play.mailbox(-1)
    assert mailbox is not None
    assert (mailbox.stored, counts(mailbox)) == (3, [-1])
    assert not any(mail.gone or mail.seen[0].remark for mail in mailbox.mails)


def test_two_devices_have_a_lane_each(play: FreePlay) -> None:
    log_in(play)
    type_all(play, "@on phone")
    prompt = play.prompt()
    assert prompt is not None
    assert prompt.label == "phone"
    log_in(play)
    assert play.trace.connections == ["laptop", "phone"]
    assert "[IN-USE]" in lines(play)[-1][1]
    assert play.heading().client == "phone"
    play.submit("@on laptop")
    assert play.heading().client == "laptop"


def test_completion_knows_verbs_states_and_values(play: FreePlay) -> None:
    assert play.suggest("US") == "USER"
    assert play.suggest("us") == "user"
    assert play.suggest("USER a") == "USER ana"
    assert play.suggest("PASS s") == "PASS secreto"
    assert play.suggest("XY") is None
    assert play.suggest("@cl") == "@close"
    log_in(play)
    assert play.suggest("S") == "STAT"
    assert play.suggest("DELE ") is None
    type_all(play, "DELE 1")
    assert play.hint("RETR ").choices == ("2", "3")


def test_hints_say_what_a_line_will_do(play: FreePlay) -> None:
    assert "secreto" in words(play.hint("").about)
    assert "TRANSACTION" in words(play.hint("DELE 1").about)
    assert play.hint("zzz").usage == ""
    log_in(play)
    assert play.hint("DELE").usage == "DELE <msg>"
    assert "STAT" in play.hint("").choices
    assert "@wait" in play.hint("@").choices
    play.submit("QUIT")
    assert play.hint("").usage == "@connect"


def test_once_the_server_has_said_what_it_offers_nothing_else_is_listed() -> None:
    smtp = FreePlay("smtp")
    smtp.open(lambda: None)
    greeted = len(smtp.trace) - 1

    def listed(line: int) -> set[str]:
        state = smtp.state(line)
        assert state is not None
        return {row.verb for row in state.allowed}

    assert {"EXPN", "HELP"} <= listed(greeted), "nobody knows yet"
    smtp.submit("EHLO me")
    assert {"STARTTLS", "MAIL", "RSET", "HELP"} <= listed(-1)
    assert "AUTH" not in listed(-1), "a mail exchanger wants no password"
    assert "AUTH" not in smtp.hint("").choices
    assert "AUTH is not among" in words(smtp.hint("AUTH PLAIN").about)
    assert smtp.suggest("AUT") == "AUTH", "a mistake may be made all the same"
    assert smtp.state(greeted) == smtp.state(1)


def test_every_octet_of_every_line_is_explained(play: FreePlay) -> None:
    log_in(play)
    type_all(play, "LIST", "TOP 1 2", "RETR x", "zzz")
    for line in range(len(play.trace)):
        anatomy = play.anatomy(line)
        if play.trace.side[line] == NOTE:
            assert anatomy is None
            continue
        assert anatomy is not None
        assert anatomy.raw[anatomy.first : anatomy.last] == play.trace.raw(line)
        covered = b"".join(anatomy.raw[token.start : token.stop] for token in anatomy.tokens)
        assert covered == anatomy.raw
        assert all(token.ref.known for token in anatomy.tokens)
    wrong = play.anatomy(len(play.trace) - 4)
    assert wrong is not None
    assert (wrong.fault_at, words(wrong.fault)) == (
        5,
        "expected a message-number: the position in the maildrop, from 1",
    )


def test_what_may_follow_a_command_is_told(play: FreePlay) -> None:
    log_in(play)
    anatomy = play.anatomy(2)
    assert anatomy is not None
    assert {good for good, _about in anatomy.follows} == {True, False}
    assert any("name is taken down" in words(about) for _good, about in anatomy.follows)
    newest = play.anatomy(-1)
    assert newest is not None
    assert newest.raw.startswith(b"+OK maildrop of ana")


async def test_recording_writes_a_transcript_that_replays(play: FreePlay) -> None:
    from sandbox.record.reader import Transcript
    from sandbox.resources import data_folder
    from sandbox.tui.sessions.replay import replay_file

    log_in(play)
    play.act("record")
    assert play.heading().recording >= 0
    type_all(play, "LIST", "QUIT")
    await play.close()
    path = max((data_folder() / "transcripts").glob("*-pop3.jsonl"))
    replay = replay_file(Transcript.open(path))
    replay.open(lambda: None)
    wire = [(side, text) for side, text in lines(play) if side != NOTE]
    assert [
        (replay.trace.side[n], replay.trace.text(n)) for n in range(len(replay.trace)) if replay.trace.side[n] != NOTE
    ] == wire
    assert replay.trace.raw(len(replay.trace) - 2).startswith(b"+OK")
    await replay.close()


def test_tags_are_written_ahead_and_looked_behind() -> None:
    imap = FreePlay("imap")
    imap.open(lambda: None)
    prompt = imap.prompt()
    assert prompt is not None
    assert prompt.prefill == "a1 "
    assert imap.suggest("a1 LOGI") == "a1 LOGIN"
    assert imap.suggest("a1") is None
    assert imap.hint("a1 LOGIN ").usage.startswith("LOGIN ")
    imap.submit("a1 LOGIN ana secreto")
    assert imap.prompt().prefill == "a2 "  # type: ignore[union-attr]
    assert imap.suggest("a2 uid fe") == "a2 uid fetch"
    assert imap.hint("a2 UID FETCH 1").usage.startswith("UID FETCH")
    imap.submit("a2 APPEND INBOX {3}")
    owed = imap.prompt()
    assert owed is not None
    assert (owed.answering, owed.prefill) == (True, "")


def test_mail_that_smtp_delivers_is_stored() -> None:
    smtp = FreePlay("smtp")
    smtp.open(lambda: None)
    type_all(smtp, "EHLO me", "MAIL FROM:<ana@norte.example>", "RCPT TO:<luis@norte.example>", "DATA")
    assert smtp.prompt().answering  # type: ignore[union-attr]
    type_all(smtp, "Subject: Hello [/x]", "", "..dot", ".")
    mailbox = smtp.mailbox(-1)
    assert mailbox is not None
    assert [mail.place for mail in mailbox.mails if mail.subject == "Hello [/x]"] == ["luis"]
    assert smtp.prompt().prefill == ""  # type: ignore[union-attr]
