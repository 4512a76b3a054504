"""Turn catalogues into the form that runs: `python -m sandbox.i18n.compile [PACKAGE ...]`.

Each `<language>/<package>.po` becomes a `.mo` beside it. Needs babel, which is a development dependency.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

from babel.messages import mofile, pofile

from sandbox.i18n import CATALOGUES


def compiled(po: Path) -> bytes:
    """The content of the `.mo` that belongs to `po`. Raises PoFileError on a damaged catalogue."""
    with po.open("rb") as source:
        catalogue = pofile.read_po(source, abort_invalid=True)
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
