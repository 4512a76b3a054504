from __future__ import annotations

import pytest

from tests.smtp.servers import GREETED, HELLO, OPEN, Desk, server
from tests.support.dialogue import check, play


def test_the_typical_scenario_of_rfc_5321_appendix_d_1() -> None:
    desk = Desk()
    check(
        lambda: server(desk=desk, without=["AUTH"]),
        HELLO
        + """
        C: MAIL FROM:<Smith@bar.com>
        S: 250 2.1.0 sender <Smith@bar.com> ok
        C: RCPT TO:<ana@norte.example>
        S: 250 2.1.5 recipient <ana@norte.example> ok
        C: RCPT TO:<Green@norte.example>
        S: 550 5.1.1 no mailbox <Green@norte.example> here
        C: RCPT TO:<luis@norte.example>
        S: 250 2.1.5 recipient <luis@norte.example> ok
        C: DATA
        S: 354 send the message, end with a line that is only a dot
        C: Blah blah blah...
        C: ...etc. etc. etc.
        C: .
        S: 250 2.0.0 accepted as ...
        C: QUIT
        S: 221 2.0.0 mail.norte.example closing connection
        * closed
        """,
    )
    envelope, content = desk.delivered[-1]
    assert envelope.reverse_path == "Smith@bar.com"
    assert [path.mailbox for path in envelope.forward_paths] == ["ana@norte.example", "luis@norte.example"]
    assert content.endswith(b"+0000\r\nBlah blah blah...\r\n..etc. etc. etc.\r\n")


def test_the_aborted_transaction_of_appendix_d_2() -> None:
    desk = Desk()
    check(
        lambda: server(desk=desk),
        OPEN
        + """
        C: RCPT TO:<Green@norte.example>
        S: 550 5.1.1 ...
        C: RSET
        S: 250 2.0.0 transaction given up
        C: DATA
        S: 503 5.5.1 give MAIL first
        C: QUIT
        S: 221 2.0.0 ...
        * closed
        """,
    )
    assert not desk.delivered


def test_verifying_and_sending_as_in_appendix_d_4() -> None:
    check(
        server,
        HELLO
        + """
        C: VRFY ana
        S: 250 2.1.5 <ana@norte.example>
        C: VRFY <luis@norte.example>
        S: 250 2.1.5 <luis@norte.example>
        C: VRFY luis@norte.example
        S: 250 2.1.5 <luis@norte.example>
        C: VRFY "luis"
        S: 250 2.1.5 <luis@norte.example>
        C: VRFY todos
        S: 252 2.1.5 cannot tell about <todos>, but mail for it is accepted
        C: EXPN todos
        S: 250-2.1.5 <ana@norte.example>
        S: 250 2.1.5 <luis@norte.example>
        C: EXPN nadie
        S: 550 5.1.1 no list nadie here
        C: VRFY eva@sur.example
        S: 550 5.1.1 no mailbox eva@sur.example here
        C: VRFY ñandú
        S: 252 2.6.8 the answer needs characters beyond ASCII: say SMTPUTF8
        C: EXPN ñandú
        S: 252 2.6.8 ...
        C: VRFY ñandú SMTPUTF8
        S: 250 2.1.5 <ñandú@norte.example>
        """,
    )
    check(
        lambda: server(private=True, without=["EXPN"]),
        "S: 220 ...\nC: VRFY ana\nS: 252 2.1.5 cannot tell about <ana>, but mail for it is accepted\n"
        "C: EXPN ana\nS: 502 5.5.1 EXPN is not offered here",
    )
    check(lambda: server(private=True), "S: 220 ...\nC: EXPN ana\nS: 252 2.7.0 ...")
    check(
        lambda: server(desk=Desk(relays=True)),
        "S: 220 ...\nC: VRFY eva@sur.example\nS: 252 2.1.5 cannot tell about <eva@sur.example>, ...",
    )


def test_the_order_of_commands() -> None:
    check(
        server,
        """
        S: 220 ...
        C: MAIL FROM:<eva@sur.example>
        S: 503 5.5.1 say EHLO first
        C: NOOP
        S: 250 2.0.0 nothing done
        C: NOOP whatever you like
        S: 250 2.0.0 nothing done
        C: RSET
        S: 250 2.0.0 transaction given up
        C: DATA
        S: 503 5.5.1 say EHLO first
        C: HELO laptop.example
        S: 250 mail.norte.example
        C: RCPT TO:<ana@norte.example>
        S: 503 5.5.1 give MAIL first
        C: MAIL FROM:<>
        S: 250 2.1.0 sender <> ok
        C: DATA
        S: 554 5.5.1 no valid recipients
        C: MAIL FROM:<>
        S: 503 5.5.1 a transaction is open: finish it or RSET
        C: RCPT TO:<nadie@norte.example>
        S: 550 5.1.1 ...
        C: DATA
        S: 554 5.5.1 no valid recipients
        C: RCPT TO:<ana@norte.example>
        S: 250 2.1.5 ...
        C: HELO laptop.example
        S: 250 mail.norte.example
        C: DATA
        S: 503 5.5.1 give MAIL first
        """,
    )


def test_recipients_are_taken_and_refused_one_by_one() -> None:
    check(
        lambda: server(recipients=2),
        HELLO
        + """
        C: MAIL FROM:<eva@sur.example>
        S: 250 2.1.0 ...
        C: RCPT TO:<luis@sur.example>
        S: 550 5.7.1 <luis@sur.example>: mail for this domain is not relayed
        C: RCPT TO:<luis@nowhere.example>
        S: 550 5.1.2 <luis@nowhere.example>: no such domain
        C: RCPT TO:<full@norte.example>
        S: 452 4.2.2 <full@norte.example>: the mailbox is full
        C: RCPT TO:<later@norte.example>
        S: 450 4.7.1 <later@norte.example>: try again later
        C: RCPT TO:<refused@norte.example>
        S: 550 5.7.1 <refused@norte.example>: words of the courier
        C: RCPT TO:<PostMaster>
        S: 250 2.1.5 recipient <PostMaster> ok
        C: RCPT TO:<postmaster@norte.example>
        S: 250 2.1.5 recipient <postmaster@norte.example> ok
        C: RCPT TO:<ana@norte.example>
        S: 452 4.5.3 too many recipients
        """,
    )


@pytest.mark.parametrize(
    ("written", "mailbox"),
    [
        ("<ana@norte.example>", "ana@norte.example"),
        ("<@hosta.int,@jkl.org:ana@norte.example>", "ana@norte.example"),
        ('<"ana"@norte.example>', "ana@norte.example"),
        (r'<"a\na"@norte.example>', "ana@norte.example"),
        ("<ana@[192.0.2.10]>", "ana@[192.0.2.10]"),
        ('<"a b"@[192.0.2.10]>', '"a b"@[192.0.2.10]'),
        (r'<"a\"b\\c"@[192.0.2.10]>', r'"a\"b\\c"@[192.0.2.10]'),
    ],
)
def test_addresses_in_all_their_forms(written: str, mailbox: str) -> None:
    desk = Desk()
    for strict in (False, True):
        play(
            server(strict, desk=desk),
            GREETED + f"C: MAIL FROM:<>\nS: 250 ...\nC: RCPT TO:{written}\nS: 250 2.1.5 recipient <{mailbox}> ok\n"
            "C: DATA\nS: 354 ...\nC: .\nS: 250 ...",
        )
        assert desk.delivered.pop()[0].forward_paths[0].mailbox == mailbox


@pytest.mark.parametrize(
    "written",
    [
        "<ana>",
        "<ana@>",
        "<@norte.example>",
        "<ana@norte..example>",
        "<ana@[192.0.2.300]>",
        "<ana@[IPv6:1:2]>",
        "<ana@[IPv6:1:2:3:4:5:6:7::]>",
        "<a\x80@norte.example>",
        "<ana@norte.example",
        "ana norte.example",
        '<"ana@norte.example>',
        f'<"{"x" * 70}"@norte.example>',
        "",
        "<>",
    ],
)
def test_what_is_no_recipient_in_any_profile(written: str) -> None:
    octets = written.encode("latin-1").decode("latin-1").replace("\x80", "\\x80")
    for strict in (False, True):
        text = GREETED + f"C: MAIL FROM:<>\nS: 250 ...\nC| RCPT TO:{octets}\\r\\n\nS: 501 5.1.3 ..."
        if written in ("<ana@norte..example>",) and not strict:
            text = text.replace("501 5.1.3", "550 5.7.1")
        play(server(strict), text)


@pytest.mark.parametrize(
    ("line", "lenient", "strict"),
    [
        ("MAIL FROM: <a@b.example>", "250 2.1.0", "501 5.1.7 not allowed: space ... section 3.3)"),
        ("MAIL FROM:a@b.example", "250 2.1.0", "501 5.1.7 not allowed: an address without ... 4.1.1.2)"),
        ("MAIL  FROM:<a@b.example>", "250 2.1.0", "501 5.5.4 not allowed: more than one space, or a tab: ..."),
        ("MAIL\\tFROM:<a@b.example>", "501 5.5.4", "501 5.5.4 expected one space ..."),
        ("MAIL FROM:<a@b.example>  ", "250 2.1.0", "501 5.5.4 ..."),
        ("MAIL FROM:<a_b@c_d.example>", "250 2.1.0", "501 5.1.7 not allowed: not a domain name: ..."),
        ("MAIL FROM:<a..b@c.example>", "250 2.1.0", "501 5.1.7 not allowed: a local part with dots where ..."),
        (f"MAIL FROM:<{'x' * 65}@c.example>", "250 2.1.0", "501 5.1.7 not allowed: a local part of ... 4.5.3.1.1)"),
        (f"MAIL FROM:<a@{'x.' * 126}yy>", "250 2.1.0", "501 5.1.7 not allowed: a path of more than 256 octets ..."),
        ("EHLO my_pc", "250-", "501 5.5.4 not allowed: not a name that ... (RFC 5321 section 4.1.1.1)"),
        ("EHLO a.example and more", "250-", "501 5.5.4 not allowed: words behind the client's name: ..."),
        ("HELO [192.0.2.1]", "250 ", "501 5.5.4 not allowed: not a name ..."),
        ("NOOP\\n", "250 2.0.0", "501 5.5.4 not allowed: a line feed without its ... (RFC 5321 section 2.3.8)"),
        ("QUIT now", "501 5.5.4 expected carriage return and line feed: ...", "501 5.5.4"),
        ("EHLO", "501 5.5.4", "501 5.5.4"),
        ("RSET x", "501 5.5.4", "501 5.5.4"),
    ],
)  # fmt: skip
def test_rules_that_lenient_servers_bend_and_strict_ones_hold_to(line: str, lenient: str, strict: str) -> None:
    end = "" if line.endswith("\\n") else "\\r\\n"
    for kind, wanted in ((False, lenient), (True, strict)):
        one = play(server(kind), GREETED)
        one.receive_data((line + end).encode().decode("unicode_escape").encode("latin-1"))
        said = one.data_to_send().decode()
        parts = wanted.split("...")
        assert said.startswith(parts[0]), said
        assert all(part in said for part in parts)
        assert kind is (said[:3] == "501") or said[:3] == "501"


def test_limits_of_lines() -> None:
    long = "x" * 600
    check(lambda: server(strict=True), f"S: 220 ...\nC: NOOP {long}\nS: 500 5.5.2 line too long")
    check(server, f"S: 220 ...\nC: NOOP {long}\nS: 250 2.0.0 ...\nC: NOOP {'x' * 5000}\nS: 500 5.5.2 line too long")
    check(server, f"S: 220 ...\nC: NOOP {'x' * 20000}\nS: 500 5.5.2 line too long\nC: NOOP\nS: 250 ...")
    # parameters may make a line longer, RFC 5321 section 4.1.1.2 and the extensions allow that
    auth = "x" * 450
    check(lambda: server(True, without=["AUTH"]), HELLO + f"C: MAIL FROM:<a@b.example> AUTH={auth}@b\nS: 555 5.5.4 ...")


def test_unknown_commands_and_help() -> None:
    check(
        server,
        """
        S: 220 ...
        C: TURN
        S: 500 5.5.1 unknown command TURN
        C:
        S: 500 5.5.1 unknown command...
        C: STARTTLS
        S: 502 5.5.1 STARTTLS is not offered here
        C: AUTH PLAIN
        S: 502 5.5.1 AUTH is not offered here
        C: HELP
        S: 214-2.0.0 commands:
        S: 214-2.0.0 EHLO
        S: 214-2.0.0 HELO
        S: 214-2.0.0 MAIL
        S: 214-2.0.0 RCPT
        S: 214-2.0.0 DATA
        S: 214-2.0.0 BDAT
        S: 214-2.0.0 RSET
        S: 214-2.0.0 VRFY
        S: 214-2.0.0 EXPN
        S: 214-2.0.0 NOOP
        S: 214-2.0.0 HELP
        S: 214 2.0.0 QUIT
        C: HELP rcpt
        S: 214-2.0.0 RCPT TO:<Forward-path> [<parameters>]
        S: 214 2.0.0 Name a recipient; again and again for several.
        C| VRFY \\x01x\\r\\n
        S: 550 5.1.1 no mailbox "?x" here
        C: HELP auth
        S: 504 5.5.4 no help on AUTH
        """,
    )


def test_too_many_errors_end_the_session() -> None:
    one = play(server(), "S: 220 ...")
    one.receive_data(b"FROB\r\n" * 100)
    assert one.data_to_send().endswith(b"421 4.7.0 mail.norte.example has seen too many errors, closing connection\r\n")
    one.events_received()
    assert one.closing


def test_silence_ends_the_session() -> None:
    one = play(server(), OPEN)
    deadline = one.next_deadline()
    assert deadline is not None
    one.time_passed(deadline - 1)
    assert not one.closing
    one.time_passed(deadline)
    assert one.data_to_send() == b"421 4.4.2 mail.norte.example waited too long, closing connection\r\n"
    assert one.closing
    assert one.next_deadline() is None


def test_a_server_that_ends_says_so_once() -> None:
    desk = Desk()
    one = play(server(desk=desk), OPEN + "C: DATA\nS: 354 ...\nC: half of it")
    one.shut_down()
    assert one.data_to_send() == b"421 4.3.2 mail.norte.example is shutting down\r\n"
    assert one.closing
    one.shut_down()
    assert one.data_to_send() == b""
    assert not desk.delivered


def test_pipelining() -> None:
    desk = Desk()
    check(
        lambda: server(desk=desk),
        HELLO
        + """
        C: MAIL FROM:<eva@sur.example>
        C: RCPT TO:<nadie@norte.example>
        C: RCPT TO:<ana@norte.example>
        C: DATA
        C: Subject: x
        C: .
        C: MAIL FROM:<eva@sur.example>
        C: RCPT TO:<nadie@norte.example>
        C: DATA
        C: QUIT
        S: 250 2.1.0 sender <eva@sur.example> ok
        S: 550 5.1.1 no mailbox <nadie@norte.example> here
        S: 250 2.1.5 recipient <ana@norte.example> ok
        S: 354 ...
        S: 250 2.0.0 accepted as ...
        S: 250 2.1.0 ...
        S: 550 5.1.1 ...
        S: 554 5.5.1 no valid recipients
        S: 221 2.0.0 ...
        * closed
        """,
    )
    assert desk.delivered[-1][1].endswith(b"+0000\r\nSubject: x\r\n")
