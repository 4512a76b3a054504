"""Coded octets beside what they say."""

from __future__ import annotations

import pytest

from sandbox.core.tracker import Unit
from sandbox.record.decoded import decoded
from sandbox.world.protocols import PROTOCOLS


def said(proto: str, *turns: tuple[str, bytes]) -> list[str]:
    """All that the units of a dialogue say in code."""
    tracker = PROTOCOLS[proto].tracker()
    units: list[Unit] = []
    for side, octets in turns:
        units += tracker.receive(side, octets)
    return [text for unit in units for text in decoded(unit).values()]


@pytest.mark.parametrize(
    ("proto", "greeting", "turns", "expected"),
    [
        ("smtp", b"220 x\r\n", [("C", b"AUTH PLAIN AGFuYQBzZWNyZXRv\r\n")], ["\0ana\0secreto"]),
        (
            "smtp",
            b"220 x\r\n",
            [
                ("C", b"AUTH LOGIN\r\n"),
                ("S", b"334 VXNlcm5hbWU6\r\n"),
                ("C", b"YW5h\r\n"),
                ("S", b"334 UGFzc3dvcmQ6\r\n"),
                ("C", b"c2VjcmV0bw==\r\n"),
            ],
            ["Username:", "ana", "Password:", "secreto"],
        ),
        ("imap", b"* OK x\r\n", [("C", b"a1 AUTHENTICATE PLAIN AGFuYQBzZWNyZXRv\r\n")], ["\0ana\0secreto"]),
        ("imap", b"* OK x\r\n", [("C", b'a1 CREATE "Papeler&AO0-a"\r\n')], ["Papelería"]),
        (
            "imap",
            b"* OK x\r\n",
            [("C", b"a1 NOOP\r\n"), ("S", b'* LIST () "/" &ZeVnLIqe-\r\n')],
            ["日本語"],
        ),
        (
            "smtp",
            b"220 x\r\n",
            [
                ("C", b"EHLO x\r\n"),
                ("S", b"250 x\r\n"),
                ("C", b"MAIL FROM:<>\r\n"),
                ("S", b"250 x\r\n"),
                ("C", b"RCPT TO:<a@b>\r\n"),
                ("S", b"250 x\r\n"),
                ("C", b"DATA\r\n"),
                ("S", b"354 x\r\n"),
                ("C", b"Subject: =?UTF-8?Q?Ma=C3=B1ana?=\r\n\r\n.\r\n"),
            ],
            ["Mañana"],
        ),
    ],
)
def test_what_is_coded_is_told(
    proto: str, greeting: bytes, turns: list[tuple[str, bytes]], expected: list[str]
) -> None:
    assert said(proto, ("S", greeting), *turns) == expected


@pytest.mark.parametrize(
    "octets", [b"AUTH PLAIN\r\n", b"AUTH LOGIN xxxxxxxx\r\n", b"AUTH PLAIN =\r\n", b"AUTH PLAIN !!\r\n", b"AUTH\r\n"]
)
def test_what_is_no_text_is_left_alone(octets: bytes) -> None:
    assert said("smtp", ("S", b"220 x\r\n"), ("C", octets)) == []


def test_a_name_that_only_looks_like_a_coded_one_is_left_alone() -> None:
    assert said("imap", ("S", b"* OK x\r\n"), ("C", b'a1 CREATE "R&D"\r\n'), ("C", b'a2 CREATE "&A-"\r\n')) == []
