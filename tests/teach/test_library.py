"""Parts are found beside the lesson and among the built-in ones, and nowhere else."""

from __future__ import annotations

import pytest

from sandbox import resources
from sandbox.core.refs import Ref
from sandbox.teach.document import parse, plain
from sandbox.teach.include import with_includes
from sandbox.teach.library import MAX_MAIL, Library
from sandbox.teach.misconceptions import read_registry


def test_mail_is_delivered_with_crlf(library):
    assert library.mail("invoice.eml") == b"Subject: invoice\r\n\r\nPay.\r\n"
    assert library.mail("exam.eml") == b"Subject: exam\r\n\r\nLearn.\r\n"


def test_mail_that_is_not_there_or_too_large(library, folder):
    assert library.has_mail("exam.eml")
    assert not library.has_mail("nope.eml")
    with pytest.raises(FileNotFoundError):
        library.mail("nope.eml")
    (folder / "mail" / "big.eml").write_bytes(b"x" * (MAX_MAIL + 1))
    assert not library.has_mail("big.eml")
    with pytest.raises(OSError, match="File too large"):
        library.mail("big.eml")


def test_mail_is_read_once(library, folder):
    assert library.has_mail("exam.eml")
    (folder / "mail" / "exam.eml").unlink()
    assert library.mail("exam.eml").startswith(b"Subject: exam")


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "a/../../secret", "..\\x", "mail/../../secret", "\0", "x" * 300]
)
def test_no_name_leads_out(folder, name):
    (folder.parent / "secret").write_text("x")
    assert Library(folder).find(name) is None


def test_no_link_leads_out(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.eml"
    outside.write_text("x")
    (folder / "mail" / "link.eml").symlink_to(outside)
    assert not Library(folder).has_mail("link.eml")


def test_the_first_folder_comes_first(folder, tmp_path_factory):
    mine = tmp_path_factory.mktemp("mine")
    (mine / "mail").mkdir()
    (mine / "mail" / "exam.eml").write_text("mine\n")
    (mine / "misconceptions.yaml").write_text(
        "own-idea: {en: I, es: Y, fact: {en: F, es: H}, rfc: ['1939']}\n"
        "quit-cancels: {en: M, es: M, fact: {en: F}, rfc: ['1939']}\n"
    )
    both = Library(mine, folder)
    assert both.mail("exam.eml") == b"mine\r\n"
    assert both.has_mail("invoice.eml")
    assert both.lesson("demo-01-small") == (folder / "demo-01-small.yaml").resolve()
    assert set(both.misconceptions) == {"own-idea", "quit-cancels"}
    assert both.misconceptions["quit-cancels"].text("en") == "M"
    assert both.misconceptions["own-idea"].text("es") == "Y"


def test_the_registry_tells_its_mistakes(tmp_path):
    path = tmp_path / "misconceptions.yaml"
    path.write_text(
        "Bad Id: {en: a, es: b, fact: {en: x}, rfc: ['1939']}\nx:\n  en: a\n  rfc: ['1939#99']\n  fcat: 1\n"
    )
    entries, problems = read_registry(path, "m.yaml")
    assert entries == {}
    assert {problem.code for problem in problems} == {"F306", "F302", "F301", "N405"}
    path.write_text("- a")
    assert read_registry(path)[0] == {}


def test_the_registry_that_ships_is_sound():
    entries, problems = Library(resources.lessons()).registry
    assert problems == []
    assert entries.keys() >= {
        "dele-is-immediate", "quit-cancels", "drop-deletes", "headers-route", "base64-encrypts", "deleted-flag-deletes",
        "number-is-identity",
    }  # fmt: skip
    assert all(Ref(ref).known for entry in entries.values() for ref in entry.rfc)
    assert all(entry.fact.es for entry in entries.values())


def included(folder, text, **files):
    for name, content in files.items():
        (folder / "worlds" / f"{name}.yml").write_text(content)
    tree, problems = parse(text, "x.yaml")
    merged = with_includes(tree, Library(folder), problems)
    return plain(merged), [str(problem).split("  ")[:2] for problem in problems], merged


def test_the_lesson_s_own_value_wins_member_by_member(folder):
    value, problems, tree = included(
        folder,
        "include: [worlds/a.yml, worlds/b.yml]\nworld: {clock: mine, x: {p: 1}}\nvars: {v: 1}\n",
        a="world:\n  clock: theirs\n  x: {p: 2, q: 3}\nactors: {a: {by: engine}}\n",
        b="world:\n  x: {r: 4}\nactors: {a: {by: engine}, b: 1}\n",
    )
    assert problems == []
    assert value["world"] == {"clock": "mine", "x": {"p": 1, "q": 3, "r": 4}}
    assert value["actors"] == {"a": {"by": "engine"}, "b": 1}
    assert str(tree.get("world", "x", "q").mark) == "worlds/a.yml:3:16"
    assert str(tree.get("world", "clock").mark) == "x.yaml:2:16"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("steps: []\n", ["worlds/a.yml:1:1", "Y109"]),
        ("include: [worlds/b.yml]\n", ["worlds/a.yml:1:1", "Y109"]),
        ("- a\n", ["worlds/a.yml:1:1", "Y109"]),
        ("a: b: c\n", ["worlds/a.yml:1:5", "Y101"]),
        ("world: {clock: other}\n", ["worlds/norte.yml:2:10", "Y110"]),
    ],
)
def test_what_cannot_be_included_is_told(folder, content, place):
    _, problems, _ = included(folder, "include: [worlds/a.yml, worlds/norte.yml]\n", a=content)
    assert place in problems


def test_without_includes_nothing_changes(folder):
    for text in ("a: 1", "include: x", "- a"):
        assert included(folder, text)[0] == plain(parse(text, "x")[0])
