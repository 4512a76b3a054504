"""The catalogues that ship say everything the program says, in every language, and are compiled."""

from __future__ import annotations

import gettext
import io
from pathlib import Path

import pytest

from sandbox.i18n import CATALOGUES, LANGUAGES, compile, extract

OTHERS = sorted(LANGUAGES.keys() - {"en"})


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("package", extract.packages())
def test_every_message_is_translated(package: str, language: str) -> None:
    problems = extract.problems(package, language)
    assert not problems, "\n".join(["python -m sandbox.i18n.extract --update helps with these:", *problems])


@pytest.mark.parametrize("po", sorted(CATALOGUES.glob("*/*.po")), ids=lambda po: f"{po.parent.name}/{po.stem}")
def test_the_compiled_catalogue_is_in_step(po: Path) -> None:
    advice = f"run python -m sandbox.i18n.compile {po.stem} and commit the result"
    assert po.with_suffix(".mo").exists(), advice
    assert _read(po.with_suffix(".mo").read_bytes()) == _read(compile.compiled(po)), advice


@pytest.mark.parametrize("language", OTHERS)
def test_a_message_of_two_packages_is_translated_alike(language: str) -> None:
    seen: dict[object, tuple[str, str]] = {}
    for po in sorted((CATALOGUES / language).glob("*.po")):
        for message, translation in _read(compile.compiled(po)).items():
            other, where = seen.setdefault(message, (translation, po.stem))
            assert translation == other or not message, f"{message!r} differs in {where}.po and {po.stem}.po"


def _read(mo: bytes) -> dict[object, str]:
    """The translations in a compiled catalogue, its header left out: that names babel's version."""
    catalogue = gettext.GNUTranslations(io.BytesIO(mo))
    return {message: text for message, text in vars(catalogue)["_catalog"].items() if message}
