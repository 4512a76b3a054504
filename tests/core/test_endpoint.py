from __future__ import annotations

import pytest

from sandbox.core.effects import Close, Commit, Compress, Discarded, StartTls
from sandbox.core.endpoint import OUTPUT_LIMIT, Endpoint, Server
from sandbox.core.host import Host
from tests.core.toy import END, IN, OUT, Clock, ToyServer, toy
from tests.support.dialogue import check, perform, play


def test_states_follow_the_registry() -> None:
    check(
        toy,
        """
        S: ok hello
        C: DATA
        S: bad bad state
        C: ENTER there
        S: ok fine there
        C: ENTER
        S: bad bad state
        C: NOPE
        S: bad bad unknown
        C: CHUNK x
        S: bad bad arguments
        C: DROP
        S: ok bye
        * closed
        """,
    )


def test_tags_and_literals() -> None:
    check(toy, "S: ok hello\nC: #a ENTER {5}\nC| hello\\r\\n\nS: continue go\nS: #a ok fine {5}\nS: hello")


def test_challenges() -> None:
    check(
        toy,
        "S: ok hello\nC: ASK\nC: one\nC: two\nS: continue go\nS: continue go\n"
        "S: ok fine onetwo\nC: DROP\nS: ok bye\n* closed",
    )
    check(toy, "S: ok hello\nC: ASK\nC: *\nC: x\nS: continue go\nS: continue go\nS: no no\nC: ENTER\nS: ok fine in")
    long = "x" * 60
    check(toy, f"S: ok hello\nC: ASK\nC: {long}\nC: x\nS: continue go\nS: continue go\nS: no no")


def test_blocks_end_at_crlf_dot_crlf_only() -> None:
    text = "S: ok hello\nC: ENTER\nS: ok fine in\nC: DATA\n"
    go = "S: continue go\n"
    check(toy, text + "C: .\n" + go + "S: ok fine 3")
    check(toy, text + "C: a\nC: ..b\nC: .\n" + go + "S: ok fine 11")
    for trick in (r"a\n.\n", r"a\n.\r\n", r"a\r.\r", r"a\r\n.\n", r"a\r.\r\n"):
        one = check(toy, text + f"C| {trick}\n" + go)
        one.receive_data(b"\r\n.\r\n")
        assert one.data_to_send().startswith(b"ok fine")
    huge = "y" * 500
    check(toy, text + f"C: {huge}\nC: .\n" + go + "S: no no\nC: ENTER\nS: ok fine in")


def test_counted_octets_are_read_even_where_the_command_is_refused() -> None:
    check(toy, "S: ok hello\nC: CHUNK 6\nC| DROP\\r\\n\nC: ENTER\nS: bad bad state\nS: ok fine in")
    one = check(
        toy,
        "S: ok hello\nC: ENTER\nS: ok fine in\nC: CHUNK 5\nC| a\\r\\nbc\nS: ok fine 5\nC: CHUNK 60\nC| "
        + "z" * 60
        + "\nS: ok fine 60",
    )
    assert one.session.kept == [b"a\r\nbc", b""]


def test_news_is_told_while_the_client_waits() -> None:
    one = play(toy(), "S: ok hello\nC: ENTER\nS: ok fine in\nC: WAIT\nS: continue go")
    woken: list[bool] = []
    one.wake = lambda: woken.append(True)
    assert isinstance(one, ToyServer)
    one.news_lines.append(b"news!\r\n")
    one.changed()
    assert woken == [True]
    assert one.data_to_send() == b"news!\r\n"
    one.changed()
    assert one.data_to_send() == b""
    one.receive_data(b"done\r\n")
    assert one.data_to_send() == b"ok fine done\r\n"
    one.news_lines.append(b"late\r\n")
    one.changed()
    assert one.data_to_send() == b""


def test_news_has_nothing_to_say_by_default() -> None:
    assert Server.news(toy()) == b""


def test_an_answer_before_the_answer_and_a_capability_that_is_off() -> None:
    check(toy, "S: ok hello\nC: ENTER\nS: ok fine in\nC: SAY\nS: continue news\nS: ok fine said")
    check(lambda: toy(talk=False), "S: ok hello\nC: ENTER\nS: ok fine in\nC: SAY\nS: bad bad state")


def test_a_commit_holds_the_answer_back() -> None:
    one = play(toy(), "S: ok hello\nC: ENTER\nS: ok fine in")
    one.receive_data(b"KEEP\r\nENTER\r\n")
    assert one.data_to_send() == b""
    (wish,) = one.events_received()
    assert isinstance(wish, Commit)
    one.receive_data(b"DROP\r\n")
    assert one.data_to_send() == b""
    one.resume(Commit(), True)
    assert one.data_to_send() == b""
    one.resume(wish, False)
    assert one.data_to_send() == b"no no\r\nbad bad state\r\nok bye\r\n"


def test_clear_text_behind_the_go_ahead_is_thrown_away_and_reported() -> None:
    one = play(toy(), "S: ok hello")
    one.receive_data(b"TLS\r\nENTER\r\n")
    assert one.data_to_send() == b"ok fine tls\r\n"
    report, wish = one.events_received()
    assert report == Discarded(b"ENTER\r\n")
    assert isinstance(wish, StartTls)
    one.resume(wish, True)
    assert one.secure
    one.receive_data(b"ENTER x\r\n")
    assert perform(one) == b"ok fine x\r\n"


def test_octets_behind_the_go_ahead_for_compression_go_to_the_layer_below() -> None:
    one = play(toy(), "S: ok hello")
    one.receive_data(b"PACK\r\nsqueezed")
    assert one.data_to_send() == b"ok fine pack\r\n"
    (wish,) = one.events_received()
    assert isinstance(wish, Compress)
    assert wish.early == b"squeezed"
    one.resume(wish, True)
    one.receive_data(b"ENTER x\r\n")
    assert perform(one) == b"ok fine x\r\n"


def test_a_failed_handshake_ends_the_connection() -> None:
    one = play(toy(), "S: ok hello")
    one.receive_data(b"TLS\r\n")
    (wish,) = one.events_received()
    assert isinstance(wish, StartTls)
    one.resume(wish, False)
    assert [type(event) for event in one.events_received()] == [Close]
    assert one.closing


def test_an_answer_may_close_the_connection() -> None:
    check(toy, "S: ok hello\nC: CUT\nS: no no\n* closed")


def test_lines_over_the_limit_are_skipped_whole() -> None:
    check(toy, f"S: ok hello\nC: {'x' * 100}\nC: ENTER\nS: bad bad long\nS: ok fine in")


def test_what_comes_after_the_end_is_ignored() -> None:
    one = toy()
    play(one, "S: ok hello\nC: DROP\nC: ENTER\nS: ok bye\n* closed")
    one.receive_data(b"ENTER\r\n")
    one.receive_eof()
    one.receive_eof()
    assert one.data_to_send() == b""
    assert one.ended == 1
    assert one.state == END


def test_an_end_of_file_waits_for_what_is_under_way() -> None:
    one = toy()
    play(one, "S: ok hello\nC: ENTER\nS: ok fine in")
    one.receive_data(b"KEEP\r\n")
    (wish,) = one.events_received()
    assert isinstance(wish, Commit)
    one.receive_eof()
    assert one.ended == 0
    one.resume(wish, True)
    assert one.data_to_send() == b"ok fine kept\r\n"
    assert one.ended == 1


def test_time() -> None:
    clock = Clock()
    one = toy(clock=clock)
    play(one, "S: ok hello")
    assert one.next_deadline() == 1100
    clock.now = 1050
    one.receive_data(b"NOPE\r\n")
    assert one.next_deadline() == 1150
    perform(one)
    one.time_passed(1149)
    assert one.state == OUT
    one.time_passed(1150)
    assert one.data_to_send() == b"no sleepy\r\n"
    assert one.next_deadline() is None
    one.time_passed(9999)
    silent = toy(talk=False, clock=clock)
    play(silent, "S: ok hello")
    silent.time_passed(10_000)
    assert silent.data_to_send() == b""
    assert silent.closing


def test_time_does_not_interrupt_what_is_under_way() -> None:
    one = play(toy(), "S: ok hello")
    one.receive_data(b"TLS\r\n")
    one.time_passed(10_000)
    assert not one.closing


def test_no_deadline_where_the_protocol_sets_none() -> None:
    one = play(toy(), "S: ok hello\nC: ENTER\nS: ok fine in")
    assert one.state == IN
    assert one.next_deadline() is None
    assert Server.idle_limit(one) is None
    assert Server.timed_out(one) is None
    assert Server.offers(one, next(iter([None])))  # type: ignore[arg-type]
    Server.secured(one)


class _Bare(Endpoint):
    def run(self):  # type: ignore[no-untyped-def]
        while True:
            yield from self.reader.exactly(3)


def test_a_bare_endpoint_has_no_deadline_and_nobody_to_wake() -> None:
    bare = _Bare()
    bare.start()
    bare.wake()
    bare.time_passed(5)
    assert bare.next_deadline() is None
    bare.lost()


@pytest.mark.parametrize("name", ["greeting", "read", "too_long"])
def test_a_protocol_has_to_say_what_is_its_own(name: str) -> None:
    one = toy()
    with pytest.raises(NotImplementedError):
        getattr(Server, name)(one)


def test_the_other_abstract_parts() -> None:
    one = toy()
    for call in (lambda: Server.encode(one, None, None), lambda: Server.refuse(one, None), lambda: Endpoint.run(one)):  # type: ignore[arg-type]
        with pytest.raises(NotImplementedError):
            call()


def test_a_host_has_settings_and_does_not_translate_by_itself() -> None:
    host = Host("h", lambda: 1, bytes, settings={"a": 1})
    assert host.setting("a") == 1
    assert host.setting("b", 2) == 2
    assert host.translate("es", "hello") == "hello"


def test_data_waits_until_little_enough_is_to_be_sent() -> None:
    one = play(toy(), "S: ok hello\nC: ENTER\nS: ok fine in")
    one.receive_data(b"POUR 4\r\nENTER\r\n")
    poured = []
    said = b""
    while data := one.data_to_send():
        poured.append(len(one.session.kept))
        said += data
    assert poured[0] < 4
    assert len(one.session.kept) == 4
    assert said.count(b"x") == 4 * OUTPUT_LIMIT
    assert said.endswith(b"ok fine poured\r\nbad bad state\r\n")


def test_requests_wait_while_too_many_answers_do() -> None:
    one = play(toy(), "S: ok hello")
    sent = 2 * OUTPUT_LIMIT // len(b"bad bad state\r\n")
    one.receive_data(b"WAIT\r\n" * sent)
    assert one.held
    said = one.data_to_send()
    assert OUTPUT_LIMIT < len(said) < OUTPUT_LIMIT + 100
    while data := one.data_to_send():
        said += data
    assert not one.held
    assert said == b"bad bad state\r\n" * sent


def test_a_server_that_is_shut_down_closes_once_and_gives_up_what_is_under_way() -> None:
    one = play(toy(), "S: ok hello")
    one.receive_data(b"TLS\r\n")
    one.data_to_send()
    one.shut_down()
    one.shut_down()
    assert one.data_to_send() == b""
    assert [type(event) for event in one.events_received()] == [StartTls, Close]
    assert one.state == END
