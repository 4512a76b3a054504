"""Hypothesis strategies for everything that a journal may hold."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import strategies as st

from sandbox.mail import changes
from sandbox.wire.trace import Answer, AnyEvent, Close, Data, Note, Open, Restore, Step, StoreChange, Tls

TIMES = st.integers(0, 2**63 - 1)
WORDS = st.text(max_size=20)
OCTETS = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=30).map(str.encode),
    st.sampled_from(
        [b"", b"+OK\r\n", b"\x1b[2J", b"\xc2\x85", b"\xc2\xa0", b"\x7f", "ñ\t\r\n".encode(), b"\xed\xa0\x80"]
    ),
)
FLAGS = st.lists(st.sampled_from(["\\Seen", "\\Deleted", "$Junk", "ñ"]), unique=True).map(tuple)
SIDES = st.sampled_from(["C", "S"])
NAMES = st.lists(WORDS, max_size=3).map(tuple)
UIDS = st.lists(st.integers(1, 2**32 - 1), max_size=3)

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "mailbox": WORDS,
    "new_name": WORDS,
    "owner": WORDS,
    "mailbox_id": WORDS,
    "message_id": WORDS,
    "thread_id": WORDS,
    "special_use": NAMES,
    "flags": FLAGS,
    "content": st.none() | OCTETS,
    "changed": st.lists(st.tuples(st.integers(1, 2**32), FLAGS), max_size=3).map(tuple),
    "uids": UIDS.map(tuple),
    "internal_date": st.integers(-(2**63), 2**63 - 1),
}
NUMBERS = st.integers(0, 2**63 - 1)


def change(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    names = kind.__struct_fields__
    return st.builds(kind, **{name: FIELDS.get(name, WORDS if name == "user" else NUMBERS) for name in names})


CHANGES = st.one_of(
    [change(getattr(changes, name)) for name in changes.__all__ if name != "Change"]  # every kind that there is
)

_HEAD = {"at": TIMES, "conn": WORDS}


def numbered(seq: st.SearchStrategy[int]) -> st.SearchStrategy[AnyEvent]:
    """An event of any kind."""
    head = {"seq": seq, **_HEAD}
    return st.one_of(
        st.builds(
            Open,
            **head,
            proto=WORDS,
            client=WORDS,
            server=WORDS,
            port=st.integers(0, 65535),
            tls=st.booleans(),
            actor=WORDS,
        ),
        st.builds(
            Data,
            **head,
            side=SIDES,
            layer=st.sampled_from(["app", "tls", "deflate"]),
            raw=OCTETS,
            lost=st.booleans(),
            forged=st.booleans(),
        ),
        st.builds(
            Tls,
            **head,
            version=WORDS,
            cipher=WORDS,
            server_name=WORDS,
            reason=WORDS,
            certificates=st.lists(st.binary(max_size=9), max_size=2).map(tuple),
            secrets=NAMES,
        ),
        st.builds(Close, **head, side=st.sampled_from(["C", "S", ""]), cut=st.booleans()),
        st.builds(StoreChange, **head, host=WORDS, change=CHANGES),
        st.builds(
            Note, **head, text=WORDS, params=st.dictionaries(WORDS, WORDS | st.integers(-(2**63), 2**63), max_size=2)
        ),
        st.builds(Step, **head, lesson=WORDS, step=WORDS, result=WORDS),
        st.builds(Answer, **head, step=WORDS, answer=NAMES, correct=st.none() | st.booleans()),
        st.builds(Restore, **head, to=st.integers(0, 40)),
    )


EVENTS = numbered(st.integers(0, 2**53 - 1))


def listed(events: list[AnyEvent]) -> list[AnyEvent]:
    """The events with ascending numbers, as a journal gives them; a `Restore` looks back."""
    renumbered = []
    for seq, event in enumerate(events, 1):
        event = msgspec.structs.replace(event, seq=seq)
        renumbered.append(msgspec.structs.replace(event, to=event.to % seq) if isinstance(event, Restore) else event)
    return renumbered


JOURNALS = st.lists(EVENTS, max_size=30).map(listed)
