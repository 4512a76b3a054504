"""Turn catalogues into the form that runs: `python -m sandbox.i18n.compile [PACKAGE ...]`.

Each `<language>/<package>.po` becomes a `.mo` beside it. Needs babel, which is a development dependency.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

from babel.messages import Catalog, mofile, pofile

from sandbox.i18n import CATALOGUES


class _Dateless(Catalog):
    """A catalogue whose header holds what gettext needs and no date or version: the same text, the same file."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", self.plural_forms)]


def compiled(po: Path) -> bytes:
    """The content of the `.mo` that belongs to `po`. Raises PoFileError on a damaged catalogue."""
    with po.open("rb") as source:
        written = pofile.read_po(source, locale=po.parent.name, abort_invalid=True)
    catalogue = _Dateless(po.parent.name)
    for message in written:
        if message.id and not message.fuzzy:
            catalogue.add(message.id, message.string)
    target = io.BytesIO()
    mofile.write_mo(target, catalogue)
    return target.getvalue()


def main(packages: Sequence[str]) -> None:
    """Compile the catalogues of `packages`, of all if none is named, and say which files changed."""
    for po in sorted(CATALOGUES.glob("*/*.po")):
        if packages and po.stem not in packages:
            continue
        mo, content = po.with_suffix(".mo"), compiled(po)
        if not mo.exists() or mo.read_bytes() != content:
            mo.write_bytes(content)
            print(mo.relative_to(CATALOGUES))


if __name__ == "__main__":
    main(sys.argv[1:])
