from __future__ import annotations

import pytest

from sandbox.core.tracker import Kind, Unit
from sandbox.pop3.tracker import Pop3Tracker
from tests.support.properties import covered

GREETING = b"+OK ready <1.2@h>\r\n"


def follow(*turns: tuple[str, bytes]) -> list[Unit]:
    tracker = Pop3Tracker()
    units = tracker.receive("S", GREETING)
    for side, octets in turns:
        units += tracker.receive(side, octets)
    for unit in units:
        covered(unit)
    return units


def names(unit: Unit) -> list[str]:
    return [span.name for span in unit.spans]


def test_the_greeting_has_a_timestamp() -> None:
    (greeting,) = follow()
    assert greeting.kind is Kind.GREETING
    assert names(greeting) == ["+OK", "SP", "text", "timestamp", "CRLF"]


def test_a_foreign_server_is_understood_too() -> None:
    stat, reply, pass_, refused = follow(
        ("C", b"STAT\r\n"),
        ("S", b"+OK 3 999 and more\r\n"),
        ("C", b"PASS x\r\n"),
        ("S", b"-ERR [SYS/PERM] go away\r\n"),
    )[1:]
    assert names(reply) == ["+OK", "SP", "count", "SP", "size", "SP", "text", "CRLF"]
    assert reply.reply is not None
    assert refused.reply is None
    assert stat.exchange.done
    assert names(refused) == ["-ERR", "SP", "[", "resp-level", "]", "SP", "text", "CRLF"]
    assert str(refused.about) == "The server refused, and says why in words of its own."
    assert [span.secret for span in pass_.spans] == [False, False, True, False]


def test_a_positive_reply_in_words_where_numbers_were_due() -> None:
    reply = follow(("C", b"STAT\r\n"), ("S", b"+OK plenty\r\n"))[-1]
    assert names(reply) == ["+OK", "SP", "text", "CRLF"]
    assert reply.fault is None


def test_lines_that_answer_nothing() -> None:
    units = follow(("S", b"-ERR who asked?\r\n"), ("C", b"NOOP\r\n"), ("S", b"what\r\n"), ("S", b"+OK\r\n"))
    assert [unit.kind for unit in units[1:]] == [Kind.UNASKED, Kind.COMMAND, Kind.UNASKED, Kind.REPLY]


def test_a_client_that_speaks_first() -> None:
    tracker = Pop3Tracker()
    units = tracker.receive("C", b"CAPA\r\n") + tracker.receive("S", b"-ERR what?\r\n")
    assert [unit.kind for unit in units] == [Kind.COMMAND, Kind.REPLY]


@pytest.mark.parametrize("cut", [0, 3, 9, 30])
def test_listings_and_messages_are_labelled_line_by_line(cut: int) -> None:
    listing = b"+OK 2\r\n1 10\r\n2 x\r\n.\r\n"
    lines = follow(("C", b"LIST\r\n"), ("S", listing[:cut]), ("S", listing[cut:]))[-1]
    assert lines.kind is Kind.LINES
    assert names(lines)[:4] == ["msg", "SP", "size", "CRLF"]
    assert lines.fault is not None
    message = b"+OK\r\nSubject: x\r\n y\r\n\r\n..z\r\n.\r\n"
    body = follow(("C", b"RETR 1\r\n"), ("S", message[:cut]), ("S", message[cut:]))[-1]
    assert names(body) == ["field-name", "colon", "field-body", "folded", "CRLF", "stuffing", "body", ".", "CRLF"]


def test_a_malformed_command_is_not_expected_to_have_many_lines() -> None:
    units = follow(("C", b"RETR x\r\n"), ("S", b"+OK whatever\r\n"), ("C", b"NOOP\r\n"), ("S", b"+OK\r\n"))
    assert [unit.kind for unit in units[1:]] == [Kind.COMMAND, Kind.REPLY, Kind.COMMAND, Kind.REPLY]


def test_auth_is_read_inside_its_base64() -> None:
    units = follow(("C", b"AUTH PLAIN AGFuYQBzZWNyZXRv\r\n"), ("S", b"+OK in\r\n"))
    assert names(units[1]) == ["AUTH", "SP", "mechanism", "SP", "NUL", "authcid", "NUL", "passwd", "CRLF"]
    units = follow(
        ("C", b"AUTH LOGIN\r\n"),
        ("S", b"+ VXNlcm5hbWU6\r\n"),
        ("C", b"YW5h\r\n"),
        ("S", b"+ UGFzc3dvcmQ6\r\n"),
        ("C", b"c2VjcmV0bw==\r\n"),
        ("S", b"+OK in\r\n"),
    )[1:]
    assert [unit.kind for unit in units] == [
        Kind.COMMAND, Kind.CONTINUATION, Kind.RESPONSE, Kind.CONTINUATION, Kind.RESPONSE, Kind.REPLY,
    ]  # fmt: skip
    assert any(span.secret for span in units[4].spans)
    assert units[-1].state_after.name == "TRANSACTION"
    assert follow(("C", b"AUTH PLAIN =\r\n"))[-1].spans[-2].name == "initial-response"
    assert follow(("C", b"AUTH x y z\r\n"))[-1].fault is not None


def test_a_continuation_that_nobody_asked_for() -> None:
    units = follow(("C", b"NOOP\r\n"), ("S", b"+ abcd\r\n"), ("S", b"+OK\r\n"))
    assert [unit.kind for unit in units[1:]] == [Kind.COMMAND, Kind.CONTINUATION, Kind.REPLY]
    assert names(units[2]) == ["+", "SP", "challenge", "CRLF"]
