from __future__ import annotations

import pytest

from sandbox.core.registry import State
from sandbox.core.tracker import Kind, Unit
from sandbox.imap import commands  # noqa: F401  # fills the registry
from sandbox.imap.states import AUTHENTICATED, LOGOUT, NOT_AUTHENTICATED, SELECTED
from sandbox.imap.tracker import ImapTracker
from tests.support.properties import covered

GREETING = ("S", b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n")
LOGIN = [GREETING, ("C", b"a LOGIN ana secreto\r\n"), ("S", b"a OK in\r\n")]
SELECT = [*LOGIN, ("C", b"b SELECT INBOX\r\n"), ("S", b"* 3 EXISTS\r\nb OK [READ-WRITE] open\r\n")]


def follow(*turns: tuple[str, bytes], after: list[tuple[str, bytes]] = [GREETING]) -> list[Unit]:  # noqa: B006
    """The units that `turns` make, behind those of `after`."""
    tracker = ImapTracker()
    for side, octets in after:
        tracker.receive(side, octets)
    units = [unit for side, octets in turns for unit in tracker.receive(side, octets)]
    for unit in units:
        covered(unit)
    return units


def kinds(units: list[Unit]) -> list[Kind]:
    return [unit.kind for unit in units]


def names(unit: Unit) -> list[str]:
    return [span.name for span in unit.spans]


def named(unit: Unit, name: str) -> list[bytes]:
    return [unit.raw[span.start : span.stop] for span in unit.spans if span.name == name]


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        (b"* OK hi\r\n", NOT_AUTHENTICATED),
        (b"* PREAUTH hi ana\r\n", AUTHENTICATED),
        (b"* BYE no\r\n", LOGOUT),
    ],
)
def test_the_greeting_says_in_which_state_it_begins(raw: bytes, state: State) -> None:
    (greeting,) = follow(("S", raw), after=[])
    assert greeting.kind is Kind.GREETING
    assert (greeting.state_after, greeting.exchange.number) == (state, 0)
    assert kinds(follow(("S", raw), after=[("S", raw)])) == [Kind.UNASKED]
    assert kinds(follow(("S", b"* 3 EXISTS\r\n"), ("S", raw), after=[])) == [Kind.UNASKED] * 2


def test_tags_pair_in_any_order() -> None:
    units = follow(
        ("C", b"c STATUS x (MESSAGES)\r\nd SEARCH ALL\r\ne NOOP\r\n"),
        ("S", b"e OK done\r\n* SEARCH 1\r\n* STATUS x (MESSAGES 1)\r\n* 4 EXISTS\r\nd OK done\r\nc OK done\r\n"),
        after=SELECT,
    )
    assert [unit.exchange.request.tag for unit in units if unit.exchange.request is not None] == [
        b"c", b"d", b"e", b"e", b"d", b"c", b"c", b"d", b"c",
    ]  # fmt: skip
    assert all(unit.exchange.done for unit in units)


def test_an_extended_search_names_its_command() -> None:
    units = follow(
        ("C", b"c SEARCH ALL\r\nd SEARCH SEEN\r\n"),
        ("S", b'* ESEARCH (TAG "d") COUNT 1\r\n* ESEARCH (TAG "z") COUNT 1\r\n'),
        after=SELECT,
    )
    assert [unit.exchange.number for unit in units] == [3, 4, 4, 3]


def test_news_that_nobody_asked_for() -> None:
    (news,) = follow(("S", b"* 4 EXISTS\r\n"), after=SELECT)
    assert news.kind is Kind.UNASKED
    assert str(news.about) == "The mailbox holds 4 messages now."


def test_replies_that_fit_no_command() -> None:
    units = follow(("S", b"z OK what?\r\n+ more\r\na PREAUTH\r\n\r\n* BAD what?\r\n"))
    assert kinds(units) == [Kind.UNASKED] * 5


def test_a_reply_without_status_is_no_reply() -> None:
    units = follow(("C", b"c NOOP\r\n"), ("S", b"c FINE\r\nc BYE\r\nc NO really\r\n"))
    assert kinds(units) == [Kind.COMMAND, Kind.UNASKED, Kind.UNASKED, Kind.REPLY]


def test_a_command_without_a_tag_is_answered_without_one() -> None:
    units = follow(
        ("C", b"\r\n* x\r\nc NOOP\r\nd\r\n"), ("S", b"* BAD one\r\n* BAD two\r\nc OK\r\nd BAD\r\n* BAD three\r\n")
    )
    assert [unit.exchange.number for unit in units] == [1, 2, 3, 4, 1, 2, 3, 4, 4]
    assert kinds(units)[4:] == [Kind.REPLY] * 4 + [Kind.UNASKED]


def test_replies_tell_in_words_what_they_are() -> None:
    units = follow(
        ("C", b"c SELECT x\r\n"),
        ("S", b"c NO [NONEXISTENT] Mailbox doesn't exist: x\r\n"),
        ("C", b"d SELECT x\r\n"),
        ("S", b"* NO [ALERT] full\r\nd NO Mailbox doesn't exist\r\n"),
        ("C", b"e NOOP\r\n"),
        ("S", b"e OK NOOP completed\r\n"),
        after=LOGIN,
    )
    refused, warned, plain, ours = units[1], units[3], units[4], units[6]
    assert refused.reply is not None
    assert refused.reply.code == b"NONEXISTENT"
    assert str(warned.about).startswith("ALERT:")
    assert str(plain.about) == "The server refused, or could not do it."
    assert ours.reply is not None
    follow(("C", b"c NOOP\r\n"), ("S", b"c NO [UIDNOTSTICKY] odd\r\n"))


def test_a_failed_select_closes_the_mailbox() -> None:
    units = follow(("C", b"c SELECT x\r\n"), ("S", b"c NO no\r\n"), after=SELECT)
    assert (units[-1].state_before, units[-1].state_after) == (SELECTED, AUTHENTICATED)


def test_a_farewell() -> None:
    units = follow(("C", b"c LOGOUT\r\n"), ("S", b"* BYE bye\r\nc OK done\r\n"), after=SELECT)
    assert [unit.state_after for unit in units] == [SELECTED, LOGOUT, LOGOUT]
    (alone,) = follow(("S", b"* BYE idle for too long\r\n"), after=SELECT)
    assert (alone.kind, alone.state_after) == (Kind.UNASKED, LOGOUT)


# Literals


def test_a_client_that_waits_with_its_literals() -> None:
    units = follow(
        ("C", b"c LOGIN {3}\r\n"),
        ("S", b"+ send it\r\n"),
        ("C", b"ana {7}\r\nsec"),
        ("C", b"reto"),
        ("S", b"+ \r\n"),
        ("C", b"\r\nd NOOP\r\n"),
        ("S", b"c OK in\r\nd OK\r\n"),
    )
    assert kinds(units) == [
        Kind.COMMAND, Kind.CONTINUATION, Kind.RESPONSE, Kind.CONTINUATION, Kind.RESPONSE, Kind.COMMAND,
        Kind.REPLY, Kind.REPLY,
    ]  # fmt: skip
    first, _, second, _, third = units[:5]
    assert names(first) == ["tag", "SP", "LOGIN", "SP", "literal"]
    assert names(second) == ["userid", "SP", "literal"]
    assert names(third) == ["password", "CRLF"]
    assert third.spans[0].secret
    assert first.fault is None
    assert units[6].state_after == AUTHENTICATED


def test_what_a_literal_means_is_told_before_it_comes() -> None:
    (first,) = follow(("C", b"c LOGIN ana {1000000}\r\n"))
    assert names(first) == ["tag", "SP", "LOGIN", "SP", "userid", "SP", "literal"]
    assert first.fault is None
    (half,) = follow(("C", b"c LOGIN {3}\r\n"))
    assert (names(half)[-1], half.fault) == ("literal", None)
    (broken,) = follow(("C", b"c LOGIN  {10}\r\n"))
    assert broken.fault is not None
    assert broken.fault.at == 8


def test_a_refused_literal_never_comes() -> None:
    units = follow(
        ("C", b"c APPEND x {99999999}\r\n"), ("S", b"c NO [TOOBIG] no\r\n"), ("C", b"d NOOP\r\n"), ("S", b"d OK\r\n"),
        after=LOGIN,
    )  # fmt: skip
    assert kinds(units) == [Kind.COMMAND, Kind.REPLY, Kind.COMMAND, Kind.REPLY]


def test_a_client_that_does_not_wait() -> None:
    units = follow(
        ("C", b"c LOGIN {3+}\r\nana {7+}\r\nsecreto\r\nd APPEND x {15+}\r\nSubject: a\r\n\r\nb\r\n"),
        ("S", b"c OK\r\nd OK\r\n"),
    )
    assert kinds(units) == [Kind.COMMAND, Kind.COMMAND, Kind.REPLY, Kind.REPLY]
    assert units[0].exchange.request is not None
    assert units[0].exchange.request.values == (b"ana", b"secreto")
    assert names(units[1])[6:] == ["literal", "field-name", "colon", "field-body", "CRLF", "body", "CRLF"]


def test_a_message_is_content() -> None:
    units = follow(
        ("C", b"c APPEND x (\\Seen) {15}\r\n"), ("S", b"+ go\r\n"), ("C", b"Subject: a\r\n\r\nb\r\n"), after=LOGIN
    )
    assert units[2].kind is Kind.CONTENT
    assert names(units[2]) == ["field-name", "colon", "field-body", "CRLF", "body", "CRLF"]
    assert units[0].spans[7].about == "\\Seen: the message has been read"


def test_what_looks_like_a_literal_in_words_is_none() -> None:
    units = follow(("C", b"c NOOP\r\n"), ("S", b"* OK see {3}\r\n* 3 EXISTS\r\nc NO {5}\r\n"))
    assert kinds(units) == [Kind.COMMAND, Kind.DATA, Kind.DATA, Kind.REPLY]


def test_a_response_with_literals_is_one_unit() -> None:
    data = b"* 1 FETCH (BODY[HEADER] {15}\r\nSubject: \xc3\xb1\r\n\r\n BODY[TEXT] {3}\r\nab\r)\r\n"
    for cut in (1, 30, 40, 60):
        units = follow(("C", b"c FETCH 1 BODY[]\r\n"), ("S", data[:cut]), ("S", data[cut:]), after=SELECT)
        assert [unit.raw for unit in units[1:]] == [data]
        assert units[1].fault is None


def test_what_was_not_complete_is_lost_whole() -> None:
    tracker = ImapTracker()
    tracker.receive(*GREETING)
    tracker.receive("C", b"c LOGIN {3+}\r\nana {7+}\r\nsec")
    tracker.receive("S", b"* LIST () NIL {1}\r\na x")
    lost = tracker.close()
    assert {unit.side: unit.raw for unit in lost} == {
        "C": b"c LOGIN {3+}\r\nana {7+}\r\nsec",
        "S": b"* LIST () NIL {1}\r\na x",
    }
    assert [unit.start for unit in lost] == [0, len(GREETING[1])]
    assert tracker.close() == []


# What goes on behind the command line


def test_sasl_is_read_inside_its_base64() -> None:
    units = follow(
        ("C", b"c AUTHENTICATE PLAIN\r\n"), ("S", b"+ \r\n"), ("C", b"AGFuYQBzZWNyZXRv\r\n"), ("S", b"c OK in\r\n")
    )
    assert kinds(units) == [Kind.COMMAND, Kind.CONTINUATION, Kind.RESPONSE, Kind.REPLY]
    assert names(units[1]) == ["continue-req", "SP", "CRLF"]
    assert names(units[2]) == ["NUL", "authcid", "NUL", "passwd", "CRLF"]
    assert units[-1].state_after == AUTHENTICATED
    (at_once,) = follow(("C", b"c AUTHENTICATE PLAIN AGFuYQBzZWNyZXRv\r\n"))
    assert names(at_once)[-5:] == ["NUL", "authcid", "NUL", "passwd", "CRLF"]
    refused = follow(("C", b"c AUTHENTICATE X\r\nd NOOP\r\n"), ("S", b"c NO none\r\nd OK\r\n"))
    assert kinds(refused) == [Kind.COMMAND, Kind.REPLY, Kind.COMMAND, Kind.REPLY]


def test_idle_goes_on_until_done() -> None:
    units = follow(
        ("C", b"c IDLE\r\n"),
        ("S", b"+ idling\r\n* 4 EXISTS\r\n"),
        ("C", b"DONE\r\nd NOOP\r\n"),
        ("S", b"c OK\r\nd OK\r\n"),
        after=SELECT,
    )
    assert kinds(units) == [
        Kind.COMMAND, Kind.CONTINUATION, Kind.DATA, Kind.RESPONSE, Kind.REPLY, Kind.COMMAND, Kind.REPLY,
    ]  # fmt: skip
    assert {unit.exchange.number for unit in units[:5]} == {3}
    assert str(units[3].about) == "DONE: the client wants to go on; IDLE is over"
    assert names(units[3]) == ["DONE", "CRLF"]
    wrong = follow(("C", b"c IDLE\r\n"), ("S", b"+ \r\n"), ("C", b"d NOOP\r\n"), after=SELECT)[-1]
    assert wrong.kind is Kind.RESPONSE
    assert wrong.fault is not None


def test_starttls_drops_what_came_too_early() -> None:
    units = follow(("C", b"c STARTTLS\r\nd NOOP\r\n"), ("S", b"c OK go\r\nx"))
    assert kinds(units) == [Kind.COMMAND, Kind.REPLY, Kind.DROPPED, Kind.DROPPED]


def test_a_continuation_that_nobody_asked_for() -> None:
    units = follow(("C", b"c NOOP\r\n"), ("S", b"+ what\r\nc OK\r\n"))
    assert kinds(units) == [Kind.COMMAND, Kind.CONTINUATION, Kind.REPLY]


def test_a_dialogue_is_taken_up_in_the_middle() -> None:
    tracker = ImapTracker()
    for side, raw in SELECT:
        tracker.receive(side, raw)
    tracker.utf8 = True
    other = tracker.fork()
    assert isinstance(other, ImapTracker)
    assert (other.state, other.utf8) == (SELECTED, True)
    tracker.receive("C", b"c LOGIN {3}\r\n")
    assert tracker.fork() is None
    half = ImapTracker()
    half.receive(*GREETING)
    half.receive("C", b"c LOGIN {3+}\r\nana ")
    assert half.fork() is None


# Codes that the view can undo


def test_names_and_texts_in_codes_carry_the_codes_name() -> None:
    listed = b'* LIST () "/" Entw&APw-rfe\r\n'
    (unit,) = follow(("S", listed))
    assert named(unit, "mUTF-7") == [b"Entw&APw-rfe"]
    (unit,) = follow(("C", b'c CREATE "a&AOk-"\r\n'))
    assert named(unit, "mUTF-7") == [b'"a&AOk-"']
    enabled = [*LOGIN, ("C", b"b ENABLE IMAP4rev2\r\n"), ("S", b"* ENABLED IMAP4rev2\r\nb OK\r\n")]
    (unit,) = follow(("S", listed), after=enabled)
    assert named(unit, "mailbox") == [b"Entw&APw-rfe"]
    (unit,) = follow(("S", b'* 1 FETCH (ENVELOPE (NIL "=?utf-8?q?=C3=B1?=" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n'))
    assert named(unit, "encoded-word") == [b'"=?utf-8?q?=C3=B1?="']


def test_flags_and_capabilities_have_their_own_meaning() -> None:
    (unit,) = follow(("S", b"* FLAGS (\\Seen $Junk mine \\Odd)\r\n"))
    said = [span.about for span in unit.spans if span.name == "flag"]
    assert said == [
        "\\Seen: the message has been read",
        "$Junk: the user says that it is junk",
        "a keyword: what it means is between the clients",
        "a flag that is not known here",
    ]
    (unit,) = follow(("S", b"* CAPABILITY IDLE APPENDLIMIT=9 AUTH=PLAIN X-OWN\r\n"))
    said = [span.about for span in unit.spans if span.name == "capability"]
    assert len(set(said)) == 4
    assert said[2:] == ["a SASL mechanism that AUTHENTICATE takes", "something that this server can do"]
