"""Text for people, as data: an English message id and its parameters.

Lower layers never put a sentence together. They name it (`Msg("message {number} is marked", number=3)`); the view
translates the id, then fills in the parameters.
"""

from __future__ import annotations

from typing import Any


def N_(text: str) -> str:
    """Mark a literal for the message catalogue and return it unchanged."""
    return text


class Msg:
    """A sentence for the user: English id with `{name}` placeholders, and the values for them.

    Values may be `Msg` again; the view translates them too.
    """

    __slots__ = ("params", "text")

    def __init__(self, text: str, /, **params: Any) -> None:
        self.text = text
        self.params = params

    def __str__(self) -> str:
        """The English sentence."""
        return (
            self.text.format(**{name: str(value) for name, value in self.params.items()}) if self.params else self.text
        )

    def __repr__(self) -> str:
        return f"Msg({self.text!r}, {self.params!r})" if self.params else f"Msg({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Msg) and (self.text, self.params) == (other.text, other.params)

    def __hash__(self) -> int:
        return hash((self.text, tuple(sorted(self.params))))
