from __future__ import annotations

import pytest

from sandbox.smtp import SMTP


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ((b"220-AUTH\r\n220 hi\r\n",), None),
        ((b"220 hi\r\n", b"EHLO x\r\n", b"250-AUTH\r\n250-Size 1000\r\n250-\r\n250 HELP\r\n"), {b"SIZE", b"HELP"}),
        ((b"220 hi\r\n", b"EHLO x\r\n", b"250 AUTH\r\n"), set()),
        ((b"220 hi\r\n", b"EHLO x\r\n", b"550-no\r\n550 AUTH\r\n"), None),
        ((b"220 hi\r\n", b"HELO x\r\n", b"250-hi\r\n250 AUTH\r\n"), None),
        ((b"220 hi\r\n", b"EHLO x\r\n", b"250-hi\r\n250 AUTH PLAIN\r\n", b"NOOP\r\n", b"250 fine\r\n"), {b"AUTH"}),
    ],
)
def test_extensions_are_the_lines_behind_the_first(said: tuple[bytes, ...], words: set[bytes] | None) -> None:
    tracker = SMTP.tracker()
    units = []
    for number, octets in enumerate(said):
        units += tracker.receive("C" if number % 2 else "S", octets)
    assert SMTP.offered(reversed(units), tracker.state) == words
