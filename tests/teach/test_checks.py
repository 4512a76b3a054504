"""Checks name effects: every correct route passes, no wrong one does."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from sandbox.teach.checks import CHECKS, AnyCheck
from sandbox.teach.evidence import Exchange, Reply, Snapshot, StoredMail

CHECK = TypeAdapter(AnyCheck)
OK, ERR = Reply("+OK", True), Reply("-ERR", False, ("no", "such", "message"), "SYS/TEMP")

SEEN = Snapshot(
    seen=(
        Exchange("laptop", "USER", ("ana",), OK),
        Exchange("laptop", "RSET", (), ERR),
        Exchange("laptop", "STAT", (), Reply("+OK", True, ("2", "320"))),
        Exchange("laptop", "RSET", (), OK),
        Exchange("laptop", "DELE", ("01",), OK),
        Exchange("laptop", "LIST", (), Reply("+OK", True, lines=(("1", "120"), ("2", "200")))),
        Exchange("phone", "QUIT", (), ERR),
        Exchange("laptop", "RETR", ("9",), None),
    ),
    states={"laptop": "TRANSACTION", "phone": "AUTHORIZATION"},
    store={
        ("ana", "INBOX"): (
            StoredMail(1, frozenset({"\\Seen"}), b"A\r\n"),
            StoredMail(4, frozenset(), b"B\r\nhola\r\n"),
        ),
        ("ana", "Archive"): (),
    },
    fixtures={"a.eml": b"A\r\n", "b.eml": b"B\r\nhola\r\n", "c.eml": b"C\r\n"},
    answer=("b", "a"),
    here="laptop",
)


def holds(check, seen=SEEN):
    return CHECK.validate_python(check).holds(seen)


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ({"verb": "stat"}, True),
        ({"verb": "NOOP"}, False),
        ({"verb": ["NOOP", "STAT"]}, True),
        ({"on": "phone", "verb": "STAT"}, False),
        ({"on": "phone", "verb": "QUIT"}, True),
        ({"verb": "USER", "args": ["ana"]}, True),
        ({"verb": "USER", "args": ["luis"]}, False),
        ({"verb": "USER", "args": []}, False),
        ({"verb": "LIST", "args": []}, True),
        ({"verb": "DELE", "args": [1]}, True),
        ({"verb": "DELE", "args": ["_"]}, True),
        ({"verb": "DELE", "args": [1, "..."]}, True),
        ({"verb": "DELE", "args": ["..."]}, True),
        ({"verb": "DELE", "args": [1, "_", "..."]}, False),
        ({"verb": "STAT", "reply": {"status": "+OK", "args": [2, "_"]}}, True),
        ({"verb": "STAT", "reply": {"args": [2]}}, False),
        ({"verb": "STAT", "reply": {"args": [1, "_"]}}, False),
        ({"verb": "STAT", "reply": {"status": ["-ERR", "+OK"]}}, True),
        ({"verb": "STAT", "reply": {"accepted": False}}, False),
        ({"verb": "RSET", "reply": {"code": "SYS/TEMP", "accepted": False}}, True),
        ({"verb": "STAT", "reply": {"code": "SYS/TEMP"}}, False),
        ({"verb": "LIST", "reply": {"line": [2, "_"]}}, True),
        ({"verb": "LIST", "reply": {"line": [3, "_"]}}, False),
        ({"verb": "RETR"}, True),
        ({"verb": "RETR", "reply": {}}, False),
        ({"verb": "STAT", "after": "USER"}, True),
        ({"verb": "STAT", "after": "RSET"}, False),
        ({"verb": "DELE", "after": {"verb": "RSET", "reply": {"accepted": False}}}, True),
        ({"verb": "LIST", "after": "RETR"}, False),
        ({"verb": "STAT", "after": "STAT"}, False),
        ({"order": ["USER", "STAT", "DELE"]}, True),
        ({"order": ["STAT", "USER"]}, False),
        ({"order": ["USER", "RETR"]}, False),
        ({"order": ["USER", {"verb": "RETR"}]}, True),
        ({"order": ["STAT", "LIST"], "after": "USER"}, True),
        ({"order": ["USER", "LIST"], "after": "USER"}, False),
    ],
)
def test_wire(wire, expected):
    assert holds({"wire": wire}) is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"laptop": "TRANSACTION"}, True),
        ({"laptop": "transaction", "phone": "AUTHORIZATION"}, True),
        ({"laptop": "TRANSACTION", "phone": "UPDATE"}, False),
        ({"laptop": ["UPDATE", "TRANSACTION"]}, True),
        ({"tablet": "TRANSACTION"}, False),
    ],
)
def test_state(state, expected):
    assert holds({"state": state}) is expected


@pytest.mark.parametrize(
    ("store", "expected"),
    [
        ({"user": "ana"}, True),
        ({"user": "luis"}, False),
        ({"user": "ana", "count": 2}, True),
        ({"user": "ana", "count": 1}, False),
        ({"user": "ana", "mailbox": "Archive", "count": 0}, True),
        ({"user": "ana", "mailbox": "Nope", "count": 0}, False),
        ({"user": "ana", "uids": [1, 4]}, True),
        ({"user": "ana", "uids": [1]}, False),
        ({"user": "ana", "flags": {"1": ["\\seen"]}}, True),
        ({"user": "ana", "flags": {"2": ["\\Seen"]}}, False),
        ({"user": "ana", "flags": {"3": ["\\Seen"]}}, False),
        ({"user": "ana", "flags": {"x": []}}, False),
        ({"user": "ana", "holds": "a.eml"}, True),
        ({"user": "ana", "holds": ["a.eml", "c.eml"]}, False),
        ({"user": "ana", "lacks": "c.eml"}, True),
        ({"user": "ana", "lacks": "b.eml"}, False),
        ({"user": "ana", "body": "hola"}, True),
        ({"user": "ana", "body": "adiós"}, False),
        ({"user": "ana", "folders": ["INBOX", "Archive"]}, True),
        ({"user": "ana", "folders": ["Trash"]}, False),
    ],
)
def test_store(store, expected):
    assert holds({"store": store}) is expected


def test_answer():
    assert holds({"answer": ["a", "b"]})
    assert not holds({"answer": "a"})


def test_combined():
    yes, no = {"answer": ["a", "b"]}, {"answer": "c"}
    assert holds([yes, yes])
    assert not holds([yes, no])
    assert holds({"all": [yes]})
    assert holds({"any": [no, yes]})
    assert not holds({"any": [no]})
    assert holds({"never": no})
    assert not holds({"never": [yes]})


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ({"never": {"wire": {"verb": "DELE"}}}, True),
        ({"never": {"wire": {"verb": "NOOP"}}}, False),
        ({"never": {"state": {"laptop": "TRANSACTION"}}}, False),
        ({"never": [{"wire": {"verb": "DELE"}}, {"answer": ["a", "b"]}]}, False),
        ({"never": {"any": [{"wire": {"verb": "DELE"}}]}}, True),
        ({"never": {"never": {"wire": {"verb": "NOOP"}}}}, False),
        ({"all": [{"wire": {"verb": "NOOP"}}, {"never": {"wire": {"verb": "DELE"}}}]}, True),
        ({"any": [{"wire": {"verb": "NOOP"}}, {"never": {"wire": {"verb": "DELE"}}}]}, False),
        ({"wire": {"verb": "NOOP"}}, False),
        ({"never": {"all": [{"wire": {"verb": "DELE"}}, {"wire": {"verb": "STAT"}}]}}, True),
    ],
)
def test_what_cannot_come_right_any_more(check, expected):
    assert CHECK.validate_python(check).hopeless(SEEN) is expected


def test_every_kind_of_check_is_in_the_union():
    assert {check.KEY for check in CHECKS} == {"wire", "state", "store", "answer", "all", "any", "never"}
    with pytest.raises(ValidationError):
        CHECK.validate_python({"wire": {"verb": "X"}, "state": {"a": "B"}})
