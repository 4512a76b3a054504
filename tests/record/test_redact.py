"""Redaction: no secret is left, in whatever form it is looked for, and everything else is."""

from __future__ import annotations

import base64
import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.record import redact
from sandbox.record.export import FORMATS
from sandbox.record.redact import redacted
from sandbox.wire.trace import AnyEvent, Close, Data, Note, Open, Tls
from sandbox.world.inputs import Send
from sandbox.world.protocols import PROTOCOLS
from sandbox.world.world import World
from tests.record.events import JOURNALS
from tests.record.worlds import busy, transcript_of
from tests.world.test_authority import world as secure_world

SECRET = b"wonderful-secret"
LOGIN = [("S", b"+OK hello <1.2@mail>\r\n"), ("C", b"USER ana\r\n"), ("S", b"+OK\r\n")]


def dialogue(*parts: tuple[str, bytes], proto: str = "pop3") -> list[AnyEvent]:
    events: list[AnyEvent] = [Open(1, 0, "c1", proto, "laptop", "mail", 110)]
    for side, raw in parts:
        seq = len(events) + 1
        events.append(Data(seq, seq * 1_000_000, "c1", side, "app", raw))  # type: ignore[arg-type]
    events.append(Close(len(events) + 1, 10**9, "c1", "C"))
    return events


def copied(events: list[AnyEvent]) -> list[AnyEvent]:
    with redacted(transcript_of(events), PROTOCOLS) as copy:
        return list(copy.events())


def said(events: list[AnyEvent], side: str = "C") -> bytes:
    return b"".join(event.raw for event in events if isinstance(event, Data) and event.side == side)


def plain(secret: bytes) -> bytes:
    return base64.b64encode(b"\0ana\0" + secret)


def test_a_password_becomes_x_and_the_rest_stays() -> None:
    events = dialogue(*LOGIN, ("C", b"PASS secreto\r\n"), ("S", b"+OK\r\n"), ("C", b"STAT\r\n"))
    assert said(copied(events)) == b"USER ana\r\nPASS xxxxxxx\r\nSTAT\r\n"
    assert said(copied(events), "S") == said(events, "S")
    assert [type(event) for event in copied(events)] == [type(event) for event in events]
    assert [event.at for event in copied(events)] == [event.at for event in events]


@given(st.lists(st.integers(0, 90), max_size=8))
def test_however_the_octets_come(cuts: list[int]) -> None:
    sent = b"USER ana\r\nPASS %b\r\nSTAT\r\nAPOP ana 0123456789abcdef0123456789abcdef\r\n" % SECRET
    edges = sorted({0, *(cut for cut in cuts if cut < len(sent)), len(sent)})
    pieces = [("C", sent[start:stop]) for start, stop in pairwise(edges)]
    events = dialogue(LOGIN[0], *pieces, ("S", b"+OK\r\n+OK\r\n+OK 0 0\r\n-ERR\r\n"))
    assert said(copied(events)) == b"USER ana\r\nPASS xxxxxxxxxxxxxxxx\r\nSTAT\r\nAPOP ana %b\r\n" % (b"x" * 32)


def test_compressed_octets_are_left_out_and_the_copy_says_so_once() -> None:
    events = dialogue(*LOGIN, ("C", b"PASS secreto\r\n"), ("S", b"+OK\r\n"))
    packed = [Data(0, 7, "c1", side, "deflate", b"PASS secreto, packed") for side in ("S", "C")]  # type: ignore[arg-type]
    copy = copied([*events[:4], *packed, *events[4:]])
    assert said(copy) == b"USER ana\r\nPASS xxxxxxx\r\n"
    assert [event.text for event in copy if isinstance(event, Note)] == [redact._UNPACKED]


@pytest.mark.parametrize(
    "parts",
    [
        [("C", b"PASS " + SECRET)],  # never completed
        [("C", b"PSAS " + SECRET + b"\r\n"), ("S", b"-ERR\r\n")],  # mistyped
        [("C", b"PASS \0" + SECRET + b"\r\n"), ("S", b"-ERR\r\n")],  # against the grammar
        [("C", b"AUTH PLAIN " + plain(SECRET) + b"\r\n"), ("S", b"+OK\r\n")],
        [("C", b"AUTH PLAIN\r\n"), ("S", b"+ \r\n"), ("C", plain(SECRET) + b"\r\n"), ("S", b"+OK\r\n")],
        [("C", b"STLS\r\nPASS " + SECRET + b"\r\n"), ("S", b"+OK\r\n")],  # behind the go-ahead
    ],
)
def test_secrets_in_unusual_places(parts: list[tuple[str, bytes]]) -> None:
    events = dialogue(*LOGIN, *parts)
    copy = said(copied(events))
    assert len(copy) == len(said(events))
    assert SECRET not in copy
    assert plain(SECRET) not in copy


def test_what_was_lost_or_nobody_can_read_is_hidden_whole() -> None:
    events = dialogue(*LOGIN)
    lost = Data(5, 5_000_000, "c1", "C", "app", b"PASS " + SECRET + b"\r\n", lost=True)
    reply = Data(6, 6_000_000, "c1", "S", "app", b"+OK lost\r\n", lost=True)
    copy = copied([*events[:-1], lost, reply])
    assert said(copy).endswith(b"\r\n" + b"x" * 21 + b"\r\n")
    assert said(copy, "S").endswith(b"+OK lost\r\n")
    assert said(copied(dialogue(("C", b"/secret\r\n"), proto="gopher"))) == b"xxxxxxx\r\n"


def test_what_comes_outside_a_connection_is_hidden_too() -> None:
    """A second beginning under the same name, no end, octets behind the end: no journal of ours, but a file may hold
    anything."""
    events = dialogue(*LOGIN, ("C", b"PASS " + SECRET))
    assert SECRET not in said(copied(events[:-1]))
    late = Data(7, 7_000_000, "c1", "C", "app", b"PASS " + SECRET + b"\r\n")
    assert SECRET not in said(copied([*events, late]))
    assert SECRET not in said(copied([*events[:-1], events[0], late]))
    unknown = Open(7, 0, "c1", "gopher", "laptop", "mail", 70)
    assert SECRET not in said(copied([*events[:-1], unknown, late]))


def test_what_has_to_go_before_it_is_understood_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact, "HELD", 2)
    events = dialogue(*LOGIN, *[("C", bytes([octet])) for octet in b"PASS " + SECRET], ("C", b"\r\nSTAT\r\n"))
    copy = said(copied(events))
    assert len(copy) == len(said(events))
    assert not set(SECRET) & set(copy.split(b"\r\n")[1]) - set(b"x")
    assert copy.endswith(b"\r\nSTAT\r\n")


def secured() -> World:
    home = secure_world(tls=True)
    home.connect("laptop", "pop3", "norte", 110)
    for line in (b"STLS\r\n", b"USER ana\r\n", b"PASS secreto\r\n", b"QUIT\r\n"):
        home.do(Send("laptop", line))
    return home


def test_neither_records_nor_keys_of_tls_are_copied() -> None:
    copy = copied(list(secured().journal.events))
    assert not [event for event in copy if isinstance(event, Data) and event.layer != "app"]
    [tls] = [event for event in copy if isinstance(event, Tls)]
    assert tls.version
    assert tls.secrets == ()
    [note] = [event for event in copy if isinstance(event, Note)]
    assert "left out" in note.text
    assert b"PASS xxxxxxx\r\n" in said(copy)


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
@pytest.mark.parametrize("home", [busy, secured])
def test_no_format_has_a_secret(name: str, home: object) -> None:
    events = list(home().journal.events)  # type: ignore[operator]
    file = io.BytesIO()
    with redacted(transcript_of(events), PROTOCOLS) as copy:
        next(each for each in FORMATS if each.name == name).write(copy, PROTOCOLS, file)
    content = file.getvalue()
    for secret in (b"secreto", b"clave"):
        for form in (secret, base64.b64encode(secret).rstrip(b"="), secret.hex().encode(), plain(secret)):
            assert form not in content
    assert b"xxxxx" in content
    assert b"Time travel" not in content


@given(JOURNALS)
def test_any_journal_can_be_redacted(events: list[AnyEvent]) -> None:
    copied(events)
