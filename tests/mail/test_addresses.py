"""Address lists, right and wrong ones."""

from __future__ import annotations

from email.utils import formataddr, getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.mail.addresses import Address, parse_addresses


def address(local: bytes, host: bytes = b"x", name: bytes | None = None, route: bytes | None = None) -> Address:
    return Address(name, route, local, host)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"", []),
        (b" , ,", []),
        (b"a@x", [address(b"a")]),
        (b"a@x, b@y", [address(b"a"), address(b"b", b"y")]),
        (b"<a@x>", [address(b"a")]),
        (b"Ana <a@x>", [address(b"a", name=b"Ana")]),
        (b"Ana Mar\t<a@x>,b@x", [address(b"a", name=b"Ana Mar"), address(b"b")]),
        (b'"Mar, \\"Ana\\"" <a@x>', [address(b"a", name=b'Mar, "Ana"')]),
        (b"J. R. Doe <a@x>", [address(b"a", name=b"J. R. Doe")]),
        (b"=?utf-8?q?=C3=B1?= <a@x>", [address(b"a", name=b"=?utf-8?q?=C3=B1?=")]),
        (b"a@x (Ana (at home) \\) Mar)", [address(b"a", name=b"Ana (at home) ) Mar")]),
        (b"(hi) Ana (there) <a@x>", [address(b"a", name=b"Ana")]),
        (b"a . b @ x . org", [address(b"a.b", b"x.org")]),
        (b'"a b"@x', [address(b'"a b"')]),
        (b"a@[192.0.2.1]", [address(b"a", b"[192.0.2.1]")]),
        (b"<@r1,@r2:a@x>", [address(b"a", route=b"@r1,@r2")]),
        (b"Ana <@r1:a@x>, b@x", [address(b"a", name=b"Ana", route=b"@r1"), address(b"b")]),
        # Groups
        (b"Team: a@x, Ana <b@x>;", [Address(mailbox=b"Team"), address(b"a"), address(b"b", name=b"Ana"), Address()]),
        (b"Undisclosed recipients:;", [Address(mailbox=b"Undisclosed recipients"), Address()]),
        (b"A:a@x;, b@x", [Address(mailbox=b"A"), address(b"a"), Address(), address(b"b")]),
        # Wrong ones
        (b"Ana", [address(b"Ana", b"")]),
        (b"Ana Mar, b@x", [address(b"Ana Mar", b""), address(b"b")]),
        (b"<>", [address(b"", b"")]),
        (b"<a>", [address(b"a", b"")]),
        (b"Ana <a@x", [address(b"a", name=b"Ana")]),
        (b"Ana <a@x, b@y", [address(b"a", name=b"Ana"), address(b"b", b"y")]),
        (b"a@x>", [address(b"a")]),
        (b"a@b@x", [address(b"a@b")]),
        (b"Team: a@x", [Address(mailbox=b"Team"), address(b"a"), Address()]),
        (b": a@x", [Address(mailbox=b""), address(b"a"), Address()]),
        (b"A: b:c@x;", [Address(mailbox=b"A"), address(b"b:c"), Address()]),
        (b"; a@x", [address(b"a")]),
        (b'"open', [address(b"open", b"")]),
        (b"(open a@x", []),
        (b"[open", [address(b"[open", b"")]),
        (b"<a <b@x>", [address(b"a<b")]),
        (b"<a:b@x>", [address(b"a:b")]),
    ],
)
def test_parsing(value: bytes, found: list[Address]) -> None:
    assert parse_addresses(value) == tuple(found)


def test_as_text() -> None:
    assert address("ñ".encode(), b"x").addr_spec == "ñ@x"
    assert address(b"Ana", b"").addr_spec == "Ana"
    assert Address().addr_spec == ""


NAMES = st.text(st.sampled_from('abc ,."\\()<>@:;'), max_size=8).map(lambda text: " ".join(text.split()))
LOCALS = st.from_regex(r"[a-z]{1,4}(\.[a-z]{1,3})?", fullmatch=True)


@given(st.lists(st.tuples(NAMES, LOCALS), max_size=4))
def test_what_the_standard_library_writes_reads_as_it_reads_it(pairs: list[tuple[str, str]]) -> None:
    written = ", ".join(formataddr((name, f"{local}@x.example")) for name, local in pairs)
    ours = [((a.name or b"").decode(), a.addr_spec) for a in parse_addresses(written.encode())]
    assert ours == [(name, spec) for name, spec in getaddresses([written]) if written]
    assert ours == [(name, f"{local}@x.example") for name, local in pairs]


@given(st.text('ab ,."\\()<>@:;[]\x00ñ', max_size=30) | st.text(max_size=10))
def test_anything_is_a_list(text: str) -> None:
    found = parse_addresses(text.encode())
    opened = [a for a in found if a.host is None and a.mailbox is not None]
    closed = [a for a in found if a.host is None and a.mailbox is None]
    assert len(opened) == len(closed)


def test_much_of_anything_takes_no_recursion() -> None:
    for piece in (b"(", b"<", b"a:", b'"', b"[", b"\\", b",", b"@", b"(a)", b"<@a,"):
        parse_addresses(piece * 20_000)
