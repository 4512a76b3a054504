"""Make `sandbox/core/sections.tsv` from a folder of RFC texts.

    python tests/tools/make_sections.py FOLDER

Every `rfcNNNN.txt` in FOLDER gives a row for the whole RFC (empty section) and one for each numbered heading and
appendix of its body. `extra_sections.tsv`, beside this script, adds rows for documents whose text is not in FOLDER.

The body is what counts, not the table of contents: a heading stands at the left margin, after an empty line, and its
number follows the one before it. The order is what tells a heading from a numbered list. Entries of a table of contents
that have no heading in the body are written to standard error, to be looked at.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLE = HERE.parent.parent / "sandbox" / "core" / "sections.tsv"
EXTRA = HERE / "extra_sections.tsv"

Row = tuple[str, str, str]
Key = tuple[int, ...]

#: The foot of one page and the head of the next, with the empty lines around them.
PAGE_BREAK = re.compile(r"\n+[^\n]*\[Page [0-9ivx]+\][ ]*\n\f?\n*(?:RFC [0-9]+ [^\n]*[12][0-9]{3}[ ]*\n)?\n*")
NUMBERED = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)*)\.?[ ]+(?P<title>[^ ].*)")
LETTERED = re.compile(r"(?:Appendix|APPENDIX)[ ]+(?P<number>[A-Z](?:\.[0-9]+)*)(?:\.|:| -+)?[ ]+(?P<title>[^ ].*)")
#: "A.1.  Title", and "A.      Title" as RFC 3501 heads its appendices.
PART_OF_APPENDIX = re.compile(r"(?P<number>[A-Z](?:\.[0-9]+)*)(?:(?<=[0-9])|\.)[ ]{2,}(?P<title>[^ ].*)")
CONTENTS = re.compile(
    r"^[ ]*(?:(?:Appendix|APPENDIX)[ ]+)?(?P<number>(?:[0-9]+|[A-Z])(?:\.[0-9]+)*)(?:\.|:| -+)?[ ]+"
    r"[^\n]*?(?:[ .]{3,}|\.{2,}|[ ]{2,})[0-9]+$",
    re.MULTILINE,
)
FRONT_MATTER = re.compile(
    r"(?i)(?:status of this memo|abstract|copyright notice|iesg note|table of contents|1\.? +[a-z].*)$"
)


def headings(text: str) -> Iterator[tuple[str, str]]:
    """Yield (section, title) for each heading of the body of one RFC, in order of the text."""
    last: dict[bool, Key] = {False: (), True: ()}
    lines = PAGE_BREAK.sub("\n\n", text).splitlines()
    for at, line in enumerate(lines):
        if at and lines[at - 1].strip():
            continue
        found = NUMBERED.fullmatch(line) or LETTERED.fullmatch(line) or PART_OF_APPENDIX.fullmatch(line)
        if found is None:
            continue
        key = tuple(int(part) if part.isdigit() else ord(part) - ord("@") for part in found["number"].split("."))
        appendix = found.re is not NUMBERED
        if follows(key, last[appendix]):
            last[appendix] = key
            yield found["number"], full_title(found["title"], lines[at + 1 :])


def follows(key: Key, last: Key) -> bool:
    """Tell whether section `key` may come next after `last`: first child, or next sibling of it or of an ancestor.

    One number may be missing, as RFC 2046 and RFC 3348 have it.
    """
    if key == (*last, 1):
        return True
    parent = key[:-1]
    return len(key) <= len(last) and last[: len(parent)] == parent and 1 <= key[-1] - last[len(parent)] <= 2


def full_title(title: str, following: list[str]) -> str:
    """Join a title with the indented lines that continue it, up to the next empty line."""
    words = title.split()
    for line in following:
        if not line.startswith(" ") or len(" ".join(words)) < 40:
            break
        words += line.split()
    return " ".join(words)


def document_title(text: str) -> str:
    """Return the title of the RFC: the centred lines between its header and its front matter."""
    blocks = [block for block in re.split(r"\n(?:[ ]*\n)+", text[:6000].lstrip()) if block.strip()]
    taken: list[str] = []
    for block in blocks[1:]:
        if FRONT_MATTER.fullmatch(block.split("\n")[0].strip()):
            break
        taken += [line.strip() for line in block.splitlines()]
    return " ".join(taken)


def rows_of(path: Path) -> list[Row]:
    """Return all rows of one RFC text, the row of the whole RFC first."""
    text = path.read_text("utf-8-sig", "replace").replace("\r\n", "\n")
    rfc = path.stem.removeprefix("rfc")
    rows = [(rfc, "", document_title(text))]
    rows += [(rfc, number, title) for number, title in headings(text)]
    missing = [found["number"] for found in CONTENTS.finditer(text) if found["number"] not in {row[1] for row in rows}]
    if missing:
        print(f"{path.name}: in the contents but not in the body: {' '.join(missing)}", file=sys.stderr)
    return rows


def extra_rows() -> list[Row]:
    """Return the rows of `extra_sections.tsv`."""
    lines = [line for line in EXTRA.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [(document, section, title) for document, section, title in (line.split("\t") for line in lines)]


def main(folder: Path) -> None:
    """Write the table: RFCs in order of number, then drafts; the sections of each in the order of the text."""
    rows = [row for path in folder.glob("rfc[0-9]*.txt") for row in rows_of(path)] + extra_rows()
    rows.sort(key=lambda row: (not row[0].isdigit(), row[0].zfill(5)))
    TABLE.write_text("".join(f"{document}\t{section}\t{title}\n" for document, section, title in rows), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
