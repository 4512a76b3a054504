"""The ladder and the recording: harmless, bounded, and for people."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given

from sandbox.record.export import cast, svg
from sandbox.record.format import Header
from sandbox.wire.trace import AnyEvent, Data, Note, Open, Tls
from tests.record.events import JOURNALS
from tests.record.export.captures import dialogue
from tests.record.export.test_pages import GREETING, HOSTILE, exported

SVG = "{http://www.w3.org/2000/svg}"


def ladder(events: list[AnyEvent], header: Header | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(exported("svg", events, header).encode())


def texts(root: ElementTree.Element, kind: str) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text") if each.get("class") == kind]


def moments(events: list[AnyEvent], header: Header | None = None) -> tuple[dict[str, Any], list[list[Any]]]:
    first, *rest = exported("cast", events, header).splitlines()
    return json.loads(first), [json.loads(line) for line in rest]


# The ladder


def test_an_arrow_goes_from_who_spoke_to_who_listened() -> None:
    root = ladder(dialogue(GREETING, ("C", b"STAT\r\n"), ("S", b"+OK 0 0\r\n")))
    assert texts(root, "party") == ["laptop", "mail"]
    assert texts(root, "words") == ["+OK hello", "STAT", "+OK 0 0"]
    lines = [line for line in root.iter(f"{SVG}line") if line.get("class") in ("C", "S")]
    assert [int(line.get("x1", "")) < int(line.get("x2", "")) for line in lines] == [False, True, False]
    assert texts(root, "told") == [
        "laptop connects to mail, port 110: POP3.",
        "The client closes the connection.",
    ]
    abouts = [title.text or "" for title in root.iter(f"{SVG}title")]
    assert any(about.startswith("Ask how many messages there are") for about in abouts)


def test_long_answers_take_one_arrow() -> None:
    parts = [GREETING, ("C", b"CAPA\r\n"), ("S", b"+OK\r\nUSER\r\nTOP\r\n.\r\n"), ("C", b"X" * 100 + b"\r\n")]
    words = texts(ladder(dialogue(*parts)), "words")
    assert words[2:4] == ["+OK", "USER … 2 more lines"]
    assert words[4] == "X" * 56 + "…"


def test_everybody_stands_there_once_unless_they_talk_to_themselves() -> None:
    events: list[AnyEvent] = [
        Open(1, 0, "c1", "pop3", "laptop", "mail", 110),
        Open(2, 0, "c2", "pop3", "phone", "mail", 110),
        Open(3, 0, "c3", "pop3", "mail", "mail", 110, client_port=7),
    ]
    assert texts(ladder(events), "party") == ["laptop", "mail", "phone", "mail:7"]


def test_what_is_no_line_is_told_in_a_sentence() -> None:
    events = dialogue(GREETING)
    more: list[AnyEvent] = [
        Tls(3, 1, "c1", "TLS 1.3", "A"),
        Note(4, 1, "c1", "something happened"),
        Data(5, 1, "c1", "S", "app", b"gone", lost=True),
        Note(6, 1, "elsewhere", "not here"),
    ]
    told = texts(ladder([*events[:2], *more]), "told")
    assert told[1:] == [
        "TLS begins: TLS 1.3, A.",
        "something happened",
        "The server sent this, and it was lost on the way: gone",
    ]


def test_a_protocol_that_nobody_can_explain_has_arrows_too() -> None:
    events = [Open(1, 0, "c1", "gopher", "laptop", "mail", 70), Data(2, 1, "c1", "C", "app", b"\t/menu\r\n")]
    assert texts(ladder(events), "words") == [" /menu"]
    assert texts(ladder([events[0], Data(2, 1, "c1", "C", "app", b"")]), "words") == [""]


def test_a_ladder_ends_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    events = dialogue(GREETING, *[("C", b"STAT\r\n")] * 20)
    assert "The rest is left out." not in texts(ladder(events), "told")
    monkeypatch.setattr(svg, "MOST", 5)
    root = ladder(events)
    assert texts(root, "told")[-1] == "The rest is left out."
    assert len(texts(root, "words")) == 4


def test_what_was_sent_is_no_markup_in_a_figure() -> None:
    root = ladder(dialogue(("S", b"+OK " + HOSTILE + b"\r\n")), Header("<script>"))
    kinds = {each.tag for each in root.iter()}
    assert kinds <= {f"{SVG}{kind}" for kind in ("svg", "title", "style", "rect", "text", "line", "g", "path")}
    assert texts(root, "words")[0].startswith("+OK <script>alert(1)</script>")
    assert texts(root, "title") == ["<script>"]


@given(JOURNALS)
def test_any_journal_becomes_a_ladder(events: list[AnyEvent]) -> None:
    ladder(events)


# The recording


def test_the_recording_is_an_asciicast() -> None:
    header, events = moments(dialogue(GREETING, ("C", b"STAT\r\n")), Header("A title", created=1_772_442_000 * 10**9))
    assert header == {"version": 2, "width": 100, "height": 30, "title": "A title", "timestamp": 1_772_442_000}
    assert {kind for _time, kind, _text in events} == {"o"}
    text = "".join(text for _time, _kind, text in events)
    assert "\x1b[1;34mC: STAT\x1b[0m\r\n\x1b[2m   Ask how many messages there are" in text
    assert "\x1b[32mS: +OK hello\x1b[0m\r\n" in text
    assert "\x1b[2m-- laptop connects to mail, port 110: POP3.\x1b[0m\r\n" in text
    assert "timestamp" not in moments([])[0]


def test_pauses_can_be_read_in_and_waited_for() -> None:
    events = dialogue(GREETING, ("C", b"STAT\r\n"))
    events[2] = Data(3, 10**12, "c1", "C", "app", b"STAT\r\n")
    times = [time for time, _kind, _text in moments(events)[1]]
    gaps = [round(later - earlier, 3) for earlier, later in zip([0.0, *times], times, strict=False)]
    assert gaps == [cast.SHORTEST, cast.SHORTEST, cast.LONGEST, cast.SHORTEST]


def test_a_fault_is_in_the_recording_and_octets_nobody_knows() -> None:
    text = exported("cast", dialogue(GREETING, ("C", b"STAT x\r\n")))
    assert "At octet" in text
    events = [Open(1, 0, "c1", "gopher", "laptop", "mail", 70), Data(2, 1, "c1", "C", "app", b"/menu\r\n")]
    assert "C: /menu" in exported("cast", events)


@given(JOURNALS)
def test_no_control_of_a_peer_gets_into_a_recording(events: list[AnyEvent]) -> None:
    for _time, _kind, text in moments(events)[1]:
        for ours in ("\x1b[1;34m", "\x1b[32m", "\x1b[2m", "\x1b[0m", "\r\n", "\t"):
            text = text.replace(ours, "")
        assert text.isprintable()
