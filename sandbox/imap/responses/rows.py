"""A response as a row: which word makes it, what it means, and its grammar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.core.grammar import END, SP, Rule, Seq, Token, seq, term, token
from sandbox.core.message import N_
from sandbox.core.refs import Ref

STAR: Final = token(b"*", about=N_("untagged: not the answer to one command alone"), ref="9051#2.2.2", exact=True)


@dataclass(frozen=True, slots=True)
class Response:
    """An untagged response. `about` says what one of them is: a message id, with the placeholder {number} where the
    row is `numbered`.

    `grammar` is that of the whole response, its value that of what follows the word; of numbered ones
    `(number, value)`, or the number alone. `answers` are the commands that ask for it: where several are in flight, it
    belongs to the first of these.
    """

    word: bytes
    about: str
    ref: Ref
    grammar: Seq
    numbered: bool = False
    answers: frozenset[bytes] = frozenset()


def response(word: bytes, about: str, ref: str, *rest: Rule, answers: bytes = b"") -> Response:
    """A row: the word, what it means, what follows it, and the verbs that ask for it, with a comma between them."""
    name = Token(word, about=about, ref=Ref(ref))
    return Response(word, about, Ref(ref), seq(STAR, SP, name, *rest, END), answers=_verbs(answers))


def numbered(
    number: Rule, word: bytes, means: str, about: str, ref: str, *rest: Rule, answers: bytes = b""
) -> Response:
    """A row with a number before the word. `means` is what the word means, `about` says it with {number}."""
    name = Token(word, about=means, ref=Ref(ref))
    grammar = seq(STAR, SP, number, SP, name, *rest, END)
    return Response(word, about, Ref(ref), grammar, True, _verbs(answers))


def _verbs(answers: bytes) -> frozenset[bytes]:
    return frozenset(filter(None, answers.split(b",")))


UNKNOWN: Final = Response(
    b"",
    N_("a response that is not known here"),
    Ref("9051#7"),
    seq(
        STAR,
        SP,
        term("text", rb"[^\r\n][^\n]*(?=\r\n)", "9051#7", N_("what it says"), free=True),
        END,
    ),
)
"""For any response that has no row."""
