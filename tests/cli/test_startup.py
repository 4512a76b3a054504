"""The command line starts light: help must not wait for what only some commands need."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sandbox.cli.app import COMMANDS

HEAVY = ["textual", "rich", "scapy", "jinja2", "pydantic", "yaml", "msgspec", "asyncio", "ssl", "platformdirs"]


@pytest.mark.parametrize("words", [["--help"], ["--version"], *[[name, "--help"] for name in COMMANDS]], ids=" ".join)
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    code = f"import sys; from sandbox.cli import main; assert main({words}) == 0\n"
    code += f"print(*(m for m in {HEAVY} if m in sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.split() == []
