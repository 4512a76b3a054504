"""The laws of this house that a machine can check. `CONTRIBUTING.md` gives their reasons."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from sandbox.core.refs import Ref

ROOT = Path(__file__).parent.parent
PROTOCOLS = ("smtp", "pop3", "imap")
PURE = ("core", "mail", "auth", *PROTOCOLS)
ENGINE = (*PURE, "wire", "world", "record")

LONGEST_FILE = 420
LONGEST_FUNCTION = 45
LONG_FOR_A_REASON: dict[str, str] = {}
"""`path` or `path:function` that may be longer, and why."""


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def sources(*packages: str) -> list[Path]:
    """The modules of these packages, of all if none is named."""
    folders = [ROOT / "sandbox" / package for package in packages] or [ROOT / "sandbox"]
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def report(found: Iterable[str]) -> None:
    """Fail with everything that was found, one a line."""
    lines = sorted(set(found))
    assert not lines, "\n" + "\n".join(lines)


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a name or attributes of one; empty for anything else."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return node.id if isinstance(node, ast.Name) else ""


# Small rooms


def test_no_file_holds_two_ideas() -> None:
    files = [*sources(), *sorted((ROOT / "tests").rglob("*.py"))]
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in files}
    report(
        f"{path}: {length} lines"
        for path, length in lengths.items()
        if length > LONGEST_FILE and path not in LONG_FOR_A_REASON
    )


def test_no_function_holds_two_ideas() -> None:
    report(
        f"{name(path)}:{node.lineno}: {node.name} has {length} lines"
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := function_length(node)) > LONGEST_FUNCTION
        and f"{name(path)}:{node.name}" not in LONG_FOR_A_REASON
    )


def function_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, its docstring left out: explaining more must not cost."""
    first = node.body[0]
    length = (node.end_lineno or 0) - node.lineno + 1
    if ast.get_docstring(node) is not None:
        length -= (first.end_lineno or 0) - first.lineno + 1
    return length


# Pure protocols


def test_handlers_never_assign_the_state() -> None:
    report(
        f"{name(path)}:{node.lineno}: the state of a session is a column of the registry"
        for path in sources(*PROTOCOLS)
        for node in ast.walk(tree(path))
        for target in assigned(node)
        if isinstance(target, ast.Attribute) and target.attr == "state"
    )


def assigned(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) else []


def test_the_pure_packages_read_no_clock() -> None:
    """The import contract cannot see this one: `datetime` is fine, its `now` is not."""
    clocks = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
    report(
        f"{name(path)}:{node.lineno}: {dotted(node.func)}"
        for path in sources(*PURE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ".".join(dotted(node.func).split(".")[-2:]) in clocks
    )


# References


def test_every_reference_is_in_the_section_table() -> None:
    report(f"{where}: {reference}" for where, reference in references() if not Ref(reference).known)


def references() -> Iterator[tuple[str, str]]:
    """Every string that looks like a reference, in the sources and in the lessons, with its place."""
    for path in sources():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and LOOKS_LIKE_ONE.fullmatch(node.value):
                yield f"{name(path)}:{node.lineno}", node.value
    for path in sorted((ROOT / "lessons").rglob("*.y*ml")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            yield from ((f"{name(path)}:{number}", found[1]) for found in QUOTED.finditer(line))


LOOKS_LIKE_ONE = re.compile(r"(?:\d{3,5}|draft-[a-z0-9-]+)#[A-Za-z0-9]+(?:\.\d+)*")
QUOTED = re.compile(rf"""["']({LOOKS_LIKE_ONE.pattern})["']""")


# Untrusted text

CONTENT = {"Content", "Text"}
TEXT_WIDGETS = {"Static", "Label", "Button", "Checkbox", "RadioButton", "Option", "Link"}
TEXT_ATTRIBUTES = {"border_title", "border_subtitle", "tooltip"}


def test_no_stock_widget_is_given_a_bare_string() -> None:
    """Textual reads every `str` as markup: `[TRYCREATE]` vanishes, `[/UIDNEXT 4]` crashes (Textual 8.2)."""
    makers = CONTENT | {
        node.name
        for path in sources("tui")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.returns is not None and dotted(node.returns) in CONTENT
    }
    report(
        f"{name(path)}:{node.lineno}: wrap the text in Content(safe(...)), or pass markup=False"
        for path in sources("tui")
        for node in ast.walk(tree(path))
        for value in shown(node)
        if not is_content(value, makers)
    )


def shown(node: ast.AST) -> list[ast.expr]:
    """What a statement or call gives to a widget that reads markup."""
    if isinstance(node, ast.Call) and not any(keyword.arg == "markup" for keyword in node.keywords):
        called = dotted(node.func).rpartition(".")[2]
        if called == "notify" or called in TEXT_WIDGETS:
            return node.args[:1]
    if isinstance(node, ast.Assign):
        titled = any(isinstance(target, ast.Attribute) and target.attr in TEXT_ATTRIBUTES for target in node.targets)
        return [node.value] if titled else []
    return []


def is_content(value: ast.expr, makers: set[str]) -> bool:
    """Whether an expression is no bare string, or one that we wrote ourselves and holds no markup."""
    if isinstance(value, ast.Constant):
        return not (isinstance(value.value, str) and "[" in value.value)
    if isinstance(value, ast.Call):
        return bool(makers & set(dotted(value.func).split(".")))
    return isinstance(value, ast.Name)


@pytest.mark.parametrize(
    ("code", "harmless"),
    [
        ("Static(Content(safe(line)))", True),
        ("Static(Content.assemble(a, b), id='x')", True),
        ("Static()", True),
        ("Label('Ready')", True),
        ("Static(line, markup=False)", True),
        ("Other(f'{line}')", True),
        ("Label('[b]Ready')", False),
        ("Static(f'{line}')", False),
        ("Static(event.text)", False),
        ("Static('a' + b)", False),
        ("self.app.notify(str(error))", False),
        ("self.app.notify(str(error), markup=False)", True),
        ("self.border_title = message.subject", False),
        ("self.border_title = Content(safe(message.subject))", True),
        ("self.title = message.subject", True),
    ],
)
def test_the_check_for_bare_strings_can_tell(code: str, harmless: bool) -> None:
    values = [value for node in ast.walk(ast.parse(code)) for value in shown(node)]
    assert all(is_content(value, CONTENT) for value in values) is harmless


# Start-up


@pytest.mark.parametrize("package", [package for package in ENGINE if (ROOT / "sandbox" / package).is_dir()])
def test_the_engine_starts_without_what_only_some_commands_need(package: str) -> None:
    """Imported in a fresh interpreter, none of the package's modules brings these along."""
    modules = [name(path)[:-3].replace("/", ".").removesuffix(".__init__") for path in sources(package)]
    heavy = ["textual", "rich", "scapy", "jinja2", "pydantic", "babel"]
    if package in PURE:
        heavy += ["asyncio", "ssl", "socket", "logging"]
    report(loaded(modules, heavy))


def loaded(modules: list[str], heavy: list[str]) -> list[str]:
    """Which of `heavy` a fresh interpreter has loaded after importing `modules`."""
    code = f"import importlib, sys\nfor m in {modules}: importlib.import_module(m)\n"
    code += f"print(*(m for m in {heavy} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout.split()


# What has no business here


def test_no_file_names_somebodys_machine() -> None:
    paths = ["/".join(["", *parts]) for parts in (("work", ""), ("tmp", "venv"), ("root", ""), ("opt", "pypi"))]
    report(
        f"{name(path)}:{number}: {found}"
        for path in own_files()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        for found in paths
        if found in line
    )


def own_files() -> Iterator[Path]:
    """The text files of the project, wherever it is unpacked."""
    for pattern in ("*.md", "*.toml", ".ci/*", ".gitignore", "LICENSE"):
        yield from ROOT.glob(pattern)
    for folder in ("sandbox", "tests", "lessons", "transcripts"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".tcss", ".yaml", ".yml", ".po", ".tsv", ".jsonl", ".j2", ".eml", ".md", ".txt"}:
                yield path
