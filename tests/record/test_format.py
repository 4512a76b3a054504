"""Lines of a transcript: what they look like, that they lose nothing, and that none of them can do harm."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from sandbox.mail.changes import MessageAdded
from sandbox.record.format import (
    FormatError,
    Header,
    append_event,
    append_header,
    decode_event,
    decode_header,
    glance,
    readable,
    version_of,
)
from sandbox.wire.trace import Answer, AnyEvent, Data, Note, Open, StoreChange
from tests.record.events import EVENTS, OCTETS

AT = 1_767_261_600_000_000_000


def line(event: AnyEvent) -> bytes:
    buffer = bytearray()
    append_event(buffer, event)
    return bytes(buffer)


@given(EVENTS)
def test_every_event_survives_and_so_does_every_line(event: AnyEvent) -> None:
    written = line(event)
    assert written.endswith(b"}\n")
    assert written.count(b"\n") == 1
    read = decode_event(written)
    assert read == event
    assert type(read) is type(event)
    assert line(read) == written


@given(EVENTS)
def test_every_line_begins_with_what_all_events_have(event: AnyEvent) -> None:
    fields = list(json.loads(line(event)))
    assert fields[:4] == ["t", "seq", "at", "conn"]
    assert glance(line(event)).seq == event.seq


@given(OCTETS)
def test_text_is_what_no_terminal_obeys(raw: bytes) -> None:
    text = readable(raw)
    if text is None:
        decoded = raw.decode("utf-8", "replace")
        assert any(char == "\ufffd" or (not char.isprintable() and char not in "\r\n\t") for char in decoded)
    else:
        assert text.encode() == raw
        assert all(char >= " " or char in "\r\n\t" for char in text)
        assert not any("\x7f" <= char <= "\x9f" for char in text)


def test_what_lines_look_like() -> None:
    assert line(Data(2, AT, "c1", "S", "app", "+OK ¡hola!\r\n".encode())).decode() == (
        '{"t":"data","seq":2,"at":1767261600000000000,"conn":"c1","side":"S","layer":"app","text":"+OK ¡hola!\\r\\n"}\n'
    )
    assert line(Data(3, AT, "c1", "C", "tls", b"\x16\x03\x01", lost=True)) == (
        b'{"t":"data","seq":3,"at":1767261600000000000,"conn":"c1","side":"C","layer":"tls","b64":"FgMB","lost":true}\n'
    )
    assert line(Open(1, AT, "c1", "pop3", "laptop", "mail.norte.example", 110)) == (
        b'{"t":"open","seq":1,"at":1767261600000000000,"conn":"c1","proto":"pop3","client":"laptop",'
        b'"server":"mail.norte.example","port":110}\n'
    )
    added = MessageAdded("ana", "INBOX", 1, "M1", "T1", (), AT, AT, 2, 14, b"Subject: x\r\n\r\n")
    assert json.loads(line(StoreChange(4, AT, "", "mail.norte.example", added)))["change"] == {
        "change": "MessageAdded",
        "user": "ana",
        "mailbox": "INBOX",
        "uid": 1,
        "message_id": "M1",
        "thread_id": "T1",
        "flags": [],
        "internal_date": AT,
        "save_date": AT,
        "modseq": 2,
        "size": 14,
        "text": "Subject: x\r\n\r\n",
    }


def test_what_no_utf8_can_say_is_replaced_not_lost() -> None:
    events: list[AnyEvent] = [
        Answer(1, AT, "", "quiz", ("a\udc80b",), True),
        Note(2, AT, "", "{name}", {"name": "\ud800", "n\udfff": 3}),
    ]
    assert [decode_event(line(event)) for event in events] == [
        Answer(1, AT, "", "quiz", ("a\ufffdb",), True),
        Note(2, AT, "", "{name}", {"name": "\ufffd", "n\ufffd": 3}),
    ]


HEAD = b'"seq":1,"at":1,"conn":"c"'


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\n",
        b"\0" * 100,
        b"[]",
        b"{}",
        b"null",
        b"\xff\xfe",
        b'{"t":"data",' + HEAD,
        b'{"t":"data",' + HEAD + b"}",
        b'{"t":"data",' + HEAD + b',"side":"C","layer":"app"}',
        b'{"t":"data",' + HEAD + b',"side":"C","layer":"app","text":"a","b64":"YQ=="}',
        b'{"t":"data",' + HEAD + b',"side":"X","layer":"app","text":"a"}',
        b'{"t":"data",' + HEAD + b',"side":"C","layer":"app","b64":"not base64"}',
        b'{"t":"data",' + HEAD + b',"side":"C","layer":"app","text":"\\ud800"}',
        b'{"t":"data",' + HEAD + b',"side":"C","layer":"app","text":"\xff"}',
        b'{"t":"close","seq":-1,"at":1,"conn":"c"}',
        b'{"t":"close","seq":99999999999999999999,"at":1,"conn":"c"}',
        b'{"t":"close","seq":1,"at":-1,"conn":"c"}',
        b'{"t":"close","seq":1,"at":1e999999999,"conn":"c"}',
        b'{"t":"close","seq":1,"at":' + b"9" * 1_000_000 + b',"conn":"c"}',
        b'{"t":"close","seq":' + b"9" * 1_000 + b',"at":1,"conn":"c"}',
        b'{"t":"news","seq":' + b"9" * 1_000 + b"}",
        b'{"t":"close",' + HEAD + b',"more":' + b"[" * 1_000_000 + b"}",
        b'{"t":"note",' + HEAD + b',"text":"x","params":{"a":' + b'{"a":' * 200_000 + b"}",
        b'{"t":"data",' + HEAD + b',"side":"C","layer":"app","b64":"' + b"A" * 10_000_001 + b'"}',
    ],
    ids=lambda hostile: repr(hostile[:70]),
)
def test_hostile_lines_are_refused(hostile: bytes) -> None:
    with pytest.raises(FormatError):
        decode_event(hostile)


def test_kinds_and_fields_of_a_newer_program_are_passed_over() -> None:
    assert decode_event(b'{"t":"smell","seq":9,"at":{"a":1},"nose":[1,2]}') is None
    later = b'{"t":"step",' + HEAD + b',"lesson":"l","step":"s","more":{"a":[1]}}'
    assert decode_event(later) == decode_event(later.replace(b',"more":{"a":[1]}', b""))


def test_a_header_says_who_and_what() -> None:
    header = Header(
        "Free play",
        "pop3-03",
        ("mail.norte.example",),
        ("ana",),
        "7",
        AT,
        "mail-sandbox 1.0.0",
        {"mail.norte.example": "norte"},
    )
    buffer = bytearray()
    append_header(buffer, header)
    assert buffer.startswith(b'{"mail-sandbox-transcript":1,"title":"Free play",')
    assert decode_header(buffer) == header
    assert version_of(buffer) == 1


def test_a_header_is_told_from_other_things() -> None:
    assert version_of(b'{"mail-sandbox-transcript":2,"whatever":[]}') == 2
    assert version_of(b'{"title":"x"}') is None
    assert version_of(b"\x0a\x0d\x0d\x0a") is None
    for damaged in (b'{"mail-sandbox-transcript":1,"hosts":3}', b'{"mail-sandbox-transcript":1,"created":-1}'):
        with pytest.raises(FormatError):
            decode_header(damaged)
