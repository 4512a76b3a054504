"""Recordings played to real ends: what differs is noticed, whichever side we play."""

from __future__ import annotations

import pytest

from sandbox.record.errors import RecordError
from sandbox.record.peer import Player, Score, score
from sandbox.wire.trace import AnyEvent
from sandbox.world.protocols import PROTOCOLS
from tests.record.export.captures import dialogue
from tests.record.worlds import transcript_of

PARTS = [
    ("S", b"+OK hi\r\n"),
    ("C", b"USER ana\r\n"),
    ("S", b"+OK\r\n"),
    ("C", b"PASS secreto\r\n"),
    ("S", b"+OK\r\n"),
    ("C", b"STAT\r\n"),
    ("S", b"+OK 1 20\r\n"),
    ("C", b"RETR 1\r\n"),
    ("S", b"+OK\r\nSubject: x\r\n\r\nhello\r\n.\r\n"),
    ("C", b"QUIT\r\n"),
    ("S", b"+OK\r\n"),
]


def recorded(*parts: tuple[str, bytes]) -> Score:
    return score(transcript_of(dialogue(*parts)), PROTOCOLS)


class Scripted:
    """An end that says what it is told to, in the chunks it is told to."""

    def __init__(self, *chunks: bytes | None) -> None:
        self.chunks = list(chunks)
        self.heard = b""

    def send(self, octets: bytes) -> None:
        self.heard += octets

    def receive(self) -> bytes:
        if not self.chunks:
            return b""
        chunk = self.chunks.pop(0)
        if chunk is None:
            raise TimeoutError
        return chunk


def test_a_server_may_word_its_replies_as_it_likes() -> None:
    wire = Scripted(
        b"+OK welcome to",
        b" this server\r\n",
        b"+OK go on\r\n",
        b"+OK come in\r\n",
        b"+OK 1 20\r\n",
        b"+OK here\r\nSubject: x\r\n\r\nhel",
        b"lo\r\n.\r\n",
        b"+OK goodbye\r\n",
    )
    played = list(Player(recorded(*PARTS), "C", wire).play())
    assert [each.verdict for each in played] == ["same"] * len(PARTS)
    assert wire.heard == b"".join(octets for side, octets in PARTS if side == "C")


def test_what_the_server_says_otherwise_is_noticed() -> None:
    wire = Scripted(b"+OK\r\n", b"+OK\r\n", b"-ERR no\r\n", b"-ERR no\r\n", b"-ERR no\r\n", b"+OK\r\n")
    played = list(Player(recorded(*PARTS), "C", wire).play())
    assert [each.verdict for each in played if not each.own] == [
        "same",
        "same",
        "different",
        "different",
        "different",
        "same",
    ]
    [group] = played[4].rows()
    assert [(mark, row.octets) for mark, row in group] == [("-", b"+OK"), ("+", b"-ERR no")]


def test_a_message_with_another_content_is_noticed() -> None:
    wire = Scripted(
        b"+OK\r\n", b"+OK\r\n", b"+OK\r\n", b"+OK 1 20\r\n", b"+OK\r\nSubject: y\r\n\r\nhello\r\n.\r\n", b"+OK\r\n"
    )
    verdicts = [each.verdict for each in Player(recorded(*PARTS), "C", wire).play()]
    assert verdicts.count("different") == 1
    assert verdicts[8] == "different"


def test_silence_and_the_end() -> None:
    played = list(Player(recorded(*PARTS), "C", Scripted(b"+OK\r\n", None, b"+OK\r\n+O")).play())
    assert [each.verdict for each in played if not each.own][:2] == ["same", "silent"]
    assert played[-1].verdict == "gone"
    assert len(played) < len(PARTS)


def test_a_client_is_heard_to_the_end_of_its_command() -> None:
    wire = Scripted(b"USER a", b"na\r\nPASS secreto\r\n", b"STAT\r\n", b"LIST\r\n", b"QUIT\r\n")
    played = list(Player(recorded(*PARTS), "S", wire).play())
    assert [each.verdict for each in played if not each.own] == ["same", "same", "same", "different", "same"]
    assert wire.heard == b"".join(octets for side, octets in PARTS if side == "S")


def test_tls_is_announced_where_it_begins() -> None:
    found = recorded(("S", b"+OK\r\n"), ("C", b"STLS\r\n"), ("S", b"+OK go\r\n"), ("C", b"CAPA\r\n"))
    assert [turn.secure for turn in found.turns] == [False, False, True, False]
    agreed = Player(found, "C", Scripted(b"+OK\r\n", b"+OK yes\r\n"))
    assert [each.turn.secure and agreed.secure for each in agreed.play()][2]
    refused = Player(found, "C", Scripted(b"+OK\r\n", b"-ERR no\r\n"))
    assert not any(each.turn.secure and refused.secure for each in refused.play())


def test_which_conversation() -> None:
    events: list[AnyEvent] = dialogue(*PARTS)
    assert score(transcript_of(events), PROTOCOLS, "c1").opened.conn == "c1"
    with pytest.raises(RecordError, match="no such conversation: c9"):
        score(transcript_of(events), PROTOCOLS, "c9")
    with pytest.raises(RecordError, match="no such conversation"):
        score(transcript_of([]), PROTOCOLS)
