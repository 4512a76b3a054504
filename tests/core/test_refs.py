"""References are values, and the table that they are checked against is complete where it matters."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.core.refs import Ref, titles
from tests.tools import make_sections


def test_a_reference_is_the_string_it_is_written_as() -> None:
    ref = Ref("5321#4.1.1.4")
    assert ref == "5321#4.1.1.4"
    table: dict[str, int] = {ref: 1}
    assert table["5321#4.1.1.4"] == 1
    assert (ref.rfc, ref.section, ref.document) == (5321, "4.1.1.4", "RFC 5321")


def test_a_whole_document_has_no_section() -> None:
    ref = Ref("1939")
    assert (ref.rfc, ref.section, ref.title) == (1939, "", "Post Office Protocol - Version 3")
    assert ref.known


def test_an_internet_draft_has_a_name_for_its_number() -> None:
    ref = Ref("draft-murchison-sasl-login-00#2")
    assert (ref.rfc, ref.section, ref.document) == (0, "2", "draft-murchison-sasl-login-00")
    assert ref.title == "LOGIN SASL Mechanism"


@pytest.mark.parametrize(
    ("ref", "title"),
    [
        ("1939#5", "The TRANSACTION State"),
        ("1939#7", "Optional POP3 Commands"),
        ("2449#8.1.1", "The LOGIN-DELAY response code"),
        ("2595#4", "POP3 STARTTLS extension"),
        ("3501#A", "Normative References"),
        ("3501#6.4.8", "UID Command"),
        ("3502#6.3.11", "APPEND Command"),
        ("4954#4", "The AUTH Command"),
        ("5321#4.1.1.4", "DATA (DATA)"),
        ("5321#4.5.3.2.7", "Server Timeout: 5 Minutes."),
        ("5321#F.6", "Sending versus Mailing"),
        ("5322#A.1.1", "A Message from One Person to Another with Simple Addressing"),
        ("5802#7", "Formal Syntax"),
        ("6856#2.1", 'The "UTF8" Command'),
        ("7162#3.2.10.2", "VANISHED Response without the (EARLIER) Tag"),
        ("8314#7.3", "Submissions Port Registration"),
        ("9051#6.4.8", "MOVE Command"),
        ("9051#A.1", "Mailbox International Naming Convention for Compatibility with IMAP4rev1"),
        ("9293#3.5", "Establishing a Connection"),
    ],
)
def test_titles_are_those_of_the_documents(ref: str, title: str) -> None:
    assert Ref(ref).title == title


@pytest.mark.parametrize("ref", ["5321#99", "5321#", "1", "", "#1", "x#1", "5321#4.1.1.4.", "5321#4.1#1"])
def test_what_the_table_does_not_have_is_unknown_and_raises_nothing(ref: str) -> None:
    assert not Ref(ref).known
    assert Ref(ref).title == ""
    assert isinstance(Ref(ref).rfc, int)


def test_every_row_is_a_reference_of_its_own_with_a_title() -> None:
    rows = (Path(make_sections.TABLE)).read_text("utf-8").splitlines()
    assert len(rows) == len(titles())
    assert all(title and title == title.strip() for title in titles().values())
    for ref in titles():
        assert Ref(ref).document in (f"RFC {Ref(ref).rfc}", ref.partition("#")[0])


def test_every_cited_section_has_its_parents_and_its_document() -> None:
    for ref in map(Ref, titles()):
        document = ref.partition("#")[0]
        parts = ref.section.split(".") if ref.section and document != "3502" else []
        assert document in titles()
        for depth in range(1, len(parts) if document not in {"8446"} else 1):
            assert f"{document}#{'.'.join(parts[:depth])}" in titles(), ref


def test_importing_does_not_read_the_table() -> None:
    code = "from sandbox.core import refs; refs.Ref('1939#7').rfc; raise SystemExit(refs.titles.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


TEXT = """\



Network Working Group                                           A. Author
Request for Comments: 1234                                   Example Corp
Category: Experimental                                       January 2000


                A Protocol for Nothing in Particular:
                          Second Part

Status of this Memo

   Free text.

Table of Contents

   1. First ................................................ 1
   2. Second ............................................... 1
   2.1. Inner .............................................. 2
   3. Forgotten ............................................ 2
   A. More ................................................. 2

1. First

   1. an item of a list
   2. another

3.14159 is a number at the left margin.

2. A title so long that its author had to continue it on another
   line

Author                       Experimental                       [Page 1]
\f
RFC 1234                   Nothing in Particular            January 2000


2.1. Inner
2.2. No empty line before this one

9. Out of order

Appendix A. More

A.1  Part of it

C.  Too far from A for an appendix, and D. skipped as well
"""


def test_the_generator_reads_the_body_and_reports_what_the_contents_promise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rfc1234.txt"
    path.write_text("\ufeff" + TEXT.replace("C.  Too far", "D.  Too far"), "utf-8")
    assert make_sections.rows_of(path) == [
        ("1234", "", "A Protocol for Nothing in Particular: Second Part"),
        ("1234", "1", "First"),
        ("1234", "2", "A title so long that its author had to continue it on another line"),
        ("1234", "2.1", "Inner"),
        ("1234", "A", "More"),
        ("1234", "A.1", "Part of it"),
    ]
    assert capsys.readouterr().err == "rfc1234.txt: in the contents but not in the body: 3\n"


def test_the_generator_merges_the_hand_checked_rows_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rfc1234.txt").write_text(TEXT, "utf-8")
    monkeypatch.setattr(make_sections, "TABLE", tmp_path / "out.tsv")
    make_sections.main(tmp_path)
    documents = list(
        dict.fromkeys(line.split("\t")[0] for line in (tmp_path / "out.tsv").read_text("utf-8").splitlines())
    )
    assert "1234" in documents
    assert documents[-1] == "draft-murchison-sasl-login-00"
    numbers = [int(name) for name in documents if name.isdigit()]
    assert numbers == sorted(numbers)
