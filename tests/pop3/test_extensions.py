"""CAPA, AUTH, STLS, UTF8 and LANG in dialogues."""

from __future__ import annotations

from tests.pop3.worlds import server, world
from tests.support.dialogue import check


def test_capa_before_and_after() -> None:
    check(
        server,
        """
        S: +OK ...
        C: CAPA
        S: +OK capabilities follow
        S: TOP
        S: USER
        S: SASL ...
        S: RESP-CODES
        S: AUTH-RESP-CODE
        S: PIPELINING
        S: EXPIRE NEVER
        S: UIDL
        S: UTF8 USER
        S: LANG
        S: IMPLEMENTATION mail-sandbox
        S: .
        """,
    )
    check(
        lambda: server(without=["UIDL", "TOP", "LANG", "UTF8", "SASL"], login_delay=60),
        """
        S: +OK ...
        C: CAPA
        S: +OK capabilities follow
        S: USER
        S: RESP-CODES
        S: AUTH-RESP-CODE
        S: LOGIN-DELAY 60
        S: PIPELINING
        S: EXPIRE NEVER
        S: IMPLEMENTATION mail-sandbox
        S: .
        C: LANG
        S: -ERR unknown command LANG
        """,
    )


def test_lang_changes_the_words() -> None:
    def translated() -> object:
        home = world()
        home.stations["norte"].host("pop3").translate = lambda language, text: f"[{language}] {text}"
        return server(of=home)

    check(
        translated,  # type: ignore[arg-type]
        """
        S: +OK ...
        C: LANG
        S: +OK [en] languages follow
        S: en English
        S: es Español
        S: .
        C: LANG tlh
        S: -ERR [en] language tlh is not known
        C: LANG es
        S: +OK [es] es language changed
        C: FROB
        S: -ERR [es] unknown command FROB
        C: LANG *
        S: +OK [en] en language changed
        """.replace("+OK [es] es", "+OK [es] es"),
    )


def test_utf8_mode() -> None:
    def home() -> object:
        place = world(strict=True)
        place.mailboxes("luis").inbox.append("Subject: mañana\r\n\r\nya\r\n".encode())
        return server(of=place)

    enter = "C: USER luis\nS: +OK ...\nC: PASS clave\nS: +OK ...\n"
    check(
        home,
        "S: +OK ...\n"
        + enter
        + "C: RETR 1\nS: -ERR [UTF8] message 1 has UTF-8 in its header: ...\nC: TOP 1 0\nS: -ERR [UTF8] ...",
    )  # type: ignore[arg-type]
    check(
        home,
        "S: +OK ...\nC: UTF8\nS: +OK UTF-8 it is\n"
        + enter
        + "C: RETR 1\nS: +OK ...\nS: Subject: mañana\nS:\nS: ya\nS: .",
    )  # type: ignore[arg-type]


def test_auth() -> None:
    enter = "S: +OK maildrop of ana: 2 message(s), 104 octets"
    check(server, f"S: +OK ...\nC: AUTH PLAIN AGFuYQBzZWNyZXRv\n{enter}")
    check(server, f"S: +OK ...\nC: auth plain\nC: AGFuYQBzZWNyZXRv\nS: + \n{enter}".replace("+ \n", "+ ...\n"))
    check(server, f"S: +OK ...\nC: AUTH LOGIN\nC: YW5h\nC: c2VjcmV0bw==\nS: + VXNlcm5hbWU6\nS: + UGFzc3dvcmQ6\n{enter}")
    refused = "C: AUTH PLAIN\nC: {line}\nS: + ...\nS: -ERR {words}\nC: STAT\nS: -ERR STAT is not possible ..."
    for line, words in (
        ("*", "authentication cancelled"),
        ("!!", "that is not base64"),
        ("YWJj", "that is not what the mechanism expects"),
        ("AGFuYQB3cm9uZw==", "[AUTH] wrong name or password"),
        ("A" * 13000, "line too long"),
    ):
        check(server, "S: +OK ...\n" + refused.format(line=line, words=words))
    check(
        server,
        "S: +OK ...\nC: AUTH NTLM\nS: -ERR mechanism NTLM is not offered\nC: AUTH\nS: +OK mechanisms follow\n"
        "S: SCRAM-SHA-256\nS: SCRAM-SHA-1\nS: CRAM-MD5\nS: PLAIN\nS: LOGIN\nS: .",
    )
    check(lambda: server(strict=True), "S: +OK ...\nC: AUTH\nS: -ERR bad arguments: the syntax is AUTH <mechanism>")


def test_stls() -> None:
    def home() -> object:
        place = world()
        place.stations["norte"].host("pop3").tls = True
        return server(of=place)

    one = check(home, "S: +OK ...\nC: STLS\nS: +OK begin TLS negotiation now")  # type: ignore[arg-type]
    one.receive_data(b"CAPA\r\n")
    assert b"STLS" not in one.data_to_send()
    one.receive_data(b"STLS\r\n")
    assert one.data_to_send() == b"-ERR TLS is active already\r\n"
    check(server, "S: +OK ...\nC: STLS\nS: -ERR unknown command STLS")
