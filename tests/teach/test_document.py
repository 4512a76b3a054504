"""YAML without surprises: text stays text, everything has a place, nothing explodes."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sandbox.teach import document
from sandbox.teach.document import MAX_BYTES, MAX_DEPTH, parse, plain, read, walk


@pytest.fixture(params=["C", "Python"])
def parser(request, monkeypatch):
    if request.param == "Python":
        monkeypatch.setattr(document, "_PARSER", yaml.SafeLoader)


def data(text):
    node, problems = parse(text, "a.yaml")
    assert problems == []
    return plain(node)


def codes(text):
    return [(problem.code, problem.mark.line, problem.mark.column) for problem in parse(text, "a.yaml")[1]]


@pytest.mark.usefixtures("parser")
class TestValues:
    @pytest.mark.parametrize(
        "word", ["NO", "no", "yes", "on", "off", "2:4", "1_000", "007", "0x1F", "1e3", "-0.5", "~", "null", "True", "=",
                 "2026-03-02", "12:30:45", ".", "+OK", "1.5", "-", "0o7", "٣"],
    )  # fmt: skip
    def test_what_a_mail_protocol_says_stays_text(self, word):
        assert data(f"[a, {word}]" if word != "-" else "[a, '-']")[1] == word

    @pytest.mark.parametrize(("word", "value"), [("0", 0), ("12", 12), ("-3", -3), ("true", True), ("false", False)])
    def test_plain_integers_and_truth_values_are_what_they_are(self, word, value):
        assert data(f"x: {word}")["x"] is value or data(f"x: {word}") == {"x": value}
        assert data(f"x: '{word}'") == {"x": word}
        assert data(f'x: "{word}"') == {"x": word}

    def test_keys_are_text(self):
        assert data("1: a\nyes: b\ntrue: c\n") == {"1": "a", "yes": "b", "true": "c"}

    def test_an_empty_value_is_empty_text(self):
        assert data("a:\nb: ''") == {"a": "", "b": ""}

    def test_aliases_stand_for_their_anchor(self):
        assert data("a: &x {k: [1, 2]}\nb: *x\nc: [*x]") == {
            "a": {"k": [1, 2]},
            "b": {"k": [1, 2]},
            "c": [{"k": [1, 2]}],
        }

    def test_an_alias_may_be_a_key(self):
        assert data("a: &x hi\n*x : 1") == {"a": "hi", "hi": 1}


@pytest.mark.usefixtures("parser")
class TestMistakes:
    def test_duplicate_keys_are_all_told_and_the_first_counts(self):
        node, problems = parse("a: 1\nb: {c: 1, c: 2}\na: 3\n", "a.yaml")
        assert [(problem.code, problem.mark.line) for problem in problems] == [("Y103", 2), ("Y103", 3)]
        assert plain(node) == {"a": 1, "b": {"c": 1}}

    def test_tags_and_merge_keys_are_refused(self):
        assert codes("a: !!python/object/apply:os.system [ls]") == [("Y104", 1, 4)]
        assert codes("a: &x {k: 1}\nb:\n  <<: *x\n") == [("Y104", 3, 3)]
        assert data("'<<': 1") == {"<<": 1}

    def test_keys_must_be_plain_text(self):
        assert codes("? [a, b]\n: 1\nc: 2") == [("Y108", 1, 3)]
        assert codes("? {a: b}\n: {d: 1}\nc: 2") == [("Y108", 1, 3)]

    def test_one_document_and_not_none(self):
        assert [code for code, *_ in codes("")] == ["Y107"]
        assert [code for code, *_ in codes("# only a comment\n")] == ["Y107"]
        assert codes("a: 1\n---\nb: 2\n") == [("Y107", 2, 1)]

    def test_aliases_need_a_finished_anchor(self):
        assert codes("a: *x") == [("Y105", 1, 4)]
        assert codes("a: &x [*x]") == [("Y105", 1, 8)]

    def test_an_alias_bomb_ends_early(self):
        bomb = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n"
        bomb += "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
        node, problems = parse(bomb, "a.yaml")
        assert node is None
        assert [problem.code for problem in problems] == ["Y106"]

    def test_depth_and_size_are_bounded(self):
        assert [code for code, *_ in codes("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))] == ["Y106"]
        assert data("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None
        assert [code for code, *_ in codes("a: " + "x" * MAX_BYTES)] == ["Y106"]
        assert "Y106" in [code for code, *_ in codes("[" * 100_000)]

    def test_octets_and_characters_that_are_no_text_are_located(self):
        assert codes(b"a: ok\nb: \xff\n") == [("Y102", 2, 4)]
        assert codes("a: ok\nb: x\x1b[31m\n") == [("Y102", 2, 5)]
        assert codes("a: \ud800") == [("Y102", 1, 4)]
        assert codes(b"\xef\xbb\xbfa: 1") == []

    @pytest.mark.parametrize(
        "text",
        ["a: b: c", "a:\n\t- x", "a: 'x", "a: [1, 2", "a: {b: 1", "- a\nb: 1", "a: 1\n b: 2", "a: @x", "%YAML 9"],
    )
    def test_yaml_that_is_none_is_one_located_problem(self, text):
        node, problems = parse(text, "a.yaml")
        assert node is None
        assert [problem.code for problem in problems] == ["Y101"]
        assert problems[0].mark.line >= 1


class TestPlaces:
    def test_every_value_and_key_knows_its_place(self):
        node, _ = parse("a: 1\nb:\n- {c: x}\n- |\n  text\n", "a.yaml")
        places = {path: str(member.mark) for path, member in walk(node)}
        assert places == {
            (): "a.yaml:1:1",
            ("a",): "a.yaml:1:4",
            ("b",): "a.yaml:3:1",
            ("b", 0): "a.yaml:3:3",
            ("b", 0, "c"): "a.yaml:3:7",
            ("b", 1): "a.yaml:4:3",
        }
        assert str(node.get("b", 0, "c").key) == "a.yaml:3:4"
        assert node.get("b", 1).style == "|"
        assert node.get("b", 2) is None
        assert node.get("a", "x") is None
        assert node.get(0) is None

    def test_a_file_is_read_by_its_name(self, tmp_path):
        path = tmp_path / "x.yaml"
        path.write_bytes(b"a: b: c")
        assert str(read(path, "x.yaml")[1][0]).startswith("x.yaml:1:5  Y101  ")
        assert read(path)[1][0].mark.file == str(path)


@given(st.text(max_size=300))
def test_any_text_is_a_document_or_problems(text):
    node, problems = parse(text, "a.yaml")
    assert node is not None or problems


values = st.recursive(
    st.text(st.characters(exclude_categories=["C", "Z"]), max_size=8) | st.integers(-(10**9), 10**9) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc1-", min_size=1, max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), values, min_size=1, max_size=3))
def test_what_pyyaml_writes_is_read_as_it_was(value):
    quoted = yaml.dump(value, Dumper=yaml.CSafeDumper, allow_unicode=True)
    node, problems = parse(quoted, "a.yaml")
    assert problems == []
    assert yaml.safe_load(quoted) == value
    assert plain(node) == value
