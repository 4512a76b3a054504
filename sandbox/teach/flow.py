"""What a step and the runner say to each other, and what the interfaces are shown. No protocol, no world in here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol, TypeAlias

from sandbox.core.message import Msg
from sandbox.i18n import language, render

if TYPE_CHECKING:
    from sandbox.teach.evidence import Evidence
    from sandbox.teach.fields import Prose, Says
    from sandbox.teach.network import Network
    from sandbox.teach.parts import Action, Option

__all__ = ["Move", "Notice", "OptionView", "Phase", "Run", "Said", "words"]

Said: TypeAlias = "Prose | Says | Msg | str"
"""Something to say, in whatever language is in use when it is said."""

Move: TypeAlias = tuple[str, ...]
"""What a learner does: ("line", text), ("answer", id, ...), ("hint",), ("work",), ("next",).

"work" is the hint that shows the solution and begins the step anew."""


def words(said: Said | None) -> str:
    """What is said, in the language in use; empty for nothing."""
    if said is None or isinstance(said, str):
        return said or ""
    return render(said) if isinstance(said, Msg) else said.text(language())


class Phase(Enum):
    """What the learner is to do."""

    READ = "read"
    """Read, and go on."""
    TYPE = "type"
    """Type lines."""
    CHOOSE = "choose"
    """Choose among the options."""
    WRITE = "write"
    """Write an answer."""
    DONE = "done"
    """See how it went, and go on."""
    OVER = "over"
    """The lesson is over."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the lesson has to say to what was just done.

    `kind` is "passed", "wrong", "hint", "worked", "reveal", "refused" or "spoiled". `lines` are lines to type, for
    `worked`. `misconception` is an id of the registry; `correct` tells a prediction or a quiz answer from a wrong one.
    """

    kind: str
    said: Said | None = None
    lines: tuple[str, ...] = ()
    misconception: str = ""
    correct: bool | None = None

    @property
    def text(self) -> str:
        """The message, in the language in use."""
        return words(self.said)


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option as it is shown. `key` is what may be typed for it besides its id; `correct` is None until it shows."""

    id: str
    key: str
    text: str
    chosen: bool = False
    correct: bool | None = None


class Run(Protocol):
    """What a step may ask of the runner. Nothing here raises for what the world cannot do: the learner is told."""

    def be(self, actor: str) -> None:
        """Let the learner type for this actor."""

    def evidence(self) -> Evidence:
        """What has happened since the step began."""

    def play(self, actor: str, lines: Sequence[str]) -> bool:
        """Let the engine type; False if the world could not do it."""

    def act(self, actions: Sequence[Action]) -> bool:
        """Let something happen; False if the world could not do it."""

    def deliver(self, mail: dict[str, list[str]]) -> bool:
        """Let mail arrive; False if the world could not do it."""

    def strike(self, fault: Network) -> bool:
        """Let something break; False if the world could not do it."""

    def tell(self, notice: Notice) -> None:
        """Say something."""

    def answered(self, correct: bool) -> None:
        """Write the answer down; only the first one of a step is remembered."""

    def finish(self) -> None:
        """The step is passed."""

    def restore(self, step: str) -> None:
        """Put everything back as it was on entering the step."""

    def go(self, step: str) -> None:
        """Go on at another step."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a step shows besides its texts."""

    options: Sequence[Option] = ()
    form: str = ""
    template: tuple[str, ...] = ()
    pairs: tuple[Said, ...] = field(default=())
