"""`actor`: another client or server acts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sandbox.teach.faults import wrong
from sandbox.teach.fields import Actor as ActorName
from sandbox.teach.fields import Line, MailFile, User
from sandbox.teach.flow import Phase, Run
from sandbox.teach.steps.base import Step

__all__ = ["Actor"]


class Actor(Step):
    """Another client types (`on` and `send`), or mail arrives (`deliver`). With a text, it waits to be read."""

    kind: Literal["actor"]
    on: ActorName | None = None
    send: list[Line] | None = Field(None, min_length=1, max_length=64)
    deliver: dict[User, list[MailFile]] | None = Field(None, min_length=1, max_length=64)

    @model_validator(mode="after")
    def _acts(self) -> Actor:
        if (self.send is None) == (self.deliver is None) or (self.send is None) != (self.on is None):
            raise wrong("one_field", expected="on + send, deliver")
        return self

    def enter(self, run: Run) -> Phase:
        """Act at once."""
        if self.on is not None and self.send is not None:
            run.play(self.on, self.send)
        if self.deliver is not None:
            run.deliver(self.deliver)
        return Phase.READ if self.text else Phase.DONE
