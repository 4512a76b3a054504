"""Names of mailboxes, and special uses."""

from __future__ import annotations

import pytest

from sandbox.mail.errors import InvalidName, InvalidSpecialUse
from sandbox.mail.names import MAX_LEVELS, hierarchical, normal_name, special_uses, superiors


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("inbox", "INBOX"),
        ("iNbOx/Old", "INBOX/Old"),
        ("inboxes", "inboxes"),
        ("a/inbox", "a/inbox"),
        ("n\u0303", "ñ"),
        ('odd "\\&([ %*', 'odd "\\&([ %*'),
    ],
)
def test_a_name_is_kept_in_its_normal_form(name: str, normal: str) -> None:
    assert normal_name(name, "/") == normal


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "a/",
        "/a",
        "a//b",
        "a\x00",
        "a\nb",
        "\ud800",
        "a\u2028",
        "a" * 1001,
        "ñ" * 501,
        "/".join("a" * (MAX_LEVELS + 1)),
    ],
)
def test_what_cannot_name_a_mailbox(name: str) -> None:
    with pytest.raises(InvalidName):
        normal_name(name, "/")


def test_the_separator_is_a_setting() -> None:
    assert normal_name("inbox.a/b", ".") == "INBOX.a/b"
    assert superiors("a.b.c", ".") == ["a", "a.b"]
    assert superiors("a/b", ".") == []


def test_inferiors_follow_their_superior() -> None:
    names = ["a-b", "a/b", "a", "INBOX/z", "Zoo", "INBOX", "a/b/c"]
    assert sorted(names, key=lambda name: hierarchical(name, "/")) == [
        "INBOX",
        "INBOX/z",
        "Zoo",
        "a",
        "a/b",
        "a/b/c",
        "a-b",
    ]


def test_special_uses() -> None:
    assert special_uses(["\\sent", "\\ARCHIVE", "\\Sent"]) == ("\\Archive", "\\Sent")
    with pytest.raises(InvalidSpecialUse):
        special_uses(["\\Sent", "\\Inbox"])
