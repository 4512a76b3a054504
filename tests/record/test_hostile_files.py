"""Files made to keep a program busy: each line here once took the square of its length, or more, and would not end."""

from __future__ import annotations

import io

import pytest

from sandbox.record.diff import expected
from sandbox.record.errors import RecordError
from sandbox.record.import_ import import_
from sandbox.world.protocols import PROTOCOLS

MANY = 100_000
DIALOGUE = b"S: +OK hello\nC: QUIT\nS: +OK bye\n"


@pytest.mark.parametrize(
    "octets",
    [
        DIALOGUE + b"S: <" + b" " * MANY + b"\n",
        DIALOGUE + b"S: a\n" + b"     b\n" * MANY,
        DIALOGUE + b"(x connects to y, port 110: POP3.)\n" * 5_000 + b"(remark)\n" * 5_000,
    ],
    ids=["spaces", "continuations", "clients"],
)
def test_a_text_is_read_to_its_end(octets: bytes) -> None:
    out = io.BytesIO()
    import_(io.BytesIO(octets), "a.txt", out, PROTOCOLS)
    assert b"+OK bye" in out.getvalue()


def test_a_log_of_s_client_without_a_conversation() -> None:
    log = b"CONNECTED(00000003)\n" + b"-----BEGIN CERTIFICATE-----" * MANY
    with pytest.raises(RecordError, match="no conversation"):
        import_(io.BytesIO(log), "a.txt", io.BytesIO(), PROTOCOLS)


def test_what_looks_like_an_id_and_is_none_stays() -> None:
    octets = b"<" + b"1z" * MANY
    assert expected(octets) == octets
    assert expected(b"<20260302.123456@norte.example>") == b"*"
