"""Where things are found, in a checkout and in a wheel, and where the user's own things go."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from sandbox import resources

ROOT = Path(__file__).parent.parent


def test_in_a_checkout_the_lessons_lie_beside_the_package() -> None:
    assert resources.lessons() == ROOT / "lessons"
    assert resources.transcripts() == ROOT / "transcripts"


def test_in_a_wheel_they_lie_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)
    for name in ("lessons", "transcripts"):
        (tmp_path / "_data" / name).mkdir(parents=True)
    assert resources.lessons() == tmp_path / "_data" / "lessons"
    assert resources.transcripts() == tmp_path / "_data" / "transcripts"


def test_one_variable_moves_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SANDBOX_HOME", "~/somewhere")
    assert resources.data_folder() == resources.config_folder() == Path.home() / "somewhere"


def test_otherwise_the_platform_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAIL_SANDBOX_HOME")
    assert resources.config_folder() == platformdirs.user_config_path("mail-sandbox", appauthor=False)
    assert resources.data_folder() == platformdirs.user_data_path("mail-sandbox", appauthor=False)
