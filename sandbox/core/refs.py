"""References to the documents this project follows, as values that a test can check.

`Ref("5321#4.1.1.4")` is section 4.1.1.4 of RFC 5321, `Ref("9051#A.1")` appendix A.1 of RFC 9051, `Ref("1939")` the
whole of RFC 1939. One mechanism is documented by an Internet-Draft only, so a draft's full name may stand where the
number does: `Ref("draft-murchison-sasl-login-00#2")`.

`sections.tsv` beside this file lists documents and sections with their titles; `tests/tools/make_sections.py` makes it
from the RFC texts. It is read when a title is first asked for, never at import.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["Ref", "titles"]


class Ref(str):
    """A reference to a document or a section of one; equal to, and hashed as, the string that it is written as.

    Building one checks nothing (registries build hundreds at import): `known` does, and tests ask it of every one.
    """

    __slots__ = ()

    @property
    def document(self) -> str:
        """What is cited, to be shown: "RFC 1939", or the name of an Internet-Draft."""
        name = self.partition("#")[0]
        return f"RFC {name}" if name.isdigit() else name

    @property
    def rfc(self) -> int:
        """The number of the RFC; 0 for an Internet-Draft, which has none."""
        name = self.partition("#")[0]
        return int(name) if name.isdigit() else 0

    @property
    def section(self) -> str:
        """The section or appendix ("4.1.1.4", "A.1"); empty where the whole document is meant."""
        return self.partition("#")[2]

    @property
    def title(self) -> str:  # type: ignore[override]  # a reference has a title; nobody wants it in title case
        """The title of the section, or of the document where that is cited whole; empty if the table has none."""
        return titles().get(str(self), "")

    @property
    def known(self) -> bool:
        """Whether the committed table has a row for this reference."""
        return str(self) in titles()


@cache
def titles() -> dict[str, str]:
    """Return the title of every document and section of the table, keyed as a `Ref` is written."""
    table: dict[str, str] = {}
    for row in files("sandbox.core").joinpath("sections.tsv").read_text("utf-8").splitlines():
        document, section, title = row.split("\t")
        table[f"{document}#{section}" if section else document] = title
    return table
