from __future__ import annotations

import pytest

from sandbox.core.grammar import SP, opt, seq, term
from sandbox.core.registry import Registry, State
from sandbox.core.replies import Outcome, Reply
from sandbox.pop3 import POP3
from tests.core.toy import END, IN, OUT, REF, TOY

NUMBER = term("msg", rb"\d+", "5321#3", "a number", convert=int)


def test_a_row_knows_its_words() -> None:
    row = TOY.get(b"data")
    assert row is not None
    assert (row.name, row.summary, row.usage) == ("DATA", "Send a block.", "DATA")
    assert str(IN) == "IN"
    chunk = TOY.get(b"CHUNK")
    assert chunk is not None
    assert chunk.usage == "CHUNK <number>"
    assert not chunk.multiline(())


def test_rows_by_state() -> None:
    assert [row.name for row in TOY.allowed(OUT)] == ["ENTER", "ASK", "TLS", "PACK", "TURN", "DROP", "CUT"]
    assert TOY.allowed(END) == []
    assert len(TOY) == len(list(TOY)) == 13
    assert TOY.get(b"nothing") is None


def test_what_a_server_offers_decides_which_commands_it_has() -> None:
    registry = Registry()
    for verb, capability in ((b"SAY", b"TALK"), (b"SORT", b"ORDER="), (b"STOP", None)):

        def handler(session: object) -> None:
            """Do something."""

        registry.command(verb, states={IN}, ref="5321#3", capability=capability)(handler)

    def names(offered: set[bytes] | None) -> list[str]:
        return [row.name for row in registry.allowed(IN, offered)]

    assert names(None) == ["SAY", "SORT", "STOP"]
    assert names(set()) == ["STOP"]
    assert names({b"TALK", b"PLAY"}) == ["SAY", "STOP"]
    assert names({b"TALKING", b"ORDER=SIZE"}) == ["SORT", "STOP"]
    assert registry.allowed(OUT, {b"TALK"}) == []


def test_transitions() -> None:
    enter = TOY.get(b"ENTER")
    assert enter is not None
    assert enter.after(OUT, Outcome.OK) == IN
    assert enter.after(OUT, Outcome.NO) == OUT
    turn = TOY.get(b"TURN")
    assert turn is not None
    assert turn.after(IN, Outcome.OK, (b"out",)) == OUT
    assert turn.after(IN, Outcome.OK, (b"in",)) == IN
    assert turn.after(OUT, Outcome.NO, (b"in",)) == OUT
    assert turn.after(END, Outcome.OK, (b"in",)) == END
    assert enter.after(IN, Outcome.OK) == IN


def test_a_verb_is_defined_once_and_explained() -> None:
    registry = Registry()

    def silent(session: object) -> None: ...

    def spoken(session: object) -> None:
        """Say something."""

    with pytest.raises(ValueError, match="no summary"):
        registry.command(b"X", states={IN}, ref="5321#3")(silent)
    registry.command(b"X", args=opt(seq(SP, NUMBER)), states={IN}, ref="5321#3")(spoken)
    with pytest.raises(ValueError, match="defined twice"):
        registry.command(b"X", states={IN}, ref="5321#3")(spoken)


def test_values_are_a_tuple_whatever_the_grammar() -> None:
    registry = Registry()

    def handler(session: object, number: int | None) -> None:
        """Take a number or none."""

    registry.command(b"X", args=opt(seq(SP, NUMBER)), states={State("A", "a", REF)}, ref="5321#3")(handler)
    row = registry.get(b"X")
    assert row is not None
    assert row.parse(b"X 5\r\n", 1, strict=True).values == (5,)
    assert row.parse(b"X\r\n", 1, strict=True).values == (None,)
    assert row.label(b"X 5\n", 1).spans[-1].bent


def test_replies_recognise_their_own_words() -> None:
    reply = Reply(Outcome.OK, "{count} messages (about {size})", REF, "x")
    assert reply.recognises("3 messages (about 100)")
    assert not reply.recognises("3 messages")
    answer = reply(b"line", count=3)
    assert (answer.reply, answer.lines, answer.params) == (reply, (b"line",), {"count": 3})


def test_a_protocol_finds_its_parts() -> None:
    assert POP3.state("transaction") is not None
    assert POP3.state("nowhere") is None
    assert POP3.port == 110
    service = POP3.service(995)
    assert service is not None
    assert service.tls
    assert POP3.service(25) is None
    assert POP3.routine("leave-copy") is not None
