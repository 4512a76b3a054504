from __future__ import annotations

import pytest

from sandbox.mail.courier import Body, Fate, Notify, Return
from tests.smtp.servers import GREETED, HELLO, OPEN, Desk, server
from tests.support.dialogue import check, perform, play

TO_ANA = "C: RCPT TO:<ana@norte.example>\nS: 250 2.1.5 ...\n"


def test_size() -> None:
    text = HELLO.replace("26214400", "20")
    check(
        lambda: server(size=20),
        text
        + """
        C: MAIL FROM:<> SIZE=21
        S: 552 5.3.4 the message may have 20 octets
        C: MAIL FROM:<> SIZE=20
        S: 250 2.1.0 ...
        """
        + TO_ANA
        + """
        C: DATA
        S: 354 ...
        C: ..1234567
        C: 12345678
        C: .
        S: 250 2.0.0 ...
        C: MAIL FROM:<>
        S: 250 2.1.0 ...
        """
        + TO_ANA
        + """
        C: DATA
        S: 354 ...
        C: 123456789
        C: 123456789
        C: .
        S: 552 5.3.4 the message may have 20 octets
        C: MAIL FROM:<>
        S: 250 2.1.0 ...
        """
        + TO_ANA
        + f"""
        C: DATA
        S: 354 ...
        C: {"x" * 100}
        C: .
        S: 552 5.3.4 the message may have 20 octets
        C: DATA
        S: 503 5.5.1 give MAIL first
        """,
    )


def test_8bitmime_smtputf8_and_their_rules() -> None:
    desk = Desk()
    text = (
        HELLO
        + """
        C: MAIL FROM:<ñ@sur.example>
        S: 550 5.6.7 ...
        C: MAIL FROM:<eva@sur.example> BODY=8bitmime
        S: 250 2.1.0 ...
        C: RCPT TO:<ñandú@norte.example>
        S: 553 5.6.7 ...
        C: RSET
        S: 250 ...
        C: MAIL FROM:<ñ@español.example> SMTPUTF8 BODY=8BITMIME
        S: 250 2.1.0 sender <?@espa?ol.example> ok
        C: RCPT TO:<ñandú@norte.example>
        S: 250 2.1.5 ...
        C: DATA
        S: 354 ...
        C: Subject: ñ
        C: .
        S: 250 2.0.0 ...
        """
    )
    for strict in (False, True):
        check(lambda strict=strict: server(strict, desk=desk), text)  # type: ignore[misc]
    envelope, content = desk.delivered[-1]
    assert (envelope.reverse_path, envelope.body, envelope.smtputf8) == ("ñ@español.example", Body.EIGHT_BIT, True)
    assert b"with UTF8SMTP id" in content
    assert "for <ñandú@norte.example>".encode() in content


@pytest.mark.parametrize(
    ("parameters", "body", "strict"),
    [
        ("", "\\xc3\\xb1\\r\\n", "554 5.6.9 the header has characters beyond ASCII: say SMTPUTF8"),
        ("", "\\r\\n\\xc3\\xb1\\r\\n", "554 5.6.1 the message has octets beyond ASCII: say BODY=8BITMIME"),
        (" BODY=8BITMIME", "\\r\\n\\xc3\\xb1\\r\\n", "250 2.0.0 ..."),
        ("", "x" * 998 + "\\r\\n", "250 2.0.0 ..."),
        ("", "x" * 999 + "\\r\\n", "554 5.6.0 the message has a line of more than 1000 octets"),
        ("", "a\\nb\\r\\n", "554 5.6.0 the message has CR or LF alone, which is no end of a line"),
        ("", "a\\rb\\r\\n", "554 5.6.0 the message has CR or LF alone, which is no end of a line"),
        ("", "\\n.\\r\\n\\r\\n", "554 5.6.0 ..."),
    ],
)
def test_what_strict_servers_do_not_take(parameters: str, body: str, strict: str) -> None:
    text = HELLO + f"C: MAIL FROM:<>{parameters}\nS: 250 ...\n{TO_ANA}C: DATA\nS: 354 ...\nC| {body}.\\r\\n\n"
    play(server(strict=True), text + f"S: {strict}")
    play(server(), text + "S: 250 2.0.0 ...")


def test_dsn_parameters_reach_the_courier() -> None:
    desk = Desk()
    check(
        lambda: server(True, desk=desk),
        HELLO
        + """
        C: MAIL FROM:<eva@sur.example> RET=hdrs ENVID=QQ+2B314+3D
        S: 250 2.1.0 ...
        C: RCPT TO:<ana@norte.example> NOTIFY=SUCCESS,delay ORCPT=rfc822;Ana+2Bx@norte.example
        S: 250 2.1.5 ...
        C: RCPT TO:<luis@norte.example> NOTIFY=NEVER
        S: 250 2.1.5 ...
        C: DATA
        S: 354 ...
        C: .
        S: 250 2.0.0 ...
        """,
    )
    envelope = desk.delivered[-1][0]
    assert (envelope.ret, envelope.envid) == (Return.HEADERS, "QQ+314=")
    ana, luis = envelope.forward_paths
    assert (ana.notify, ana.orcpt) == ((Notify.SUCCESS, Notify.DELAY), "rfc822;Ana+x@norte.example")
    assert luis.notify == (Notify.NEVER,)


@pytest.mark.parametrize(
    ("parameter", "reply"),
    [
        ("RET=SOME", "501 5.5.4 expected FULL: all of it; HDRS: the header only (RFC 3461 section 4.3)"),
        ("ENVID=a+0Ab", "501 5.5.4 ..."),
        ("ENVID=a+XX", "501 5.5.4 ..."),
        (f"ENVID={'x' * 101}", "501 5.5.4 ..."),
        ("RET=FULL RET=FULL", "501 5.5.4 a parameter may be given only once (RFC 3461 section 4.5)"),
        ("SIZE=x", "501 5.5.4 expected the size in octets (RFC 1870 section 6)"),
        ("SIZE", "501 5.5.4 expected an equals sign, ..."),
        ("BODY=9BIT", "501 5.5.4 ..."),
        ("SMTPUTF8=yes", "501 5.5.4 ..."),
        ("AUTH=nobody", "501 5.5.4 ..."),
        ("NOTIFY=NEVER", "555 5.5.4 parameter NOTIFY not recognized"),
        ("X-NEW=1", "555 5.5.4 parameter X-NEW not recognized"),
        ("X-NEW", "555 5.5.4 parameter X-NEW not recognized"),
    ],
)
def test_parameters_that_are_wrong(parameter: str, reply: str) -> None:
    play(server(), HELLO + f"C: MAIL FROM:<> {parameter}\nS: {reply}")


@pytest.mark.parametrize(
    ("parameter", "reply"),
    [
        ("NOTIFY=NEVER,SUCCESS", "501 5.5.4 ..."),
        ("NOTIFY=", "501 5.5.4 ..."),
        ("ORCPT=rfc822", "501 5.5.4 ..."),
        ("SIZE=1", "555 5.5.4 ..."),
    ],
)
def test_recipients_parameters_that_are_wrong(parameter: str, reply: str) -> None:
    play(server(), HELLO + f"C: MAIL FROM:<>\nS: 250 ...\nC: RCPT TO:<ana@norte.example> {parameter}\nS: {reply}")


def test_extensions_that_are_not_offered() -> None:
    play(
        server(without=["DSN", "CHUNKING", "SIZE"]),
        """
        S: 220 ...
        C: EHLO x
        S: 250-mail.norte.example greets x
        S: 250-PIPELINING
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250-EXPN
        S: 250-HELP
        S: 250 ENHANCEDSTATUSCODES
        C: MAIL FROM:<> RET=FULL
        S: 555 5.5.4 parameter RET not recognized
        C: MAIL FROM:<> BODY=BINARYMIME
        S: 555 5.5.4 parameter BODY not recognized
        C: BDAT 6
        C: NOOP
        S: 502 5.5.1 BDAT is not offered here
        """,
    )
    # after HELO there are no extensions; lenient servers do not mind
    play(server(), GREETED + "C: MAIL FROM:<> SIZE=1\nS: 250 ...")
    play(server(True), GREETED + "C: MAIL FROM:<> SIZE=1\nS: 555 5.5.4 parameter SIZE not recognized")


def test_chunking_as_in_rfc_3030_section_4() -> None:
    desk = Desk()
    check(
        lambda: server(True, desk=desk),
        HELLO
        + """
        C: MAIL FROM:<Sam@Random.com> BODY=BINARYMIME
        S: 250 2.1.0 ...
        C: DATA
        S: 554 5.5.1 no valid recipients
        C: BDAT 4
        C| quit
        S: 554 5.5.1 no valid recipients
        """
        + TO_ANA
        + """
        C: DATA
        S: 503 5.5.1 BODY=BINARYMIME goes with BDAT only
        C: BDAT 7
        C| a\\nb\\rc\\x00d
        S: 250 2.0.0 7 octets received
        C: DATA
        S: 503 5.5.1 the message is coming in chunks: go on with BDAT, or RSET
        C: RCPT TO:<luis@norte.example>
        S: 503 5.5.1 the message is coming in chunks: ...
        C: MAIL FROM:<>
        S: 503 5.5.1 a transaction is open: finish it or RSET
        C: BDAT 5
        C| \\r\\n.\\r\\n
        C: BDAT 0 LAST
        S: 250 2.0.0 5 octets received
        S: 250 2.0.0 accepted as ...
        C: BDAT 2 LAST
        C: 
        S: 503 5.5.1 give MAIL first
        """,
    )
    assert desk.delivered[-1][1].endswith(b"+0000\r\na\nb\rc\x00d\r\n.\r\n")
    assert desk.delivered[-1][0].body is Body.BINARY


def test_a_failed_chunk_needs_rset() -> None:
    check(
        lambda: server(size=10),
        OPEN.replace("26214400", "10")
        + """
        C: BDAT 6
        C| abcdef
        S: 250 2.0.0 6 octets received
        C: BDAT 5
        C| abcde
        S: 552 5.3.4 the message may have 10 octets
        C: BDAT 1 LAST
        C| x
        S: 503 5.5.1 a chunk failed: give RSET
        C: RSET
        S: 250 2.0.0 ...
        C: BDAT 99999999999999999999
        S: 
        """.rstrip()
        .removesuffix("S:")
        .rstrip()
        .removesuffix("C: BDAT 99999999999999999999"),
    )
    failing = Desk(outcome=Fate.LATER)
    check(
        lambda: server(desk=failing),
        OPEN
        + """
        C: BDAT 2 LAST
        C| x\\n
        S: 451 4.3.0 not accepted now, try again later
        C: BDAT 2 LAST
        C| x\\n
        S: 503 5.5.1 a chunk failed: give RSET
        C: QUIT
        S: 221 2.0.0 ...
        * closed
        """,
    )


def test_a_huge_chunk_needs_no_memory() -> None:
    one = play(server(), OPEN)
    one.receive_data(b"BDAT 99999999999999999999 LAST\r\n")
    for _ in range(10):
        one.receive_data(b"x" * 1_000_000)
    assert perform(one) == b""
    assert len(one.reader) == 0


@pytest.mark.parametrize(
    ("outcome", "reply"),
    [
        (Fate.LATER, "451 4.3.0 ..."),
        (Fate.FULL, "452 4.3.1 ..."),
        (Fate.REFUSED, "554 5.0.0 ..."),
        (Fate.UNKNOWN, "554 5.0.0 ..."),
    ],
)
def test_what_the_courier_does_not_take(outcome: Fate, reply: str) -> None:
    check(lambda: server(desk=Desk(outcome=outcome)), OPEN + f"C: DATA\nS: 354 ...\nC: .\nS: {reply}")


def test_loops_are_noticed() -> None:
    lines = "".join("C: Received: from a by b; Mon, 2 Mar 2026 09:00:00 +0000\n" for _ in range(3))
    text = OPEN + f"C: DATA\nS: 354 ...\n{lines}C:\nC: Received: in the body\nC: .\n"
    check(lambda: server(hops=2), text + "S: 554 5.4.6 the message has been through 3 servers: a loop")
    check(lambda: server(hops=3), text + "S: 250 2.0.0 ...")
    words = text.replace("C:\nC: Received: in", "C: X-Received: received\nC:\nC: Received: in")
    check(lambda: server(hops=3), words + "S: 250 2.0.0 ...")


def test_the_received_line() -> None:
    desk = Desk()
    one = server(desk=desk)
    one.peer = "2001:db8::1"
    play(one, OPEN + "C: DATA\nS: 354 ...\nC: .\nS: 250 2.0.0 accepted as ...")
    head = desk.delivered[-1][1].decode().split(" id ")
    assert head[0] == ("Received: from laptop.example ([IPv6:2001:db8::1])\r\n\tby mail.norte.example with ESMTP")
    assert head[1].endswith("\r\n\tfor <ana@norte.example>; Mon, 02 Mar 2026 09:00:00 +0000\r\n")
    one = server(desk=desk)
    one.peer = ""
    play(
        one,
        "S: 220 ...\nC: HELO (evil)\nS: 250 ...\nC: MAIL FROM:<>\nS: 250 ...\n" + TO_ANA
        + "C: RCPT TO:<luis@norte.example>\nS: 250 ...\nC: DATA\nS: 354 ...\nC: .\nS: 250 ...",
    )  # fmt: skip
    content = desk.delivered[-1][1]
    assert content.startswith(b"Received: from unknown\r\n\tby mail.norte.example with SMTP id ")
    assert b"for <" not in content


def test_a_server_that_is_busy_for_a_while() -> None:
    check(
        lambda: server(busy={"MAIL": 1, "DATA": 2, "FROB": 1}),
        HELLO
        + """
        C: DATA
        S: 503 5.5.1 give MAIL first
        C: MAIL
        S: 501 5.5.4 ...
        C: MAIL FROM:<>
        S: 451 4.3.2 MAIL is not possible now, try again later
        C: MAIL FROM:<>
        S: 250 2.1.0 ...
        """
        + TO_ANA
        + """
        C: DATA
        S: 451 4.3.2 DATA is not possible now, ...
        C: DATA
        S: 451 4.3.2 ...
        C: DATA
        S: 354 ...
        """,
    )
