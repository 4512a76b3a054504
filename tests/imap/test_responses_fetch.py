from __future__ import annotations

from email.message import EmailMessage

import pytest

from sandbox.imap import responses
from sandbox.imap.grammar import Moment
from tests.imap.test_responses import labelled, meanings, names

ENVELOPE = (
    b'("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev2 WG mtg summary and minutes"'
    b' (("Terry Gray" NIL "gray" "cac.washington.example")) (("Terry Gray" NIL "sender" "cac"))'
    b' (("Terry Gray" NIL "reply" "cac")) ((NIL NIL "imap" "cac"))'
    b' ((NIL NIL "minutes" "CNRI")("John Klensin" NIL "KLENSIN" "MIT")) NIL NIL "<B27397-0100000@cac>")'
)
PLAIN = b'("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 2279 48)'

IMAGE = b'("IMAGE" "PNG" NIL "<id>" "text" "BASE64" 1234'


def fetch(items: bytes) -> bytes:
    return b"* 12 FETCH (" + items + b")\r\n"


def test_each_position_of_an_envelope_has_its_role() -> None:
    raw = fetch(b"ENVELOPE " + ENVELOPE)
    said = meanings(raw)
    assert said[b'"IMAP4rev2 WG mtg summary and minutes"'] == "the subject"
    assert said[b'"gray"'] == "from: the mailbox name, before the @"
    assert said[b'"sender"'] == "sender: the mailbox name, before the @"
    assert said[b'"reply"'] == "reply to: the mailbox name, before the @"
    assert said[b'"imap"'] == "to: the mailbox name, before the @"
    assert said[b'"KLENSIN"'] == "cc: the mailbox name, before the @"
    assert said[b'"<B27397-0100000@cac>"'] == "the message's own name in all the world"
    nils = [span.about for span in labelled(raw).spans if span.name == "NIL"]
    assert nils[-2:] == ["bcc: the name for people", "the message that this one answers"]
    envelope = dict(responses.read(raw)[1][1])[b"ENVELOPE"]
    assert envelope[2] == [(b"Terry Gray", None, b"gray", b"cac.washington.example")]
    assert len(envelope) == 10


@pytest.mark.parametrize(
    ("body", "octets", "about"),
    [
        (PLAIN, b"48", "the size of the part in lines, encoded as it is"),
        (PLAIN, b'"PLAIN"', "the format within the kind of data"),
        (PLAIN, b'"US-ASCII"', "a parameter of the content type: its value"),
        (
            b"(" + PLAIN + PLAIN + b' "MIXED" ("BOUNDARY" "x") NIL "en" NIL)',
            b'"MIXED"',
            "how the parts before belong together",
        ),
        (b"(" + PLAIN + b' "MIXED" NIL NIL ("en" "es") "loc" 1 (2 ("x")))', b'"es"', "a language that the part is in"),
        (b"(" + PLAIN + b' "MIXED" NIL NIL NIL "loc" (2 ("x")))', b'"x"', "a field of the future: pass over it"),
        (IMAGE + b' "md5" ("attachment" ("filename" "a.png")) NIL "uri")', b'"md5"', "the MD5 of the part's content"),
        (
            IMAGE + b' "md5" ("attachment" ("filename" "a.png")))',
            b'"a.png"',
            "a parameter of the disposition: its value",
        ),
        (
            b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 99 ' + ENVELOPE + b" " + PLAIN + b" 48)",
            b'"imap"',
            "to: the mailbox name, before the @",
        ),
        (
            b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 99 17 NIL)',
            b"17",
            "the size of the part in lines, encoded as it is",
        ),
        (b'("MESSAGE" "DELIVERY-STATUS" NIL NIL NIL "7BIT" 99 "m")', b'"m"', "the MD5 of the part's content"),
        (b'("APPLICATION" "PDF" NIL NIL {2}\r\n\r\n "7BIT" 9)', b"\r\n", "the part's description"),
    ],
)
def test_each_position_of_a_body_structure_has_its_role(body: bytes, octets: bytes, about: str) -> None:
    for word in (b"BODYSTRUCTURE ", b"BODY "):
        raw = fetch(word + body)
        assert labelled(raw).fault is None
        spans = [span for span in labelled(raw).spans if raw[span.start : span.stop] == octets]
        assert about in [span.about for span in spans]
        assert dict(responses.read(raw)[1][1])[word.strip()] == body


def test_deep_structures_need_no_recursion() -> None:
    depth = 5000
    body = b"(" * depth + PLAIN + b' "MIXED")' * depth
    assert labelled(fetch(b"BODYSTRUCTURE " + body)).fault is None
    part = b'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) '
    assert labelled(fetch(b"BODYSTRUCTURE " + part * depth + PLAIN + b" 1)" * depth)).fault is None


MESSAGE = b"Subject: hi\r\n\r\nhello\r\n"


def literal(octets: bytes) -> bytes:
    return b"{%d}\r\n" % len(octets) + octets


@pytest.mark.parametrize(
    ("item", "inner"),
    [
        (b"BODY[] " + literal(MESSAGE), ["field-name", "colon", "field-body", "CRLF", "body"]),
        (b"BODY[]<0> " + literal(MESSAGE[:13]), ["field-name", "colon", "field-body"]),
        (b"BODY[]<4> " + literal(MESSAGE[4:]), ["body"]),
        (b"BODY[HEADER] " + literal(MESSAGE[:15]), ["field-name", "colon", "field-body", "CRLF"]),
        (b"BODY[2.1.MIME] " + literal(MESSAGE[:15]), ["field-name", "colon", "field-body", "CRLF"]),
        (b'BODY[HEADER.FIELDS (Subject "To")] ' + literal(MESSAGE[:15]), ["field-name", "colon", "field-body", "CRLF"]),
        (b"BODY[1.HEADER.FIELDS.NOT (To)] NIL", ["NIL"]),
        (b"BODY[TEXT] " + literal(b"hello"), ["body"]),
        (b"BODY[1.2] " + literal(b"hello"), ["body"]),
        (b"BODY[1] " + literal(b"QUJD" * 19 + b"\r\nQUI=\r\n"), ["base64"]),
        (b"BODY[1] " + literal(b"aGVsbG8gd29ybGQh\r\n"), ["body"]),
        (b'BODY[TEXT] "short"', ["body"]),
        (b"BODY[TEXT] {0}\r\n", []),
        (b"BODY[FROB] NIL", ["NIL"]),
        (b"BINARY[1] ~{3}\r\na\0b", ["body"]),
        (b"BINARY[] " + literal(MESSAGE), ["body"]),
        (b"RFC822 " + literal(MESSAGE), ["field-name", "colon", "field-body", "CRLF", "body"]),
        (b"RFC822.HEADER " + literal(MESSAGE[:15]), ["field-name", "colon", "field-body", "CRLF"]),
        (b"RFC822.TEXT " + literal(b"hello"), ["body"]),
    ],
)
def test_octets_of_messages_are_labelled_inside(item: bytes, inner: list[str]) -> None:
    found = names(fetch(item))
    assert found[: -len([")", "CRLF"])][len(found) - 2 - len(inner) :] == inner
    assert found[-2:] == [")", "CRLF"]


@pytest.mark.parametrize(
    ("item", "value"),
    [
        (b"FLAGS (\\Seen own)", (b"FLAGS", [b"\\Seen", b"own"])),
        (b"UID 9", (b"UID", 9)),
        (b"MODSEQ (624140003)", (b"MODSEQ", 624140003)),
        (b"RFC822.SIZE 44827", (b"RFC822.SIZE", 44827)),
        (b'INTERNALDATE "17-Jul-1996 02:44:25 -0700"', (b"INTERNALDATE", Moment(837596665000000000, -420))),
        (b'SAVEDATE "17-Jul-1996 02:44:25 -0700"', (b"SAVEDATE", Moment(837596665000000000, -420))),
        (b"SAVEDATE NIL", (b"SAVEDATE", None)),
        (b"EMAILID (M6d99ac3275bb4e)", (b"EMAILID", [b"M6d99ac3275bb4e"])),
        (b"THREADID (T64b478a75b7ea9)", (b"THREADID", [b"T64b478a75b7ea9"])),
        (b"THREADID NIL", (b"THREADID", None)),
        (b'PREVIEW "Take a look"', (b"PREVIEW", b"Take a look")),
        (b"BINARY.SIZE[2.1] 7", (b"BINARY.SIZE", (b"2.1", 7))),
        (b"BINARY.SIZE[] 7", (b"BINARY.SIZE", (b"", 7))),
        (b"BODY[1.MIME]<2> {1}\r\nx", (b"BODY", (b"1.MIME", 2, b"x"))),
        (b'X-GM-LABELS (a (b) "c")', (b"X-GM-LABELS", (b"X-GM-LABELS", b'(a (b) "c")'))),
    ],
)
def test_items_have_values(item: bytes, value: object) -> None:
    assert responses.read(fetch(item)) == (b"FETCH", (12, [value]))
    names(fetch(item))


def test_base64_made_by_somebody_else_is_told() -> None:
    message = EmailMessage()
    message.set_content(bytes(range(256)), maintype="application", subtype="octet-stream")
    text = message.get_payload()
    assert isinstance(text, str)
    octets = text.replace("\n", "\r\n").encode()
    assert "base64" in names(fetch(b"BODY[1] " + literal(octets)))
