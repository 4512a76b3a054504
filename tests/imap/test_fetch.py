from __future__ import annotations

import pytest

from sandbox.imap.states import SELECTED
from tests.imap.worlds import LATIN, MIXED, PLAIN, Home, Line


@pytest.fixture
def line() -> Line:
    return Home(PLAIN, MIXED).connect()


def test_flags_dates_sizes(line: Line) -> None:
    assert line.do("FETCH 1:* FAST") == [
        r'* 1 FETCH (FLAGS (\Recent) INTERNALDATE "15-Nov-2023 12:00:00 +0000" RFC822.SIZE 169)',
        rf'* 2 FETCH (FLAGS (\Recent) INTERNALDATE "15-Nov-2023 12:00:00 +0000" RFC822.SIZE {len(MIXED)})',
        "OK FETCH completed",
    ]
    assert line.do("UID FETCH 2 (FLAGS UID FLAGS)")[0] == r"* 2 FETCH (FLAGS (\Recent) UID 2)"
    assert line.do("UID FETCH 9 FLAGS") == ["OK FETCH completed"]
    assert line.do("FETCH 2 (FLAGS FAST)")[-1].startswith("BAD")


def test_envelope_and_structure(line: Line) -> None:
    luis = '(("Luis Mar" NIL "luis" "sur.example"))'
    envelope = (
        '("Mon, 13 Nov 2023 10:00:00 +0100" "=?utf-8?q?Ma=C3=B1ana?=" '
        f'{luis} {luis} {luis} ((NIL NIL "ana" "norte.example")) NIL NIL NIL "<1@sur.example>")'
    )
    plain = '("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7BIT" 7 1'
    assert line.do("FETCH 1 (ENVELOPE BODYSTRUCTURE BODY)")[0] == (
        f"* 1 FETCH (ENVELOPE {envelope} BODYSTRUCTURE {plain} NIL NIL NIL NIL) BODY {plain}))"
    )
    inner = '("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7BIT" 4 0'
    empty = '(NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL)'
    assert line.do("FETCH 2 BODYSTRUCTURE")[0] == (
        '* 2 FETCH (BODYSTRUCTURE (("TEXT" "PLAIN" ("charset" "utf-8") NIL NIL "BASE64" 12 0 NIL NIL NIL NIL)'
        f'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 22 {empty} {inner} NIL NIL NIL NIL) 2 NIL NIL NIL NIL) '
        '"MIXED" ("boundary" "b") NIL NIL NIL))'
    )
    assert line.do("FETCH 2 BODY")[0] == (
        '* 2 FETCH (BODY (("TEXT" "PLAIN" ("charset" "utf-8") NIL NIL "BASE64" 12 0)'
        f'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 22 {empty} {inner}) 2) "MIXED"))'
    )
    assert line.do("FETCH 1 FULL")[0].startswith(r"* 1 FETCH (FLAGS (\Recent) INTERNALDATE ")


def test_structure_with_everything() -> None:
    mail = (
        b"Content-Type: text/html; charset=utf-8\r\nContent-ID: <i>\r\nContent-Description: d\r\nContent-MD5: m\r\n"
        b"Content-Disposition: attachment; filename=f\r\nContent-Language: es, en\r\nContent-Location: l\r\n\r\nx"
    )
    line = Home(mail, b"Content-Language: es\r\n\r\n").connect()
    assert line.do("FETCH 1 BODYSTRUCTURE")[0] == (
        '* 1 FETCH (BODYSTRUCTURE ("TEXT" "HTML" ("charset" "utf-8") "<i>" "d" "7BIT" 1 0 "m" '
        '("attachment" ("filename" "f")) ("es" "en") "l"))'
    )
    assert line.do("FETCH 2 BODYSTRUCTURE")[0].endswith('0 0 NIL NIL "es" NIL))')
    image = Home(b"Content-Type: image/png\r\n\r\nx").connect()
    assert image.do("FETCH 1 BODY")[0] == '* 1 FETCH (BODY ("IMAGE" "PNG" NIL NIL NIL "7BIT" 1))'


@pytest.mark.parametrize(
    ("section", "label", "content"),
    [
        ("[]", "[]", MIXED),
        ("[HEADER]", "[HEADER]", MIXED[: MIXED.index(b"\r\n\r\n") + 4]),
        ("[TEXT]", "[TEXT]", MIXED[MIXED.index(b"\r\n\r\n") + 4 :]),
        ("[text]<2.3>", "[TEXT]<2>", b"b\r\n"),
        ("[TEXT]<9999.3>", "[TEXT]<9999>", b""),
        ("[header.fields (subject x-none)]", "[HEADER.FIELDS (subject x-none)]", b"Subject: two parts\r\n\r\n"),
        ("[1]", "[1]", b"wqFIb2xhIQ=="),
        (
            "[1.MIME]",
            "[1.MIME]",
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        ),
        ("[2]", "[2]", b"Subject: inner\r\n\r\ndeep"),
        ("[2.HEADER]", "[2.HEADER]", b"Subject: inner\r\n\r\n"),
        ("[2.TEXT]", "[2.TEXT]", b"deep"),
        ("[2.1]", "[2.1]", b"deep"),
        ("[2.HEADER.FIELDS.NOT (subject)]", "[2.HEADER.FIELDS.NOT (subject)]", b"\r\n"),
        ("[1.HEADER]", "[1.HEADER]", None),
        ("[3]", "[3]", None),
        ("[3.MIME]", "[3.MIME]", None),
    ],
)
def test_sections(line: Line, section: str, label: str, content: bytes | None) -> None:
    wanted = b"NIL" if content is None else b"{%d}\r\n" % len(content) + content
    said = line.say(f"t FETCH 2 BODY.PEEK{section}\r\n".encode())
    assert said == b"* 2 FETCH (BODY" + label.encode() + b" " + wanted + b")\r\nt OK FETCH completed\r\n"


@pytest.mark.parametrize(
    "section",
    [
        "[MIME]",
        "[0]",
        "[1.]",
        "[1.0]",
        "[HEADER.FIELDS]",
        "[HEADER.FIELDS ()]",
        "[]<1>",
        "[",
        "[]<0.0>",
        "[]<9223372036854775808.1>",
    ],
)
def test_sections_that_are_none(line: Line, section: str) -> None:
    assert line.do(f"FETCH 1 BODY.PEEK{section}")[-1].startswith("BAD")


def test_reading_marks_as_seen_and_tells_it(line: Line) -> None:
    assert line.do("FETCH 1 BODY[TEXT]<0.1>")[:2] == ["* 1 FETCH (BODY[TEXT]<0> {1}", r"h FLAGS (\Seen \Recent))"]
    assert line.do("FETCH 1 BODY[TEXT]<0.1>")[:2] == ["* 1 FETCH (BODY[TEXT]<0> {1}", "h)"]
    assert line.do("FETCH 2 (FLAGS RFC822.TEXT)")[0].startswith(r"* 2 FETCH (FLAGS (\Seen \Recent) RFC822.TEXT {")
    assert line.do("STORE 1 FLAGS ()")[0] == r"* 1 FETCH (FLAGS (\Recent))"
    assert "FLAGS" not in " ".join(line.do("FETCH 1 RFC822.HEADER"))
    assert line.do("FETCH 1 RFC822")[-2] == r" FLAGS (\Seen \Recent))"
    line.do("EXAMINE INBOX")
    line.do("STORE 1 FLAGS ()")
    assert line.do("FETCH 2 BODY[1]")[-2].endswith(")")


def test_examine_changes_nothing() -> None:
    home = Home(PLAIN)
    line = home.connect(b"a LOGIN ana secreto\r\nb EXAMINE INBOX\r\n")
    line.do("FETCH 1 BODY[]")
    assert home.inbox.unseen == 1
    assert home.inbox.recent_uids() == (1,)
    refused = ["NO the mailbox is open for reading only"]
    for command in ("STORE 1 +FLAGS (\\Seen)", "EXPUNGE", "UID EXPUNGE 1", "MOVE 1 INBOX", "REPLACE 1 INBOX {1+}\r\nx"):
        assert line.do(command) == refused
    assert line.do("CLOSE") == ["OK CLOSE completed"]


def test_binary(line: Line) -> None:
    text = LATIN.encode()
    assert line.say(b"t FETCH 2 (BINARY.PEEK[1] BINARY.SIZE[1])\r\n") == (
        b"* 2 FETCH (BINARY[1] {7}\r\n" + text + b" BINARY.SIZE[1] 7)\r\nt OK FETCH completed\r\n"
    )
    assert line.say(b"t FETCH 2 BINARY[1]<1.2>\r\n").startswith(b"* 2 FETCH (BINARY[1]<1> {2}\r\n" + text[1:3])
    assert line.do("FETCH 2 BINARY.PEEK[2]")[0] == "* 2 FETCH (BINARY[2] {22}"
    assert line.do("FETCH 2 BINARY.PEEK[7]")[0] == "* 2 FETCH (BINARY[7] NIL)"
    assert line.do("FETCH 2 BINARY.SIZE[]")[0] == f"* 2 FETCH (BINARY.SIZE[] {len(MIXED)})"


def test_binary_of_odd_encodings() -> None:
    strange = b"Content-Transfer-Encoding: x-rot13\r\n\r\nuryyb"
    nul = b"Content-Transfer-Encoding: base64\r\n\r\nAAA="
    line = Home(strange, nul).connect()
    assert line.do("FETCH 1 BINARY.PEEK[1]") == [
        "* 1 FETCH (BINARY[1] NIL)",
        "NO [UNKNOWN-CTE] a part has an encoding that cannot be undone",
    ]
    assert line.say(b"t FETCH 2 BINARY.PEEK[1]\r\n").startswith(b"* 2 FETCH (BINARY[1] ~{2}\r\n\0\0)")


def test_numbers_that_are_not_there(line: Line) -> None:
    bad = ["BAD the mailbox has 2 message(s)"]
    for numbers in ("3", "1:3", "3:4", "1,4294967295"):
        assert line.do(f"FETCH {numbers} UID") == bad
    for last in ("*", "3:*", "*:4294967295"):
        assert line.do(f"FETCH {last} UID") == ["* 2 FETCH (UID 2)", "OK FETCH completed"]
        assert line.do(f"SEARCH {last}")[0] == "* SEARCH 2"
    assert line.do("FETCH *:1,2,1 UID") == ["* 1 FETCH (UID 1)", "* 2 FETCH (UID 2)", "OK FETCH completed"]
    assert line.do("UID FETCH 5:* UID")[0] == "* 2 FETCH (UID 2)"
    assert line.do("UID FETCH 1:4294967295 UID")[-1] == "OK FETCH completed"
    for numbers in ("0", "1:", "4294967296", "a", "1;2"):
        assert line.do(f"FETCH {numbers} UID")[-1].startswith("BAD")
    empty = Home().connect()
    assert empty.do("FETCH 1:* UID") == ["BAD the mailbox has 0 message(s)"]
    assert empty.do("UID FETCH 1:* UID") == ["OK FETCH completed"]


def test_object_ids_dates_previews(line: Line) -> None:
    assert line.do("FETCH 1 (EMAILID THREADID SAVEDATE PREVIEW)")[0] == (
        '* 1 FETCH (EMAILID (M1) THREADID (T1) SAVEDATE "15-Nov-2023 12:00:00 +0000" PREVIEW "hello")'
    )
    assert line.say(b"t FETCH 2 PREVIEW (LAZY)\r\n").startswith(b"* 2 FETCH (PREVIEW {7}\r\n" + LATIN.encode())
    html = b"Content-Type: text/html\r\n\r\n<style>x</style><p>Good <b>day</b>&nbsp;!"
    image = b"Content-Type: image/png\r\n\r\nx"
    other = Home(html, image).connect()
    assert other.do("FETCH 1:2 PREVIEW")[:2] == ['* 1 FETCH (PREVIEW "Good day !")', '* 2 FETCH (PREVIEW "")']


def test_utf8_in_headers() -> None:
    mail = "From: Ñu <ñ@x.example>\r\nSubject: ñ\r\n\r\n".encode()
    line = Home(mail).connect()
    assert line.say(b"t FETCH 1 ENVELOPE\r\n").startswith(b"* 1 FETCH (ENVELOPE (NIL {2}\r\n\xc3\xb1 (({3}\r\n")
    line = Home(mail).connect(b"a LOGIN ana secreto\r\nb ENABLE UTF8=ACCEPT\r\nc SELECT INBOX\r\n")
    assert line.do("FETCH 1 ENVELOPE")[0].startswith('* 1 FETCH (ENVELOPE (NIL "ñ" (("Ñu" NIL "ñ" "x.example"))')
    assert line.server.state == SELECTED
