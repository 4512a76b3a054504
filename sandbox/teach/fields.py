"""The types that fields of a lesson have: words, lines, names, references, texts in several languages.

What a value refers to (an actor, a step, a misconception) is checked while it is validated, against the `Known` names
that the loader passes as the validation context, so that such a mistake is reported with all others, at its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeAlias, Union

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
)

from sandbox.core.refs import Ref
from sandbox.mail.errors import InvalidFlag, InvalidName, InvalidSpecialUse
from sandbox.mail.flags import canonical
from sandbox.mail.names import SPECIAL_USES, normal_name, special_uses
from sandbox.teach.faults import wrong

__all__ = [
    "Account",
    "Actor",
    "Amount",
    "Clock",
    "Domain",
    "Duration",
    "Flag",
    "Host",
    "Known",
    "Line",
    "MailFile",
    "MailboxName",
    "Misconception",
    "Model",
    "Name",
    "Password",
    "Prose",
    "RefText",
    "Says",
    "Slug",
    "SpecialUse",
    "StepId",
    "User",
    "Word",
    "keyed",
    "one_or_more",
]  # fmt: skip

UNITS = {"ms": 1_000_000, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9, "d": 86_400 * 10**9}


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a lesson may refer to. `None` for a set that is not known, and so is not checked."""

    actors: Mapping[str, str] | None = None
    steps: tuple[str, ...] = ()
    users: frozenset[str] | None = None
    hosts: frozenset[str] | None = None
    domains: frozenset[str] | None = None
    misconceptions: frozenset[str] | None = None
    mail: Callable[[str], bool] | None = None
    seen: frozenset[str] = frozenset()


class Model(BaseModel):
    """A mapping of the format: unknown fields are refused, values are not bent into shape, nothing changes later."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    KEY: ClassVar[str] = ""
    """The field that names the kind, for models of a `keyed` union."""


def known(info: ValidationInfo) -> Known:
    """The names to check against."""
    return info.context if isinstance(info.context, Known) else Known()


def _as_text(value: Any) -> Any:
    """A plain integer or truth value of YAML as the text it was; both are written in one way only."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def _matching(pattern: str, kind: str) -> Any:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise wrong(kind)
        return value

    return AfterValidator(check)


_TEXT_SCHEMA = WithJsonSchema({"type": ["string", "integer", "boolean"]})
Word = Annotated[str, BeforeValidator(_as_text), Field(max_length=4096), _TEXT_SCHEMA]
"""Text, or a number of YAML taken as text: what stands between two spaces on the wire."""

Line = Annotated[Word, _matching(r"[^\r\n]*", "bad_line")]
"""What is typed in one go: it is sent with CRLF after it, or is a directive that starts with @."""

Slug = Annotated[str, BeforeValidator(_as_text), Field(max_length=64), _matching(r"[a-z0-9][a-z0-9-]*", "bad_slug")]
"""An id: small letters, digits, hyphens."""

Name = Annotated[str, Field(max_length=64), _matching(r"[a-z][a-z0-9_]*", "bad_name")]
"""A variable."""

Amount = Annotated[int, Field(ge=0, le=1_000_000), WithJsonSchema({
    "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"\{\{"}]})]  # fmt: skip
"""A count; a template may stand for it."""


def _duration(value: str) -> str:
    nanoseconds(value)
    return value


def nanoseconds(text: str) -> int:
    """The length of a time such as 500ms, 10s, 10m, 2h, 1d. Raises a validation error for any other text."""
    number = re.fullmatch(r"(\d{1,6})(ms|s|m|h|d)", text)
    if not number:
        raise wrong("bad_duration")
    return int(number[1]) * UNITS[number[2]]


Duration = Annotated[str, AfterValidator(_duration)]
"""A stretch of the world's time: 500ms, 10s, 10m, 2h, 1d."""


def _clock(value: str) -> str:
    try:
        moment = datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        raise wrong("bad_clock") from None
    if not 1971 <= moment.year <= 2200:
        raise wrong("bad_clock")
    return value


Clock = Annotated[str, AfterValidator(_clock)]
"""A moment, in UTC: 2026-03-02T09:00:00Z."""

Domain = Annotated[str, Field(max_length=200), _matching(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", "bad_domain")]
"""The name of a domain or a host."""

Account = Annotated[Word, Field(max_length=64), _matching(r"[A-Za-z0-9][A-Za-z0-9._-]*", "bad_account")]
"""The part of an address before the @."""

Password = Annotated[Word, Field(max_length=128), _matching(r"[\x21-\x7e]+", "bad_password")]
"""A password of printable ASCII."""


def _reference(value: str) -> str:
    if not Ref(value).known:
        raise wrong("unknown_ref", name=value)
    return value


RefText = Annotated[Word, AfterValidator(_reference)]
"""A section of an RFC, `1939#5`."""


def _actor(value: str, info: ValidationInfo) -> str:
    actors = known(info).actors
    if actors is not None and value not in actors:
        raise wrong("unknown_actor", name=value, known=", ".join(actors))
    return value


Actor = Annotated[str, AfterValidator(_actor)]
"""The name of one of the lesson's actors."""


def _learner(value: str, info: ValidationInfo) -> str:
    if (known(info).actors or {}).get(_actor(value, info), "learner") != "learner":
        raise wrong("not_learner", name=value)
    return value


LearnerActor = Annotated[str, AfterValidator(_learner)]
"""The name of an actor that the learner holds."""


def _step(value: str, info: ValidationInfo) -> str:
    names = known(info)
    if names.steps and value not in names.steps:
        raise wrong("unknown_step", name=value)
    if names.steps and value not in names.seen:
        raise wrong("late_step", name=value)
    return value


StepId = Annotated[str, BeforeValidator(_as_text), AfterValidator(_step)]
"""The id of this step or of one that came before."""


def _misconception(value: str, info: ValidationInfo) -> str:
    registry = known(info).misconceptions
    if registry is not None and value not in registry:
        raise wrong("unknown_misconception", name=value)
    return value


Misconception = Annotated[str, AfterValidator(_misconception)]
"""An id of `lessons/misconceptions.yaml`."""


def _user(value: str, info: ValidationInfo) -> str:
    users = known(info).users
    if users is not None and value not in users:
        raise wrong("unknown_user", name=value)
    return value


User = Annotated[str, AfterValidator(_user)]
"""A user of the lesson's world: `ana`, or `ana@norte.example` where two domains have one."""


def known_host(value: str, info: ValidationInfo) -> str:
    """The host's name, if the lesson's world has it."""
    hosts = known(info).hosts
    if hosts is not None and value not in hosts:
        raise wrong("unknown_host", name=value)
    return value


Host = Annotated[str, AfterValidator(known_host)]
"""A host of the lesson's world, by its short name."""


def _domain(value: str, info: ValidationInfo) -> str:
    domains = known(info).domains
    if domains is not None and value not in domains:
        raise wrong("unknown_domain", name=value)
    return value


KnownDomain = Annotated[Domain, AfterValidator(_domain)]
"""A domain of the lesson's world."""


def _mail(value: str, info: ValidationInfo) -> str:
    exists = known(info).mail
    if exists is not None and not exists(value):
        raise wrong("unknown_mail", name=value)
    return value


MailFile = Annotated[str, _matching(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\.eml", "bad_mail"), AfterValidator(_mail)]
"""A file of `lessons/mail/`, kept with LF; it is delivered with CRLF."""


def _mailbox(value: str) -> str:
    try:
        return normal_name(value, "/")
    except InvalidName:
        raise wrong("bad_mailbox") from None


MailboxName = Annotated[Word, AfterValidator(_mailbox)]
"""A mailbox as people read it, `Papelería`, with the separator of its server between levels."""


def _flag(value: str) -> str:
    try:
        return canonical(value)
    except InvalidFlag:
        raise wrong("bad_flag", name=value) from None


Flag = Annotated[Word, AfterValidator(_flag)]
"""A flag or a keyword that a message can keep, in its own spelling."""


def _use(value: str) -> str:
    try:
        return special_uses([value])[0]
    except InvalidSpecialUse:
        raise wrong("bad_use", name=value, known=", ".join(SPECIAL_USES)) from None


SpecialUse = Annotated[Word, AfterValidator(_use)]
"""What a mailbox is for, `\\Sent` (RFC 6154)."""


class Prose(Model):
    """A text in each language. Wire bytes are never in here."""

    en: str = Field(min_length=1, max_length=4096)
    es: str = Field("", max_length=4096)

    def text(self, language: str) -> str:
        """The text in the language, in English where it has not been translated."""
        return getattr(self, language, "") or self.en


class Says(Model):
    """A mapping that says something in each language, among other fields."""

    en: str = Field("", max_length=4096)
    es: str = Field("", max_length=4096)

    def text(self, language: str) -> str:
        """The text in the language, in English where it has not been translated."""
        return getattr(self, language, "") or self.en


def one_or_more(value: Any) -> Any:
    """A single value as a list of one, for a field that takes either."""
    return value if isinstance(value, list) else [value]


TAGS: dict[str, type[Model]] = {}
"""The model of every tag of a `keyed` union, as it stands in the place that pydantic gives for an error."""


def keyed(models: tuple[type[Model], ...]) -> Any:
    """The type of a mapping whose kind is the one of its fields that a model has as its `KEY`."""
    tags = {model.KEY: f"<{model.__name__}>" for model in models}
    TAGS.update((tags[model.KEY], model) for model in models)

    def tag(value: Any) -> str | None:
        if isinstance(value, Mapping):
            return next((tags[key] for key in value if key in tags), next(map(str, value), None))
        return tags.get(getattr(value, "KEY", ""))

    union: Any = Union[tuple(Annotated[model, Tag(tags[model.KEY])] for model in models)]  # noqa: UP007  # made at run time
    return Annotated[union, Discriminator(tag)]


if TYPE_CHECKING:
    Words: TypeAlias = list[str]
else:
    Words = Annotated[
        list[Word],
        BeforeValidator(one_or_more),
        Field(min_length=1),
        WithJsonSchema({"type": ["string", "integer", "array"], "items": {"type": ["string", "integer"]}}),
    ]
"""A word, or a list of words of which any will do."""
