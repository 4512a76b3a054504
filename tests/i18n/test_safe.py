from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from sandbox.i18n.safe import readable, safe


@given(st.binary() | st.text(st.characters()))
def test_nothing_that_is_shown_moves_turns_or_hides(text: bytes | str) -> None:
    for shown in (safe(text), readable(text)):
        assert shown.isprintable()
        assert not any(unicodedata.category(char) in ("Mn", "Me", "Cf", "Cs", "Cc") for char in shown)
        assert safe(shown) == shown


def test_octets_that_are_no_text_are_written_out() -> None:
    assert safe(b"caf\xe9 \x1b[2J\r\n") == "caf\\xe9 \\x1b[2J\\r\\n"
    assert safe("abc\u202edcba") == "abc\\u202edcba"
    assert readable("man\u0303ana") == "mañana"
