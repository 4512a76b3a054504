from __future__ import annotations

import base64

import pytest

from tests.smtp.servers import AGAIN, HELLO, OPEN, SUBMISSION, Desk, server
from tests.support.dialogue import check, perform, play

TO_ANA = "C: RCPT TO:<ana@norte.example>\nS: 250 2.1.5 ...\n"
PLAIN = base64.b64encode(b"\0ana\0secreto").decode()
WRONG = base64.b64encode(b"\0ana\0falso").decode()
DOOR = HELLO.replace(
    "    S: 250-EXPN\n", "    S: 250-AUTH SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN\n    S: 250-EXPN\n"
)
LOGIN = DOOR + f"C: AUTH PLAIN {PLAIN}\nS: 235 2.7.0 authentication successful: ana\n"


def test_submission_wants_authentication() -> None:
    desk = Desk(relays=True)
    check(
        lambda: server(desk=desk, service=SUBMISSION),
        DOOR
        + f"""
        C: MAIL FROM:<ana@norte.example>
        S: 530 5.7.0 authentication required
        C: AUTH PLAIN
        S: 334 
        C: {PLAIN}
        S: 235 2.7.0 authentication successful: ana
        C: AUTH PLAIN {PLAIN}
        S: 503 5.5.1 you are authenticated already
        C: MAIL FROM:<ana@norte.example> AUTH=<>
        S: 250 2.1.0 ...
        C: AUTH PLAIN {PLAIN}
        S: 503 5.5.1 AUTH is not possible in a transaction
        C: RCPT TO:<eva@sur.example>
        S: 250 2.1.5 ...
        C: DATA
        S: 354 ...
        C: bCC: eva@sur.example,
        C:  luis@norte.example
        C: Subject: hola
        C: Bcc:
        C:
        C: Bcc: stays
        C: .
        S: 250 2.0.0 accepted as ...
        """.replace("334 \n", "334...\n"),
    )
    envelope, content = desk.delivered[-1]
    head, _, rest = content.partition(b"; Mon, 02 Mar 2026 09:00:00 +0000\r\n")
    assert b"with ESMTPA id" in head
    assert envelope.auth == ""
    date, message_id, subject, *body = rest.split(b"\r\n")
    assert date == b"Date: Mon, 02 Mar 2026 09:00:00 +0000"
    assert message_id.startswith(b"Message-ID: <")
    assert message_id.endswith(b"@mail.norte.example>")
    assert [subject, *body] == [b"Subject: hola", b"", b"Bcc: stays", b""]


def test_submission_leaves_what_is_there() -> None:
    desk = Desk()
    check(
        lambda: server(desk=desk, service=SUBMISSION),
        LOGIN
        + "C: MAIL FROM:<ana@norte.example> AUTH=ana@norte.example\nS: 250 ...\n"
        + TO_ANA
        + "C: DATA\nS: 354 ...\nC: date: yesterday\nC: message-id: <1@x>\nC:\nC: body\nC: .\nS: 250 ...",
    )
    assert desk.delivered[-1][1].endswith(b"+0000\r\ndate: yesterday\r\nmessage-id: <1@x>\r\n\r\nbody\r\n")
    assert desk.delivered[-1][0].auth == "ana@norte.example"
    play(server(desk=desk, service=SUBMISSION), LOGIN + "C: MAIL FROM:<> AUTH=luis@norte.example\nS: 250 ...\n" + TO_ANA
         + "C: DATA\nS: 354 ...\nC: .\nS: 250 ...")  # fmt: skip
    assert desk.delivered[-1][0].auth == ""


def test_authentication_that_fails() -> None:
    check(
        lambda: server(service=SUBMISSION),
        DOOR
        + f"""
        C: AUTH PLAIN {WRONG}
        S: 535 5.7.8 wrong name or password
        C: AUTH PLAIN *
        S: 501 5.5.2 that is not base64
        C: AUTH PLAIN
        S: 334...
        C: *
        S: 501 5.7.0 authentication cancelled
        C: AUTH PLAIN =
        S: 501 5.5.4 that is not what the mechanism expects
        C: AUTH CRAM-MD5 =
        S: 501 5.7.0 with CRAM-MD5 the server speaks first
        C: AUTH KERBEROS_V4
        S: 504 5.5.4 mechanism KERBEROS_V4 is not offered
        C: AUTH
        S: 501 5.5.4 ...
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: {"x" * 13000}
        S: 500 5.5.6 authentication line too long
        C: AUTH PLAIN {"AAAA" * 1000}
        S: 501 5.5.4 that is not what the mechanism expects
        C: AUTH PLAIN {WRONG}
        S: 535 5.7.8 ...
        C: AUTH PLAIN {WRONG}
        S: 535 5.7.8 ...
        C: AUTH PLAIN {WRONG}
        S: 535 5.7.8 ...
        C: AUTH PLAIN {WRONG}
        S: 421 4.7.0 too many failed authentications
        * closed
        """,
    )


def test_passwords_before_tls_follow_the_policy() -> None:
    door = DOOR.replace(" PLAIN LOGIN", "").replace("250-AUTH", "250-STARTTLS\n    S: 250-AUTH")
    protected = "".join(line + "\n" for line in DOOR.splitlines()[2:])
    one = server(service=SUBMISSION, clear_auth=False, tls=True)
    play(
        one,
        door
        + f"""
        C: AUTH PLAIN {PLAIN}
        S: 538 5.7.11 start TLS before you send a password
        C: STARTTLS
        S: 220 2.0.0 ready to start TLS
        C: MAIL FROM:<>
        S: 503 5.5.1 say EHLO first
        """
        + protected
        + f"""
        C: STARTTLS
        S: 503 5.5.1 TLS is active already
        C: AUTH PLAIN {PLAIN}
        S: 235 2.7.0 authentication successful: ana
        """,
    )
    assert one.secure


def test_commands_behind_starttls_never_run() -> None:
    desk = Desk()
    one = play(server(desk=desk, tls=True), HELLO.replace("S: 250-EXPN", "S: 250-STARTTLS\n    S: 250-EXPN"))
    one.receive_data(b"STARTTLS\r\nMAIL FROM:<a@b>\r\nRCPT TO:<ana@norte.example>\r\nDATA\r\nevil\r\n.\r\n")
    assert perform(one) == b"220 2.0.0 ready to start TLS\r\n"
    assert one.secure
    assert one.session.client == ""
    play_on = AGAIN.replace("S: 250-STARTTLS\n", "")
    assert play_on
    one.receive_data(b"MAIL FROM:<a@b>\r\n")
    assert perform(one) == b"503 5.5.1 say EHLO first\r\n"
    assert not desk.delivered


def test_what_was_said_before_tls_is_forgotten() -> None:
    one = play(server(service=SUBMISSION, tls=True), LOGIN.replace("S: 250-AUTH", "S: 250-STARTTLS\n    S: 250-AUTH"))
    assert one.session.user == "ana"
    one.receive_data(b"STARTTLS\r\n")
    perform(one)
    assert one.session.user is None


SMUGGLED = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r.\r",
    b"\r\n.\n",
    b"\r\n.\r",
    b"\r.\r\n",
    b"\n.\r",
    b"\r.\n",
    b"\n\n.\r\n",
    b"\r\r\n.\r\r\n",
]


@pytest.mark.parametrize("variant", SMUGGLED)
@pytest.mark.parametrize("strict", [False, True])
def test_nothing_but_crlf_dot_crlf_ends_data(variant: bytes, strict: bool) -> None:
    desk = Desk()
    inner = b"MAIL FROM:<admin@norte.example>\r\nRCPT TO:<luis@norte.example>\r\nDATA\r\nsmuggled\r\n"
    for split in (False, True):
        one = play(server(strict, desk=desk), OPEN + "C: DATA\nS: 354 ...")
        stream = b"Subject: x\r\n\r\nbody" + variant + inner + b".\r\nQUIT\r\n"
        for piece in [bytes([octet]) for octet in stream] if split else [stream]:
            one.receive_data(piece)
        said = perform(one)
        assert said.count(b"\r\n") == 2, said
        assert said.startswith(b"554 5.6.0" if strict else b"250 2.0.0")
        assert said.endswith(b"closing connection\r\n")
    assert len(desk.delivered) == (0 if strict else 2)
    assert all(inner in content and envelope.reverse_path == "eva@sur.example" for envelope, content in desk.delivered)


@pytest.mark.parametrize("variant", [b"\n.\n", b"\n.\r\n", b"\r\n.\n"])
def test_a_careless_server_falls_for_it(variant: bytes) -> None:
    desk = Desk()
    one = play(server(desk=desk, careless=True), OPEN + "C: DATA\nS: 354 ...")
    inner = b"MAIL FROM:<admin@norte.example>\r\nRCPT TO:<luis@norte.example>\r\nDATA\r\n..smuggled\r\n"
    one.receive_data(b"Subject: x\r\n\r\nbody" + variant + inner + b".\r\nQUIT\r\n")
    perform(one)
    assert [envelope.reverse_path for envelope, _content in desk.delivered] == [
        "eva@sur.example",
        "admin@norte.example",
    ]
    assert desk.delivered[0][1].endswith(b"body" + variant[: variant.index(b".")])
    assert desk.delivered[1][1].endswith(b"+0000\r\n.smuggled\r\n")


def test_a_careless_server_knows_its_limits() -> None:
    text = OPEN.replace("26214400", "20")
    lines = f"C: DATA\nS: 354 ...\nC: {'x' * 200}\nC: .\nS: 552 5.3.4 ..."
    check(lambda: server(size=20, careless=True), text + lines)
    check(lambda: server(size=20, careless=True), text + "C: DATA\nS: 354 ...\nC: .\nS: 250 2.0.0 ...")
