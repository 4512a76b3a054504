"""Labels: every octet of every line once, the right names where the message is right, secrets marked everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.auth import MECHANISMS, explain_initial, explain_line
from sandbox.auth.encoding import encode
from sandbox.auth.login import LOGIN
from sandbox.auth.mechanism import Mechanism, Side
from sandbox.auth.plain import PLAIN
from sandbox.auth.scram import SCRAM_SHA_256
from sandbox.core.grammar import Span
from tests.auth.support import client_side, exchange, server_side

EACH = pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda row: row.name.decode())
FORGED = pytest.mark.parametrize("seen", [b"x", b"\0\0", b"n,,n=a", b"r=", b"c=biws"])


def tiled(spans: list[Span], length: int) -> bool:
    """Whether labels cover so many octets once each, and say what is known of them."""
    edges = [0, *(span.stop for span in spans)]
    return (
        [span.start for span in spans] == edges[:-1]
        and edges[-1] == length
        and all(span.start < span.stop and span.name and span.about and span.ref.known for span in spans)
    )


def read(mechanism: Mechanism, side: Side, raw: bytes, n: int | None = 0) -> dict[str, bytes]:
    return {span.name: raw[span.start : span.stop] for span in mechanism.explain(side, raw, n)}


def test_plain() -> None:
    assert read(PLAIN, "C", b"ana\0postmaster\0llave") == {
        "authzid": b"ana",
        "NUL": b"\0",
        "authcid": b"postmaster",
        "passwd": b"llave",
    }
    assert "authzid" not in read(PLAIN, "C", b"\0ana\0secreto")
    assert [span.secret for span in PLAIN.explain("C", b"\0ana\0secreto", None)] == [False, False, False, True]


def test_login_tells_its_answers_apart_by_their_order() -> None:
    assert list(read(LOGIN, "S", b"Username:")) == ["prompt"]
    assert list(read(LOGIN, "C", b"ana", 0)) == ["username"]
    assert list(read(LOGIN, "C", b"secreto", 1)) == ["password"]
    assert LOGIN.explain("C", b"secreto", 1)[0].secret
    assert LOGIN.explain("C", b"secreto", None)[0].secret  # it may be the password
    assert list(read(LOGIN, "C", b"more", 2)) == ["unexpected"]


def test_cram_md5() -> None:
    cram = MECHANISMS[2]
    digest = b"b913a602c7eda7a495b4e6e7334d3890"
    assert read(cram, "S", b"<1@b>") == {"challenge": b"<1@b>"}
    assert read(cram, "C", b"two words " + digest) == {"name": b"two words", "SP": b" ", "digest": digest}
    assert list(read(cram, "S", b"hello")) == ["unexpected"]
    assert list(read(cram, "S", b"<1@b>", 1)) == ["unexpected"]
    assert list(read(cram, "C", b"tim " + digest, 1)) == ["unexpected"]


def test_scram() -> None:
    spans = SCRAM_SHA_256.explain("C", b"y,a=ana,n=postmaster,r=abc,x=y", 0)
    assert [span.name for span in spans] == [
        *("gs2-cbind-flag", "comma", "attribute", "authzid", "comma", "attribute", "username", "comma"),
        *("attribute", "nonce", "comma", "attribute", "value"),
    ]
    first = read(SCRAM_SHA_256, "S", b"r=abcdef,s=QUJD,i=4096")
    assert (first["nonce"], first["salt"], first["iteration-count"]) == (b"abcdef", b"QUJD", b"4096")
    final = read(SCRAM_SHA_256, "C", b"c=biws,r=abcdef,p=QUJD")
    assert (final["channel-binding"], final["proof"]) == (b"biws", b"QUJD")
    assert read(SCRAM_SHA_256, "S", b"v=QUJD")["verifier"] == b"QUJD"
    assert read(SCRAM_SHA_256, "S", b"e=invalid-proof")["server-error-value"] == b"invalid-proof"
    assert read(SCRAM_SHA_256, "C", b"n,,m=x,n=ana,r=abc")["reserved-mext"] == b"x"


@pytest.mark.parametrize("flag", [b"n", b"y", b"p=tls-unique"])
def test_the_flags_of_scram(flag: bytes) -> None:
    assert read(SCRAM_SHA_256, "C", flag + b",,n=ana,r=abc")["gs2-cbind-flag"] == flag


def test_only_proofs_are_secret_in_scram() -> None:
    _, _, lines = exchange(SCRAM_SHA_256, client_side())
    sides: list[Side] = ["C", "S"]
    marked = {
        span.name
        for n, line in enumerate(lines)
        for span in explain_line(b"SCRAM-SHA-256", sides[n % 2], line)
        if span.secret
    }
    assert marked == {"proof", "verifier"}


@EACH
@pytest.mark.parametrize("tell_errors", [False, True])
@pytest.mark.parametrize("password", ["secreto", "wrong"])
def test_every_line_of_an_exchange_is_understood(mechanism: Mechanism, password: str, tell_errors: bool) -> None:
    _, _, lines = exchange(mechanism, client_side(password=password), server_side(tell_errors=tell_errors))
    if mechanism.client_first:
        initial = lines.pop(0)
        spans = explain_initial(mechanism.name, initial)
        assert tiled(spans, len(initial))
        assert not any(span.free for span in spans)
    for n, line in enumerate(lines):
        side: Side = "C" if n % 2 else "S"
        sent = line + b"\r\n" if side == "C" else b"+ " + line + b"\r\n"
        count = n // 2 + (mechanism.client_first and side == "C")
        for number in (count, None):
            spans = explain_line(mechanism.name, side, sent, number)
            assert tiled(spans, len(sent))
            assert not any(span.free for span in spans)


@EACH
@given(
    st.binary(max_size=60) | st.binary(max_size=60).map(encode), st.sampled_from("CS"), st.none() | st.integers(0, 3)
)
def test_any_octets_are_labelled_once(mechanism: Mechanism, octets: bytes, side: Side, n: int | None) -> None:
    assert tiled(mechanism.explain(side, octets, n), len(octets))
    for line in (octets, octets + b"\r\n", b"+ " + octets + b"\n", b"334 " + octets, b"+" + octets):
        assert tiled(explain_line(mechanism.name, side, line, n), len(line))
    assert tiled(explain_initial(mechanism.name, octets), len(octets))
    assert tiled(explain_line(b"X-NONE", side, octets), len(octets))


@EACH
@FORGED
def test_what_is_not_understood_is_secret(mechanism: Mechanism, seen: bytes) -> None:
    spans = explain_line(mechanism.name, "C", encode(seen))
    assert all(span.secret for span in spans if span.name in ("unexpected", "base64", "answer"))


@given(st.text(min_size=1, max_size=9), st.text(min_size=1, max_size=9))
def test_no_octet_of_a_password_escapes_redaction(name: str, password: str) -> None:
    if "\0" in name + password or any("\ud800" <= char <= "\udfff" for char in name + password):
        return
    message = b"\0" + name.encode() + b"\0" + password.encode()
    text = encode(message)
    spans = explain_initial(b"PLAIN", text)
    secret = [span for span in spans if span.secret]
    assert len(secret) == 1
    first_bit = (len(message) - len(password.encode())) * 8
    assert secret[0].start == first_bit // 6
    assert secret[0].stop == len(text.rstrip(b"="))


def test_the_marks_of_an_exchange() -> None:
    for line, names in (
        (b"+ \r\n", ["continue-req", "SP", "CRLF"]),
        (b"334 \r\n", ["continue-req", "SP", "CRLF"]),
        (b"+\r\n", ["continue-req", "CRLF"]),
        (b"+", ["continue-req"]),
        (b"", []),
    ):
        assert [span.name for span in explain_line(b"PLAIN", "S", line)] == names
    assert [span.name for span in explain_line(b"PLAIN", "C", b"*\r\n")] == ["cancel-response", "CRLF"]
    assert [span.name for span in explain_initial(b"PLAIN", b"=")] == ["initial-response"]
    assert [span.name for span in explain_line(b"PLAIN", "C", b"=\r\n")] == ["base64", "CRLF"]
    assert [span.name for span in explain_line(b"X-NONE", "C", b"QUI=")] == ["base64", "padding"]
