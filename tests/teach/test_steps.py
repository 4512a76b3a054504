"""What a step may look like: each thing that does not go together is told at its place."""

from __future__ import annotations

import pytest

from sandbox.teach.loader import open_source
from tests.teach.conftest import LESSON, NORTE

ASK = "text: {en: A, es: A}, "
TWO = "options: [{id: a, label: A, correct: true}, {id: b, label: B}]"
RUN = "run: {on: laptop, send: [NOOP]}, reveal: {wire: {verb: NOOP}}, "
MANY = "run: [{deliver: {ana: [exam.eml]}}, {fault: {lock: ana}}], reveal: [{store: {user: ana}}], "
BOTH = "options: [{id: a, label: A, correct: true}, {id: b, label: B, correct: true}]"
SAME = "options: [{id: a, label: A, correct: true}, {id: a, label: B}]"


@pytest.fixture
def told(folder, library):
    def check(step):
        path = folder / "x.yaml"
        path.write_text(LESSON[: LESSON.index("steps:")] + "steps:\n- {id: x, " + step + "}\n")
        _lesson, problems = open_source(path, library).check("0")
        return [f"{problem.code} {problem.field}" for problem in problems]

    return check


@pytest.mark.parametrize(
    "step",
    [
        "kind: say, text: {en: A}",
        f"kind: quiz, {ASK}{TWO}",
        f"kind: quiz, {ASK}form: many, {TWO}",
        f"kind: quiz, {ASK}accept: [A]",
        f"kind: quiz, {ASK}form: text, accept: [A]",
        f"kind: quiz, {ASK}form: order, options: [{{id: a, label: 1}}, {{id: b, en: B, es: B}}]",
        f"kind: predict, {ASK}{RUN}{TWO}",
        f"kind: predict, {ASK}{RUN}accept: [A], fault: {{drop: laptop}}",
        f"kind: predict, {ASK}{MANY}{TWO}",
        "kind: actor, on: phone, send: ['@connect']",
        "kind: actor, deliver: {ana: [exam.eml]}",
        "kind: fault, fault: {delay: {on: laptop, by: 10s, side: C}}",
        "kind: checkpoint",
    ],
)
def test_sound_steps(told, step):
    assert told(step) == []


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        (f"kind: quiz, {ASK}options: [{{id: a, label: A}}, {{id: b, label: B}}]", "F307 steps[0]"),
        (f"kind: quiz, {ASK}form: one, {BOTH}",
         "F307 steps[0]"),
        (f"kind: quiz, {ASK}form: match, {TWO}", "F307 steps[0]"),
        (f"kind: quiz, {ASK}form: text, {TWO}", "F307 steps[0]"),
        (f"kind: quiz, {ASK}accept: [A], {TWO}", "F307 steps[0]"),
        (f"kind: quiz, {ASK[:-2]}", "F307 steps[0]"),
        (f"kind: quiz, {ASK}options: [{{id: a, label: A, correct: true}}]", "F305 steps[0].options"),
        (f"kind: quiz, {ASK}{SAME}", "N403 steps[0].options"),
        (f"kind: quiz, {ASK}options: [{{id: a, correct: true}}, {{id: b, label: B}}]", "F307 steps[0].options[0]"),
        (f"kind: quiz, {ASK}options: [{{id: a, label: A, en: A, es: A, correct: true}}, {{id: b, label: B}}]",
         "F307 steps[0].options[0]"),
        (f"kind: predict, {ASK}{RUN}accept: [A], {TWO}", "F307 steps[0]"),
        (f"kind: predict, {ASK}{RUN}options: [{{id: a, label: A}}, {{id: b, label: B}}]", "F307 steps[0]"),
        (f"kind: predict, {ASK}{RUN}{BOTH}",
         "F307 steps[0]"),
        (f"kind: predict, {ASK}run: {{on: laptop}}, reveal: {{wire: {{verb: A}}}}, {TWO}", "F304 steps[0].run"),
        ("kind: actor, on: phone", "F307 steps[0]"),
        ("kind: actor, send: [NOOP]", "F307 steps[0]"),
        ("kind: actor, on: phone, send: [NOOP], deliver: {ana: [exam.eml]}", "F307 steps[0]"),
        ("kind: fault, fault: {delay: {on: laptop, by: soon}}", "F306 steps[0].fault.delay.by"),
        ("kind: fault, fault: {drop: {on: laptop, at: -1}}", "F305 steps[0].fault.drop.at"),
        ("kind: fault, fault: {drop: nobody}", "N401 steps[0].fault.drop"),
        ("kind: fault, fault: {break: laptop}", "F304 steps[0].fault"),
    ],
)  # fmt: skip
def test_what_does_not_go_together(told, step, problem):
    assert problem in told(step)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("2026-03-02T09:00:00Z", "2026-13-02T09:00:00Z", "F306 world.clock"),
        ("2026-03-02T09:00:00Z", "1969-03-02T09:00:00Z", "F306 world.clock"),
        ("2026-03-02T09:00:00Z", "noon", "F306 world.clock"),
        ("domain: norte.example", "domain: sur.example", "N412 world.hosts.norte.domain"),
        ("host: norte}", "host: sur}", "N410 world.domains.norte.example.mx[0].host"),
        ("ana: secreto", "ana: 'with space'", "F306 world.domains.norte.example.users.ana"),
        ("ana: secreto", "'a b': secreto, ana: x", "F306 world.domains.norte.example.users.a b"),
        ("name: mail.norte.example", "name: MAIL", "F306 world.hosts.norte.name"),
        ("roles: [mx, pop3]", "roles: [mx, pop4]", "F304 world.hosts.norte.roles[1]"),
    ],
)
def test_worlds(folder, library, old, new, problem):
    (folder / "worlds" / "norte.yml").write_text(NORTE.replace(old, new))
    lesson, problems = open_source(folder / "demo-01-small.yaml", library).check("0")
    assert lesson is None
    assert problem in [f"{found.code} {found.field}" for found in problems]
    assert {found.mark.file for found in problems} == {"worlds/norte.yml"}
