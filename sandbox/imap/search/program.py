"""Search programs: keys joined by AND, OR and NOT, read and carried out without recursion, however deep they nest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any, Final, NamedTuple

from sandbox.core.grammar import SP, Cursor, Rule, Token
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.imap.capabilities import does
from sandbox.imap.grammar import CLOSE, OPEN, SEQUENCE_SET
from sandbox.imap.session import Session
from sandbox.imap.table import Table
from sandbox.imap.view import View
from sandbox.mail.store import Stored

Pairs = list[tuple[int, Stored]]
"""Messages with their sequence numbers."""
Test = Callable[[Stored], bool]

_REF: Final = "9051#6.4.4"


class Searching:
    """One SEARCH at work."""

    def __init__(self, session: Session, charset: str) -> None:
        self.session = session
        self.view: View = session.selected
        self.charset = charset
        self.wants_modseq = False
        self.plans: list[Plan] = []
        """The program, ready to be carried out."""


class Key(NamedTuple):
    """How a search key becomes a test, and what a test costs: 0 a look at flags, 1 at a header, 2 at the text."""

    make: Callable[[Searching, Any], Test]
    cost: int = 0


# search-key
SEARCH_KEYS: Final[Table[Key]] = Table("search-key", N_("what to look for"), _REF)
SET_KEY: Final = b""
"""The name of the key that has none: a sequence set."""
_UID: Final = b"UID"


MAX_KEYS: Final = 1000
"""Different keys that one program may have: each costs a look at every message."""


@dataclass(slots=True)
class Operation:
    """A step of a program in postfix order: a key, or a joining of `count` results."""

    word: bytes
    value: Any = None
    count: int = 0

    @property
    def key(self) -> tuple[bytes, Any]:
        """What tells one key from another."""
        return self.word, self.value


AND, OR, NOT = b"AND", b"OR", b"NOT"
_OR: Final = Token(b"OR", ref=Ref(_REF), about=N_("either of the next two keys"))
_NOT: Final = Token(b"NOT", ref=Ref(_REF), about=N_("not the next key"))
_TOP, _PAREN = b"", b"("
_SETS: Final = frozenset(b"0123456789*$")


@dataclass(slots=True)
class Program:
    """Terms that must all be met, each in postfix order."""

    terms: list[list[Operation]] = field(default_factory=list)


@dataclass(slots=True)
class _Frame:
    """What is open while a program is read: how many keys it has."""

    kind: bytes
    count: int = 0


class SearchProgram(Rule):
    """search-key *(SP search-key). Value: a `Program`."""

    usage = "<search-key>..."

    def match(self, cur: Cursor) -> Program:
        program = Program()
        steps: list[Operation] = []
        stack = [_Frame(_TOP)]
        while True:
            opened = self._opening(cur)
            if opened is not None:
                stack.append(opened)
                continue
            steps.append(self._key(cur))
            if not self._complete(cur, stack, steps, program):
                return program
            if len(stack) == 1:
                steps = []

    def _opening(self, cur: Cursor) -> _Frame | None:
        """Take a parenthesis, NOT or OR that begins a key."""
        data, at = cur.data, cur.pos
        if data[at : at + 1] == b"(":
            OPEN.match(cur)
            return _Frame(_PAREN)
        if data[at : at + 4].upper() == b"NOT ":
            _NOT.match(cur)
            SP.match(cur)
            return _Frame(NOT)
        if data[at : at + 3].upper() == b"OR ":
            _OR.match(cur)
            SP.match(cur)
            return _Frame(OR)
        return None

    def _key(self, cur: Cursor) -> Operation:
        if cur.pos < len(cur.data) and cur.data[cur.pos] in _SETS:
            return Operation(SET_KEY, SEQUENCE_SET.match(cur))
        return Operation(*SEARCH_KEYS.match(cur))

    def _complete(self, cur: Cursor, stack: list[_Frame], steps: list[Operation], program: Program) -> bool:
        """A key is complete: close what it completes. True if another key has to follow."""
        while True:
            frame = stack[-1]
            frame.count += 1
            if frame.kind == _TOP:
                program.terms.append(list(steps))
                return self._follows(cur)
            if frame.kind == _PAREN:
                if self._follows(cur):
                    return True
                CLOSE.match(cur)
                if frame.count > 1:
                    steps.append(Operation(AND, count=frame.count))
            elif frame.kind == NOT:
                steps.append(Operation(NOT, count=1))
            elif frame.count < 2:
                SP.match(cur)
                return True
            else:
                steps.append(Operation(OR, count=2))
            stack.pop()

    def _follows(self, cur: Cursor) -> bool:
        if cur.data[cur.pos : cur.pos + 1] != b" ":
            return False
        SP.match(cur)
        return True


SEARCH_PROGRAM: Final = SearchProgram()


def prepare(search: Searching, program: Program) -> list[Plan]:
    """Make the tests of a program; what it says of numbers is settled here. Raises `NoSuchNumber`, `TooMuch`."""
    plans = [_plan(search, term) for term in program.terms]
    if sum(len(plan.tests) for plan in plans) > MAX_KEYS:
        raise TooMuch
    return sorted(plans, key=lambda plan: plan.cost)


def candidates(search: Searching, program: Program) -> Pairs:
    """The messages that may meet a program that was prepared: where one of its terms is a set, those in it."""
    view = search.view
    places = [range(len(view))]
    for term in program.terms:
        if len(term) == 1 and term[0].word in (SET_KEY, _UID):
            among = view.resolve(term[0].value, term[0].word == _UID, clip=True) or []
            places = min(places, among, key=lambda spans: sum(map(len, spans)))
    return view.messages(places)


def select(plans: list[Plan], pairs: Pairs) -> Pairs:
    """Those messages that meet all terms, in the order they came."""
    for plan in plans:
        if len(plan.steps) == 1:
            [test] = plan.tests.values()
            pairs = [pair for pair in pairs if test(pair[1])]
        elif pairs:
            met = f"{_evaluate(plan, pairs):0{len(pairs)}b}"
            pairs = [pair for pair, bit in zip(pairs, met, strict=True) if bit == "1"]
    return pairs


class Plan(NamedTuple):
    """A term ready to be carried out: its steps, and the test of each key in it; equal keys share one."""

    cost: int
    steps: list[Operation]
    tests: dict[tuple[bytes, Any], Test]


def _plan(search: Searching, term: list[Operation]) -> Plan:
    tests: dict[tuple[bytes, Any], Test] = {}
    cost = 0
    for step in term:
        if step.count == 0 and step.key not in tests:
            key = SET if step.word == SET_KEY else does(search.session, SEARCH_KEYS, step.word)
            tests[step.key] = key.make(search, step.value)
            cost = max(cost, key.cost)
    return Plan(cost, term, tests)


def _evaluate(plan: Plan, pairs: Pairs) -> int:
    """Which messages meet a term: a number with a bit for each, the first message's the highest."""
    everyone = (1 << len(pairs)) - 1
    met = {
        key: int(bytes([0x31 if test(stored) else 0x30 for _, stored in pairs]), 2) for key, test in plan.tests.items()
    }
    stack: list[int] = []
    for step in plan.steps:
        if step.count == 0:
            stack.append(met[step.key])
        elif step.word == NOT:
            stack.append(everyone ^ stack.pop())
        else:
            joined = stack[-step.count :]
            del stack[-step.count :]
            stack.append(reduce(or_ if step.word == OR else and_, joined))
    return stack[0]


class TooMuch(Exception):
    """The program has more different keys than this server looks for."""


class NoSuchNumber(Exception):
    """A sequence set of the program names a message sequence number that is not there."""


def _in_set(search: Searching, value: Any) -> Test:
    return _among(search, value, by_uid=False)


def in_uid_set(search: Searching, value: Any) -> Test:
    """The key UID."""
    return _among(search, value, by_uid=True)


def _among(search: Searching, value: Any, *, by_uid: bool) -> Test:
    view = search.view
    # to look for what is not there is no mistake to many servers, although RFC 9051 section 9 has it as one
    places = view.resolve(value, by_uid, clip=not search.session.host.strict)
    if places is None:
        raise NoSuchNumber
    bounds = [(view.uids[span.start], view.uids[span.stop - 1]) for span in places]
    if not bounds:
        return lambda stored: False
    if len(bounds) == 1:
        low, high = bounds[0]
        return lambda stored: low <= stored.uid <= high
    uids = frozenset(view.picked(places))
    return lambda stored: stored.uid in uids


SET: Final = Key(_in_set)
