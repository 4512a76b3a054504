"""How a value can fail to fit the format: pydantic's kinds of error, and our own, each with a code and a sentence.

Validators raise `wrong("unknown_actor", name=...)`; `explain.py` turns every kind into a located `Problem`.
"""

from __future__ import annotations

from typing import Any

from pydantic_core import PydanticCustomError

from sandbox.core.message import N_

__all__ = ["KINDS", "wrong"]

KINDS: dict[str, tuple[str, str]] = {
    "extra_forbidden": ("F301", N_("there is no such field here")),
    "missing": ("F302", N_("this field is missing")),
    "string_type": ("F303", N_("this should be text")),
    "int_type": ("F303", N_("this should be a whole number")),
    "float_type": ("F303", N_("this should be a number")),
    "float_parsing": ("F303", N_("this should be a number")),
    "finite_number": ("F303", N_("this should be a number")),
    "bool_type": ("F303", N_("this should be true or false")),
    "list_type": ("F303", N_("this should be a list")),
    "dict_type": ("F303", N_("this should be a mapping of names to values")),
    "model_type": ("F303", N_("this should be a mapping of fields")),
    "model_attributes_type": ("F303", N_("this should be a mapping of fields")),
    "literal_error": ("F304", N_("this should be one of: {expected}")),
    "union_tag_invalid": ("F304", N_("{tag} is none of: {expected_tags}")),
    "union_tag_not_found": ("F304", N_("a field is missing here that says which kind it is")),
    "string_too_short": ("F305", N_("this should have {min_length} characters at least")),
    "string_too_long": ("F305", N_("this should have {max_length} characters at most")),
    "too_short": ("F305", N_("this should have {min_length} entries at least, it has {actual_length}")),
    "too_long": ("F305", N_("this should have {max_length} entries at most")),
    "greater_than_equal": ("F305", N_("this should be {ge} at least")),
    "less_than_equal": ("F305", N_("this should be {le} at most")),
    "bad_slug": ("F306", N_("use small letters, digits and hyphens, a letter or digit first")),
    "bad_name": ("F306", N_("use small letters, digits and underscores, a letter first")),
    "bad_line": ("F306", N_("this is one line on the wire: no line breaks in it")),
    "bad_duration": ("F306", N_("write a time as 500ms, 10s, 10m, 2h or 1d")),
    "bad_clock": ("F306", N_("write the time as 2026-03-02T09:00:00Z")),
    "bad_domain": ("F306", N_("write a name as in the DNS, in small letters: norte.example")),
    "bad_account": ("F306", N_("use letters, digits, dots, hyphens and underscores")),
    "bad_password": ("F306", N_("use printable ASCII characters, without spaces")),
    "bad_host": ("F306", N_("write the host's name, a colon and the port: norte:110")),
    "bad_mail": ("F306", N_("name a mail file of the lessons: letters, digits, dots, hyphens, ending in .eml")),
    "bad_mailbox": ("F306", N_("this is no name of a mailbox: an empty level, a control character, or too long")),
    "bad_flag": ("F306", N_("{name} is no flag that a message can keep")),
    "bad_use": ("F306", N_("{name} is no special use; there are: {known}")),
    "bad_separator": ("F306", N_("write one character that stands between the levels of a name, as / or .")),
    "bad_range": ("F306", N_("write the smallest and the largest number: [1, 9]")),
    "bad_octets": ("F306", N_("write octets as in @raw: EHLO a\\r\\n or \\x16\\x03\\x01, one at least")),
    "bad_value": ("F303", N_("this should be text, a whole number, or true or false")),
    "bad_answer": ("F307", N_("mark the right option with correct: true")),
    "one_answer": ("F307", N_("only one option can be the right one here")),
    "no_options": ("F307", N_("give either options or accept, not both and not neither")),
    "no_label": ("F307", N_("an option needs a label, or its text in each language")),
    "one_field": ("F307", N_("exactly one of these belongs here: {expected}")),
    "no_text": ("F307", N_("write the text in each language, or worked: true")),
    "one_blank": ("F307", N_("mark the word to capture with a single _ in args or in the args of reply")),
    "no_goal_wire": ("F307", N_("a wire check needs a verb or an order")),
    "match_pairs": ("F307", N_("every option of a match needs its other half in pair")),
    "unknown_actor": ("N401", N_("there is no actor {name}; the lesson has: {known}")),
    "not_learner": ("N401", N_("the learner does not hold the actor {name}")),
    "unknown_step": ("N402", N_("there is no step {name} to go to")),
    "late_step": ("N402", N_("the step {name} comes later; one can only go back to a step that came before")),
    "duplicate_step": ("N403", N_("another step has the id {name} already")),
    "duplicate_option": ("N403", N_("another option has the id {name} already")),
    "unknown_misconception": ("N404", N_("the registry has no misconception {name}")),
    "unknown_ref": ("N405", N_("{name} is no section that the project knows; write 1939#5")),
    "unknown_mail": ("N406", N_("there is no mail file {name}")),
    "unknown_user": ("N409", N_("there is no user {name} in the lesson's world")),
    "unknown_domain": ("N412", N_("there is no domain {name} in the lesson's world")),
    "unknown_host": ("N410", N_("there is no host {name} in the lesson's world")),
}
"""Kind of error -> code and message id. Placeholders are pydantic's for its own kinds, ours for ours."""


def wrong(kind: str, **values: Any) -> PydanticCustomError:
    """The error of one of our own kinds, for a validator to raise. Raises KeyError for a kind without a sentence."""
    return PydanticCustomError(kind, KINDS[kind][1], values)
