"""Find what people read in the source, and hold the catalogues against it.

    python -m sandbox.i18n.extract [PACKAGE ...]            print what is missing, stale, fuzzy or does not fit
    python -m sandbox.i18n.extract --update [PACKAGE ...]   add the missing to the catalogues (empty), drop the stale

A message id is a literal string that is

- the argument of `_`, `N_` or `Msg`, the first two of `ngettext`;
- given as `about=`, `want=` or `title=` in any call;
- the first docstring line of a function under `@command(...)` or `@something.command(...)`; also `group`.

The messages of `sandbox/x/` belong to the catalogue `x.po`; those of the files directly in `sandbox/` to `cli.po`.
"""

from __future__ import annotations

import argparse
import ast
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages import Catalog, pofile

from sandbox.i18n import CATALOGUES, LANGUAGES

SOURCE = CATALOGUES.parent
HEADER = "# What {package} says, in {language}. Compile with: python -m sandbox.i18n.compile {package}"

_CALLS = {"_": 1, "N_": 1, "Msg": 1, "ngettext": 2}
_DECORATORS = frozenset({"command", "group"})
_KEYWORDS = frozenset({"about", "want", "title"})


@dataclass(frozen=True)
class Found:
    """A message id in the source: `texts` holds the singular and, if there is one, the plural."""

    texts: tuple[str, ...]
    file: str
    line: int


def package_of(path: Path) -> str:
    """The catalogue for the messages of a source file."""
    parts = path.relative_to(SOURCE).parts
    return parts[0] if len(parts) > 1 else "cli"


def extract(source: str, file: str) -> Iterator[Found]:
    """Every message id of one module's source, in no particular order."""
    for node in ast.walk(ast.parse(source, file)):
        if isinstance(node, ast.Call):
            yield from _from_call(node, file)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(map(_is_command, node.decorator_list)):
            summary = (ast.get_docstring(node) or "").partition("\n")[0]
            if summary:
                yield Found((summary,), file, node.body[0].lineno)


def extract_package(package: str) -> list[Found]:
    """Every message id of a package, in the order of files and lines."""
    files = (path for path in SOURCE.rglob("*.py") if package_of(path) == package)
    return sorted(
        (
            found
            for path in files
            for found in extract(path.read_text("utf-8"), path.relative_to(SOURCE.parent).as_posix())
        ),
        key=lambda found: (found.file, found.line),
    )


def packages() -> list[str]:
    """Every package that says something or has a catalogue."""
    speaking = {package_of(path) for path in SOURCE.rglob("*.py")}
    named = {po.stem for po in CATALOGUES.glob("*/*.po")}
    return sorted(named | {package for package in speaking if extract_package(package)})


def problems(package: str, language: str) -> list[str]:
    """What is wrong with a package's catalogue, one `file:line: complaint` each."""
    path = _path(package, language)
    name = path.relative_to(SOURCE.parent).as_posix()
    wanted: dict[tuple[str, ...], Found] = {}
    for item in extract_package(package):
        wanted.setdefault(item.texts, item)
    catalogue = _read(path)
    have = {_forms(entry.id): entry for entry in catalogue if entry.id}
    found = [
        f"{where.file}:{where.line}: not in {name}: {texts[0]!r}"
        for texts, where in wanted.items()
        if texts not in have
    ]
    for texts, entry in have.items():
        complaint = _complaint(texts, _forms(entry.string), stale=texts not in wanted, fuzzy=entry.fuzzy)
        if complaint:
            found.append(f"{name}:{entry.lineno}: {complaint}: {texts[0]!r}")
    return found


def placeholders(text: str) -> set[str]:
    """The names in `text` that `str.format` fills in; empty where the text is no format at all."""
    try:
        return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return set()


def update(package: str, language: str) -> None:
    """Write the catalogue again: translations kept, missing ids added empty, stale ones dropped."""
    path = _path(package, language)
    template = Catalog()
    for found in extract_package(package):
        template.add(found.texts if len(found.texts) > 1 else found.texts[0], locations=[(found.file, 1)])
    catalogue = _read(path)
    catalogue.locale = language
    catalogue.fuzzy = False
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    head = HEADER.format(package=package, language=LANGUAGES[language])
    fields = {"Language": language, "MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8"}
    fields |= {"Content-Transfer-Encoding": "8bit", "Plural-Forms": catalogue.plural_forms}
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        lines = [head, 'msgid ""', 'msgstr ""', *(f'"{field}: {value}\\n"' for field, value in fields.items())]
        file.write("\n".join([*lines, "", ""]).encode())
        pofile.write_po(file, catalogue, width=110, omit_header=True, ignore_obsolete=True, include_lineno=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 1 if something is wrong with a catalogue."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.i18n.extract", description="Check message catalogues.")
    parser.add_argument("package", nargs="*", help="only these packages")
    parser.add_argument("--update", action="store_true", help="add missing ids to the catalogues, drop stale ones")
    options = parser.parse_args(arguments)
    complaints: list[str] = []
    for language in sorted(LANGUAGES.keys() - {"en"}):
        for package in options.package or packages():
            if options.update:
                update(package, language)
            complaints += problems(package, language)
    print("\n".join(complaints) or "Catalogues are complete.")
    return 1 if complaints else 0


def _from_call(node: ast.Call, file: str) -> Iterator[Found]:
    """The message ids in a call's arguments."""
    arity = _CALLS.get(_name(node.func), 0)
    if arity == 2:
        forms = tuple(form.text for argument in node.args[:2] for form in _literals(argument))
        if len(forms) == 2:
            yield Found(forms, file, node.lineno)
    elif arity and node.args:
        yield from (Found((literal.text,), file, literal.line) for literal in _literals(node.args[0]))
    for keyword in node.keywords:
        if keyword.arg in _KEYWORDS:
            yield from (Found((literal.text,), file, literal.line) for literal in _literals(keyword.value))


@dataclass(frozen=True)
class _Literal:
    text: str
    line: int


def _literals(node: ast.expr) -> Iterator[_Literal]:
    """The literal strings an expression may become."""
    if isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield _Literal(node.value, node.lineno)


def _is_command(decorator: ast.expr) -> bool:
    return _name(decorator.func if isinstance(decorator, ast.Call) else decorator) in _DECORATORS


def _name(node: ast.expr) -> str:
    """The last part of a dotted name; empty for any other expression."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _complaint(texts: tuple[str, ...], translations: tuple[str, ...], *, stale: bool, fuzzy: bool) -> str:
    """What is wrong with one entry; empty if it is sound."""
    if stale:
        return "no longer in the source"
    if fuzzy:
        return "marked fuzzy, check it"
    if not all(translations):
        return "not translated"
    if _names(texts) != _names(translations):
        return f"placeholders differ: {sorted(_names(texts))} and {sorted(_names(translations))}"
    return ""


def _names(texts: Iterable[str]) -> set[str]:
    return set().union(*map(placeholders, texts))


def _forms(entry: str | Sequence[str] | None) -> tuple[str, ...]:
    """A catalogue entry's id or translation as a tuple, whether it has a plural or not."""
    return (entry or "",) if isinstance(entry, str | None) else tuple(entry)


def _path(package: str, language: str) -> Path:
    return CATALOGUES / language / f"{package}.po"


def _read(path: Path) -> Catalog:
    """The catalogue in a file, an empty one where there is no file."""
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return pofile.read_po(file, abort_invalid=True)


if __name__ == "__main__":
    raise SystemExit(main())
