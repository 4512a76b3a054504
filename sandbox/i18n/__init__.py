"""Words for people, in English or Spanish.

English is the message id. The Spanish of package `x` is in `es/x.po`, compiled to `es/x.mo` beside it, which is what
runs. The language can change while the program runs: nothing here is translated before it is about to be shown.

    from sandbox.i18n import _, ngettext, render
    _("Nothing is recorded yet")                                    # a sentence of this layer
    ngettext("{count} message", "{count} messages", n).format(count=n)
    render(fault.about)                                             # a `Msg` that a lower layer named
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from pathlib import Path

from sandbox.core.message import N_, Msg

__all__ = [
    "CATALOGUES",
    "LANGUAGES",
    "N_",
    "Msg",
    "_",
    "detect",
    "language",
    "ngettext",
    "render",
    "set_language",
    "translate",
]

LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}
"""Language codes and what each language calls itself."""

CATALOGUES = Path(__file__).parent
"""The folder with one folder of catalogues for each language but English."""

_language = "en"
_loaded: dict[str, gettext.NullTranslations] = {"en": gettext.NullTranslations()}


def set_language(code: str) -> None:
    """Translate into `code` from now on. Raises ValueError for a language that is not in `LANGUAGES`."""
    global _language
    if code not in LANGUAGES:
        raise ValueError(f"no language {code!r}: choose from {', '.join(LANGUAGES)}")
    _language = code


def language() -> str:
    """The code of the language in use."""
    return _language


def detect(environ: Mapping[str, str] = os.environ) -> str:
    """The language that the environment's locale asks for; English where we do not speak it (POSIX XBD 8.2)."""
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    code = locale.partition(".")[0].partition("_")[0].lower()
    return code if code in LANGUAGES else "en"


def _(text: str) -> str:
    """`text` in the language in use; itself where the catalogues do not have it."""
    return translate(_language, text)


def translate(code: str, text: str) -> str:
    """`text` in the language `code`, whichever is in use: for words that leave the program (RFC 6856, LANG)."""
    return _catalogue(code).gettext(text) if text else text


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form for `count` things, in the language in use. The caller fills in the placeholders."""
    return _catalogue(_language).ngettext(singular, plural, count)


def render(message: Msg) -> str:
    """The sentence in the language in use. A translation that does not fit its parameters falls back to English."""
    if not message.params:
        return _(message.text)
    values = {name: render(value) if isinstance(value, Msg) else str(value) for name, value in message.params.items()}
    try:
        return _(message.text).format(**values)
    except (LookupError, ValueError, AttributeError):
        return message.text.format(**values)


def _catalogue(code: str) -> gettext.NullTranslations:
    """All catalogues of a language as one chain, read the first time they are asked for."""
    chain = _loaded.get(code)
    if chain is None:
        chain = gettext.NullTranslations()
        for path in sorted((CATALOGUES / code).glob("*.mo"), reverse=True):
            with path.open("rb") as file:
                translations = gettext.GNUTranslations(file)
            translations.add_fallback(chain)
            chain = translations
        _loaded[code] = chain
    return chain
