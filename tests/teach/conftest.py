"""A small lesson, and a library with what it needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.teach.library import Library

EXAMPLE = Path(__file__).parent / "data" / "pop3-03-delete.yaml"
"""The lesson that the format was designed by; it must load as it is."""

LESSON = """\
format: 1
id: demo-01-small
title: {en: Small, es: Pequeña}
minutes: 5
level: worked
rfc: ["1939#5"]
misconceptions: [quit-cancels]
include: [worlds/norte.yml]
vars:
  user: {pick: [ana, luis]}
world:
  maildrop: {"{{ user }}": [invoice.eml, exam.eml]}
actors:
  laptop: {by: learner, proto: pop3, to: "norte:110"}
  phone: {by: engine, proto: pop3, to: "norte:110"}
steps:
- id: login
  kind: complete
  goal: {en: Log in, es: Entra}
  on: laptop
  text: {en: "Log in as {{ user }}.", es: "Entra como {{ user }}."}
  template: ["USER ____", "PASS ____"]
  solve: ["USER {{ user }}", PASS secreto]
  check: {state: {laptop: TRANSACTION}}
  hints:
  - {worked: true}
- id: count
  kind: do
  goal: {en: Count, es: Cuenta}
  on: laptop
  text: {en: Count the messages., es: Cuenta los mensajes.}
  solve: [STAT]
  check: {wire: {on: laptop, verb: STAT, reply: {status: +OK, args: [2, _]}}}
  wrong:
  - when: {store: {user: "{{ user }}", count: 1}}
    send: [DELE 1, QUIT]
    misconception: quit-cancels
    en: QUIT commits.
    es: QUIT confirma.
    restore: count
  hints:
  - {en: Four letters., es: Cuatro letras.}
  - {worked: true}
"""

REGISTRY = """\
quit-cancels:
  en: QUIT cancels.
  es: QUIT cancela.
  fact: {en: It commits., es: Confirma.}
  rfc: ["1939#6"]
"""

NORTE = """\
world:
  clock: "2026-03-02T09:00:00Z"
  domains:
    norte.example: {mx: [{preference: 10, host: norte}], users: {ana: secreto, luis: secreto}}
  hosts:
    norte: {name: mail.norte.example, domain: norte.example, roles: [mx, pop3]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as `lessons/` is one, with the small lesson in it."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "worlds").mkdir()
    (tmp_path / "mail" / "invoice.eml").write_bytes(b"Subject: invoice\n\nPay.\n")
    (tmp_path / "mail" / "exam.eml").write_bytes(b"Subject: exam\r\n\r\nLearn.\r\n")
    (tmp_path / "worlds" / "norte.yml").write_text(NORTE)
    (tmp_path / "misconceptions.yaml").write_text(REGISTRY)
    (tmp_path / "demo-01-small.yaml").write_text(LESSON)
    return tmp_path


@pytest.fixture
def library(folder: Path) -> Library:
    return Library(folder)
