"""Text, JSON, Markdown and HTML: everything is there, and nothing that was sent becomes markup."""

from __future__ import annotations

import html.parser
import io
import json
import re
from typing import Any

import pytest
from hypothesis import given

from sandbox.i18n import set_language
from sandbox.record.export import FORMATS, mail
from sandbox.record.export import html as page
from sandbox.record.export import text as dialogue_text
from sandbox.record.format import Header
from sandbox.record.linear import records
from sandbox.record.reader import Transcript
from sandbox.wire.trace import AnyEvent, Close, Data, Note, Open, StoreChange, live
from sandbox.world.protocols import PROTOCOLS
from tests.record.events import JOURNALS
from tests.record.export.captures import dialogue
from tests.record.worlds import busy, transcript_of, written

BY_NAME = {each.name: each for each in FORMATS}
HOSTILE = b"<script>alert(1)</script> `x` ``` *b* \x1b[2J & \xff\xe2\x80\xae"
GREETING = ("S", b"+OK hello\r\n")


def exported(name: str, events: list[AnyEvent], header: Header | None = None) -> str:
    transcript = transcript_of(events)
    if header is not None:
        transcript = Transcript.read(io.BytesIO(written(events, header)), "a.jsonl")
    file = io.BytesIO()
    BY_NAME[name].write(transcript, PROTOCOLS, file)
    return file.getvalue().decode()


class Reader(html.parser.HTMLParser):
    """What a browser would make of a page: its elements, in balance, and its text."""

    VOID = ("meta", "br")

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


# All of them


@pytest.mark.parametrize("name", BY_NAME)
def test_a_format_is_named_by_its_suffix(name: str) -> None:
    assert BY_NAME[name].suffix == f".{name}"
    assert BY_NAME[name].about


@pytest.mark.parametrize("name", BY_NAME)
def test_only_the_final_branch_is_written(name: str) -> None:
    home = busy()
    transcripts = [transcript_of(events) for events in (home.journal.events, live(home.journal.events))]
    files = [io.BytesIO(), io.BytesIO()]
    for transcript, file in zip(transcripts, files, strict=True):
        BY_NAME[name].write(transcript, PROTOCOLS, file)
    assert files[0].getvalue() == files[1].getvalue()


@pytest.mark.parametrize("name", ["txt", "json", "md", "html", "svg", "cast"])
@given(JOURNALS)
def test_any_journal_can_be_written_and_no_control_gets_out(name: str, events: list[AnyEvent]) -> None:
    text = exported(name, events)
    assert not [char for char in text if char not in "\n\t" and not char.isprintable()]
    if name == "html":
        Reader(text)


@pytest.mark.parametrize("name", ["md", "html"])
def test_words_come_in_the_language_in_use(name: str) -> None:
    events = dialogue(GREETING, ("C", b"STAT\r\n"))
    english = exported(name, events)
    set_language("es")
    assert exported(name, events) != english


# Text


def test_the_dialogue_stands_as_in_an_rfc() -> None:
    events = dialogue(GREETING, ("C", b"QU"), ("C", b"IT\r\nmore"), ("S", b"+OK\r\n\r\n"), ("S", b"\ta"))
    assert exported("txt", events).splitlines() == [
        "A session",
        "",
        "(laptop connects to mail, port 110: POP3.)",
        "S: +OK hello",
        "C: QUIT",
        "S: +OK",
        "S:",
        "C: more",
        "S: \ta",
        "(The client closes the connection.)",
    ]


def test_connections_that_take_turns_are_told_apart() -> None:
    events: list[AnyEvent] = [
        Open(1, 0, "c1", "pop3", "laptop", "mail", 110),
        Open(2, 0, "c2", "pop3", "phone", "mail", 110),
        Data(3, 0, "c2", "S", "app", b"+OK two\r\n"),
        Data(4, 0, "c1", "S", "app", b"+OK one\r\n"),
        Data(5, 0, "c1", "S", "app", b"lost", lost=True),
        Data(6, 0, "c1", "S", "tls", b"records"),
        Data(7, 0, "c2", "C", "app", b"unfinished"),
    ]
    assert exported("txt", events).splitlines()[4:] == [
        "(phone connects to mail, port 110: POP3.)",
        "S: +OK two",
        "",
        "(c1)",
        "S: +OK one",
        "(The server sent this, and it was lost on the way: lost)",
        "",
        "(c2)",
        "C: unfinished",
    ]


def test_a_line_that_never_ends_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue_text, "LONGEST", 10)
    events = dialogue(("S", b"123456"), ("S", b"7890ab"), ("S", b"c\r\n"), ("C", b"QUIT\r\n"))
    assert exported("txt", events).splitlines()[3:6] == ["S: 1234567890ab", "S: c", "C: QUIT"]


# JSON


def test_json_holds_the_header_and_every_record() -> None:
    events = dialogue(GREETING, ("C", b"STAT\r\n"))
    found = json.loads(exported("json", events))
    assert found["header"]["title"] == "A session"
    assert found["language"] == "en"
    assert found["records"] == list(records(transcript_of(events), PROTOCOLS))
    assert json.loads(exported("json", []))["records"] == []


# Markdown


def test_markdown_explains_every_unit() -> None:
    text = exported("md", dialogue(GREETING, ("C", b"NOOP x\r\n")))
    assert text.startswith("# A session\n\nHosts: mail.norte.example  \n\n*laptop connects to mail, port 110: POP3.*\n")
    assert "\n0.002 c1\n\n```text\nS: +OK hello\n```\n\nThe server speaks first" in text
    assert "\n- `+OK` +OK: positive status: done\n- “ ” SP: " in text.replace("`“ ”`", "“ ”")
    assert re.search(r"\n\n\*\*At octet \d+: .*\*\*\n\n- ", text)


def test_markup_in_markdown_stays_text() -> None:
    text = exported("md", dialogue(("S", b"+OK " + HOSTILE + b"\r\n")), Header("*title* <b>"))
    assert text.startswith("# \\*title\\* \\<b\\>\n")
    assert "\n````text\nS: +OK <script>" in text  # a fence that the backticks inside do not end
    outside = re.sub(r"(?s)(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert "<script>" not in outside


def test_a_code_span_holds_backticks_and_spaces() -> None:
    text = exported("md", dialogue(GREETING, ("C", b"USER `a``\r\n")))
    assert "\n- ``` `a`` ``` " in text


# HTML


def test_the_page_needs_no_network_and_no_script() -> None:
    home = busy()
    source = exported("html", list(home.journal.events))
    read = Reader(source)
    assert {tag for tag, _attributes in read.tags} & {"script", "link", "img", "iframe", "object", "base"} == set()
    attributes = {name for _tag, attributes in read.tags for name in attributes}
    assert attributes & {"src", "href", "srcset", "style", "onclick", "onload"} == set()
    assert "://" not in source
    assert "@import" not in source
    assert "url(" not in source


def test_every_unit_opens_its_explanation() -> None:
    events = dialogue(GREETING, ("C", b"STAT\r\n"), ("S", b"-ERR no\r\n"), ("C", b"FOO\r\n"))
    read = Reader(exported("html", events))
    assert sum(tag == "details" for tag, _attributes in read.tags) == 4
    assert "Ask how many messages there are" in read.text
    assert "RFC 1939 §5 The TRANSACTION State" in read.text
    assert any(attributes.get("class") == "C faulty" for _tag, attributes in read.tags)


def test_an_exchange_is_one_row_whatever_happens_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[AnyEvent] = dialogue(GREETING, ("C", b"CAPA\r\n"), ("S", b"+OK\r\nUSER\r\n.\r\n"))
    events.insert(3, Note(3, 3_000_000, "c1", "something happened"))
    events = [type(each)(**{**_fields(each), "seq": seq}) for seq, each in enumerate(events, 1)]
    text = Reader(exported("html", events)).text
    assert text.index("CAPA") < text.index("USER") < text.index("something happened")
    monkeypatch.setattr(page, "MEANWHILE", 0)
    text = Reader(exported("html", events)).text
    assert text.index("CAPA") < text.index("something happened") < text.index("USER")


def _fields(event: AnyEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__struct_fields__}


def test_what_was_sent_is_never_markup() -> None:
    events = dialogue(("S", b"+OK " + HOSTILE + b"\r\n"), ("C", HOSTILE))
    read = Reader(exported("html", events, Header("<script>", lesson="<b>", hosts=("<i>",))))
    assert not {tag for tag, _attributes in read.tags} & {"script", "b", "i"}
    assert "<script>alert(1)</script>" in read.text
    assert "\\x1b[2J" in read.text
    assert "\\u202e" in read.text


def test_long_answers_are_shown_when_opened() -> None:
    listing = b"".join(b"%d 100\r\n" % number for number in range(1, 41))
    parts = [GREETING, ("C", b"USER a\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS b\r\n"), ("S", b"+OK\r\n")]
    text = Reader(exported("html", dialogue(*parts, ("C", b"LIST\r\n"), ("S", b"+OK\r\n" + listing + b".\r\n")))).text
    assert "12 100\n… 29 more lines" in text
    assert "\n13 100\n14 100\n" in text


def test_octets_that_nobody_can_explain_are_there_all_the_same() -> None:
    events = [Open(1, 0, "c1", "gopher", "laptop", "mail", 70), Data(2, 1, "c1", "C", "app", b"/menu\r\n")]
    assert "/menu" in Reader(exported("html", events)).text


def test_stored_mail_stands_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    events = list(busy().journal.events)
    assert any(isinstance(event, StoreChange) for event in events)
    text = Reader(exported("html", events)).text
    tail = text[text.index("Stored mail at the end") :]
    assert "luis, INBOX (norte)" in tail
    assert "Subject: hello" in tail
    monkeypatch.setattr(mail, "LONGEST", 4)
    assert re.search(r"… \d+ more octets", Reader(exported("html", events)).text)


def test_without_stored_mail_there_is_no_such_section() -> None:
    events = [event for event in busy().journal.events if not isinstance(event, StoreChange)]
    assert "Stored mail at the end" not in exported("html", events)
    assert isinstance(events[-1], Close | Data)
