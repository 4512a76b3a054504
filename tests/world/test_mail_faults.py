from __future__ import annotations

import pytest

from sandbox.core.tracker import Kind
from sandbox.wire.trace import Data, Tls
from sandbox.world.description import DomainDescription, HostDescription, WorldDescription
from sandbox.world.errors import WorldError
from sandbox.world.faults import Busy, DropAfterDot, Full, Greylist, Inject, Strip
from sandbox.world.inputs import Send
from sandbox.world.world import World
from tests.world.posts import inbox, notes, parsed, say, strike, submit, two


def protected() -> World:
    world = two()
    for station in world.stations.values():
        station.host("smtp").tls = True
    return world


def test_servers_protect_the_line_between_them_where_they_can() -> None:
    world = protected()
    submit(world, ["luis@sur.example"])
    [tls] = [event for event in world.journal.events if isinstance(event, Tls)]
    assert tls.conn == "norte"
    [content] = inbox(world, "luis")
    assert b"by mx1.sur.example with ESMTPS id" in content


def test_starttls_that_is_taken_out_on_the_way_leaves_the_line_open() -> None:
    world = protected()
    strike(world, Strip("STARTTLS", host="mx1"))
    submit(world, ["luis@sur.example"])
    assert not any(isinstance(event, Tls) for event in world.journal.events)
    assert "somebody on the way took out STARTTLS" in notes(world)
    lines = [
        event.raw for event in world.journal.events if isinstance(event, Data) and event.side == "S" and not event.lost
    ]
    assert not any(b"STARTTLS" in line for line in lines if b"250-DSN" in line and b"mx1" in line)
    assert b"by mx1.sur.example with ESMTP id" in inbox(world, "luis")[0]


def test_the_last_line_of_a_reply_can_be_taken_out_too() -> None:
    world = two()
    world.connect("laptop", "smtp", "norte", 25)
    strike(world, Strip("enhancedstatuscodes", actor="laptop"))
    world.do(Send("laptop", b"EHLO x\r\n"))
    world.do(Send("laptop", b"NOOP\r\n"))
    said = [unit.raw for unit in world.link("laptop").client.units if unit.side == "S"]
    assert said[-2] == b"250 HELP\r\n"
    assert said[-1] == b"250 2.0.0 nothing done\r\n"


def test_words_injected_before_tls_are_thrown_away() -> None:
    world = protected()
    world.connect("laptop", "smtp", "norte", 587)
    strike(world, Inject("STARTTLS", "250 injected", actor="laptop"))
    for line in (b"EHLO x\r\n", b"NOOP\r\n", b"STARTTLS\r\n", b"EHLO x\r\n"):
        world.do(Send("laptop", line))
    units = world.link("laptop").client.units
    dropped = [unit for unit in units if unit.kind is Kind.DROPPED]
    assert [unit.raw for unit in dropped] == [b"250 injected\r\n"]
    assert units[-1].exchange.done
    assert "somebody on the way put words behind the reply" in notes(world)


def test_a_learners_line_breaks_after_the_final_dot() -> None:
    world = two()
    world.connect("laptop", "smtp", "norte", 25)
    strike(world, DropAfterDot(actor="laptop"))
    for line in (b"HELO x", b"MAIL FROM:<a@b>", b"RCPT TO:<ana@norte.example>", b"DATA", b"x", b"."):
        world.do(Send("laptop", line + b"\r\n"))
    assert world.links["laptop"].closed
    assert len(inbox(world, "ana")) == 1


def test_a_mailbox_that_fills_up_between_rcpt_and_data_is_reported() -> None:
    world = two()
    world.connect("laptop", "smtp", "norte", 25)
    for line in (
        b"HELO x",
        b"MAIL FROM:<ana@norte.example>",
        b"RCPT TO:<eva@norte.example>",
        b"RCPT TO:<ana@norte.example>",
    ):
        world.do(Send("laptop", line + b"\r\n"))
    strike(world, Full("eva"))
    for line in (b"DATA", b"x", b"."):
        world.do(Send("laptop", line + b"\r\n"))
    letters = inbox(world, "ana")
    assert len(letters) == 2
    assert any(parsed(letter).get_content_type() == "multipart/report" for letter in letters)
    strike(world, Full("ana"))
    assert say(world, 25, "HELO x", "MAIL FROM:<>", "RCPT TO:<ana@norte.example>")[-1] == "452 4.2.2"


def test_a_user_that_is_only_full_at_the_end_is_refused_at_the_end() -> None:
    world = two()
    world.connect("laptop", "smtp", "norte", 25)
    for line in (b"HELO x", b"MAIL FROM:<>", b"RCPT TO:<eva@norte.example>"):
        world.do(Send("laptop", line + b"\r\n"))
    strike(world, Full("eva"))
    for line in (b"DATA", b"x", b"."):
        world.do(Send("laptop", line + b"\r\n"))
    assert world.link("laptop").client.units[-1].raw.startswith(b"452 4.3.1 ")


def test_faults_of_mail_need_a_host_for_it() -> None:
    bare = World(
        WorldDescription(
            (DomainDescription("norte.example", {"ana": "x"}),),
            (HostDescription("norte", "mail.norte.example", "norte.example", ("pop3",)),),
        )
    )
    with pytest.raises(WorldError, match="no host of this world takes mail"):
        strike(bare, Greylist("norte"))
    strike(bare, Busy("norte", "MAIL"))
    with pytest.raises(WorldError, match="there is no host sur"):
        strike(bare, Busy("sur", "MAIL"))


def test_a_letter_is_smuggled_past_a_careful_server_into_a_careless_one() -> None:
    world = two()
    world.stations["mx1"].host("smtp").settings["careless"] = True
    inner = b"MAIL FROM:<admin@norte.example>\r\nRCPT TO:<luis@sur.example>\r\nDATA\r\nSubject: trust me\r\n\r\n"
    submit(world, ["luis@sur.example"], b"Subject: x\r\n\r\nbody\n.\r\n" + inner)
    first, second = inbox(world, "luis")
    assert first.endswith(b"body\n")
    assert second.startswith(b"Return-Path: <admin@norte.example>\r\n")
    world.stations["mx1"].host("smtp").settings["careless"] = False
    submit(world, ["luis@sur.example"], b"Subject: x\r\n\r\nbody\n.\r\n" + inner)
    assert inbox(world, "luis")[2].endswith(b"body\n.\r\n" + inner)
    assert len(inbox(world, "luis")) == 3
