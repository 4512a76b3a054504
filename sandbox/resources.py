"""Where things are: the lessons and transcripts that ship, and the folders that belong to the user."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).parent


def lessons() -> Path:
    """The folder of the lessons that ship."""
    return _shipped("lessons")


def transcripts() -> Path:
    """The folder of the transcripts that ship, one for each lesson."""
    return _shipped("transcripts")


def config_folder() -> Path:
    """Where the user's settings are kept: `MAIL_SANDBOX_HOME` or the platform's own place. It may not exist yet."""
    import platformdirs  # start-up: most commands never ask

    return _home() or platformdirs.user_config_path("mail-sandbox", appauthor=False)


def data_folder() -> Path:
    """Where progress and certificates are kept, likewise."""
    import platformdirs  # start-up: most commands never ask

    return _home() or platformdirs.user_data_path("mail-sandbox", appauthor=False)


def _home() -> Path | None:
    folder = os.environ.get("MAIL_SANDBOX_HOME")
    return Path(folder).expanduser() if folder else None


def _shipped(name: str) -> Path:
    """A data folder: inside the package in an installed wheel, beside it in a checkout."""
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
