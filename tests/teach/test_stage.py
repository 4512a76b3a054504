"""The stage shows what really happened, in words that checks understand."""

from __future__ import annotations

import pytest

from sandbox.teach.loader import open_source
from sandbox.teach.parts import Break, Deliver, Send
from sandbox.teach.stage import Stage, StageEvidence, _status
from sandbox.wire.trace import Tls
from sandbox.world.errors import WorldError
from sandbox.world.faults import FAULTS
from tests.teach.conftest import LESSON


@pytest.fixture
def stage(folder, library):
    path = folder / "x.yaml"
    path.write_text(LESSON.replace("{pick: [ana, luis]}", "ana"))
    lesson = open_source(path, library).lesson("0")
    return Stage(lesson, library, "seed", "strict")


def log_in(stage, actor="laptop"):
    stage.type_all(actor, ["USER ana", "PASS secreto"])


def test_exchanges_in_words(stage):
    log_in(stage)
    since = stage.world.journal.seq
    stage.type_all("laptop", ["stat", "LIST", "uidl 2", "NOPE x y", "RETR 9", "RETR 1"])
    seen = stage.exchanges("laptop", since)
    assert [(exchange.verb, exchange.args) for exchange in seen] == [
        ("STAT", ()),
        ("LIST", ()),
        ("UIDL", ("2",)),
        ("NOPE", ("x", "y")),
        ("RETR", ("9",)),
        ("RETR", ("1",)),
    ]
    assert [exchange.reply.accepted for exchange in seen] == [True, True, True, False, False, True]
    listing = seen[1].reply
    assert listing.status == "+OK"
    assert [line[0] for line in listing.lines] == ["1", "2"]
    assert ("Subject:", "invoice") in seen[5].reply.lines
    assert (".",) not in seen[5].reply.lines
    assert stage.exchanges("phone") == []
    assert [exchange.verb for exchange in stage.all_exchanges()][:2] == ["USER", "PASS"]


def test_response_codes_stand_apart(stage):
    stage.type("phone", "@connect")
    log_in(stage)
    log_in(stage, "phone")
    reply = stage.exchanges("phone")[-1].reply
    assert (reply.status, reply.accepted, reply.code) == ("-ERR", False, "IN-USE")
    assert reply.words
    assert not reply.words[0].startswith("[")


def test_a_command_without_its_reply(stage):
    stage.act([Break.model_validate({"fault": {"drop": {"on": "laptop", "after": "USER", "reply": False}}})])
    stage.type("laptop", "USER ana")
    assert [(exchange.verb, exchange.reply) for exchange in stage.exchanges("laptop")] == [("USER", None)]
    assert stage.state("laptop") == "CLOSED"


def test_states(stage):
    assert stage.state("phone") == ""
    assert stage.state("laptop") == "AUTHORIZATION"
    log_in(stage)
    assert stage.state("laptop") == "TRANSACTION"
    stage.type("laptop", "QUIT")
    assert stage.state("laptop") == "UPDATE"
    stage.type_all("laptop", ["@connect", "QUIT"])
    assert stage.state("laptop") == "CLOSED"
    stage.type_all("laptop", ["@connect", "@close"])
    assert stage.state("laptop") == "CLOSED"


def test_servers_are_set_up_as_the_lesson_wants(folder, library):
    path = folder / "x.yaml"
    servers = "hosts: {norte: {servers: {pop3: {tls: true, clear_auth: false, without: [UIDL, PIPELINING]}}}}"
    path.write_text(LESSON.replace("world:\n", f"world:\n  {servers}\n"))
    stage = Stage(open_source(path, library).lesson("0"), library, "seed", "strict")
    stage.type_all("laptop", ["CAPA", "USER ana"])
    capa, user = stage.exchanges("laptop")
    assert ("STLS",) in capa.reply.lines
    assert not {("UIDL",), ("PIPELINING",)} & set(capa.reply.lines)
    assert not user.reply.accepted


def test_servers_speak_the_language_they_are_asked_for(stage):
    stage.type_all("laptop", ["LANG es", "NOPE"])
    assert "comando" in " ".join(stage.exchanges("laptop")[-1].reply.words)


def test_smtp_numbers_stand_apart_from_what_follows():
    assert _status(["250-mail.norte.example", "hello"]) == ("250", ["mail.norte.example", "hello"])
    assert _status(["250-"]) == ("250", [])
    assert _status(["250", "ok"]) == ("250", ["ok"])
    assert _status([]) == ("", [])


@pytest.fixture
def post(folder, library):
    """A stage with two domains, between which the mail waits, and a submission server that offers TLS."""
    path = folder / "x.yaml"
    two = (
        "world:\n  domains:\n"
        "    sur.example: {mx: [{preference: 10, host: sur}], users: {nico: secreto}}\n"
        "  hosts:\n"
        "    norte: {roles: [mx, submission, pop3], servers: {smtp: {tls: true}}}\n"
        "    sur: {name: mail.sur.example, domain: sur.example, roles: [mx]}\n"
    )
    text = LESSON.replace("{pick: [ana, luis]}", "ana").replace("world:\n", two)
    text = text.replace(
        'laptop: {by: learner, proto: pop3, to: "norte:110"}', 'laptop: {by: learner, proto: smtp, to: "norte:587"}'
    )
    path.write_text(text)
    return Stage(open_source(path, library).lesson("0"), library, "seed", "strict")


def test_enhanced_status_codes_stand_apart(post):
    post.type_all("laptop", ["EHLO a.example", "MAIL FROM:<ana@norte.example>", "NOOP"])
    ehlo, mail, noop = (exchange.reply for exchange in post.exchanges("laptop"))
    assert (mail.status, mail.enhanced, mail.accepted) == ("530", "5.7.0", False)
    assert (noop.status, noop.enhanced) == ("250", "2.0.0")
    assert not any(word.startswith(("5.", "2.")) for word in (*mail.words, *noop.words))
    assert ehlo.enhanced == ""


def test_waiting_mail(post):
    seen = StageEvidence(post, 0, "laptop")
    assert list(seen.queue()) == []
    post.act([Break.model_validate({"fault": {"down": "sur"}})])
    lines = ["EHLO a.example", "AUTH PLAIN AGFuYQBzZWNyZXRv", "MAIL FROM:<ana@norte.example>",
             "RCPT TO:<nico@sur.example>", "DATA", "Subject: x", "."]  # fmt: skip
    post.type_all("laptop", lines)
    (mail,) = seen.queue()
    assert (mail.host, mail.sender, mail.recipients) == ("norte", "ana@norte.example", ("nico@sur.example",))
    assert (mail.domain, mail.attempts, mail.last) == ("sur.example", 1, {"451", "4.4.1"})
    post.act([Break.model_validate({"fault": {"up": "sur"}})])
    post.type("laptop", "@wait 1h")
    assert list(seen.queue()) == []


def test_no_mail_waits_where_no_host_takes_any(folder, library):
    (folder / "worlds" / "norte.yml").write_text(
        (folder / "worlds" / "norte.yml").read_text().replace("[mx, pop3]", "[pop3]")
    )
    lesson = open_source(folder / "demo-01-small.yaml", library).lesson("0")
    assert StageEvidence(Stage(lesson, library, "seed", "strict"), 0, "laptop").queue() == []


def test_octets_on_the_wire(post):
    post.type_all("laptop", ["EHLO a.example", "STARTTLS"])
    since = post.world.journal.seq
    post.type("laptop", "NOOP")
    seen = StageEvidence(post, since, "laptop")
    assert list(seen.octets("", "C", "app")) == [b"NOOP\r\n"]
    (hidden,) = seen.octets("laptop", "C", "tls")
    assert hidden.startswith(b"\x17\x03\x03")
    assert b"NOOP" not in hidden
    (whole,) = StageEvidence(post, 0, "laptop").octets("laptop", "C", "tls")
    assert whole.startswith(b"\x16\x03\x01")
    assert list(seen.octets("phone", "C", "app")) == []


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        ("expired", "the certificate has expired"),
        ("wrong name", "the certificate is for another name than the one that was asked for"),
        ("self-signed", "the certificate is self-signed, and not one that the client trusts"),
        ("none", ""),
    ],
)
def test_a_client_looks_at_the_certificate(post, flaw, reason):
    post.act([Break.model_validate({"fault": {"certificate": {"host": "norte", "flaw": flaw}}})])
    post.type_all("laptop", ["EHLO a.example", "STARTTLS"])
    (shaken,) = (event for event in post.world.journal.events if isinstance(event, Tls))
    assert (shaken.reason, bool(shaken.version)) == (reason, not reason)
    assert post.world.links["laptop"].closed is bool(reason)


def test_a_host_can_have_a_bad_certificate_from_the_beginning(folder, library):
    path = folder / "x.yaml"
    hosts = "hosts: {norte: {certificate: expired, servers: {pop3: {tls: true}}}}"
    path.write_text(LESSON.replace("world:\n", f"world:\n  {hosts}\n"))
    stage = Stage(open_source(path, library).lesson("0"), library, "seed", "strict")
    stage.type("laptop", "STLS")
    assert [event.reason for event in stage.world.journal.events if isinstance(event, Tls)] == [
        "the certificate has expired"
    ]


def test_somebody_on_the_way_takes_tls_out_of_the_offer(post):
    post.act([Break.model_validate({"fault": {"strip": {"on": "laptop", "capability": "STARTTLS"}}})])
    post.type("laptop", "EHLO a.example")
    (ehlo,) = post.exchanges("laptop")
    assert ("250-STARTTLS",) not in ehlo.reply.lines
    assert ("250-PIPELINING",) in ehlo.reply.lines


def test_words_put_behind_the_go_ahead_answer_nothing_later(post):
    post.type("laptop", "EHLO a.example")
    post.act([Break.model_validate({"fault": {"inject": {"on": "laptop", "verb": "STARTTLS", "words": "250 x"}}})])
    post.type_all("laptop", ["STARTTLS", "EHLO a.example", "NOOP"])
    _clear, starttls, ehlo, noop = post.exchanges("laptop")
    assert (starttls.reply.status, noop.reply.status) == ("220", "250")
    assert ("250-PIPELINING",) in ehlo.reply.lines


def test_lost_octets_never_arrived(post):
    post.act([Break.model_validate({"fault": {"drop": {"on": "laptop", "after": "NOOP", "reply": False}}})])
    since = post.world.journal.seq
    post.type("laptop", "NOOP")
    seen = StageEvidence(post, since, "laptop")
    assert list(seen.octets("laptop", "C", "app")) == [b"NOOP\r\n"]
    assert list(seen.octets("laptop", "S", "app")) == [b""]


def test_stored_mail(stage, library):
    seen = StageEvidence(stage, 0, "laptop", ("a",))
    assert [message.content for message in seen.mail("ana", "INBOX")] == [
        library.mail("invoice.eml"),
        library.mail("exam.eml"),
    ]
    assert [message.uid for message in seen.mail("ana", "INBOX")] == [1, 2]
    assert seen.mail("ana", "Nope") is None
    assert list(seen.mailboxes("ana")) == ["INBOX"]
    assert seen.mail("nobody", "INBOX") is None
    assert seen.mailboxes("nobody") == []
    assert seen.fixture("exam.eml") == library.mail("exam.eml")
    assert seen.answer == ("a",)
    stage.act([Deliver(deliver={"luis": ["exam.eml"]})])
    assert len(seen.mail("luis", "INBOX")) == 1


def test_actions_of_the_engine(stage):
    stage.act([Send.model_validate({"on": "phone", "send": ["@connect", "USER ana", "@on laptop", "NOOP"]})])
    assert [exchange.verb for exchange in stage.exchanges("phone")] == ["USER"]
    assert [exchange.verb for exchange in stage.exchanges("laptop")] == ["NOOP"]
    with pytest.raises(WorldError):
        stage.type("tablet", "@connect")


@pytest.mark.parametrize(
    ("fault", "lines", "accepted"),
    [
        ({"delay": {"on": "laptop", "by": "500ms"}}, ["NOOP"], False),
        ({"split": {"on": "laptop", "size": 1}}, ["USER ana"], True),
        ({"canned": {"on": "laptop", "verb": "STAT", "reply": "+OK 9 9"}}, ["STAT"], True),
        ({"lock": "ana"}, ["USER ana", "PASS secreto"], False),
        ({"drop": {"on": "laptop", "at": 3, "side": "C"}}, ["NOOP"], None),
    ],
)
def test_every_fault_strikes(stage, fault, lines, accepted):
    stage.act([Break.model_validate({"fault": fault})])
    before = stage.world.clock.now()
    stage.type_all("laptop", lines)
    seen = stage.exchanges("laptop")
    assert (seen[-1].reply.accepted if seen else None) is accepted
    if "delay" in fault:
        assert stage.world.clock.now() - before >= 500_000_000
    if "lock" in fault:
        stage.act([Break.model_validate({"fault": {"unlock": "ana"}})])
        log_in(stage)
        assert stage.state("laptop") == "TRANSACTION"


def test_lessons_can_use_every_fault_that_there_is():
    from sandbox.teach.network import NETWORK

    examples = [
        {"drop": "a"}, {"delay": {"on": "a", "by": "1s"}}, {"split": {"on": "a", "size": 1}},
        {"canned": {"on": "a", "verb": "X", "reply": "Y"}}, {"lock": "u"}, {"unlock": "u"}, {"down": "h"}, {"up": "h"},
        {"busy": {"host": "h", "verb": "RCPT"}}, {"greylist": "h"}, {"dns": {"domain": "d.example"}}, {"full": "u"},
        {"room": "u"}, {"cut_after_dot": {"host": "h"}}, {"strip": {"on": "a", "capability": "STLS"}},
        {"inject": {"on": "a", "verb": "STLS", "words": "+OK"}},
        {"certificate": {"host": "h", "flaw": "wrong name"}},
    ]  # fmt: skip
    made = [
        model.model_validate(next(example for example in examples if model.KEY in example)).fault() for model in NETWORK
    ]
    assert {type(fault) for fault in made} == set(FAULTS)
