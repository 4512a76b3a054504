from __future__ import annotations

import pytest

from sandbox.world.faults import Busy, Dns, Down, DropAfterDot, Full, Greylist
from tests.world.posts import HOUR, LETTER, MINUTE, inbox, notes, octets, say, sessions, strike, submit, two, wait


def test_a_message_to_two_domains_is_delivered_once_to_each() -> None:
    world = two()
    done = submit(world, ["eva@norte.example", "luis@sur.example"])
    assert [verdict.code for verdict in done.verdicts.values()] == ["250", "250"]
    assert sessions(world) == [("laptop", "mail.norte.example"), ("norte", "mx1.sur.example")]
    [eva], [luis] = inbox(world, "eva"), inbox(world, "luis")
    assert eva.startswith(
        b"Return-Path: <ana@norte.example>\r\nReceived: from localhost ([198.51.100.10])\r\n\tby mail.norte"
    )
    assert luis.startswith(
        b"Return-Path: <ana@norte.example>\r\nReceived: from mail.norte.example ([192.0.2.10])\r\n\tby mx1"
    )
    assert luis.count(b"\r\nReceived: ") == 2
    assert eva.endswith(b"\r\n" + LETTER)
    assert luis.endswith(b"\r\n" + LETTER)
    assert not inbox(world, "ana")


def test_the_exchangers_are_tried_by_preference() -> None:
    world = two()
    strike(world, Down("mx1"))
    submit(world, ["luis@sur.example"])
    assert sessions(world)[1:] == [("norte", "mx2.sur.example")]
    assert (
        "mail.norte.example asks for the mail exchangers of sur.example: 10 mx1.sur.example, 20 mx2.sur.example"
        in notes(world)
    )
    assert "mail.norte.example cannot connect to mx1.sur.example" in notes(world)
    assert len(inbox(world, "luis")) == 1
    strike(world, Down("mx1", up=True))
    submit(world, ["luis@sur.example"])
    assert sessions(world)[-1] == ("norte", "mx1.sur.example")


def test_a_domain_that_is_down_for_a_while() -> None:
    world = two()
    strike(world, Down("mx1"))
    strike(world, Down("mx2"))
    submit(world, ["eva@norte.example", "luis@sur.example"])
    assert len(inbox(world, "eva")) == 1
    assert world.post is not None
    [waiting] = world.post.queue
    assert (waiting.host, waiting.domain, waiting.attempts) == ("norte", "sur.example", 1)
    wait(world, 29 * MINUTE)
    assert waiting.attempts == 1
    wait(world, 2 * MINUTE)
    assert waiting.attempts == 2
    strike(world, Down("mx2", up=True))
    wait(world, 30 * MINUTE)
    assert len(inbox(world, "luis")) == 1
    assert not world.post.queue
    assert [server for actor, server in sessions(world) if actor == "norte"] == ["mx2.sur.example"]
    # the others that were down when nobody could connect left no connection, but a word in the journal
    assert notes(world).count("mail.norte.example cannot connect to mx1.sur.example") == 3


def test_greylisting_lets_the_second_attempt_through() -> None:
    world = two()
    strike(world, Greylist("mx1"))
    submit(world, ["luis@sur.example"])
    assert not inbox(world, "luis")
    wait(world, 31 * MINUTE)
    assert len(inbox(world, "luis")) == 1
    strike(world, Greylist("mx1", off=True))
    assert say(world, 25, "HELO x", "MAIL FROM:<a@b>", "RCPT TO:<luis@sur.example>", host="mx1")[-1] == "250 2.1.5"
    strike(world, Greylist("mx1"))
    assert say(world, 25, "HELO x", "MAIL FROM:<a@b>", "RCPT TO:<luis@sur.example>", host="mx1")[-1] == "450 4.7.1"


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_is_busy_at_any_verb(verb: str) -> None:
    world = two()
    strike(world, Busy("mx1", verb))
    submit(world, ["luis@sur.example"])
    assert not inbox(world, "luis")
    wait(world, 31 * MINUTE)
    assert len(inbox(world, "luis")) == 1


def test_a_line_that_breaks_after_the_final_dot_doubles_the_mail() -> None:
    world = two()
    strike(world, DropAfterDot(host="mx1"))
    submit(world, ["luis@sur.example"])
    assert len(inbox(world, "luis")) == 1
    wait(world, 31 * MINUTE)
    assert len(inbox(world, "luis")) == 2
    assert world.post is not None
    assert not world.post.queue


def test_a_name_server_that_is_slow_or_silent() -> None:
    world = two()
    strike(world, Dns("sur.example", 5 * 10**9))
    before = world.clock.now()
    submit(world, ["luis@sur.example"])
    assert world.clock.now() - before > 5 * 10**9
    assert len(inbox(world, "luis")) == 1
    strike(world, Dns("sur.example"))
    submit(world, ["luis@sur.example"])
    assert "no name server answers about sur.example" in notes(world)
    strike(world, Dns("sur.example", 0))
    wait(world, 31 * MINUTE)
    assert len(inbox(world, "luis")) == 2


def test_a_full_mailbox() -> None:
    world = two()
    strike(world, Full("luis"))
    submit(world, ["luis@sur.example"])
    assert not inbox(world, "luis")
    strike(world, Full("luis", free=True))
    wait(world, HOUR)
    assert len(inbox(world, "luis")) == 1
    strike(world, Full("eva"))
    said = say(world, 25, "HELO x", "MAIL FROM:<>", "RCPT TO:<eva@norte.example>", "RCPT TO:<oficina@norte.example>")
    assert said[-2:] == ["452 4.2.2", "250 2.1.5"]


def test_the_relay_takes_mail_for_its_own_domain_only() -> None:
    world = two()
    relay = say(
        world,
        25,
        "EHLO x",
        "MAIL FROM:<a@b.example>",
        "RCPT TO:<luis@sur.example>",
        "RCPT TO:<ana@nirgends.example>",
        "RCPT TO:<ANA@Norte.Example>",
        "RCPT TO:<Postmaster>",
        "RCPT TO:<postmaster@[192.0.2.10]>",
        "RCPT TO:<todos-owner@norte.example>",
        "RCPT TO:<nadie@norte.example>",
        "RCPT TO:<mar@este.example>",
        "EXPN todos",
        "EXPN oficina@norte.example",
        "EXPN luis@sur.example",
        "VRFY ana",
    )
    assert relay[2:] == [
        "550 5.7.1",
        "550 5.7.1",
        "250 2.1.5",
        "250 2.1.5",
        "250 2.1.5",
        "250 2.1.5",
        "550 5.1.1",
        "250 2.1.5",  # an exchanger of lower preference takes mail for a domain that is not its own
        "250 2.1.5",
        "250 2.1.5",
        "550 5.1.1",
        "250 2.1.5",
    ]
    done = submit(world, ["luis@nirgends.example", "x@vacio.example"])
    assert "550 5.1.2 <luis@nirgends.example>: no such domain" in [str(verdict) for verdict in done.verdicts.values()]


def test_mail_for_a_domain_that_a_host_stands_in_for_goes_to_better_exchangers_only() -> None:
    world = two()
    strike(world, Down("este"))
    submit(world, ["mar@este.example"])
    assert not inbox(world, "mar")
    strike(world, Down("este", up=True))
    wait(world, 31 * MINUTE)
    assert len(inbox(world, "mar")) == 1
    assert sessions(world)[-1] == ("norte", "mail.este.example")


def test_aliases_keep_the_sender_and_lists_write_in_their_own_name() -> None:
    world = two()
    submit(world, ["jefe@norte.example", "oficina@norte.example", "todos@norte.example"])
    assert [content.partition(b"\r\n")[0] for content in inbox(world, "ana")] == [
        b"Return-Path: <ana@norte.example>",
        b"Return-Path: <todos-owner@norte.example>",
    ]
    assert [content.partition(b"\r\n")[0] for content in inbox(world, "luis")] == [
        b"Return-Path: <ana@norte.example>",
        b"Return-Path: <todos-owner@norte.example>",
    ]
    assert len(inbox(world, "eva")) == 1


def test_an_earlier_return_path_is_replaced() -> None:
    world = two()
    submit(world, ["eva@norte.example"], b"Return-Path: <old@x>\r\nSubject: x\r\n\r\nReturn-Path: stays\r\n")
    [content] = inbox(world, "eva")
    assert content.count(b"Return-Path:") == 2
    assert b"<old@x>" not in content


def test_a_loop_is_found_and_reported() -> None:
    world = two()
    submit(world, ["vuelta@norte.example"])
    report = inbox(world, "ana")[-1]
    assert b"Status: 5.4.6" in report
    assert b"a loop" in report


def test_restoring_and_forking_leave_the_same_octets() -> None:
    world = two()
    strike(world, Busy("mx1", "MAIL", 2))
    start = world.checkpoint()
    submit(world, ["luis@sur.example", "nadie@sur.example", "todos@norte.example"])
    middle = world.checkpoint()
    wait(world, 3 * HOUR)
    end = octets(world)
    letters = inbox(world, "luis") + inbox(world, "ana")
    twin = world.fork()
    assert octets(twin) == end
    assert inbox(twin, "luis") + inbox(twin, "ana") == letters
    world.restore(middle)
    assert world.post is not None
    assert len(world.post.queue) == 2
    wait(world, 3 * HOUR)
    assert inbox(world, "luis") + inbox(world, "ana") == letters
    world.restore(start)
    assert not world.post.queue


def test_many_exchangers_of_one_preference_share_the_load() -> None:
    from dataclasses import replace

    world = two()
    north, south, *rest = world.description.domains
    description = replace(world.description, domains=(north, replace(south, mx=((10, "mx1"), (10, "mx2"))), *rest))
    world = type(world)(description)
    for _ in range(8):
        submit(world, ["luis@sur.example"])
    used = {server for actor, server in sessions(world) if actor == "norte"}
    assert used == {"mx1.sur.example", "mx2.sur.example"}
