"""Checks name effects: every correct route passes, no wrong one does."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from sandbox.teach.checks import CHECKS, AnyCheck
from sandbox.teach.evidence import Exchange, QueuedMail, Reply, Snapshot, StoredMail

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
        Exchange("desk", "RCPT", ("TO:<a@b.example>",), Reply("550", False, ("no",), enhanced="5.7.1")),
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
    sent={
        ("laptop", "C", "app"): (b"USER ana\r\n", b"STAT\r\nQUIT\r\n"),
        ("laptop", "C", "tls"): (b"\x16\x03\x01\x02\x00",),
        ("phone", "S", "app"): (b"+OK\r\n",),
    },
    waiting=(
        QueuedMail("norte", "ana@norte.example", ("nico@sur.example",), "sur.example", 1, frozenset({"451", "4.4.1"})),
        QueuedMail("norte", "", ("luis@sur.example", "nico@sur.example"), "sur.example"),
    ),
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
        ({"on": "desk", "verb": "RCPT", "reply": {"status": "5.7.1"}}, True),
        ({"on": "desk", "verb": "RCPT", "reply": {"status": ["5.1.1", "550"]}}, True),
        ({"on": "desk", "verb": "RCPT", "reply": {"status": "5.1.1"}}, False),
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


@pytest.mark.parametrize(
    ("queue", "expected"),
    [
        ({}, True),
        ({"count": 2}, True),
        ({"count": 1}, False),
        ({"host": "norte"}, True),
        ({"host": "sur"}, False),
        ({"host": "sur", "count": 0}, True),
        ({"from": "ANA@norte.example", "count": 1}, True),
        ({"from": "", "count": 1}, True),
        ({"from": "luis@norte.example"}, False),
        ({"to": "nico@sur.example", "count": 2}, True),
        ({"to": "luis@sur.example", "count": 1}, True),
        ({"to": "mar@sur.example"}, False),
        ({"domain": "sur.example"}, True),
        ({"domain": "oeste.example"}, False),
        ({"attempts": 1, "count": 1}, True),
        ({"attempts": 2}, False),
        ({"last": "451"}, True),
        ({"last": ["550", "4.4.1"]}, True),
        ({"last": "550"}, False),
    ],
)
def test_queue(queue, expected):
    assert holds({"queue": queue}) is expected


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        ({"side": "C", "exact": r"USER ana\r\n"}, True),
        ({"side": "C", "exact": "USER ana\r\n"}, True),
        ({"side": "C", "exact": "USER ana"}, False),
        ({"side": "C", "starts": "STAT"}, True),
        ({"side": "C", "starts": "QUIT"}, False),
        ({"side": "C", "contains": "ana"}, True),
        ({"side": "C", "contains": ["STAT", "QUIT", r"\n"]}, True),
        ({"side": "C", "contains": ["QUIT", "STAT"]}, False),
        ({"side": "C", "contains": ["USER", "STAT"]}, False),
        ({"side": "S", "contains": "ana"}, False),
        ({"side": "C", "layer": "tls", "starts": r"\x16\x03\x01"}, True),
        ({"side": "C", "layer": "tls", "contains": "ana"}, False),
        ({"on": "phone", "side": "S", "starts": "+OK"}, True),
        ({"on": "tablet", "side": "S", "starts": "+OK"}, False),
    ],
)
def test_bytes(octets, expected):
    assert holds({"bytes": octets}) is expected


@pytest.mark.parametrize(
    "octets",
    [
        {"side": "C"},
        {"side": "C", "exact": "a", "starts": "a"},
        {"side": "C", "exact": ""},
        {"side": "C", "starts": r"\q"},
        {"side": "C", "contains": []},
        {"side": "C", "contains": ["a", r"\x1"]},
        {"side": "C", "contains": "\ud800"},
        {"side": "X", "exact": "a"},
        {"side": "C", "layer": "tcp", "exact": "a"},
    ],
)
def test_octets_that_are_none(octets):
    with pytest.raises(ValidationError):
        CHECK.validate_python({"bytes": octets})


def test_octets_stay_sent_but_may_not_be_all():
    assert CHECK.validate_python({"never": {"bytes": {"side": "C", "contains": "STAT"}}}).hopeless(SEEN)
    assert CHECK.validate_python({"never": {"bytes": {"side": "C", "starts": "STAT"}}}).hopeless(SEEN)
    assert not CHECK.validate_python({"never": {"bytes": {"side": "C", "exact": r"USER ana\r\n"}}}).hopeless(SEEN)
    assert not CHECK.validate_python({"never": {"queue": {}}}).hopeless(SEEN)


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
    assert {check.KEY for check in CHECKS} == {
        "wire", "told", "bytes", "state", "store", "queue", "answer", "all", "any", "never",
    }  # fmt: skip
    with pytest.raises(ValidationError):
        CHECK.validate_python({"wire": {"verb": "X"}, "state": {"a": "B"}})
