"""The language of what people read: chosen, switched, filled in, and never in the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import sandbox.i18n as i18n
from sandbox.core.message import Msg
from sandbox.i18n import _, compile, detect, language, ngettext, render, set_language, translate

CATALOGUE = """
msgid ""
msgstr ""
"Language: es\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "mailbox"
msgstr "buzón"

msgid "{count} message in {where}"
msgid_plural "{count} messages in {where}"
msgstr[0] "{count} mensaje en {where}"
msgstr[1] "{count} mensajes en {where}"

msgid "the {what} is locked"
msgstr "el {what} está bloqueado"

msgid "sent to {name}"
msgstr "enviado a {nombre}"

msgid "cut {name}"
msgstr "cortado {name"
"""


@pytest.fixture(autouse=True)
def _catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue in two files, so that the chain is tested, and English again afterwards."""
    folder = tmp_path / "es"
    folder.mkdir()
    header, _sep, rest = CATALOGUE.partition('msgid "the {what}')
    for name, text in (("a", header), ("b", CATALOGUE.partition('msgid "mailbox"')[0] + 'msgid "the {what}' + rest)):
        po = folder / f"{name}.po"
        po.write_text(text, "utf-8")
        po.with_suffix(".mo").write_bytes(compile.compiled(po))
    monkeypatch.setattr(i18n, "CATALOGUES", tmp_path)
    monkeypatch.setattr(i18n, "_loaded", {"en": i18n._loaded["en"]})
    yield
    set_language("en")


def test_english_is_the_message_itself() -> None:
    assert language() == "en"
    assert _("mailbox") == "mailbox"
    assert render(Msg("the {what} is locked", what=Msg("mailbox"))) == "the mailbox is locked"


def test_the_language_switches_while_running() -> None:
    set_language("es")
    assert (language(), _("mailbox")) == ("es", "buzón")
    set_language("en")
    assert (language(), _("mailbox")) == ("en", "mailbox")


def test_parameters_that_are_messages_are_translated_too() -> None:
    set_language("es")
    assert render(Msg("the {what} is locked", what=Msg("mailbox"))) == "el buzón está bloqueado"


def test_parameters_that_are_plain_text_are_left_alone() -> None:
    set_language("es")
    assert render(Msg("the {what} is locked", what="mailbox {0}")) == "el mailbox {0} está bloqueado"


def test_a_message_without_parameters_is_no_format() -> None:
    set_language("es")
    assert render(Msg("{19} announces nineteen octets")) == "{19} announces nineteen octets"


@pytest.mark.parametrize(("count", "words"), [(1, "1 mensaje en x"), (0, "0 mensajes en x"), (2, "2 mensajes en x")])
def test_plural_forms(count: int, words: str) -> None:
    set_language("es")
    text = ngettext("{count} message in {where}", "{count} messages in {where}", count)
    assert text.format(count=count, where="x") == words


@pytest.mark.parametrize("text", ["sent to {name}", "cut {name}"])
def test_a_broken_translation_falls_back_to_english(text: str) -> None:
    set_language("es")
    assert render(Msg(text, name="ana")) == text.format(name="ana")


def test_what_nobody_translated_stays_english_and_the_header_stays_hidden() -> None:
    set_language("es")
    assert _("unheard of") == "unheard of"
    assert _("") == ""


def test_a_text_in_a_language_that_is_not_in_use() -> None:
    assert translate("es", "mailbox") == "buzón"
    assert language() == "en"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="choose from en, es"):
        set_language("tlh")


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({}, "en"),
        ({"LANG": "es_MX.UTF-8"}, "es"),
        ({"LANG": "ES"}, "es"),
        ({"LANG": "es_ES.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "", "LC_ALL": "es"}, "es"),
        ({"LC_ALL": "C.UTF-8", "LANG": "es_ES"}, "en"),
        ({"LANG": "pt_BR.UTF-8"}, "en"),
    ],
)
def test_the_environment_chooses_by_posix_precedence(environ: dict[str, str], code: str) -> None:
    assert detect(environ) == code
