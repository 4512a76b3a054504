"""The mail that waits for every user is good mail, by the standard library's judgement."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default

from sandbox.world.welcome import welcome

NOON = int(datetime(2026, 3, 2, 12, 5, 9, tzinfo=UTC).timestamp()) * 1_000_000_000


def test_it_is_a_message_with_everything_that_mail_needs() -> None:
    raw = welcome("ana", "norte.example", NOON, "1234")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    assert message["to"].addresses[0].addr_spec == "ana@norte.example"
    assert message["date"].datetime == datetime(2026, 3, 2, 12, 5, 9, tzinfo=UTC)
    assert message["date"] == "Mon, 02 Mar 2026 12:05:09 +0000"
    assert message["message-id"] == "<1234@norte.example>"
    text = message.get_content()
    assert text.startswith("Welcome, ana!")
    assert "Te damos la bienvenida, ana." in text
