"""Plain lines: complete, in order, and harmless."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import given

from sandbox.core.refs import Ref
from sandbox.i18n import set_language
from sandbox.i18n.safe import safe
from sandbox.record.format import Header
from sandbox.record.linear import cited, lines, records
from sandbox.record.reader import Transcript
from sandbox.wire.trace import AnyEvent, Close, Data, Note, Open, live
from sandbox.world.protocols import PROTOCOLS
from tests.record.events import JOURNALS
from tests.record.worlds import busy, transcript_of, written


def told(events: list[AnyEvent]) -> list[str]:
    return [line for group in lines(transcript_of(events), PROTOCOLS) for line in group]


def dialogue(*parts: tuple[str, bytes]) -> list[AnyEvent]:
    events: list[AnyEvent] = [Open(1, 0, "c1", "pop3", "laptop", "mail", 110)]
    for side, raw in parts:
        seq = len(events) + 1
        events.append(Data(seq, seq * 1_000_000, "c1", side, "app", raw))  # type: ignore[arg-type]
    return events


LOGIN = (("S", b"+OK hello\r\n"), ("C", b"USER ana\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS x\r\n"), ("S", b"+OK\r\n"))


def test_a_line_its_meaning_and_its_tokens() -> None:
    found = told(dialogue(*LOGIN, ("C", b"DELE 1\r\n")))
    assert found[0] == "A session"
    assert found[1] == "0.000 c1 -- laptop connects to mail, port 110: POP3."
    assert found[-5:] == [
        "    The state is TRANSACTION now.",
        "0.007 c1 C: DELE 1",
        "    Mark a message as deleted. Nothing is removed before QUIT. (RFC 1939 section 5 The TRANSACTION State)",
        *found[-2:],
    ] or found[-6:-3] == [
        "    The state is TRANSACTION now.",
        "0.007 c1 C: DELE 1",
        "    Mark a message as deleted. Nothing is removed before QUIT. (RFC 1939 section 5 The TRANSACTION State)",
    ]
    assert "    “ ”  SP: one space between the words (RFC 5234 appendix B.1 Core Rules)" in found[-3:]
    assert any(line.startswith("    1  msg: a message-number") for line in found[-3:])


def test_a_listing_is_explained_once() -> None:
    listing = b"".join(b"%d 120\r\n" % number for number in range(1, 400))
    found = told(dialogue(*LOGIN, ("C", b"LIST\r\n"), ("S", b"+OK\r\n" + listing + b".\r\n")))
    at = found.index("S: 2 120")
    assert found[at : at + 3] == ["S: 2 120", "S: 3 120", "S: 4 120"]
    assert sum("msg: a message-number" in line for line in found) == 1


def test_a_long_token_is_shortened_but_its_lines_are_whole() -> None:
    body = b"word " * 40 + b"\r\n"
    found = told(
        dialogue(*LOGIN, ("C", b"RETR 1\r\n"), ("S", b"+OK\r\nSubject: x\r\n\r\n" + body + b"\r\nend\r\n.\r\n"))
    )
    assert f"S: {'word ' * 40}".rstrip() in found
    assert "S: end" in found
    assert "S:" in found
    [explained] = [line for line in found if "  body: " in line]
    assert explained.startswith(f"    {'word ' * 12}…  body: ")


def test_a_mistake_is_pointed_at() -> None:
    found = told(dialogue(*LOGIN, ("C", b"DELE one\r\n")))
    assert any(line.startswith("    At octet 6: ") and "(RFC 1939 section 5" in line for line in found)


def test_what_cannot_be_explained_is_shown() -> None:
    events: list[AnyEvent] = [
        Open(1, 0, "g", "gopher", "a", "b", 70),
        Data(2, 1_500_000_000, "g", "C", "app", b"/\x1b\r\nmore"),
        Data(3, 2_000_000_000, "g", "C", "tls", b"\x16\x03"),
        Data(4, 2_000_000_000, "stray", "S", "app", b"x\r\n"),
        Close(5, 3_000_000_000, "g", "C"),
    ]
    assert told(events)[1:] == [
        "0.000 g -- a connects to b, port 70: gopher, which this program cannot explain.",
        "1.500 g C: /\\x1b",
        "C: more",
        "2.000 stray S: x",
        "3.000 g -- The client closes the connection.",
    ]


def test_the_title_is_said_if_there_is_one() -> None:
    for header, title in ((Header("A\x1b"), ["A\\x1b"]), (Header(lesson="pop3-03"), ["pop3-03"]), (Header(), [])):
        transcript = Transcript.read(io.BytesIO(written([], header)), "a.jsonl")
        assert list(lines(transcript, PROTOCOLS)) == ([title] if title else [])


def test_every_octet_of_a_session_is_there_in_order() -> None:
    events = busy().journal.events
    found = list(records(transcript_of(events), PROTOCOLS))
    arrived: dict[tuple[str, str], bytes] = {}
    for event in live(events):
        if isinstance(event, Data):
            arrived[event.conn, event.side] = arrived.get((event.conn, event.side), b"") + event.raw
    units: dict[tuple[str, str], bytes] = {}
    for record in found:
        if "side" in record:
            key = record["conn"], record["side"]
            units[key] = units.get(key, b"") + record["text"].encode()
            tokens: list[dict[str, Any]] = record["tokens"]
            assert [token["start"] for token in tokens[1:]] == [token["stop"] for token in tokens[:-1]]
            assert (tokens[0]["start"], tokens[-1]["stop"]) == (0, len(record["text"].encode()))
    assert units == arrived
    assert [record["seq"] for record in found] == sorted(record["seq"] for record in found)
    stored = [record["about"] for record in found if record.get("event") == "store"]
    assert stored[0] == "Stored mail on norte: INBOX of ana is locked for one session."


def test_records_tell_faults_and_octets_that_are_no_text() -> None:
    found = list(records(transcript_of(dialogue(*LOGIN, ("C", b"DELE \xff\r\n"))), PROTOCOLS))[-1]
    assert found["b64"] == "REVMRSD/DQo="
    assert (found["kind"], found["fault"]["at"], found["state_before"]) == ("command", 5, "TRANSACTION")
    assert (found["document"], found["section"]) == ("RFC 1939", "5")
    unknown = list(records(transcript_of([Data(1, 1, "x", "C", "app", b"hm\r\n")]), PROTOCOLS))
    assert unknown == [{"seq": 1, "at": 1, "conn": "x", "side": "C", "text": "hm\r\n"}]


def test_it_speaks_spanish() -> None:
    set_language("es")
    found = told(dialogue(*LOGIN, ("C", b"DELE 1\r\n")))
    assert "0.000 c1 -- laptop se conecta a mail, puerto 110: POP3." in found
    assert "    El estado es ahora TRANSACTION." in found
    assert any("(RFC 1939 sección 5 The TRANSACTION State)" in line for line in found)


def test_references_in_words() -> None:
    assert cited(Ref("1939")) == f"RFC 1939 {Ref('1939').title}"
    assert cited(Ref("1939#5")) == "RFC 1939 section 5 The TRANSACTION State"
    assert cited(Ref("9051#A")).startswith("RFC 9051 appendix A ")


@given(JOURNALS)
def test_nothing_that_a_file_holds_reaches_the_terminal_raw(events: list[AnyEvent]) -> None:
    for group in lines(transcript_of(events), PROTOCOLS):
        for line in group:
            assert safe(line) == line
    list(records(transcript_of(events), PROTOCOLS))


def test_a_note_of_a_hostile_file_is_harmless() -> None:
    assert told([Note(1, 0, "", "{x:>9999999999}", {"x": 1})])[1:] == ["0.000 -- note: {x:>9999999999}"]
