from __future__ import annotations

import pytest

from tests.pop3.worlds import FIRST, server, world
from tests.support.dialogue import check, play

LOGIN = """
    S: +OK mail.norte.example POP3 server ready <...>
    C: USER ana
    S: +OK send the password of ana
    C: PASS secreto
    S: +OK maildrop of ana: 2 message(s), ... octets
"""


def test_the_session_of_rfc_1939_section_10() -> None:
    check(
        server,
        LOGIN
        + """
        C: STAT
        S: +OK 2 104
        C: LIST
        S: +OK 2 message(s), 104 octets
        S: 1 48
        S: 2 56
        S: .
        C: RETR 1
        S: +OK 48 octets
        S: From: a@b.example
        S: Subject: one
        S:
        S: hello
        S: ..dot
        S: .
        C: DELE 1
        S: +OK message 1 marked as deleted
        C: QUIT
        S: +OK mail.norte.example signing off: 1 removed, 1 left
        * closed
        """,
    )


def test_numbers_stay_and_marks_hide() -> None:
    check(
        server,
        LOGIN
        + """
        C: DELE 1
        S: +OK message 1 marked as deleted
        C: DELE 1
        S: -ERR message 1 is marked as deleted
        C: RETR 1
        S: -ERR message 1 is marked as deleted
        C: LIST
        S: +OK 1 message(s), 56 octets
        S: 2 56
        S: .
        C: LIST 1
        S: -ERR message 1 is marked as deleted
        C: STAT
        S: +OK 1 56
        C: RSET
        S: +OK no message is marked: 2 message(s), 104 octets
        C: LIST 1
        S: +OK 1 48
        C: RETR 3
        S: -ERR no such message: the maildrop has 2
        C: TOP 0 1
        S: -ERR no such message: the maildrop has 2
        C: TOP 2 1
        S: +OK ... octets of header and body follow
        S: Subject: two
        S:
        S: line 0
        S: .
        C: TOP 1 99
        S: +OK ... octets of header and body follow
        S: From: a@b.example
        S: Subject: one
        S:
        S: hello
        S: ..dot
        S: .
        C: UIDL 2
        S: +OK 2 ...
        C: UIDL
        S: +OK unique-ids follow
        S: 1 ...
        S: 2 ...
        S: .
        C: UIDL 9
        S: -ERR no such message: the maildrop has 2
        C: NOOP
        S: +OK nothing done
        """,
    )


def test_the_wrong_state_and_the_wrong_order() -> None:
    check(
        server,
        """
        S: +OK ...
        C: STAT
        S: -ERR STAT is not possible in the AUTHORIZATION state
        C: PASS secreto
        S: -ERR give USER before PASS
        C: USER ana
        S: +OK send the password of ana
        C: NOOP
        S: -ERR NOOP is not possible in the AUTHORIZATION state
        C: PASS secreto
        S: -ERR give USER before PASS
        C: USER ana
        S: +OK send the password of ana
        C: PASS wrong
        S: -ERR [AUTH] wrong name or password
        C: PASS secreto
        S: -ERR give USER before PASS
        C: USER nobody
        S: +OK send the password of nobody
        C: PASS secreto
        S: -ERR [AUTH] wrong name or password
        C: FROB
        S: -ERR unknown command FROB
        C: user ana
        S: +OK send the password of ana
        C: pass secreto
        S: +OK maildrop of ana: 2 message(s), 104 octets
        C: USER ana
        S: -ERR USER is not possible in the TRANSACTION state
        """,
    )


def test_quit_without_login() -> None:
    check(server, "S: +OK ...\nC: QUIT\nS: +OK mail.norte.example signing off\n* closed")


def test_a_password_may_have_spaces() -> None:
    text = """
        S: +OK ...
        C: USER ana
        S: +OK ...
        C: PASS two words
        S: -ERR [AUTH] wrong name or password
        """
    check(server, text)


def test_pipelining() -> None:
    check(
        server,
        """
        S: +OK ...
        C: USER ana
        C: PASS secreto
        C: DELE 2
        C: RETR 2
        C: QUIT
        S: +OK send the password of ana
        S: +OK maildrop of ana: 2 message(s), 104 octets
        S: +OK message 2 marked as deleted
        S: -ERR message 2 is marked as deleted
        S: +OK mail.norte.example signing off: 1 removed, 1 left
        * closed
        """,
    )


@pytest.mark.parametrize("line", ["STAT ", "LIST  1", "LIST 1 ", "QUIT  "])
def test_spaces_that_lenient_servers_take_and_strict_ones_refuse(line: str) -> None:
    check(server, LOGIN + f"C| {line.replace(' ', chr(92) + 'x20')}\\r\\n\nS: +OK ...")
    check(
        lambda: server(strict=True),
        LOGIN + f"C| {line.replace(' ', chr(92) + 'x20')}\\r\\n\nS: -ERR bad arguments: the syntax is ...",
    )


def test_a_bare_line_feed() -> None:
    check(server, LOGIN + "C| STAT\\n\nS: +OK 2 104")
    check(lambda: server(strict=True), LOGIN + "C| STAT\\n\nS: -ERR bad arguments: the syntax is STAT")


def test_a_line_over_the_limit() -> None:
    long = "A" * 300
    check(
        lambda: server(strict=True), f"S: +OK ...\nC: NOOP {long}\nS: -ERR line too long\nC: QUIT\nS: +OK ...\n* closed"
    )
    check(server, f"S: +OK ...\nC: USER {long}\nS: +OK ...\nC: NOOP {'B' * 5000}\nS: -ERR line too long")


def test_names_beyond_ascii() -> None:
    check(
        server,
        "S: +OK ...\nC| USER \\xff\\r\\n\nS: -ERR name or password is not valid UTF-8\n"
        "C: USER ñandú\nS: +OK send the password of ñandú",
    )


def test_apop() -> None:
    from sandbox.auth.apop import digest, timestamp_in

    def greeted() -> tuple[str, str]:
        one = server()
        one.start()
        stamp = timestamp_in(one.data_to_send())
        assert stamp is not None
        return digest(stamp, b"secreto").decode(), digest(stamp, b"wrong").decode()

    right, wrong = greeted()
    check(server, f"S: +OK ...\nC: APOP ana {right}\nS: +OK maildrop of ana: ...\nC: STAT\nS: +OK 2 104")
    check(
        server,
        f"S: +OK ...\nC: APOP ana {wrong}\nS: -ERR [AUTH] wrong name or password\nC: APOP ana nonsense\n"
        "S: -ERR bad arguments: the syntax is APOP <name> <digest>",
    )


def test_the_maildrop_is_locked() -> None:
    home = world()
    first = play(server(of=home), LOGIN)
    play(
        server(of=home),
        "S: +OK ...\nC: USER ana\nS: +OK ...\nC: PASS secreto\nS: -ERR [IN-USE] another session has the maildrop open",
    )
    first.receive_eof()
    play(server(of=home), LOGIN)


def test_a_lost_connection_removes_nothing() -> None:
    home = world()
    one = play(server(of=home), LOGIN + "C: DELE 1\nS: +OK ...")
    one.receive_eof()
    assert len(home.mailboxes("ana").inbox) == 2
    assert one.state.name == "CLOSED"


def test_new_mail_is_not_seen_until_the_next_session() -> None:
    home = world()
    one = play(server(of=home), LOGIN)
    home.mailboxes("ana").inbox.append(FIRST)
    one.receive_data(b"STAT\r\n")
    assert one.data_to_send() == b"+OK 2 104\r\n"


def test_login_delay() -> None:
    home = world(login_delay=60)
    play(server(of=home), LOGIN + "C: QUIT\nS: +OK ...\n* closed")
    again = "S: +OK ...\nC: USER ana\nS: +OK ...\nC: PASS secreto\n"
    play(server(of=home), again + "S: -ERR [LOGIN-DELAY] wait 60 seconds between logins")
    home.clock.advance(60 * 10**9)
    play(server(of=home), again + "S: +OK ...")


def test_clear_text_policy() -> None:
    refuse = "S: -ERR start TLS before you send a password"
    check(
        lambda: server(clear_auth=False),
        f"""
        S: +OK ...
        C: USER ana
        {refuse}
        C: AUTH PLAIN
        {refuse}
        """,
    )


def test_autologout() -> None:
    one = play(server(), LOGIN + "C: DELE 1\nS: +OK ...")
    deadline = one.next_deadline()
    assert deadline is not None
    one.time_passed(deadline - 1)
    assert not one.closing
    one.time_passed(deadline)
    assert one.closing
    assert one.data_to_send() == b""
    assert one.next_deadline() is None


def test_a_reply_is_one_line_of_printable_octets_however_long_its_words() -> None:
    home = world()
    host = home.stations["norte"].host("pop3")
    host.translate = lambda language, text: "\x1b[31m" + text + "\r\n" + "z" * 600
    one = server(of=home)
    one.start()
    greeting = one.data_to_send()
    assert greeting.startswith(b"+OK ?[31m")
    assert greeting.count(b"\r\n") == 1
    assert len(greeting) == 512


def test_a_store_that_refuses_keeps_what_was_marked() -> None:
    home = world()
    one = play(server(of=home), LOGIN + "C: DELE 1\nS: +OK ...")
    home.mailboxes("ana").inbox.expunge([1])
    one.receive_data(b"QUIT\r\n")
    assert one.data_to_send() == b"-ERR [SYS/TEMP] some deleted messages not removed\r\n"
    assert one.closing
