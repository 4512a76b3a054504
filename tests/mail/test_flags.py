"""Which flags a message can keep, their spelling and order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.message import Msg
from sandbox.mail.errors import InvalidFlag, LimitReached
from sandbox.mail.flags import FLAGS, RECENT, SYSTEM_FLAGS, Keywords, canonical, describe, flag_set


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("\\SEEN", "\\Seen"),
        ("\\draft", "\\Draft"),
        ("$forwarded", "$Forwarded"),
        ("$MDNSENT", "$MDNSent"),
        ("Work", "Work"),
        ("a[1", "a[1"),
    ],
)
def test_a_flag_has_one_spelling(written: str, spelled: str) -> None:
    assert canonical(written) == spelled


@pytest.mark.parametrize(
    "name",
    [
        RECENT,
        "\\recent",
        "\\Foo",
        "\\*",
        "",
        "two words",
        "a(b",
        "a{b",
        "a%",
        "a*",
        'a"',
        "a]",
        "ñ",
        "\x7f",
        "a" * 129,
        "a\n",
    ],
)
def test_what_no_message_can_keep(name: str) -> None:
    with pytest.raises(InvalidFlag) as refused:
        canonical(name)
    assert refused.value.about == Msg("{flag} is no flag that a message can keep.", flag=name)


def test_system_flags_come_first_then_keywords_by_name() -> None:
    assert flag_set(["zeta", "\\draft", "Alpha", "$Junk", "\\Seen"]) == ("\\Seen", "\\Draft", "$Junk", "Alpha", "zeta")


def test_the_first_spelling_wins() -> None:
    assert flag_set(["Work", "WORK", "work"]) == ("Work",)


@given(st.lists(st.sampled_from([*SYSTEM_FLAGS, "$Junk", "Work", "work", "b", "B"])))
def test_a_flag_set_stays_as_it_is(names: list[str]) -> None:
    flags = flag_set(names)
    assert flag_set(reversed(flags)) == flags
    assert {name.lower() for name in flags} == {name.lower() for name in names}


def test_every_known_flag_says_something_about_a_message() -> None:
    for info in FLAGS:
        assert describe(info.name.upper()) == Msg(info.about)
        assert info.ref.known
    assert describe("Work").params == {"flag": "Work"}


def test_a_mailbox_keeps_the_spelling_it_met_first() -> None:
    keywords = Keywords(10)
    assert keywords.spell(["WORK"]) == ("WORK",)
    assert keywords.names == ()
    keywords.learn([("Work",)])
    assert keywords.spell(["\\seen", "WORK"]) == ("\\Seen", "Work")
    assert keywords.names == ("Work",)


def test_equal_flags_share_one_tuple() -> None:
    keywords = Keywords(10)
    first = keywords.learn([("\\Seen", "Work")])[("\\Seen", "Work")]
    again = (*first,)
    assert again is not first
    assert keywords.learn([again])[again] is first


@pytest.mark.parametrize(
    "combinations",
    [[("work",)], [("\\seen",)], [("b", "a")], [("new",), ("New",)], [("\\Recent",)]],
    ids=["other spelling", "other case", "order", "two spellings at once", "no flag"],
)
def test_flags_not_spelled_as_the_mailbox_does_are_refused_and_nothing_is_learnt(
    combinations: list[tuple[str, ...]],
) -> None:
    keywords = Keywords(10)
    keywords.learn([("Work",)])
    with pytest.raises(InvalidFlag):
        keywords.learn(combinations)
    assert keywords.names == ("Work",)


def test_keywords_are_limited() -> None:
    keywords = Keywords(2)
    keywords.learn([("a", "b"), ("\\Seen",)])
    with pytest.raises(LimitReached):
        keywords.require([("c",)])
    keywords.require([("a",), ("\\Draft", "b")])
    with pytest.raises(LimitReached):
        keywords.learn([("c",)])
    assert keywords.names == ("a", "b")


def test_combinations_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Keywords, "MAX_COMBINATIONS", 2)
    keywords = Keywords(10)
    keywords.learn([("a",), ("b",)])
    kept = keywords.learn([("a",), ("c",)])
    assert kept[("a",)] == ("a",)
    assert kept[("c",)] == ("c",)
    assert keywords.names == ("a", "b", "c")
