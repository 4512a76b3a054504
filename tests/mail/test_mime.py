"""MIME structure: trees, offsets, limits."""

from __future__ import annotations

import email
import email.message
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.mail.message import Message
from sandbox.mail.mime import MAX_DEPTH, MAX_PARTS, Part
from sandbox.mail.transfer import decode_body

MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def outline(part: Part) -> object:
    """Types as nested lists."""
    name = f"{part.type.decode()}/{part.subtype.decode()}"
    return [name, *map(outline, part.parts)] if part.parts else name


def bodies(content: bytes) -> list[bytes]:
    return [content[part.body_start : part.stop] for part in Message(content).structure().parts]


def check(part: Part, content: bytes) -> None:
    """What holds for any part of anything."""
    todo = [part]
    while todo:
        part = todo.pop()
        assert 0 <= part.start <= part.body_start <= part.stop <= len(content)
        assert part.lines == content.count(b"\n", part.body_start, part.stop)
        assert part.is_multipart == (part.type == b"multipart")
        assert bool(part.parts) == (part.is_multipart or part.is_message)
        at = part.body_start
        for inner in part.parts:
            assert at <= inner.start
            assert inner.stop <= part.stop
            at = inner.stop
        todo += part.parts


def test_a_plain_message() -> None:
    content = b"Subject: x\r\n\r\none\r\ntwo"
    part = Message(content).structure()
    assert (part.start, part.body_start, part.stop) == (0, 14, 22)
    assert (part.type, part.subtype, part.parameters) == (b"text", b"plain", ((b"charset", b"us-ascii"),))
    assert (part.encoding, part.size, part.lines, part.parts) == (b"7bit", 8, 1, ())
    assert (part.content_id, part.description, part.md5, part.disposition) == (None, None, None, None)
    assert (part.language, part.location) == ((), None)


def test_what_a_header_says() -> None:
    part = Message(
        b"Content-Type: Image/PNG; name=a.png\r\nContent-Transfer-Encoding: BASE64\r\nContent-ID: <1@x>\r\n"
        b"Content-Description: a\r\n picture\r\nContent-MD5: Q2hlY2s=\r\nContent-Disposition: inline; filename=b\r\n"
        b"Content-Language: es, en ,\r\nContent-Location: http://x/\r\n\r\nAAAA\r\n"
    ).structure()
    assert (part.type, part.subtype, part.parameters) == (b"image", b"png", ((b"name", b"a.png"),))
    assert (part.encoding, part.content_id, part.description) == (b"base64", b"<1@x>", b"a picture")
    assert (part.md5, part.disposition) == (b"Q2hlY2s=", (b"inline", ((b"filename", b"b"),)))
    assert (part.language, part.location) == ((b"es", b"en"), b"http://x/")


def test_parts_exclude_the_line_end_before_a_boundary() -> None:
    content = MIXED + b"preamble\r\n--b\r\n\r\none\r\n\r\n--b \t\r\nA: b\r\n\r\ntwo\r\n--b--\r\nepilogue\r\n"
    assert bodies(content) == [b"one\r\n", b"two"]
    whole = Message(content).structure()
    assert whole.stop == len(content)
    assert content[whole.parts[1].start : whole.parts[1].body_start] == b"A: b\r\n\r\n"
    check(whole, content)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"--b\r\n\r\none", [b"one"]),
        (b"--b\n\none\n--b--", [b"one"]),
        (b"--b\r\n\r\none\r\n--bb\r\n--b-\r\n--b--", [b"one\r\n--bb\r\n--b-"]),
        (b"--b\r\n\r\none\r\n--b--\r\n--b\r\n\r\ntwo", [b"one"]),
        (b"--b\r\n\r\n--b\r\n\r\n\r\n--b--", [b"", b""]),
        (b"--b\r\n--b\r\n--b--", [b"", b""]),
        (b"--b\r\nA: b\r\n--b--", [b""]),
        (b"--b\r\nA: b\r\n\r\n--b--", [b""]),
        (b"--b\r\n--x\r\n\r\none\r\n--b--", [b"one"]),
        (
            b"--b\r\n\r\none\r\n" + b"--b".ljust(2000) + b"\r\n\r\ntwo",
            [b"one\r\n" + b"--b".ljust(2000) + b"\r\n\r\ntwo"],
        ),
        (b"--b", [b""]),
    ],
)
def test_delimiters(body: bytes, found: list[bytes]) -> None:
    assert bodies(MIXED + body) == found
    check(Message(MIXED + body).structure(), MIXED + body)


@pytest.mark.parametrize(
    "content",
    [
        b"Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\none\r\n--b--",
        b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\none\r\n----',
        b"Content-Type: multipart/mixed; boundary=" + b"b" * 999 + b"\r\n\r\n--" + b"b" * 999 + b"\r\n\r\n",
        MIXED,
        MIXED + b"no part",
        MIXED + b"--b--\r\n",
        b"\r\n".join([MIXED[:-4], b"--b", b"", b"one", b"--b--"]),  # a delimiter in the header does not count
    ],
)
def test_a_multipart_without_parts_is_opaque(content: bytes) -> None:
    part = Message(content).structure()
    assert outline(part) == "application/octet-stream"
    assert part.stop == len(content)


def test_nesting() -> None:
    content = (
        MIXED + b'--b\r\nContent-Type: multipart/alternative; boundary="in ner"\r\n\r\n'
        b"--in ner\r\n\r\none\r\n--in ner\r\nContent-Type: text/html\r\n\r\ntwo\r\n--in ner--\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\nContent-Type: multipart/digest; boundary=d\r\n\r\n"
        b"--d\r\n\r\nSubject: y\r\n\r\nthree\r\n--d--\r\n--b\r\nContent-Type: image/png\r\n\r\nfour\r\n--b--\r\n"
    )
    whole = Message(content).structure()
    assert outline(whole) == [
        "multipart/mixed",
        ["multipart/alternative", "text/plain", "text/html"],
        ["message/rfc822", ["multipart/digest", ["message/rfc822", "text/plain"]]],
        "image/png",
    ]
    check(whole, content)

    def body(*numbers: int) -> bytes | None:
        part = whole.find(numbers)
        return None if part is None else content[part.body_start : part.stop]

    assert body() == content[whole.body_start :]
    assert body(1, 1) == b"one"
    assert body(1, 2) == b"two"
    assert body(2, 1) == b"Subject: y\r\n\r\nthree"
    assert body(2, 1, 1) == b"three"
    assert body(3) == b"four"
    for missing in ((0,), (4,), (1, 3), (3, 1), (1, 1, 1), (2, 1, 2), (2, 2)):
        assert body(*missing) is None


def test_the_only_part_of_a_plain_message_is_number_1() -> None:
    part = Message(b"\r\nx").structure()
    assert part.find([1]) is part
    assert part.find([2]) is part.find([1, 1]) is None


def test_an_outer_boundary_ends_all_within() -> None:
    content = MIXED + (
        b"--b\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--i\r\n\r\n--b--"
    )
    assert outline(Message(content).structure()) == ["multipart/mixed", ["multipart/mixed", "text/plain"], "text/plain"]
    assert bodies(content)[1] == b"two\r\n--i\r\n"


def test_the_same_boundary_twice_belongs_to_the_inner_multipart() -> None:
    content = MIXED + b"--b\r\n" + MIXED + b"--b\r\n\r\none\r\n--b--\r\n--b\r\n\r\ntwo\r\n--b--\r\n"
    assert outline(Message(content).structure()) == ["multipart/mixed", ["multipart/mixed", "text/plain"], "text/plain"]


@pytest.mark.parametrize("kind", [b"message/rfc822", b"message/global"])
def test_messages_within(kind: bytes) -> None:
    content = b"Content-Type: " + kind + b"\r\n\r\nSubject: x\r\n\r\nbody\r\n"
    part = Message(content).structure()
    assert part.is_message
    assert content[part.parts[0].body_start : part.parts[0].stop] == b"body\r\n"
    encoded = b"Content-Transfer-Encoding: base64\r\n" + content
    assert outline(Message(encoded).structure()) == "application/octet-stream"


def test_a_message_within_that_ends_in_the_header_around_it() -> None:
    content = MIXED + b"--b\r\nContent-Type: message/rfc822\r\n--b\r\n\r\ntwo\r\n--b--"
    whole = Message(content).structure()
    assert outline(whole) == ["multipart/mixed", ["message/rfc822", "text/plain"], "text/plain"]
    assert bodies(content) == [b"", b"two"]
    check(whole, content)


@pytest.mark.parametrize("wrapped", [b"multipart/mixed; boundary=", b"message/rfc822; x="])
def test_depth_is_limited(wrapped: bytes) -> None:
    levels = MAX_DEPTH + 50
    content = b"".join(
        b"Content-Type: " + wrapped + b"b%d\r\n\r\n" % level + (b"--b%d\r\n" % level if b"multi" in wrapped else b"")
        for level in range(levels)
    )
    part = Message(content).structure()
    check(part, content)
    depth = 0
    while part.parts:
        part, depth = part.parts[0], depth + 1
    assert depth == MAX_DEPTH
    assert (part.type, part.subtype) == (b"application", b"octet-stream")


def test_the_number_of_parts_is_limited() -> None:
    content = MIXED + b"--b\r\n\r\nx\r\n" * (MAX_PARTS * 2)
    part = Message(content).structure()
    assert len(part.parts) == MAX_PARTS - 1
    assert part.parts[-1].stop == len(content)
    check(part, content)


def test_many_levels_and_lines_are_one_pass() -> None:
    """Not timed: quadratic work on these would not end while anyone waits."""
    Message(MIXED + b"--b\r\nA: b\r\n" * 200_000).structure()
    nested = b"".join(MIXED.replace(b"=b", b"=b%d" % n) + b"--b%d\r\n" % n for n in range(90))
    Message(nested + b"--no\r\n" * 1_000_000).structure()


LEAVES = st.tuples(
    st.sampled_from(["plain", "html", "octets", "message"]),
    st.text(st.sampled_from("ab ñ-.\r\n"), max_size=40).map(lambda text: text.replace("\r", "")),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.tuples(
        st.sampled_from(["mixed", "alternative", "related"]), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def mail(tree: object) -> EmailMessage:
    message = EmailMessage(policy=email.policy.SMTP)
    kind, inner = tree  # type: ignore[misc]
    if isinstance(inner, list):
        message["Content-Type"] = f"multipart/{kind}"
        for one in inner:
            message.attach(mail(one))
    elif kind == "octets":
        message.set_content(inner.encode(), "application", "octet-stream", filename="ñ.bin")
    elif kind == "message":
        within = EmailMessage(policy=email.policy.SMTP)
        within["Subject"] = "within"
        within.set_content(inner)
        message.set_content(within)
    else:
        message.set_content(inner, kind)
    return message


def same(ours: Part, theirs: email.message.Message, content: bytes) -> None:
    assert f"{ours.type.decode()}/{ours.subtype.decode()}" == theirs.get_content_type()
    if theirs.is_multipart():
        inner = theirs.get_payload()
        assert len(ours.parts) == len(inner)
        for one, other in zip(ours.parts, inner, strict=True):
            same(one, other, content)  # type: ignore[arg-type]
        return
    payload = theirs.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert decode_body(content[ours.body_start : ours.stop], ours.encoding) == payload


@given(TREES)
def test_the_standard_library_finds_the_same_parts(tree: object) -> None:
    content = mail(tree).as_bytes()
    ours = Message(content).structure()
    check(ours, content)
    same(ours, email.message_from_bytes(content, policy=email.policy.compat32), content)


PIECES = st.sampled_from(
    [
        b"\r\n", b"\n", b"--b", b"--b\r\n", b"\r\n--b\r\n", b"\r\n--b--\r\n", b"\r\n--c\r\n", b"x", b"\r\n\r\n",
        MIXED, MIXED.replace(b"=b", b"=c"), b"Content-Type: message/rfc822\r\n\r\n", b"A: b\r\n", b"--", b" ",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map(b"".join))
def test_anything_has_a_structure(content: bytes) -> None:
    part = Message(content).structure()
    check(part, content)
    assert (part.start, part.stop) == (0, len(content))
