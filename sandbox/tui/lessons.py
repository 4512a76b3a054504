"""The lessons as the home screen lists them: what there is, and how far the learner got."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sandbox.i18n import language
from sandbox.resources import data_folder, lessons
from sandbox.teach.index import lesson_index
from sandbox.teach.progress import LessonProgress, ProgressStore


class Card(NamedTuple):
    """A lesson in the list. `done` of `steps` are passed."""

    id: str
    path: str
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


class Shelf(NamedTuple):
    """All lessons, in the order of the curriculum."""

    cards: tuple[Card, ...]

    @classmethod
    def read(cls) -> Shelf:
        """From the index of lessons and the learner's progress."""
        folder = data_folder()
        progress = ProgressStore(folder / "progress.json").progress
        cards = []
        for entry in lesson_index([lessons()], folder / "lessons.json"):
            if not entry.broken:
                known = progress.lessons.get(entry.id, LessonProgress())
                begun = bool(known.input or known.done)
                cards.append(
                    Card(
                        entry.id,
                        entry.path,
                        entry.title,
                        entry.minutes,
                        entry.track.upper(),
                        entry.steps,
                        min(len(known.done), entry.steps),
                        begun or known.finished > 0,
                        known.finished > 0,
                    )
                )
        return cls(tuple(cards))

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
