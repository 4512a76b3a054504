from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.grammar import label, parse
from sandbox.smtp.addresses import Mailbox, address_literal, mailbox
from sandbox.smtp.grammar import MAILBOX, VERB
from sandbox.smtp.words import Known

LOCAL = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)


@given(LOCAL, st.sampled_from(["norte.example", "[192.0.2.1]", "[IPv6:2001:db8::1]", "español.example"]))
def test_what_is_written_is_read_again(local: str, domain: str) -> None:
    written = Mailbox(local, domain)
    assert mailbox(written.text) == written
    found = parse(MAILBOX, written.text.encode(), strict=True)
    assert found.values == (written,)


@given(LOCAL)
def test_a_local_part_alone(local: str) -> None:
    written = Mailbox(local, "")
    assert mailbox(written.text) == written
    assert written.text == written.local_text


@pytest.mark.parametrize(
    "literal", [b"[127.0.0.1]", b"[IPv6:::1]", b"[ipv6:1:2:3:4:5:6:7:8]", b"[IPv6:1::5:192.0.2.1]"]
)
def test_address_literals(literal: bytes) -> None:
    assert address_literal(literal) == literal.decode()


@pytest.mark.parametrize(
    "literal", [b"[1.2.3]", b"[256.1.1.1]", b"[IPv6:1:2:3:4:5:6::8]", b"[IPv6:12345::]", b"[IPv6:1]"]
)
def test_no_address_literals(literal: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # any will do: the grammar makes a fault of it
        address_literal(literal)


def test_a_word_that_no_table_has_keeps_the_general_meaning() -> None:
    rule = Known("word", rb"[a-z]+", VERB.ref, "any word", known={b"QUIT": ("5321#4.1.1.10", "the end")})
    assert [span.about for span in label(rule, b"quit").spans] == ["the end"]
    assert [span.about for span in label(rule, b"other").spans] == ["any word"]
