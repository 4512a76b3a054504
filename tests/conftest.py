"""What all tests share: a fixed language, folders of their own, and steady Hypothesis settings."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from sandbox.i18n import set_language

# No deadlines: machines are busy. The same examples every time, so that a run means something; to look for new ones:
# HYPOTHESIS_PROFILE=explore python -m pytest
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session", autouse=True)
def _own_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Neither the user's locale and colours nor their folders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAIL_SANDBOX_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("LC_ALL", "C.UTF-8")
        for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "_MAIL_SANDBOX_COMPLETE"):
            patch.delenv(variable, raising=False)
        yield


@pytest.fixture(autouse=True)
def _english() -> None:
    """Each test starts in English, whatever the one before it chose."""
    set_language("en")
