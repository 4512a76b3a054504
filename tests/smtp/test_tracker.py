from __future__ import annotations

import pytest

from sandbox.core.grammar import parse
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Kind, Unit
from sandbox.smtp import replies
from sandbox.smtp.answers import LINE
from sandbox.smtp.states import BDAT, CONNECTED, READY
from sandbox.smtp.tracker import SmtpTracker
from tests.support.properties import covered


def follow(*pieces: tuple[str, bytes]) -> list[Unit]:
    """The units of a dialogue; every octet of them is labelled."""
    return _follow(SmtpTracker(), *pieces)


def _follow(tracker: SmtpTracker, *pieces: tuple[str, bytes]) -> list[Unit]:
    units = [unit for side, octets in pieces for unit in tracker.receive(side, octets)]
    for unit in units:
        covered(unit)
    return units


def spans(unit: Unit) -> list[tuple[str, bytes]]:
    return [(span.name, unit.raw[span.start : span.stop]) for span in unit.spans]


HELLO = [("S", b"220 mail.norte.example ready\r\n"), ("C", b"EHLO x\r\n"), ("S", b"250 mail.norte.example\r\n")]
OPEN = [
    *HELLO,
    ("C", b"MAIL FROM:<>\r\n"),
    ("S", b"250 2.1.0 sender <> ok\r\n"),
    ("C", b"RCPT TO:<ana@norte.example>\r\n"),
    ("S", b"250 2.1.5 recipient <ana@norte.example> ok\r\n"),
]


def test_the_greeting_and_what_ehlo_offers() -> None:
    units = follow(
        ("S", b"220-[192.0.2.1] hello\r\n220-and welcome\r\n220 to you\r\n"),
        ("C", b"EHLO [192.0.2.7]\r\n"),
        ("S", b"250-mail.norte.example greets you\r\n250-SIZE 1000\r\n250-AUTH PLAIN LOGIN\r\n250-AUTH=PLAIN\r\n"),
        ("S", b"250-X-OWN a b\r\n250-\r\n250 HELP\r\n"),
    )
    assert [unit.kind for unit in units[:3]] == [Kind.LINES, Kind.LINES, Kind.GREETING]
    assert units[2].exchange.outcome is Outcome.OK
    assert spans(units[0])[:3] == [("Reply-code", b"220"), ("-", b"-"), ("IPv4-address-literal", b"[192.0.2.1]")]
    assert spans(units[3])[2] == ("IPv4-address-literal", b"[192.0.2.7]")
    size, auth, old, own, empty, last = units[5:]
    assert spans(size)[2:] == [("ehlo-keyword", b"SIZE"), ("SP", b" "), ("size-param", b"1000"), ("CRLF", b"\r\n")]
    assert str(size.about).startswith("SIZE: how large")
    assert [name for name, _octets in spans(auth)].count("sasl-mech") == 2
    assert any(span.bent for span in old.spans)
    assert str(own.about) == "an extension that this server offers"
    assert empty.fault is None
    assert last.outcome is Outcome.OK
    assert last.state_after is READY


@pytest.mark.parametrize(
    ("line", "names", "words"),
    [
        (b"550 5.1.1 no\r\n", ["Reply-code", "SP", "class", ".", "subject", ".", "detail", "SP", "textstring", "CRLF"],
         ["550: no such mailbox", "class 5: a failure for good", "subject 1: an address", "no such mailbox"]),
        (b"250 2.99.7\r\n", ["Reply-code", "SP", "class", ".", "subject", ".", "detail", "CRLF"],
         ["a subject that no document", "a detail that no document"]),
        (b"299 x\r\n", ["Reply-code", "SP", "textstring", "CRLF"], ["a reply of the 2 family: done"]),
        (b"250\r\n", ["Reply-code", "CRLF"], ["250: done"]),
        (b"250 \r\n", ["Reply-code", "SP", "CRLF"], ["this is the reply's last line"]),
        (b"250 ok \r\n", ["Reply-code", "SP", "textstring", "CRLF"], []),
        (b"250 2.1.0x\n", ["Reply-code", "SP", "textstring", "LF"], []),
    ],
)  # fmt: skip
def test_every_part_of_a_reply_has_a_meaning(line: bytes, names: list[str], words: list[str]) -> None:
    unit = follow(*HELLO, ("C", b"NOOP\r\n"), ("S", line))[-1]
    assert [span.name for span in unit.spans] == names
    abouts = [span.about for span in unit.spans]
    assert all(any(about.startswith(word) or word in about for about in abouts) for word in words), abouts


def test_replies_are_known_by_code_and_words() -> None:
    units = follow(
        *HELLO,
        ("C", b"VRFY x\r\nVRFY x\r\nEXPN y\r\nMAIL FROM:<>\r\nFROB\r\n"),
        ("S", b"252 2.1.5 cannot tell about <x>, but mail for it is accepted\r\n"),
        ("S", b"252 words of another server\r\n"),
        ("S", b"250-2.1.5 <a@b>\r\n250 2.1.5 <c@d>\r\n"),
        ("S", b"451 4.7.1 not now\r\n"),
        ("S", b"500 5.5.1 unknown command FROB\r\n"),
    )
    said = [unit for unit in units if unit.side == "S"][2:]
    assert [unit.reply for unit in said] == [
        replies.WILL_TRY,
        None,
        None,
        replies.MEMBERS,
        None,
        replies.UNKNOWN,
    ]
    assert str(said[1].about) == "The server did it."
    assert str(said[4].about).startswith("The server refused")
    assert said[5].exchange.command is None


def test_lines_that_answer_nothing() -> None:
    units = follow(
        ("S", b"what\r\n220 mail ready\r\n421 4.4.2 bye\r\n421-one\r\n"),
        ("C", b"EHLO x\r\n"),
        ("S", b"999 odd\r\n"),
        ("S", b"250 mail\r\n"),
    )
    assert [unit.kind for unit in units if unit.side == "S"] == [
        Kind.UNASKED,
        Kind.GREETING,
        Kind.UNASKED,
        Kind.UNASKED,
        Kind.UNASKED,
        Kind.REPLY,
    ]


def test_commands_sent_before_the_greeting() -> None:
    units = follow(("C", b"EHLO x\r\n"), ("S", b"220 mail\r\n250 mail\r\n"))
    assert [unit.kind for unit in units] == [Kind.COMMAND, Kind.GREETING, Kind.REPLY]
    # a capture that begins in the middle has no greeting
    units = follow(("C", b"NOOP\r\n"), ("S", b"250 ok\r\n"))
    assert [unit.kind for unit in units] == [Kind.COMMAND, Kind.REPLY]


def test_the_message_and_its_dots() -> None:
    units = follow(
        *OPEN, ("C", b"DATA\r\n"), ("S", b"354 go\r\n"), ("C", b"Subject: x\r\n\r\n..\r\n.\r\n"), ("S", b"250 ok\r\n")
    )
    content = units[-2]
    assert content.kind is Kind.CONTENT
    assert spans(content) == [
        ("field-name", b"Subject"),
        ("colon", b":"),
        ("field-body", b" x\r\n"),
        ("CRLF", b"\r\n"),
        ("stuffing", b"."),
        ("body", b".\r\n"),
        (".", b"."),
        ("CRLF", b"\r\n"),
    ]
    assert units[-1].state_after is READY


def test_ends_that_are_none_show_in_the_message() -> None:
    content = b"A: b\r\n\r\nx\n.\r\ny\r.\r\r\nz\n\n"
    units = follow(*OPEN, ("C", b"DATA\r\n"), ("S", b"354 go\r\n"), ("C", content + b"\r\n.\r\n"), ("S", b"250 ok\r\n"))
    unit = units[-2]
    assert [unit.raw[span.start : span.stop] for span in unit.spans if span.bent] == [b"\n", b"\r", b"\r", b"\n", b"\n"]
    header = follow(*OPEN, ("C", b"DATA\r\n"), ("S", b"354 go\r\n"), ("C", b"A: b\nC: d\r\n.\r\n"))[-1]
    assert spans(header)[2:5] == [("field-body", b" b"), ("LF", b"\n"), ("field-name", b"C")]
    assert spans(unit)[4:8] == [("body", b"x"), ("LF", b"\n"), ("body", b".\r\ny"), ("CR", b"\r")]


def test_a_refused_data_owes_nothing() -> None:
    units = follow(*OPEN, ("C", b"DATA\r\nNOOP\r\n"), ("S", b"451 4.3.2 no\r\n250 ok\r\n"))
    assert [unit.kind for unit in units[-4:]] == [Kind.COMMAND, Kind.REPLY, Kind.COMMAND, Kind.REPLY]


def test_chunks_are_read_as_one_message() -> None:
    units = follow(
        *OPEN,
        ("C", b"BDAT 3\r\nA: BDAT 6\r\nb\r\n\r\nCBDAT 5 LAST\r\nD: e\n"),
        ("S", b"250 ok\r\n250 ok\r\n250 ok\r\n"),
    )
    first, second, third = [unit for unit in units if unit.kind is Kind.CONTENT]
    assert spans(first) == [("field-name", b"A"), ("colon", b":"), ("field-body", b" ")]
    assert spans(second) == [("field-body", b"b\r\n"), ("CRLF", b"\r\n"), ("body", b"C")]
    assert spans(third) == [("body", b"D: e\n")]
    assert units[-1].state_after is READY
    # a chunk behind one that was refused is read by itself
    sent = ("C", b"BDAT 3\r\nA: BDAT 1\r\nbBDAT 4\r\nD: e")
    units = follow(*OPEN, sent, ("S", b"250 a\r\n552 b\r\n503 c\r\n"))
    third = [unit for unit in units if unit.kind is Kind.CONTENT][-1]
    assert spans(third)[0] == ("field-name", b"D")


def test_a_long_header_in_chunks() -> None:
    chunk = b"A: " + b"x" * 1000 + b"\r\n"
    sent = b"".join(b"BDAT %d\r\n" % len(chunk) + chunk for _ in range(80))
    units = follow(*OPEN, ("C", sent), ("S", b"250 ok\r\n" * 80))
    content = [unit for unit in units if unit.kind is Kind.CONTENT]
    assert spans(content[1])[0] == ("field-name", b"A")
    assert spans(content[79]) == [("body", chunk)]


def test_a_chunk_behind_another_message_is_the_first_of_its_own() -> None:
    units = follow(
        *OPEN,
        ("C", b"BDAT 4 LAST\r\n\r\n\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nBDAT 4\r\nB: c"),
        ("S", b"250 a\r\n250 b\r\n250 c\r\n250 d\r\n"),
    )
    content = [unit for unit in units if unit.kind is Kind.CONTENT][-1]
    assert spans(content)[0] == ("field-name", b"B")


def test_authentication_line_by_line() -> None:
    units = follow(
        *HELLO,
        ("C", b"AUTH PLAIN AGFuYQBzZWNyZXRv\r\n"),
        ("S", b"535 5.7.8 wrong name or password\r\n"),
        ("C", b"AUTH LOGIN\r\n"),
        ("S", b"334 VXNlcm5hbWU6\r\n"),
        ("C", b"YW5h\r\n"),
        ("S", b"334 UGFzc3dvcmQ6\r\n"),
        ("C", b"c2VjcmV0bw==\r\n"),
        ("S", b"235 2.7.0 authentication successful: ana\r\n"),
    )
    first = next(unit for unit in units if unit.raw.startswith(b"AUTH PLAIN"))
    secret = [unit.raw[span.start : span.stop] for unit in units for span in unit.spans if span.secret]
    assert len(first.spans) > 5
    assert len(secret) >= 2
    assert [unit.kind for unit in units[-6:]] == [
        Kind.COMMAND,
        Kind.CONTINUATION,
        Kind.RESPONSE,
        Kind.CONTINUATION,
        Kind.RESPONSE,
        Kind.REPLY,
    ]
    assert units[-1].reply is replies.AUTHENTICATED


def test_a_bent_rule_shows() -> None:
    unit = follow(*HELLO, ("C", b"MAIL FROM: <a_b@c_d>\r\n"))[-1]
    assert [span.name for span in unit.spans if span.bent] == ["spaces", "Domain"]
    assert unit.fault is None


def test_clear_text_behind_the_go_ahead_for_tls() -> None:
    units = follow(*HELLO, ("C", b"STARTTLS\r\nMAIL FROM:<>\r\n"), ("S", b"220 go\r\n250 injected\r\n"))
    assert [(unit.side, unit.kind) for unit in units[-2:]] == [("C", Kind.DROPPED), ("S", Kind.DROPPED)]
    assert units[-1].state_after is CONNECTED


def test_taking_up_in_the_middle() -> None:
    tracker = SmtpTracker()
    assert tracker.fork() is None
    _follow(tracker, *OPEN)
    other = tracker.fork()
    assert isinstance(other, SmtpTracker)
    after = [("C", b"BDAT 1\r\nx"), ("S", b"250 2.0.0 1 octets received\r\n")]
    assert [unit.kind for unit in _follow(other, *after)] == [unit.kind for unit in _follow(tracker, *after)]
    assert tracker.state is BDAT
    assert tracker.fork() is None


def test_a_reply_is_read_without_labels_too() -> None:
    assert parse(LINE, b"250-2.1.5 hello\r\n").values == (b"250", b"2.1.5", b"hello")
    assert parse(LINE, b"hello\r\n").fault is not None
