from __future__ import annotations

import pytest

from sandbox.imap import IMAP
from sandbox.imap.offers import FOLDED
from sandbox.imap.states import SELECTED
from tests.imap.worlds import PLAIN, Home


def offered(*said: str) -> frozenset[bytes] | None:
    """`said` are lines of server and client by turns, the greeting first; several are parted by a bar."""
    tracker = IMAP.tracker()
    units = []
    for number, lines in enumerate(said):
        octets = b"".join(line.encode() + b"\r\n" for line in lines.split("|"))
        units += tracker.receive("C" if number % 2 else "S", octets)
    return IMAP.offered(reversed(units), tracker.state)


LOGIN = ("a LOGIN ana secreto", "a OK done")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("* OK hello",), None),
        (("* OK [CAPABILITY IMAP4rev1 Idle] hello",), {b"IMAP4REV1", b"IDLE"}),
        (("* OK [CAPABILITY IMAP4rev1] hello", "c CAPABILITY", "* CAPABILITY IMAP4rev1 ID|c OK done"),
         {b"IMAP4REV1", b"ID"}),
        (("* PREAUTH [CAPABILITY IMAP4rev1 MOVE] hello", "n NOOP", "n OK"), {b"IMAP4REV1", b"MOVE"}),
        # RFC 9051 section 6.1.1: what is told before login is not all there is
        (("* OK [CAPABILITY IMAP4rev1] hello", *LOGIN), None),
        (("* OK hello", "c CAPABILITY", "* CAPABILITY IMAP4rev1|c OK done", *LOGIN), None),
        (("* OK hello", LOGIN[0], "a OK [CAPABILITY IMAP4rev1 SORT] done"), {b"IMAP4REV1", b"SORT"}),
        (("* OK hello", LOGIN[0], "* CAPABILITY IMAP4rev1 SORT|a OK done"), {b"IMAP4REV1", b"SORT"}),
        (("* OK hello", *LOGIN, "c CAPABILITY", "* CAPABILITY IMAP4rev1 QUOTA|c OK"), {b"IMAP4REV1", b"QUOTA"}),
        (("* OK [CAPABILITY IMAP4rev2] hello",), {b"IMAP4REV2", *FOLDED}),
        (("* OK [CAPABILITY IMAP4rev1 STARTTLS] hello", "s STARTTLS", "s OK begin"), None),
    ],
)  # fmt: skip
def test_capabilities_wherever_they_are_told(said: tuple[str, ...], words: set[bytes] | None) -> None:
    assert offered(*said) == words


@pytest.mark.parametrize("without", [(), ("QUOTA", "THREAD=REFERENCES", "THREAD=ORDEREDSUBJECT", "SORT", "NOTIFY")])
def test_a_server_has_the_commands_of_its_capabilities_and_no_others(without: tuple[str, ...]) -> None:
    home = Home(PLAIN, without=without)
    words = frozenset(home.connect().do("CAPABILITY")[0].upper().encode().split())
    for row in IMAP.registry:
        if SELECTED in row.states and row.name != "LOGOUT":
            answer = home.connect().do(row.name)[-1]
            assert row.among(words) is not answer.startswith("BAD this server has no command"), (row.name, answer)
