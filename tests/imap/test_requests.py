from __future__ import annotations

import pytest

from sandbox.imap import format as wire
from sandbox.imap.server import LINE
from tests.imap.test_login import HELLO
from tests.imap.worlds import Home, Line, server
from tests.support.dialogue import check


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"\r\n", b"* BAD a command begins with a tag and a space\r\n"),
        (b"+ NOOP\r\n", b"* BAD a command begins with a tag and a space\r\n"),
        (b"(a NOOP\r\n", b"* BAD a command begins with a tag and a space\r\n"),
        (b"a\r\n", b"a BAD this server has no command \r\n"),
        (b"a \r\n", b"a BAD this server has no command \r\n"),
        (b"a FROB x\r\n", b"a BAD this server has no command FROB\r\n"),
        (b"a UID NOOP\r\n", b"a BAD this server has no command UID NOOP\r\n"),
        (b"a  NOOP\r\n", b"a BAD this server has no command \r\n"),
        (b"a NOOP \r\n", b"a BAD not well formed at octet 7; expected: NOOP\r\n"),
        (b"a LOGIN x\r\n", b"a BAD not well formed at octet 10; expected: LOGIN <userid> <password>\r\n"),
        (b"a LOGIN  x y\r\n", b"a BAD not well formed at octet 9; expected: LOGIN <userid> <password>\r\n"),
        (b'a LOGIN "\\x" y\r\n', b"a BAD not well formed at octet 9; expected: LOGIN <userid> <password>\r\n"),
        (b"a SELECT INBOX\r\n", b"a BAD SELECT has no place in the NOT AUTHENTICATED state\r\n"),
    ],
)
def test_malformed(sent: bytes, answer: bytes) -> None:
    assert Line(Home()()).say(sent) == answer


def test_a_bare_line_feed_is_taken_by_lenient_servers_only() -> None:
    assert Line(Home()()).say(b"a NOOP\n") == b"a OK NOOP completed\r\n"
    assert Line(Home(strict=True)()).say(b"a NOOP\n").startswith(b"a BAD")


def test_a_line_too_long_is_refused_under_its_tag() -> None:
    line = Line(Home()())
    assert line.say(b"a1 NOOP " + b"x" * LINE + b"\r\nb NOOP\r\n") == (
        b"a1 BAD the line has more than 65536 octets\r\nb OK NOOP completed\r\n"
    )
    # in pieces, with the beginning of the line long gone
    for _ in range(3):
        assert line.say(b"c2 NOOP" * 9999) == b""
    assert line.say(b"\n").startswith(b"c2 BAD the line")


def test_a_literal_behind_a_line_too_long_is_thrown_away() -> None:
    line = Line(Home()())
    assert line.say(b"a LOGIN " + b"x" * LINE + b" {8+}\r\nb NOOP\r\n\r\n").startswith(b"a BAD the line")
    assert line.do("NOOP") == ["OK NOOP completed"]
    assert line.say(b"a LOGIN " + b"x" * LINE + b" {8}\r\n").startswith(b"a BAD the line")
    assert line.do("NOOP") == ["OK NOOP completed"]
    assert line.say(b"a FROB {1+}\r\nx" + b"x" * LINE + b" {6+}\r\nNOOP\r\n\r\n").startswith(b"a BAD this server")
    assert line.do("NOOP") == ["OK NOOP completed"]
    assert line.say(b"a LOGIN {1+}\r\nx" + b"x" * LINE + b"\r\n").startswith(b"a BAD the line")
    assert line.do("NOOP") == ["OK NOOP completed"]


def test_a_literal_that_would_be_refused_is_not_asked_for() -> None:
    check(
        server(),
        HELLO
        + """
        C: 1 FROB {5}
        S: 1 BAD this server has no command FROB
        C: 2 SELECT {5}
        S: 2 BAD SELECT has no place in the NOT AUTHENTICATED state
        C: 3 LOGIN ana  {5}
        S: 3 BAD not well formed at octet 13; expected: LOGIN <userid> <password>
        C: 4 NOOP {5}
        S: 4 BAD ...
        C: 5 LOGIN {65537}
        S: 5 BAD [TOOBIG] a literal of 65537 octets is too large here
        C: 6 LOGIN {1000000000000}
        S: 6 BAD [TOOBIG] a literal of 1000000000000 octets is too large here
        C: 7 LOGIN {40000+}
        C| """
        + "x" * 40000
        + """ {40000+}\\r\\n
        C| """
        + "x" * 40000
        + """\\r\\n
        S: 7 BAD [TOOBIG] a literal of 40000 octets is too large here
        """,
    )


def test_what_comes_without_waiting_is_thrown_away() -> None:
    check(
        server(),
        HELLO
        + """
        C: 1 FROB {8+}
        C| x NOOP\\r\\n {8+}\\r\\n
        C| y NOOP\\r\\n\\r\\n
        C: 2 NOOP
        S: 1 BAD this server has no command FROB
        S: 2 OK NOOP completed
        C: 3 SELECT {3+}
        C: abc {3}
        S: 3 BAD SELECT has no place in the NOT AUTHENTICATED state
        """,
    )


def test_a_flood_ends_the_connection() -> None:
    line = Home().connect()
    said = line.say(b"x APPEND INBOX {1000000000000+}\r\n")
    assert said == b"* BYE [TOOBIG] a literal of 1000000000000 octets is more than is ever read\r\n"
    assert line.server.closing


def test_limits_of_messages() -> None:
    line = Home(append_limit=100).connect()
    assert line.do("APPEND INBOX {101}") == ["NO [TOOBIG] a message of 101 octets is too large: at most 100"]
    assert line.do("APPEND INBOX {101+}\r\n" + "x" * 101) == [
        "NO [TOOBIG] a message of 101 octets is too large: at most 100"
    ]
    assert line.do("STATUS INBOX (APPENDLIMIT MESSAGES)")[0] == "* STATUS INBOX (APPENDLIMIT 100 MESSAGES 0)"
    assert "APPENDLIMIT=100" in line.do("CAPABILITY")[0]
    # all of a MULTIAPPEND together are bounded too
    five = " ".join(["{100+}\r\n" + "x" * 100] * 5)
    assert line.do("APPEND INBOX " + five)[-1].startswith("NO [TOOBIG]")
    assert line.do("NOOP") == ["OK NOOP completed"]


def test_literal_minus() -> None:
    line = Home(literal_minus=True).connect()
    listed = line.do("CAPABILITY")[0]
    assert "LITERAL-" in listed
    assert "LITERAL+" not in listed
    assert line.do("APPEND INBOX {4097+}\r\n" + "x" * 4097) == [
        "BAD [TOOBIG] a literal of more than 4096 octets has to wait for leave"
    ]
    assert line.do("APPEND INBOX {4096+}\r\n" + "x" * 4096)[-1].startswith("OK")
    assert line.do("APPEND INBOX {4097}") == ["+ send it"]


def test_pipelining() -> None:
    check(
        server(),
        HELLO
        + """
        C: 1 LOGIN ana secreto
        C: 2 SELECT INBOX
        C: 3 FETCH 1 UID
        C: 4 LOGOUT
        C: 5 NOOP
        S: 1 OK ...
        S: * FLAGS ...
        S: * OK [PERMANENTFLAGS ...
        S: * 2 EXISTS
        S: * 2 RECENT
        S: * OK [UNSEEN 1] ...
        S: * OK [UIDVALIDITY 1] ...
        S: * OK [UIDNEXT 3] ...
        S: * OK [HIGHESTMODSEQ 3] ...
        S: * OK [MAILBOXID (F1)] ...
        S: 2 OK [READ-WRITE] INBOX is open for reading and writing
        S: * 1 FETCH (UID 1)
        S: 3 OK FETCH completed
        S: * BYE ...
        S: 4 OK LOGOUT completed
        * closed
        """,
    )


def test_answers_wait_until_they_are_taken() -> None:
    line = Home(*[b"a: b\r\n\r\n" + b"x" * 50_000] * 8).connect()
    server = line.server
    server.receive_data(b"c FETCH 1:* BODY.PEEK[]\r\n")
    assert len(server.data_to_send()) < 300_000
    assert server.held
    server.receive_data(b"d NOOP\r\n")
    said = b"".join(iter(server.data_to_send, b""))
    assert said.endswith(b"c OK FETCH completed\r\nd OK NOOP completed\r\n")


def test_formats() -> None:
    assert wire.string(b'a"\\b') == b'"a\\"\\\\b"'
    assert wire.string(b"a\r\nb") == b"{4}\r\na\r\nb"
    assert wire.string("ñ".encode()) == b"{2}\r\n\xc3\xb1"
    assert wire.string("ñ".encode(), utf8=True) == '"ñ"'.encode()
    assert wire.string(b"\xff", utf8=True) == b"{1}\r\n\xff"
    assert wire.string("ñ\r".encode(), utf8=True) == b"{3}\r\n\xc3\xb1\r"
    assert wire.string(b"a\0b") == b"{3}\r\na\x80b"
    assert wire.string(b"x" * 5000).startswith(b"{5000}")
    assert wire.nstring(None) == b"NIL"
    assert [wire.astring(name) for name in (b"a]b", b"nil", b"a b", b"", b"a\nb")] == [
        b"a]b",
        b'"nil"',
        b'"a b"',
        b'""',
        b"{3}\r\na\nb",
    ]
    assert wire.numbers([]) == b""
    assert wire.numbers([1, 2, 3, 7, 9, 10]) == b"1:3,7,9:10"
    assert wire.one_line("a\tñ") == b"a??"
