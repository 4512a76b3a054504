"""BINARY, PREVIEW, REPLACE, MOVE, COPY, QUOTA and UTF8 by their RFCs' words."""

from __future__ import annotations

import pytest

from sandbox.core.effects import Commit
from sandbox.imap.extensions.preview import LENGTH, preview
from sandbox.imap.server import ImapServer
from sandbox.mail.message import Message
from tests.imap.test_sections import FOUR_TWO, WHOLE, multipart, part
from tests.imap.worlds import PLAIN, Home, Line

QRESYNC = b"a LOGIN ana secreto\r\nb ENABLE QRESYNC\r\nc SELECT INBOX\r\n"
EXPUNGED = "NO [EXPUNGEISSUED] another session has expunged some of these messages"
OK_SEEN = rb"FLAGS (\Seen \Recent)"


def refusing(server: ImapServer, data: bytes) -> bytes:
    """Say something to a server whose disk takes nothing."""
    server.receive_data(data)
    said = server.data_to_send()
    while events := server.events_received():
        for event in events:
            server.resume(event, not isinstance(event, Commit))
        said += server.data_to_send()
    return said


def encoded(encoding: str, body: bytes, kind: str = "text/plain") -> bytes:
    return part(f"{kind}\r\nContent-Transfer-Encoding: {encoding}", body)


# BINARY (RFC 3516)


@pytest.mark.parametrize(
    ("content", "octets"),
    [
        (encoded("base64", b"aGVsbG8="), b"{5}\r\nhello"),
        (encoded("BASE64", b"aGVs\r\nbG8"), b"{5}\r\nhello"),
        (encoded("quoted-printable", b"h=65l=\r\nlo"), b"{5}\r\nhello"),
        (encoded("7bit", b"hello"), b"{5}\r\nhello"),
        (encoded("binary", b"h\0"), b"~{2}\r\nh\0"),
        (encoded("base64", b"aAA=", "image/png"), b"~{2}\r\nh\0"),
        (b"\r\nhello", b"{5}\r\nhello"),
        # what has parts has no encoding to undo
        (part("message/rfc822", b"a: b\r\n\r\n"), b"{8}\r\na: b\r\n\r\n"),
    ],
)
def test_binary(content: bytes, octets: bytes) -> None:
    line = Home(content).connect()
    assert line.say(b"t FETCH 1 BINARY.PEEK[1]\r\n") == (
        b"* 1 FETCH (BINARY[1] " + octets + b")\r\nt OK FETCH completed\r\n"
    )
    size = int(octets[octets.index(b"{") + 1 : octets.index(b"}")])
    assert line.do("FETCH 1 BINARY.SIZE[1]")[0] == f"* 1 FETCH (BINARY.SIZE[1] {size})"


def test_stretches_are_of_what_is_decoded() -> None:
    line = Home(encoded("base64", b"aGUAbGxv")).connect()
    assert line.say(b"t FETCH 1 BINARY.PEEK[1]<1.2>\r\n").startswith(b"* 1 FETCH (BINARY[1]<1> ~{2}\r\ne\0)")
    # NUL decides by what is sent, not by what is there
    assert line.say(b"t FETCH 1 BINARY.PEEK[1]<3.9>\r\n").startswith(b"* 1 FETCH (BINARY[1]<3> {3}\r\nllo)")
    assert line.do("FETCH 1 BINARY.PEEK[1]<9.1>")[0] == "* 1 FETCH (BINARY[1]<9> {0}"


def test_binary_marks_as_read_and_peek_and_size_do_not() -> None:
    line = Home(encoded("base64", b"aGVsbG8=")).connect()
    assert OK_SEEN not in line.say(b"t FETCH 1 (BINARY.PEEK[1] BINARY.SIZE[1])\r\n")
    assert line.say(b"t FETCH 1 BINARY[1]\r\n").startswith(b"* 1 FETCH (BINARY[1] {5}\r\nhello " + OK_SEEN + b")")


def test_parts_of_parts_decoded() -> None:
    inner = multipart("mixed", "i", encoded("base64", b"ZGVlcA=="), part("text/plain", b"flat"))
    line = Home(multipart("mixed", "o", part("message/rfc822", inner))).connect()
    assert line.do("FETCH 1 (BINARY.PEEK[1.1] BINARY.PEEK[1.2])")[:3] == [
        "* 1 FETCH (BINARY[1.1] {4}",
        "deep BINARY[1.2] {4}",
        "flat)",
    ]
    assert line.do("FETCH 1 BINARY.SIZE[1.3]")[0] == "* 1 FETCH (BINARY.SIZE[1.3] 0)"


@pytest.mark.parametrize("item", ["BINARY[1]", "BINARY.PEEK[1]<0.9>", "BINARY.SIZE[1]", "(UID BINARY.PEEK[1])"])
def test_an_unknown_encoding_fails_the_request(item: str) -> None:
    line = Home(encoded("x-frob", b"x")).connect()
    assert line.do(f"FETCH 1 {item}")[-1].startswith("NO [UNKNOWN-CTE]")
    assert line.do("FETCH 1 BINARY.SIZE[]")[-1] == "OK FETCH completed"


def test_no_literal_but_literal8_holds_nul() -> None:
    # RFC 9051 section 9, note 3
    line = Home().connect()
    assert line.say(b"t APPEND INBOX ~{9+}\r\na: \0\r\n\r\n\0\r\n")[-26:] == b"[APPENDUID 1 1] appended\r\n"
    assert b"~{9}\r\na: \0\r\n\r\n\0" in line.say(b"t FETCH 1 BINARY.PEEK[]\r\n")
    for item in (b"BODY.PEEK[]", b"BODY.PEEK[TEXT]", b"RFC822", b"RFC822.HEADER", b"BODY.PEEK[HEADER.FIELDS (a)]"):
        said = line.say(b"t FETCH 1 " + item + b"\r\n")
        assert b"\0" not in said
        assert b"\x80" in said
    assert b"BODY[] {9}\r\na: \x80\r\n\r\n\x80)" in line.say(b"t FETCH 1 BODY.PEEK[]\r\n")


# PREVIEW (RFC 8970)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\r\n  hello\r\n\r\n\tworld  \r\n", "hello world"),
        (b"", ""),
        (part("image/png", b"x"), ""),
        (encoded("base64", b"wqFIb2xhIQ==", "text/plain; charset=utf-8"), "\u00a1Hola!"),
        (encoded("quoted-printable", b"ma=F1ana", "text/plain; charset=iso-8859-1"), "ma\u00f1ana"),
        (encoded("x-frob", b"as it is"), "as it is"),
        (b"\r\nbell\x07\r\n", "bell"),
        (part("text/html", b"<p>a<!-- no -->b<script>x</script>c"), "a b c"),
        # plain text goes first, wherever it stands; attachments are no text of the message
        (multipart("alternative", "b", part("text/html", b"<b>h</b>"), part("text/plain", b"p")), "p"),
        (
            multipart(
                "mixed", "b", part("text/plain\r\nContent-Disposition: Attachment", b"no"), part("text/html", b"yes")
            ),
            "yes",
        ),
        (multipart("mixed", "b", part("text/plain\r\nContent-Disposition: inline", b"in")), "in"),
        (WHOLE, "1"),
    ],
)
def test_preview(content: bytes, text: str) -> None:
    assert preview(Message(content)) == text


def test_previews_are_short() -> None:
    # at most 200 characters, whatever their octets (RFC 8970 section 3.3)
    assert preview(Message(part("text/plain; charset=utf-8", "\u00f1 ".encode() * 99_999))) == ("\u00f1 " * 100).strip()
    assert len(preview(Message(b"\r\n" + b"x" * 999))) == LENGTH <= 200


def test_preview_is_a_string_in_utf8() -> None:
    mail = part("text/plain; charset=utf-8", "\u00f1\r\n".encode())
    line = Home(mail, part("image/png", b"x")).connect()
    assert line.say(b"t FETCH 1:2 (PREVIEW (LAZY))\r\n") == (
        b'* 1 FETCH (PREVIEW {2}\r\n\xc3\xb1)\r\n* 2 FETCH (PREVIEW "")\r\nt OK FETCH completed\r\n'
    )
    assert line.do("FETCH 1 PREVIEW (EAGER)")[-1].startswith("BAD")
    # it is no reading
    assert line.do("FETCH 1 FLAGS")[0] == r"* 1 FETCH (FLAGS (\Recent))"
    line = Home(mail).connect(b"a LOGIN ana secreto\r\nb ENABLE IMAP4rev2\r\nc SELECT INBOX\r\n")
    assert line.do("FETCH 1 PREVIEW")[0] == '* 1 FETCH (PREVIEW "\u00f1")'


# REPLACE (RFC 8508)


def contents(home: Home, name: str = "INBOX") -> list[bytes]:
    return [stored.message.content for stored in home.ana.get(name)]


def test_replace_appends_as_append_does() -> None:
    home = Home(b"old")
    line = home.connect()
    command = 'UID REPLACE 1 INBOX (\\Seen $x) " 1-Jan-2023 10:00:00 +0000" {3+}\r\nnew'
    assert line.do(command)[0].startswith("* OK [APPENDUID 1 2]")
    [stored] = home.inbox.snapshot()
    assert (stored.message.content, stored.flags, stored.internal_date) == (
        b"new",
        ("\\Seen", "$x"),
        1_672_567_200 * 10**9,
    )
    assert line.say(b"t REPLACE 1 INBOX ~{2+}\r\n\0x\r\n").startswith(b"* OK [APPENDUID 1 3]")
    assert contents(home) == [b"\0x"]


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ("1 nope {1+}\r\nx", "NO [TRYCREATE]"),
        ("1 INBOX {0+}\r\n", "NO [CANNOT]"),
        ("1 INBOX (\\Recent) {1+}\r\nx", "NO [CANNOT]"),
        ("1 INBOX UTF8 (~{1+}\r\nx)", "BAD ENABLE UTF8=ACCEPT"),
        ("9 INBOX {1+}\r\nx", "BAD"),
        ("1:2 INBOX {1+}\r\nx", "BAD"),
        ("* INBOX {1+}\r\nx", "BAD"),
        ("0 INBOX {1+}\r\nx", "BAD"),
        ("1 INBOX", "BAD"),
        ("1 INBOX {1+}\r\nx {1+}\r\ny", "BAD"),
    ],
)
def test_a_replace_that_fails_changes_nothing(arguments: str, answer: str) -> None:
    home = Home(b"old", b"other")
    line = home.connect()
    assert line.do("REPLACE " + arguments)[-1].startswith(answer)
    assert contents(home) == [b"old", b"other"]
    assert line.do("NOOP") == ["OK NOOP completed"]


def test_what_was_replaced_by_another_session() -> None:
    home = Home(b"old", b"other")
    line = home.connect()
    home.inbox.expunge([1])
    assert line.do("REPLACE 1 INBOX {1+}\r\nx") == ["* 1 EXPUNGE", EXPUNGED]
    assert contents(home) == [b"other"]
    assert line.do("UID REPLACE 1 INBOX {1+}\r\nx")[-1].startswith("NO [NONEXISTENT]")
    assert contents(home) == [b"other"]


def test_only_what_replace_adds_counts_for_the_quota() -> None:
    # RFC 8508 section 3.4: "only the net quota consumption is considered"
    home = Home(b"x" * 1000, quota=1500)
    line = home.connect()
    assert line.do("APPEND INBOX {1000+}\r\n" + "y" * 1000)[-1].startswith("NO [OVERQUOTA]")
    assert line.do("REPLACE 1 INBOX {1500+}\r\n" + "y" * 1500)[-1] == "OK REPLACE completed"
    assert line.do("REPLACE 1 INBOX {1501+}\r\n" + "y" * 1501)[-1].startswith("NO [OVERQUOTA]")
    assert contents(home) == [b"y" * 1500]


def test_replace_counts_as_expunged_for_qresync() -> None:
    home = Home(b"old")
    line = home.connect(QRESYNC)
    said = line.do("REPLACE 1 INBOX {3+}\r\nnew")
    assert said[0].startswith("* OK [APPENDUID 1 2]")
    assert "* VANISHED 1" in said
    assert said[-1].startswith(f"OK [HIGHESTMODSEQ {home.inbox.highest_modseq}]")
    assert said.index("* VANISHED 1") > 0


def test_without_uidplus_there_are_no_uids_in_answers() -> None:
    home = Home(b"old", b"other", without=("UIDPLUS",))
    line = home.connect()
    home.ana.create("Sent")
    for command in ("REPLACE 1 Sent {1+}\r\nx", "MOVE 1 Sent", "APPEND Sent {1+}\r\nx", "COPY 1 Sent"):
        home.inbox.append(b"more")
        line.do("NOOP")
        said = " ".join(line.do(command))
        assert said.endswith("completed")
        assert "UID" not in said


def test_a_disk_that_refuses_a_replacement() -> None:
    home = Home(b"old")
    line = home.connect()
    assert b"t NO [UNAVAILABLE]" in refusing(line.server, b"t REPLACE 1 INBOX {3+}\r\nnew\r\n")


# MOVE, COPY


def test_copies_keep_flags_and_dates() -> None:
    home = Home()
    home.ana.create("Sent")
    home.inbox.append(b"x", ("\\Seen", "$k"), 86_400 * 10**9)
    home.inbox.append(b"y", ("\\Deleted",))
    line = home.connect()
    assert line.do("COPY 2,1 Sent") == ["OK [COPYUID 2 1:2 1:2] copied"]
    assert line.do("MOVE 1 Sent") == ["* OK [COPYUID 2 1 3] moved", "* 1 EXPUNGE", "OK MOVE completed"]
    assert [(one.flags, one.message.content) for one in home.ana.get("Sent")] == [
        (("\\Seen", "$k"), b"x"),
        (("\\Deleted",), b"y"),
        (("\\Seen", "$k"), b"x"),
    ]
    assert home.ana.get("Sent").snapshot()[2].internal_date == 86_400 * 10**9
    assert contents(home) == [b"y"]


@pytest.mark.parametrize("verb", ["COPY", "MOVE", "UID COPY", "UID MOVE"])
def test_what_cannot_be_copied(verb: str) -> None:
    home = Home(b"x", b"y")
    line = home.connect()
    assert line.do(f"{verb} 1 nope")[-1].startswith("NO [TRYCREATE]")
    home.inbox.expunge([1])
    if verb.startswith("UID"):
        assert line.do(f"{verb} 1 INBOX")[-1].startswith("OK")
        assert line.do(f"{verb} 9 INBOX")[-1].startswith("OK")
    else:
        assert line.do(f"{verb} 1:2 INBOX") == ["* 1 EXPUNGE", EXPUNGED]
        assert line.do(f"{verb} 9 INBOX")[-1].startswith("BAD")
    assert contents(home) == [b"y"]


def test_a_move_adds_nothing_to_the_quota() -> None:
    home = Home(b"x" * 1000, quota=1500)
    home.ana.create("Sent")
    line = home.connect()
    assert line.do("COPY 1 Sent")[-1].startswith("NO [OVERQUOTA]")
    assert line.do("MOVE 1 Sent")[-1] == "OK MOVE completed"


# QUOTA (RFC 9208)


def test_storage_is_told_in_units_of_1024_octets() -> None:
    home = Home(b"x", quota=10_240)
    line = home.connect()
    assert line.do('GETQUOTA ""')[0] == '* QUOTA "" (STORAGE 1 10)'
    home.ana.create("Sent").append(b"x" * 1023)
    assert line.do("GETQUOTAROOT Sent")[:2] == ['* QUOTAROOT Sent ""', '* QUOTA "" (STORAGE 1 10)']
    home.ana.get("Sent").append(b"x")
    assert line.do('GETQUOTA ""')[0] == '* QUOTA "" (STORAGE 2 10)'
    assert line.do("STATUS INBOX (DELETED-STORAGE)")[0] == "* STATUS INBOX (DELETED-STORAGE 0)"
    assert line.do("APPEND Sent {9215+}\r\n" + "x" * 9215)[-1].startswith("OK")
    assert line.do("APPEND Sent {1+}\r\nx")[-1].startswith("NO [OVERQUOTA]")


# What is marked as read is told (RFC 9051 section 6.4.5, RFC 7162 section 3.2.4)


def told(line: Line, items: str) -> str:
    said = line.say(f"t FETCH 1 {items}\r\n".encode())
    assert said.endswith(b"t OK FETCH completed\r\n")
    return said.decode().partition(")\r\nt OK")[0]


@pytest.mark.parametrize(
    ("items", "more"),
    [
        ("BODY[TEXT]", r" FLAGS (\Seen \Recent)"),
        ("(UID RFC822.TEXT)", r" FLAGS (\Seen \Recent)"),
        ("(FLAGS BODY[TEXT])", ""),
    ],
)
def test_flags_come_with_what_marks_as_read(items: str, more: str) -> None:
    line = Home(PLAIN).connect()
    assert told(line, items).endswith("hello\r\n" + more)
    assert told(line, items).endswith("hello\r\n")


@pytest.mark.parametrize(
    ("items", "more"),
    [
        ("BODY[TEXT]", r" FLAGS (\Seen \Recent) UID 1 MODSEQ (3)"),
        ("(FLAGS BODY[TEXT])", " UID 1 MODSEQ (3)"),
        ("(UID BODY[TEXT])", r" FLAGS (\Seen \Recent) MODSEQ (3)"),
        ("(MODSEQ BODY[TEXT])", r" FLAGS (\Seen \Recent) UID 1"),
        ("BODY[TEXT] (CHANGEDSINCE 1)", r" MODSEQ (3) FLAGS (\Seen \Recent) UID 1"),
        ("(UID FLAGS MODSEQ BODY[TEXT])", ""),
    ],
)
def test_uid_and_mod_sequence_come_with_it_once(items: str, more: str) -> None:
    line = Home(PLAIN).connect(b"a LOGIN ana secreto\r\nb ENABLE CONDSTORE\r\nc SELECT INBOX\r\n")
    said = told(line, items)
    assert said.endswith("hello\r\n" + more)
    assert [said.count(word) for word in ("FLAGS", "UID", "MODSEQ")] == [1, 1, 1]


# QRESYNC (RFC 7162 section 3.2.5.2)


@pytest.mark.parametrize(
    ("parameters", "vanished"),
    [
        # uids that are divisible by three are there, as in the example
        ("", "1:2,4:5,7:8,10:11"),
        (" 1:8", "1:2,4:5,7:8"),
        (" 3,6", ""),
        (" 2:4,8,11", "2,4,8,11"),
        (" 1:11 (1 3)", "4:5,7:8,10:11"),
        (" 1:11 (1:3 3,6,9)", "10:11"),
        (" 1:11 (1,4 3,12)", ""),
        # up to the last pair that fits, whatever comes behind it
        (" 1:11 (1,2 3,7)", "4:5,7:8,10:11"),
        (" 1:11 (1 2)", "1:2,4:5,7:8,10:11"),
        (" 1:11 (9 3)", "1:2,4:5,7:8,10:11"),
    ],
)
def test_sequence_match_data(parameters: str, vanished: str) -> None:
    home = Home(*[b"x"] * 12)
    known = home.inbox.highest_modseq
    home.inbox.expunge([uid for uid in range(1, 12) if uid % 3])
    line = home.connect(b"a LOGIN ana secreto\r\nb ENABLE QRESYNC\r\n")
    lines = line.do(f"SELECT INBOX (QRESYNC (1 {known}{parameters}))")
    assert [one for one in lines if "VANISHED" in one] == ([f"* VANISHED (EARLIER) {vanished}"] if vanished else [])


def test_the_size_of_the_message_within() -> None:
    line = Home(part("message/rfc822", FOUR_TWO)).connect()
    assert line.do("FETCH 1 BINARY.SIZE[1]")[0] == f"* 1 FETCH (BINARY.SIZE[1] {len(FOUR_TWO)})"


# UTF8=ACCEPT (RFC 6855)


def test_utf8_literals_need_leave_and_parentheses() -> None:
    home = Home()
    line = home.connect(b"a LOGIN ana secreto\r\n")
    command = "APPEND INBOX UTF8 (~{8+}\r\nS: \u00f1\r\n\r\n)".replace("{8+}", "{9+}")
    assert line.do(command)[-1] == "BAD ENABLE UTF8=ACCEPT has to come first"
    line.do("ENABLE UTF8=ACCEPT")
    assert line.do(command)[-1].startswith("OK [APPENDUID 1 1]")
    assert contents(home) == ["S: \u00f1\r\n\r\n".encode()]
    for wrong in ("APPEND INBOX UTF8 ~{1+}\r\nx", "APPEND INBOX UTF8 ({1+}\r\nx)", "APPEND INBOX UTF8 (~{1+}\r\nx"):
        assert line.do(wrong)[-1].startswith("BAD"), wrong
    assert len(home.inbox) == 1
