"""The package itself: accounts come without mechanisms, and mechanisms when they are asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import sandbox.auth


def test_accounts_come_without_mechanisms() -> None:
    code = (
        "import sys, sandbox.auth.accounts; print('sandbox.auth.scram' in sys.modules);"
        "from sandbox.auth import find; print(find(b'plain').name, 'sandbox.auth.scram' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "False"
    assert done.stdout.endswith("True\n")


def test_there_is_nothing_else() -> None:
    assert [getattr(sandbox.auth, name) for name in sandbox.auth.__all__]
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = sandbox.auth.nothing
