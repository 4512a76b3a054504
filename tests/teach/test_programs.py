"""What mail programs do, as a step's script has it."""

from __future__ import annotations

from sandbox import resources
from sandbox.teach.library import Library
from sandbox.teach.loader import open_source
from sandbox.teach.runner import LessonRunner


def test_an_actor_can_be_a_mail_program() -> None:
    path = resources.lessons() / "pop3-03-delete.yaml"
    runner = LessonRunner(open_source(path, Library(path.parent)), learner="0")
    stage = runner.session.stage
    stage.type_all("phone", ["@connect", "@run fetch-and-delete ana secreto"])
    assert [exchange.verb for exchange in stage.exchanges("phone")] == [
        "USER", "PASS", "LIST", "RETR", "DELE", "RETR", "DELE", "QUIT",
    ]  # fmt: skip
    assert len(runner.world.mailboxes("ana").inbox) == 0
