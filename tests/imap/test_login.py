from __future__ import annotations

import base64

import pytest

from sandbox.imap.states import AUTHENTICATED, LOGOUT, NOT_AUTHENTICATED
from tests.imap.worlds import SECOND, Home, Line, server
from tests.support.dialogue import check

HELLO = "S: * OK [CAPABILITY ...] mail.norte.example IMAP server ready\n"


def test_any_state() -> None:
    check(
        server(),
        HELLO
        + """
        C: 1 capability
        S: * CAPABILITY IMAP4rev1 IMAP4rev2 ...AUTH=PLAIN...
        S: 1 OK CAPABILITY completed
        C: 2 NOOP
        S: 2 OK NOOP completed
        C: 3 LOGOUT
        S: * BYE mail.norte.example closes the connection
        S: 3 OK LOGOUT completed
        * closed
        """,
    )


def test_login_with_every_kind_of_string() -> None:
    check(
        server(),
        HELLO
        + """
        C: 1 LOGIN ana wrong
        S: 1 NO [AUTHENTICATIONFAILED] wrong name or password
        C: 2 LOGIN "ana" {7}
        S: + send it
        C: secreto
        S: 2 OK [CAPABILITY ...] logged in as ana
        C: 3 LOGIN ana secreto
        S: 3 BAD LOGIN has no place in the AUTHENTICATED state
        """,
    )


def test_literals_without_waiting() -> None:
    check(
        server(),
        HELLO
        + """
        C: 1 LOGIN {3+}
        C: ana {7+}
        C: secreto
        S: 1 OK ...
        """,
    )


def test_authenticate_plain_with_and_without_an_initial_response() -> None:
    token = base64.b64encode(b"\0ana\0secreto").decode()
    check(server(), HELLO + f"C: 1 authenticate plain {token}\nS: 1 OK [CAPABILITY ...] logged in as ana")
    check(server(), HELLO + f"C: 1 AUTHENTICATE PLAIN\nS: +...\nC: {token}\nS: 1 OK ...")


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ("*", "BAD cancelled, as you wish"),
        ("???", "BAD that was not base64"),
        ("AAAA", "BAD that is no message of this mechanism"),
        (base64.b64encode(b"\0ana\0no").decode(), "NO [AUTHENTICATIONFAILED] wrong name or password"),
        (base64.b64encode(b"nobody\0ana\0secreto").decode(), "NO [AUTHORIZATIONFAILED] you may not act as that user"),
        ("A" * 70_000, "BAD that is no message of this mechanism"),
    ],
)
def test_authenticate_fails(sent: str, answer: str) -> None:
    check(server(), HELLO + f"C: 1 AUTHENTICATE PLAIN\nS: +...\nC: {sent}\nS: 1 {answer}")


def test_unknown_mechanism() -> None:
    check(server(), HELLO + "C: 1 AUTHENTICATE FROB\nS: 1 NO [CANNOT] there is no mechanism FROB here")


def test_passwords_in_clear_text_are_refused_where_the_world_says_so() -> None:
    line = Line(Home(clear_auth=False, tls=True)())
    assert b"LOGINDISABLED" in line.greeting
    assert b"AUTH=PLAIN" not in line.greeting
    assert b"AUTH=SCRAM-SHA-256" in line.greeting
    assert line.do("LOGIN ana secreto") == ["NO [PRIVACYREQUIRED] no passwords in clear text: use STARTTLS first"]
    assert line.do("AUTHENTICATE PLAIN") == ["NO [PRIVACYREQUIRED] no passwords in clear text: use STARTTLS first"]


def test_starttls() -> None:
    line = Line(Home(clear_auth=False, tls=True)())
    assert b"STARTTLS" in line.greeting
    said = line.say(b"1 STARTTLS\r\n2 LOGIN ana secreto\r\n")
    assert said == b"1 OK begin TLS now\r\n"  # what was pipelined behind it is thrown away
    assert line.do("STARTTLS") == ["BAD TLS is on already"]
    [listed, _] = line.do("CAPABILITY")
    assert "STARTTLS" not in listed
    assert "LOGINDISABLED" not in listed
    assert line.do("LOGIN ana secreto")[-1].startswith("OK")


def test_no_tls_to_offer() -> None:
    assert Line(Home()()).do("STARTTLS") == ["BAD this server has no command STARTTLS"]


def test_preauth() -> None:
    line = Line(Home(preauth="ana")())
    assert line.greeting.startswith(b"* PREAUTH [CAPABILITY ")
    assert line.server.state == AUTHENTICATED
    assert line.do('LIST "" INBOX')[-1] == "OK LIST completed"
    assert Line(Home(preauth="eva")()).server.state == NOT_AUTHENTICATED


def test_an_account_without_mail_is_refused_in_words() -> None:
    assert Line(Home()()).do("LOGIN nobody secreto") == ["NO [CANNOT] Nobody called nobody has mail here."]


def test_autologout() -> None:
    home = Home()
    stranger, known = Line(home()), home.connect()
    home.now += 200 * SECOND
    for line in (stranger, known):
        line.server.time_passed(home.now)
    assert stranger.hear() == b"* BYE nothing was heard for too long\r\n"
    assert stranger.server.state == LOGOUT
    assert known.hear() == b""
    home.now += 1800 * SECOND
    known.server.time_passed(home.now)
    assert known.hear() == b"* BYE nothing was heard for too long\r\n"


def test_without_a_capability() -> None:
    home = Home(without=["IDLE", "MULTIAPPEND", "CONDSTORE", "UIDPLUS", "OBJECTID"])
    line = home.connect()
    [listed, _] = line.do("CAPABILITY")
    words = listed.split()
    assert not {"IDLE", "CONDSTORE", "UIDPLUS"} & set(words)
    assert line.do("IDLE") == ["BAD this server has no command IDLE"]
    assert line.do("STATUS INBOX (HIGHESTMODSEQ)") == ["BAD this server does not offer HIGHESTMODSEQ"]
    assert line.do("CREATE x") == ["OK CREATE completed"]
    assert line.do("APPEND x {3+}\r\na:b")[-1] == "OK APPEND completed"
    assert line.do("APPEND x {3+}\r\na:b {3+}\r\na:b")[-1].startswith("BAD")
