"""Mail under way stands in the mailbox pane, with who holds it and when it is tried again."""

from __future__ import annotations

import dataclasses

import pytest

from sandbox.i18n import set_language
from sandbox.tui.panes.queue import queue_lines
from sandbox.tui.ports import Queued
from sandbox.tui.sessions.play import FreePlay
from sandbox.tui.sessions.queue import queued
from sandbox.world.faults import Down
from sandbox.world.inputs import Strike
from sandbox.world.standard import standard
from sandbox.world.world import World

SUBMIT = (
    "@run submit sender=ana@norte.example recipients=nico@sur.example message='Subject: x\\r\\n' user=ana "
    "password=secreto"
)


@pytest.fixture
def session():
    session = FreePlay("smtp")
    session.open(lambda: None)
    return session


def test_mail_under_way_is_seen_until_it_arrives(session):
    session.world.connect("desk", "smtp", "norte", 587)
    assert session.mailbox(-1).queue == ()
    for host in ("sur", "sur-backup"):
        session.world.do(Strike(Down(host)))
    session.submit("@on desk")
    session.submit(SUBMIT)
    (mail,) = session.mailbox(-1).queue
    assert (mail.host, mail.sender, mail.recipients) == (
        "mail.norte.example",
        "ana@norte.example",
        ("nico@sur.example",),
    )
    assert (mail.due, mail.attempts) == ("2026-03-02 09:30", 1)
    assert mail.last.startswith("451 4.4.1")
    assert session.mailbox(1).queue == ()
    said = {note.text for note in session.trace.notes.values()}
    assert {"{host} asks for the mail exchangers of {domain}: {answer}", "{host} cannot connect to {exchanger}"} <= said
    session.world.do(Strike(Down("sur", up=True)))
    session.submit("@wait 1h")
    assert session.mailbox(-1).queue == ()


def test_a_world_without_servers_for_mail_has_no_queue():
    about = standard()
    hosts = tuple(dataclasses.replace(host, roles=("pop3",)) for host in about.hosts)
    assert queued(World(dataclasses.replace(about, hosts=hosts))) == ()


def test_the_pane_says_who_holds_it_and_when_it_goes_on():
    assert queue_lines((), 80) == []
    mail = Queued("mail.norte.example", "", ("nico@sur.example", "eva@sur.example"), "2026-03-02 09:30", 2, "451 [b]no")
    words = "\n".join(line.plain for line in queue_lines((mail,), 120))
    for part in ("1 message", "mail.norte.example", "<> → nico@sur.example, eva@sur.example", "09:30", "451 [b]no"):
        assert part in words
    assert "tried 2 times" in words
    set_language("es")
    try:
        assert "2 mensajes en camino" in "\n".join(line.plain for line in queue_lines((mail, mail), 120))
    finally:
        set_language("en")
