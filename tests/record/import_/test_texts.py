"""Texts and logs: who said what, and what was only a remark."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import resources
from sandbox.i18n import LANGUAGES, set_language
from sandbox.record.errors import RecordError
from sandbox.record.export.text import FORMAT as TEXT
from sandbox.record.import_ import script
from sandbox.record.reader import Transcript
from sandbox.wire.trace import AnyEvent, Close, Data, Note, Open, Tls
from sandbox.world.protocols import PROTOCOLS
from tests.record.import_.wires import brought_in, said, turns


def lines(text: str) -> list[AnyEvent]:
    return brought_in(text.encode(), name="a.txt")[1]


def first(events: list[AnyEvent]) -> str:
    """The first connection."""
    return next(event.conn for event in events if isinstance(event, Open))


def notes(events: list[AnyEvent]) -> list[str]:
    return [event.text for event in events if isinstance(event, Note)]


# C: and S:

RFC = """
6.1.1.  CAPABILITY

   Example:    C: abcd CAPABILITY
               S: * CAPABILITY IMAP4rev2 STARTTLS
               LOGINDISABLED
               S: abcd OK CAPABILITY completed

   The client goes on, as prose does.

               C: efgh STARTTLS
               S: efgh OK STARTTLS completed
               <TLS negotiation, further commands are under TLS layer>
               C: <the client says something under TLS>
               C: ijkl LOGOUT
"""


def test_examples_of_rfcs() -> None:
    events = lines(RFC)
    assert turns(events, first(events)) == [
        ("C", b"abcd CAPABILITY\r\n"),
        ("S", b"* CAPABILITY IMAP4rev2 STARTTLS LOGINDISABLED\r\nabcd OK CAPABILITY completed\r\n"),
        ("C", b"efgh STARTTLS\r\n"),
        ("S", b"efgh OK STARTTLS completed\r\n"),
        ("C", b"ijkl LOGOUT\r\n"),
    ]
    assert notes(events) == [
        "<TLS negotiation, further commands are under TLS layer>",
        "<the client says something under TLS>",
    ]


def test_wide_gaps_are_the_layout_not_the_line() -> None:
    events = lines("S:    +OK dewey POP3 server ready\nC:    STAT\nS:    +OK 2 320\nS:      indented\n")
    assert said(events, first(events))["S"] == b"+OK dewey POP3 server ready\r\n+OK 2 320\r\n  indented\r\n"


def test_remarks_are_no_octets() -> None:
    events = lines("S: +OK hi\n(Ana waits.)\nC: STAT\n[...]\nS: +OK 1 2\n...\nS: ...\n")
    assert notes(events) == ["Ana waits.", "[...]", "...", "..."]
    assert turns(events, first(events)) == [("S", b"+OK hi\r\n"), ("C", b"STAT\r\n"), ("S", b"+OK 1 2\r\n")]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", ["o-01-who-talks-to-whom", "smtp-01-handshake", "pop3-03-delete"])
def test_our_own_texts_come_back(code: str, name: str) -> None:
    set_language(code)
    with Transcript.open(resources.transcripts() / f"{name}.jsonl") as transcript:
        file = io.BytesIO()
        TEXT.write(transcript, PROTOCOLS, file)
        before = [event for _number, event in transcript.live.numbered()]
    _intake, after = brought_in(file.getvalue(), name="a.txt")
    opened = [[each for each in events if isinstance(each, Open)] for events in (before, after)]
    assert [(each.proto, each.client, each.server, each.port) for each in opened[0]] == [
        (each.proto, each.client, each.server, each.port) for each in opened[1]
    ]
    assert sum(isinstance(event, Close) for event in before) == sum(isinstance(event, Close) for event in after)
    names = [dict(zip((each.conn for each in opens), range(9), strict=False)) for opens in opened]
    assert spoken_by(before, names[0]) == spoken_by(after, names[1])
    for one, other in zip(*opened, strict=True):
        arrived = [event for event in before if not (isinstance(event, Data) and event.lost)]
        assert [
            (side, [line.rstrip(b" ") for line in octets.split(b"\r\n")]) for side, octets in turns(arrived, one.conn)
        ] == [(side, octets.split(b"\r\n")) for side, octets in turns(after, other.conn)]


def spoken_by(events: list[AnyEvent], names: dict[str, int]) -> list[int]:
    """Which connections took turns."""
    ends = [names[event.conn] for event in events if isinstance(event, Data) and b"\r\n" in event.raw]
    return [name for name, before in zip(ends, [-1, *ends], strict=False) if name != before]


def test_a_conversation_that_ended_is_followed_by_another() -> None:
    intake, events = brought_in(
        b"S: +OK hi\nC: QUIT\nS: +OK\n(The server closes the connection.)\nS: 220 hi ESMTP\nC: QUIT\n", name="a.txt"
    )
    assert [found.proto for found in intake.found.values()] == ["pop3", "smtp"]
    assert [event.side for event in events if isinstance(event, Close)] == ["S"]


@pytest.mark.parametrize(
    ("text", "proto"),
    [
        ("C: STAT\nS: +OK 2 320\n", "pop3"),
        ("C: a NOOP\nS: a OK\n", "imap"),
        ("C: DATA\nS: 354 go\nS: 250 ok\n", "smtp"),
    ],
)
def test_pieces_of_a_conversation_are_recognised(text: str, proto: str) -> None:
    assert brought_in(text.encode(), name="a.txt")[0].found["c1"].proto == proto


def test_clients_of_the_same_name_are_told_apart() -> None:
    opened = "(ana connects to mail, port 110: POP3.)\nS: +OK hi\n(The line breaks: neither end closed it.)\n"
    intake, events = brought_in((opened * 3).encode(), name="a.txt")
    assert list(intake.found) == ["ana", "ana-2", "ana-3"]
    assert [event.cut for event in events if isinstance(event, Close)] == [True] * 3


def test_what_nobody_can_tell_is_left_out() -> None:
    with pytest.raises(RecordError, match="nobody can tell"):
        lines("C: hello\nS: world\n")


def test_texts_that_are_too_long_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "MAX_TEXT", 30)
    intake, events = brought_in(b"S: +OK hi\nC: STAT\nS: +OK 2 320\n" * 3, name="a.txt")
    assert "longer than 30" in str(intake.remarks[0])
    assert said(events, first(events))["C"] == b"STAT\r\n"


@given(
    st.lists(st.sampled_from([b"C: STAT", b"S: +OK", b"  more", b"(x)", b"(", b"\xff\x1b", b"", b"S: <a b>", b"[{x}]"]))
)
def test_any_text_is_read_or_refused(parts: list[bytes]) -> None:
    try:
        brought_in(b"\n".join(parts), name="a.txt")
    except RecordError:
        return


# swaks

SWAKS = """=== Trying mail.example:587...
=== Connected to mail.example.
<-  220 mail.example ESMTP
 -> EHLO me
<-  250-mail.example
<-  250 STARTTLS
 -> STARTTLS
<-  220 ready
=== TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384:256
=== TLS peer DN="/CN=mail.example"
 ~> DATA
<~* 503 first MAIL
 ~>\x20
 ~> QUIT
<~  221 bye
=== Connection closed with remote host.
"""


def test_swaks() -> None:
    intake, events = brought_in(SWAKS.encode(), name="a.log")
    [opened] = [event for event in events if isinstance(event, Open)]
    assert (opened.proto, opened.server, opened.port) == ("smtp", "mail.example", 587)
    assert said(events, first(events))["C"] == b"EHLO me\r\nSTARTTLS\r\nDATA\r\n\r\nQUIT\r\n"
    assert b"503 first MAIL\r\n" in said(events, first(events))["S"]
    [tls] = [event for event in events if isinstance(event, Tls)]
    assert (tls.version, tls.cipher) == ("TLS 1.3", "TLS_AES_256_GCM_SHA384")
    assert notes(events) == ['TLS peer DN="/CN=mail.example"']
    assert isinstance(events[-1], Close)
    assert intake.remarks == []


def test_swaks_twice() -> None:
    intake, _events = brought_in(SWAKS.encode() * 2, name="a.log")
    assert len(intake.found) == 2


# s_client

HANDSHAKE = """CONNECTED(00000003)
depth=0 CN = mail.example
verify error:num=20:unable to get local issuer certificate
---
Server certificate
-----BEGIN CERTIFICATE-----
not base64 at all
-----END CERTIFICATE-----
subject=O = example, CN = mail.example
---
New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384
Verify return code: 20 (unable to get local issuer certificate)
---
"""
TICKET = """---
Post-Handshake New Session Ticket arrived:
SSL-Session:
    Protocol  : TLSv1.3
---
read R BLOCK
"""
POP3 = """+OK ready
CAPA
+OK list
USER
.
AUTH PLAIN
+\x20
AGFuYQBzZWNyZXRv
+OK in
RETR 1
+OK 20 octets
Subject: QUIT

STAT
.
QUIT
+OK bye
closed
"""


def test_s_client_with_what_was_typed() -> None:
    events = lines(HANDSHAKE + POP3.replace("USER\n", "USER\n" + TICKET))
    assert said(events, first(events))["C"] == b"CAPA\r\nAUTH PLAIN\r\nAGFuYQBzZWNyZXRv\r\nRETR 1\r\nQUIT\r\n"
    assert b"Subject: QUIT\r\n\r\nSTAT\r\n.\r\n" in said(events, first(events))["S"]
    [tls] = [event for event in events if isinstance(event, Tls)]
    assert (tls.version, tls.cipher, tls.certificates) == ("TLS 1.3", "TLS_AES_256_GCM_SHA384", ())
    [opened] = [event for event in events if isinstance(event, Open)]
    assert (opened.proto, opened.server, opened.port, opened.tls) == ("pop3", "mail.example", 995, True)
    assert [event.side for event in events if isinstance(event, Close)] == ["S"]


def test_s_client_with_mail_and_literals() -> None:
    smtp = "220 hi ESMTP\nEHLO me\n250 hi\nMAIL FROM:<a@b.c>\n250 ok\n"
    smtp += "DATA\n354 go\nSubject: x\n\n250 is no reply here\n.\n250 ok\nDONE\n"
    events = lines(HANDSHAKE + smtp)
    assert said(events, first(events))["C"].endswith(b"DATA\r\nSubject: x\r\n\r\n250 is no reply here\r\n.\r\n")
    assert [event.side for event in events if isinstance(event, Close)] == ["C"]
    imap = "* OK hi\na1 LOGIN {3}\n+ go\nana {7}\n+ go\nsecreto\na1 OK in\na2 NOOP\n* 3 EXISTS\na2 OK done\n"
    assert said(lines(HANDSHAKE + imap), "s_client")["C"] == b"a1 LOGIN {3}\r\nana {7}\r\nsecreto\r\na2 NOOP\r\n"


def test_s_client_with_the_server_alone() -> None:
    events = lines(HANDSHAKE + "+OK ready\n-ERR what\nDONE\n")
    assert said(events, first(events)) == {"C": b"", "S": b"+OK ready\r\n-ERR what\r\n"}
    assert any("What the client typed" in text for text in notes(events))


def test_s_client_with_starttls_has_no_greeting() -> None:
    assert (
        brought_in((HANDSHAKE + "250 HELP\nNOOP\n250 ok\n").encode(), name="a.log")[0].found["s_client"].proto == "smtp"
    )
    assert brought_in((HANDSHAKE + "a1 OK caps\n").encode(), name="a.log")[0].found["s_client"].proto == "imap"


@pytest.mark.parametrize("text", ["CONNECTED(00000003)\n", HANDSHAKE, HANDSHAKE + "what is this\n"])
def test_s_client_without_a_dialogue(text: str) -> None:
    with pytest.raises(RecordError):
        lines(text)
