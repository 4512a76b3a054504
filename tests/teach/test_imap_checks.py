"""What lessons about IMAP look at: tags, untagged data, mailboxes, flags."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from sandbox.teach.checks import AnyCheck
from sandbox.teach.evidence import Exchange, Reply, Snapshot, Standing, StoredMail, Told
from sandbox.teach.fields import Known
from sandbox.teach.loader import open_source
from sandbox.teach.stage import Stage, StageEvidence
from sandbox.teach.world import WorldSpec
from sandbox.world.errors import WorldError
from tests.teach.conftest import LESSON

CHECK = TypeAdapter(AnyCheck)
SEEN = Snapshot(
    seen=(
        Exchange("laptop", "ANA", ("secreto",), Reply("BAD", False), "LOGIN"),
        Exchange("laptop", "COPY", ("1", "Old"), Reply("OK", True, (), "COPYUID", about=("7", "1", "3")), "a1", True),
    ),
    states={"laptop": "SELECTED"},
    store={
        ("ana", "INBOX"): (
            StoredMail(3, frozenset({"\\Seen"}), b"Subject: =?UTF-8?Q?Ma=C3=B1ana?=\r\n\r\nHi.\r\n"),
            StoredMail(5, frozenset({"$Forwarded"}), b"To: ana\r\n\r\nSubject: not here\r\n"),
        ),
        ("ana", "Papelería"): (),
    },
    fixtures={"a.eml": b"To: ana\r\n\r\nSubject: not here\r\n"},
    news={"laptop": (Told("EXPUNGE", 2, (), "IDLE"), Told("FETCH", 1, ("FLAGS", "\\Seen", "UID", "3")))},
    standings={"laptop": Standing("Papelería", True, frozenset({"IMAP4REV2"}), "IDLE")},
    uses={("ana", "Papelería"): ("\\Trash",)},
    subscribed=(("ana", "Papelería"),),
    here="laptop",
)


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ({"wire": {"verb": "ANA", "tag": "LOGIN"}}, True),
        ({"wire": {"verb": "ANA", "tag": "login"}}, False),
        ({"wire": {"verb": "COPY", "pipelined": True}}, True),
        ({"wire": {"verb": "COPY", "pipelined": False}}, False),
        ({"wire": {"verb": "COPY", "reply": {"code": "COPYUID", "about": ["_", 1, 3]}}}, True),
        ({"wire": {"verb": "COPY", "reply": {"about": [1]}}}, False),
        ({"told": {"word": "expunge", "number": 2}}, True),
        ({"told": {"on": "phone", "word": "EXPUNGE"}}, False),
        ({"told": {"word": "EXPUNGE", "number": 1}}, False),
        ({"told": {"word": ["EXISTS", "EXPUNGE"], "during": "IDLE"}}, True),
        ({"told": {"word": "FETCH", "during": "IDLE"}}, False),
        ({"told": {"word": "FETCH", "args": ["FLAGS", "\\seen", "..."]}}, True),
        ({"told": {"word": "FETCH", "args": ["FLAGS"]}}, False),
        ({"told": {"word": "FETCH", "has": ["\\Seen", 3]}}, True),
        ({"told": {"word": "FETCH", "has": "\\Deleted"}}, False),
        ({"told": {"word": "FETCH", "lacks": "\\Deleted"}}, True),
        ({"told": {"word": "FETCH", "lacks": "\\Seen"}}, False),
        ({"state": {"laptop": {"mailbox": "Papelería", "read_only": True}}}, True),
        ({"state": {"laptop": {"state": ["AUTHENTICATED", "SELECTED"]}}}, True),
        ({"state": {"laptop": {"mailbox": "inbox"}}}, False),
        ({"state": {"laptop": {"read_only": False}}}, False),
        ({"state": {"laptop": {"enabled": ["imap4rev2"], "busy": "idle"}}}, True),
        ({"state": {"laptop": {"enabled": ["CONDSTORE"]}}}, False),
        ({"state": {"laptop": {"busy": "APPEND"}}}, False),
        ({"state": {"phone": {"mailbox": "INBOX"}}}, False),
        ({"store": {"user": "ana", "at_least": 2, "at_most": 2}}, True),
        ({"store": {"user": "ana", "at_least": 3}}, False),
        ({"store": {"user": "ana", "at_most": 1}}, False),
        ({"store": {"user": "ana", "messages": {"uid": 3, "flags": "\\seen", "without": "\\Deleted"}}}, True),
        ({"store": {"user": "ana", "messages": {"uid": 4}}}, False),
        ({"store": {"user": "ana", "messages": {"uid": 5, "flags": "\\Seen"}}}, False),
        ({"store": {"user": "ana", "messages": {"uid": 5, "without": ["$forwarded"]}}}, False),
        ({"store": {"user": "ana", "messages": {"file": "a.eml", "flags": "$forwarded"}}}, True),
        ({"store": {"user": "ana", "messages": [{"header": {"subject": "mañana"}}, {"uid": 5}]}}, True),
        ({"store": {"user": "ana", "messages": {"header": {"Subject": "not here"}}}}, False),
        ({"store": {"user": "ana", "mailbox": "Papelería", "use": "\\trash", "subscribed": True}}, True),
        ({"store": {"user": "ana", "mailbox": "Papelería", "use": "\\Sent"}}, False),
        ({"store": {"user": "ana", "subscribed": True}}, False),
    ],
)
def test_what_a_check_says(check, expected):
    assert CHECK.validate_python(check).holds(SEEN) is expected


def test_what_was_told_stays_told():
    assert CHECK.validate_python({"never": {"told": {"word": "EXPUNGE"}}}).hopeless(SEEN)


@pytest.mark.parametrize(
    ("world", "kind"),
    [
        ({"mailboxes": {"ana": {"a//b": []}}}, "bad_mailbox"),
        ({"mailboxes": {"ana": {"a": {"use": "\\Nope"}}}}, "bad_use"),
        ({"mailboxes": {"ana": {"a": [{"file": "a.eml", "flags": ["\\Recent"]}]}}}, "bad_flag"),
        ({"domains": {"norte.example": {"separator": "x"}}}, "bad_separator"),
        ({"domains": {"norte.example": {"separator": "//"}}}, "bad_separator"),
    ],
)
def test_what_a_world_cannot_have(world, kind):
    with pytest.raises(ValidationError) as caught:
        WorldSpec.model_validate(world, context=Known())
    assert [error["type"] for error in caught.value.errors()] == [kind]


MAILBOXES = """\
  mailboxes:
    ana:
      INBOX: {subscribed: true, mail: [{file: exam.eml, flags: [$forwarded], date: "2026-03-01T08:00:00Z"}]}
      Archivo.Año: [invoice.eml]
      Archivo: {use: \\Archive}
"""


@pytest.fixture
def stage(folder, library):
    path = folder / "x.yaml"
    text = LESSON.replace("{pick: [ana, luis]}", "ana").replace("proto: pop3", "proto: imap").replace(":110", ":143")
    text = text.replace("  maildrop:", MAILBOXES + "  maildrop:")
    path.write_text(
        text.replace("world:\n", "world:\n  domains: {norte.example: {separator: ., uid_validity: 9}}\n", 1)
    )
    norte = folder / "worlds" / "norte.yml"
    norte.write_text(norte.read_text().replace("roles: [mx, pop3]", "roles: [mx, imap]"))
    return Stage(open_source(path, library).lesson("0"), library, "seed", "strict")


def test_mailboxes_that_are_there_at_the_start(stage):
    boxes = {box.name: box for box in stage.world.mailboxes("ana").listing()}
    assert list(boxes) == ["INBOX", "Archivo", "Archivo.Año"]
    assert boxes["Archivo"].special_use == ("\\Archive",)
    assert len(boxes["Archivo.Año"]) == 1
    assert [(stored.flags, stored.internal_date // 10**9) for stored in boxes["INBOX"]][-1] == (
        ("$Forwarded",), 1772352000,
    )  # fmt: skip
    assert stage.world.mailboxes("luis").inbox.uid_validity > boxes["INBOX"].uid_validity >= 9
    seen = StageEvidence(stage, 0, "laptop")
    assert seen.subscriptions("ana") == ("INBOX",)
    assert seen.subscriptions("nobody") == ()
    assert seen.special_use("ana", "Archivo") == ("\\Archive",)
    assert seen.special_use("ana", "Nope") == ()


def test_a_mailbox_that_the_store_refuses(folder, library):
    path = folder / "x.yaml"
    path.write_text(LESSON.replace("  maildrop:", "  mailboxes: {ana: {Inbox: []}}\n  maildrop:"))
    assert Stage(open_source(path, library).lesson("0"), library, "seed", "strict")
    path.write_text(LESSON.replace("  maildrop:", "  mailboxes: {ana: {INBOX/a..b: []}}\n  maildrop:").replace(
        "world:\n", "world:\n  domains: {norte.example: {separator: .}}\n", 1))  # fmt: skip
    lesson = open_source(path, library).lesson("0")
    with pytest.raises(WorldError):
        Stage(lesson, library, "seed", "strict")


def test_a_session_on_the_wire(stage):
    seen = StageEvidence(stage, 0, "laptop")
    assert seen.standing("phone") == Standing()
    stage.type_all("laptop", ["LOGIN ana secreto", "a1 LOGIN ana secreto", 'a2 EXAMINE "inbox"'])
    stage.type_all("laptop", ["@raw 'a3 NOOP\\r\\na4 NOOP\\r\\n'"])
    exchanges = seen.exchanges("")
    assert [(exchange.verb, exchange.tag, exchange.pipelined) for exchange in exchanges] == [
        ("ANA", "LOGIN", False), ("LOGIN", "a1", False), ("EXAMINE", "a2", False), ("NOOP", "a3", False),
        ("NOOP", "a4", True),
    ]  # fmt: skip
    assert exchanges[0].reply.status == "BAD"
    assert (exchanges[2].reply.code, exchanges[2].reply.about) == ("READ-ONLY", ())
    assert seen.standing("laptop") == Standing("INBOX", True)
    stage.type_all("laptop", ["a5 CLOSE", "a6 ENABLE IMAP4rev2", 'a7 SELECT "Archivo.Año"', "a8 IDLE"])
    assert seen.standing("laptop") == Standing("Archivo.Año", False, frozenset({"IMAP4REV2"}), "IDLE")
    stage.type_all("laptop", ["DONE", "a9 SELECT Nope", "@close"])
    assert seen.standing("laptop") == Standing(enabled=frozenset({"IMAP4REV2"}))


def test_what_is_told_without_a_tag(stage):
    seen = StageEvidence(stage, 0, "laptop")
    stage.type_all("laptop", ["a1 LOGIN ana secreto", "a2 SELECT INBOX", 'a3 LIST "" *', "a4 SEARCH ALL", "a5 IDLE"])
    stage.deliver([("ana", ["exam.eml"])])
    told = seen.told("")
    assert Told("EXISTS", 3, (), "SELECT") in told
    assert [news.items for news in told if news.word == "LIST"][-1] == ("\\HasNoChildren", ".", "Archivo.A&APE-o")
    assert Told("SEARCH", None, ("1", "2", "3"), "SEARCH") in told
    assert Told("EXISTS", 4, (), "IDLE") in told
    assert StageEvidence(stage, stage.world.journal.seq, "laptop").told("") == []


def test_names_that_are_none(stage):
    stage.type_all("laptop", ["a1 LOGIN ana secreto", "a2 SELECT INBOX", "a3 SELECT &bad", "a4 SELECT"])
    assert StageEvidence(stage, 0, "laptop").standing("laptop") == Standing()
