"""What the TLS pane is told: before TLS, under it, after time travel, of transcripts that lack half of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sandbox.core.message import Msg
from sandbox.i18n import render
from sandbox.record.redact import redacted
from sandbox.tui.ports import Text
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.sessions.play import FreePlay
from sandbox.tui.sessions.replay import Replay, replay_file
from sandbox.tui.sessions.tls import TlsViews
from sandbox.tui.tlsview import TlsView
from sandbox.wire.observer import Observer
from sandbox.wire.trace import AnyEvent, Data, Open, Tls
from sandbox.world.protocols import PROTOCOLS
from tests.record.tls.peers import V12, talk
from tests.record.worlds import transcript_of


def said(text: Text) -> str:
    return render(text) if isinstance(text, Msg) else text


def at(session: FreePlay | Replay, line: int = -1, record: int = -1) -> TlsView:
    view = session.tls(line, record)
    assert view is not None
    return view


@pytest.fixture
def play() -> FreePlay:
    session = FreePlay("pop3")
    session.open(lambda: None)
    for line in ("USER ana", "PASS secreto", "QUIT", "@connect", "STLS", "USER luis", "PASS secreto"):
        session.submit(line)
    return session


def lines(session: FreePlay | Replay) -> list[str]:
    return [session.trace.text(line) for line in range(len(session.trace))]


def test_in_clear_text_everybody_reads_the_password(play: FreePlay) -> None:
    view = at(play, lines(play).index("PASS secreto"))
    assert view.records == ()
    octets, secrets = view.clear[-1].octets, view.clear[-1].secrets
    assert [octets[start:stop] for start, stop in secrets] == [b"secreto"]


def test_under_tls_a_line_leads_to_its_record(play: FreePlay) -> None:
    line = len(play.trace) - 1 - lines(play)[::-1].index("PASS secreto")
    view = at(play, line)
    record = view.records[view.chosen - view.first]
    assert (record.side, record.kind, record.sealed) == ("C", "application_data", True)
    assert (record.what, view.inside) == ("PASS secreto\r\n", ("PASS secreto\r\n",))
    assert view.wire[:3] == b"\x17\x03\x03"
    assert b"secreto" not in view.wire
    assert [said(text) for text in view.outside] == [
        f"the client sends {record.octets} octets",
        "their number gives away that 14 of them are content",
        "known from the ClientHello: it goes to mail.norte.example",
    ]
    assert [said(text) for text in view.summary][:4] == [
        "TLS 1.3",
        "TLS_AES_256_GCM_SHA384",
        "x25519",
        "mail.norte.example",
    ]
    assert [part.name for part in view.parts] == ["TLSCiphertext"]


def test_the_handshake_is_a_line_and_leads_to_its_first_record(play: FreePlay) -> None:
    [(line, note)] = [(line, note) for line, note in play.trace.notes.items() if "flights" in note.text]
    assert render(note) == "TLS 1.3 handshake: 3 flights ⇄ AES_256_GCM_SHA384 x25519 [F5]"
    view = at(play, line)
    assert (view.chosen, view.records[0].what) == (0, "ClientHello")
    assert "the client wants mail.norte.example" in [said(text) for text in view.outside]
    assert {"server_name", "supported_versions", "key_share"} <= {field.name for field in view.parts[1].fields}


def test_any_record_can_be_chosen(play: FreePlay) -> None:
    newest = at(play)
    assert newest.chosen == newest.total - 1
    certificate = at(play, -1, 4)
    assert certificate.parts[1].name == "Certificate"
    assert [said(text) for text in certificate.inside] == ["Certificate", "Who I am, and who vouches for it."]
    assert at(play, -1, 999).chosen == newest.chosen


def test_a_replay_shows_the_records_of_its_moment(play: FreePlay) -> None:
    replay = play.again()
    assert isinstance(replay, Replay)
    replay.open(lambda: None)
    replay.act("start")
    assert replay.tls(-1, -1) is None
    for line in range(len(play.trace)):
        replay.act("goto", str(line + 1))
        assert at(replay) == at(play, line)


def test_after_time_travel_nobody_has_the_new_keys(play: FreePlay) -> None:
    play.act("undo")
    assert at(play).total > 0
    play.submit("PASS secreto")
    view = at(play)
    assert said(view.inside[1]) == "sealed, and the keys that are known do not open it"
    assert said(view.inside[0]).startswith("+OK maildrop of luis")
    assert said(view.records[-1].what).startswith("+OK maildrop of luis")


def test_a_redacted_transcript_has_no_records(play: FreePlay) -> None:
    with redacted(transcript_of(play.world.journal.events), PROTOCOLS) as copy:
        replay = replay_file(copy)
        replay.open(lambda: None)
        replay.act("end")
        view = at(replay)
    assert (view.total, view.clear) == (0, ())
    assert said(view.notice).startswith("The records of TLS are not in this transcript")


def dialogue(*events: AnyEvent) -> TlsViews:
    shown = Dialogue(Observer(PROTOCOLS))
    for event in (Open(0, 0, "a", "pop3", "laptop", "norte", 995, tls=True), *events):
        shown.feed(event)
    return TlsViews(shown)


def test_without_a_connection_there_is_nothing() -> None:
    assert dialogue().view("b", -1, -1) is None


def test_tls_1_2_shows_the_certificate() -> None:
    view = dialogue(*talk(("C", b"NOOP\r\n"), version=V12, close=False).events()).view("a", -1, -1)
    assert view is not None
    assert [said(text)[:43] for text in view.outside][-1] == "TLS 1.2 showed the certificate in clear tex"


def test_a_handshake_that_failed_says_why() -> None:
    events = talk(name="otro.example").events()
    view = dialogue(*events).view("a", -1, -1)
    assert view is not None
    assert said(view.summary[0]).startswith("the TLS handshake failed: the certificate is for another name")
    [ended] = [event for event in events if isinstance(event, Tls)]
    without = dialogue(ended).view("a", -1, -1)
    assert without is not None
    assert said(without.summary[0]).startswith("the TLS handshake failed")


def test_what_is_compressed_inside_is_shown_as_the_ends_see_it() -> None:
    events: list[AnyEvent] = [*talk(("C", b"\xca\x00"), close=False).events()]
    seq = events[-1].seq
    events += [Data(seq + 1, seq, "a", "C", "deflate", b"\xca\x00"), Data(seq + 2, seq, "a", "C", "app", b"NOOP\r\n")]
    view = dialogue(*events).view("a", -1, -1)
    assert view is not None
    assert [said(text) for text in view.inside] == ["NOOP\r\n", "It is compressed inside (COMPRESS=DEFLATE)."]


def test_a_long_connection_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.tui.sessions.sealed._MOST", 2_000)
    view = dialogue(*talk(("C", b"x" * 999), ("C", b"NOOP\r\n")).events()).view("a", -1, -1)
    assert view is not None
    assert said(view.notice).startswith("This connection is too long")


def test_a_list_shows_what_is_around() -> None:
    conversation = [("C", b"NOOP\r\n")] * 150
    view = dialogue(*talk(*conversation).events()).view("a", -1, 130)  # type: ignore[arg-type]
    assert view is not None
    assert (view.first, len(view.records), view.total) == (30, 132, 162)


def test_nothing_of_it_is_loaded_before_it_is_asked_for() -> None:
    code = (
        "import sys; from sandbox.tui.sessions.play import FreePlay; import sandbox.tui.screens.main\n"
        "play = FreePlay('pop3'); play.open(lambda: None); play.submit('USER ana')\n"
        "raise SystemExit('sandbox.record.tls' in sys.modules or 'cryptography' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_events_that_no_longer_stand_are_forgotten() -> None:
    shown = Dialogue(Observer(PROTOCOLS))
    events = talk(close=False).events()
    for event in events:
        shown.sealed.take(event)
    shown.sealed.truncate(2)
    assert [event.seq for event in shown.sealed.of("a")] == [1, 2]
    shown.sealed.forget("a")
    assert shown.sealed.of("a") == []


def test_with_tls_from_the_first_octet_all_is_sealed() -> None:
    session = FreePlay("pop3", tls=True)
    session.open(lambda: None)
    assert at(session, 0).total == 0
    view = at(session)
    assert view.records[0].what == "ClientHello"
    assert said(view.inside[0]).startswith("+OK")
