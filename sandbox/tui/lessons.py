"""The lessons as the home screen lists them: what there is, and how far the learner got."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.i18n import language


@dataclass(frozen=True, slots=True)
class Card:
    """A lesson in the list. `done` of `steps` are passed."""

    id: str
    titles: dict[str, str]
    minutes: int
    track: str
    steps: int
    done: int = 0
    started: bool = False
    passed: bool = False

    def title(self) -> str:
        """In the language in use, else in English."""
        return self.titles.get(language()) or self.titles["en"]


@dataclass(frozen=True, slots=True)
class Shelf:
    """All lessons, in the order of the curriculum."""

    cards: tuple[Card, ...]

    @classmethod
    def read(cls) -> Shelf:
        """From the index of lessons and the learner's progress."""
        return cls(())

    @property
    def following(self) -> Card | None:
        """The lesson to go on with: one that was begun, else the first that was not passed."""
        begun = [card for card in self.cards if card.started and not card.passed]
        fresh = [card for card in self.cards if not card.passed]
        return next(iter(begun + fresh), None)

    def tracks(self) -> Iterator[tuple[str, list[Card]]]:
        """Lessons by track, in order."""
        for track in dict.fromkeys(card.track for card in self.cards):
            yield track, [card for card in self.cards if card.track == track]
