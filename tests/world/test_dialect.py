from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.world.dialect import (
    DIRECTIVES,
    Become,
    CloseConnection,
    Next,
    Octets,
    OpenConnection,
    Pass,
    perform,
    read,
)
from sandbox.world.errors import WorldError
from tests.pop3.worlds import world


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("STAT", Octets(b"STAT\r\n")),
        ("", Octets(b"\r\n")),
        ("  two  ", Octets(b"  two  \r\n")),
        ("USER ñ", Octets("USER ñ\r\n".encode())),
        ("a\udcff", Octets(b"a\xff\r\n")),
        ("@@home", Octets(b"@home\r\n")),
        ("@connect", OpenConnection()),
        ("@close ", CloseConnection()),
        ("@wait 10m", Pass(600 * 10**9)),
        ("@wait 5 ms", Pass(5 * 10**6)),
        ("@on phone", Become("phone")),
        ("@next", Next()),
        ("@raw NOOP", Octets(b"NOOP")),
        (r"@raw 'a\n.\r\n'", Octets(b"a\n.\r\n")),
        (r'@raw "\x00\xFf\t\0\\\'"', Octets(b"\x00\xff\t\x00\\'")),
    ],
)
def test_what_is_typed(line: str, typed: object) -> None:
    assert read(line) == typed


@pytest.mark.parametrize(
    "line",
    ["@", "@frob", "@wait", "@wait 5", "@wait 400d", "@on", "@raw", "@raw ''", r"@raw \q", "@raw a\\", "@next now"],
)
def test_what_is_not_written_right(line: str) -> None:
    with pytest.raises(WorldError) as caught:
        read(line)
    assert str(caught.value.about)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_anything_typed_is_octets_a_directive_or_a_complaint(line: str) -> None:
    try:
        typed = read(line)
    except WorldError:
        assert line.startswith("@")
        return
    if not line.startswith("@"):
        assert typed == Octets(line.encode() + b"\r\n")


def test_directives_show_how_they_are_written() -> None:
    for directive in DIRECTIVES:
        assert read(directive.usage)
        assert directive.about


def test_what_is_not_for_a_world() -> None:
    with pytest.raises(ValueError, match="not for a world"):
        perform(world(), "laptop", Next())


def test_directives_are_performed() -> None:
    home = world()
    home.connect("laptop", "pop3", "norte", 110)
    start = home.clock.now()
    for line in ("@close", "@connect", "@wait 1s", r"@raw 'NO\x4fP\r\n'"):
        perform(home, "laptop", read(line))
    assert home.link("laptop").conn == "laptop-2"
    assert home.clock.now() > start + 10**9
