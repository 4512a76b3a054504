"""The base subject, by RFC 5256 section 2.1."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.imap.search.subject import LONGEST, base_subject


@pytest.mark.parametrize(
    ("subject", "base", "derived"),
    [
        ("", "", False),
        ("Lunch", "lunch", False),
        # (1) tabs, continuations and runs of spaces are one space
        ("a\t b\r\n  c", "a b c", False),
        # (2) trailers: "(fwd)" and white space, as often as they stand there
        ("Lunch  ", "lunch", False),
        ("Lunch (fwd)", "lunch", True),
        ("Lunch (FWD) (fwd) ", "lunch", True),
        ("Lunch (fw)", "lunch (fw)", False),
        ("(fwd)", "", True),
        # (3) leaders: white space, and Re:, Fw:, Fwd: with blobs before and one behind
        (" Lunch", "lunch", False),
        ("Re: Lunch", "lunch", True),
        ("RE:lunch", "lunch", True),
        ("re : lunch", "lunch", True),
        ("Fw: Fwd: Re: Lunch", "lunch", True),
        ("Re[2]: Lunch", "lunch", True),
        ("Re [2] : Lunch", "lunch", True),
        ("[list] [x] Re: Lunch", "lunch", True),
        ("Regarding: lunch", "regarding: lunch", False),
        ("Rene: lunch", "rene: lunch", False),
        ("AW: lunch", "aw: lunch", False),
        ("Re:", "", True),
        # (4) blobs that something follows
        ("[list] Lunch", "lunch", False),
        ("[a][b] Lunch", "lunch", False),
        ("[list]", "[list]", False),
        ("[a][b]", "[b]", False),
        ("[a [b] c", "[a [b] c", False),
        ("[a] b [c]", "b [c]", False),
        # (5) leaders and blobs by turns
        ("Re: [list] Re: [other] Lunch", "lunch", True),
        ("[list] Re: [list]", "[list]", True),
        # (6) forwarded as a whole
        ("[Fwd: Lunch]", "lunch", True),
        ("[fwd:Re: [fwd: Lunch (fwd)]]", "lunch", True),
        ("[list] [Fwd: Lunch]", "lunch", True),
        ("[Fwd: Lunch", "[fwd: lunch", False),
        ("[Fwd: ]", "", True),
        ("[Fw: Lunch]", "[fw: lunch]", False),
        # without regard to case, beyond ASCII too
        ("Re: \u00c1RBOL", "\u00e1rbol", True),
        ("A\u0301rbol", "\u00e1rbol", False),
    ],
)
def test_base_subject(subject: str, base: str, derived: bool) -> None:
    assert base_subject(subject) == (base, derived)


@given(st.lists(st.sampled_from(["re", "fwd", ":", " ", "[", "]", "[x]", "(fwd)", "[fwd:", "y", "\t"])).map("".join))
def test_what_is_taken_away_stays_away(subject: str) -> None:
    base = base_subject(subject).text
    assert base_subject(base).text == base
    assert base == base.strip()
    # what a reply or a forward adds changes nothing
    for derived in ("Re: " + subject, subject + " (fwd)"):
        assert base_subject(derived) == (base, True)


@given(st.lists(st.sampled_from(["re", ":", " ", "(fwd)", "y", "\t"])).map("".join))
def test_what_is_forwarded_as_a_whole_has_the_same_base(subject: str) -> None:
    assert base_subject("[Fwd: " + subject + "]") == (base_subject(subject).text, True)


def test_a_long_subject_is_cut() -> None:
    assert base_subject("x" * 9999).text == "x" * LONGEST
    assert base_subject("[" * 99_999).text == "[" * LONGEST
    assert base_subject("[ab]" * 99_999).text == "[ab]"
    assert base_subject("Re: " * 99_999).text == ""
