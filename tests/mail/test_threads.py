"""Conversations (RFC 8474 section 5.2)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sandbox.mail.memory import Limits, MemoryStore
from sandbox.mail.memory.tree import MemoryMailboxes
from sandbox.mail.message import Message
from sandbox.mail.threads import MAX_REFERENCES, ThreadIndex, thread_keys


def mail(msg_id: str, *references: str, field: str = "References") -> bytes:
    refs = f"{field}: {' '.join(references)}\r\n" if references else ""
    return f"Message-ID: {msg_id}\r\n{refs}\r\n".encode()


def test_an_answer_joins_the_thread_in_either_field(ana: MemoryMailboxes) -> None:
    threads = [
        ana.inbox.append(content).thread_id
        for content in (
            mail("<a@x>"),
            mail("<b@x>", "<a@x>"),
            mail("<c@x>", "<b@x>", field="In-Reply-To"),
            mail("<other@x>"),
            b"no header at all",
        )
    ]
    assert threads == ["T1", "T1", "T1", "T2", "T3"]


def test_the_answer_may_come_first_and_to_another_mailbox(ana: MemoryMailboxes) -> None:
    answer = ana.create("Sent").append(mail("<b@x>", "<a@x>"))
    assert ana.inbox.append(mail("<a@x>")).thread_id == answer.thread_id


def test_a_thread_never_changes(ana: MemoryMailboxes) -> None:
    one, two = ana.inbox.append(mail("<a@x>")), ana.inbox.append(mail("<b@x>"))
    both = ana.inbox.append(mail("<c@x>", "<a@x>", "<b@x>"))
    assert both.thread_id == two.thread_id  # the nearest ancestor decides
    assert one.thread_id != two.thread_id


def test_users_share_no_threads(store: MemoryStore, ana: MemoryMailboxes) -> None:
    luis = store.add_user("luis")
    assert ana.inbox.append(mail("<a@x>")).thread_id != luis.inbox.append(mail("<a@x>")).thread_id


def test_copies_stay_in_the_thread(ana: MemoryMailboxes) -> None:
    stored = ana.inbox.append(mail("<a@x>"))
    ana.create("Copies")
    ana.inbox.copy([1], "Copies")
    copy = ana.get("Copies").get(1)
    assert copy is not None
    assert (copy.thread_id, copy.message_id) == (stored.thread_id, stored.message_id)


def test_only_the_nearest_references_count() -> None:
    many = [f"<{number}@x>" for number in range(MAX_REFERENCES + 5)]
    keys = thread_keys(Message(mail("<me@x>", *many)))
    assert len(keys) == MAX_REFERENCES + 1
    assert keys[:2] == (*thread_keys(Message(mail("<me@x>"))), *thread_keys(Message(mail(many[-1]))))


NAMES = (b"Message-ID", b"In-Reply-To", b"References")
PIECES = st.sampled_from(
    [
        *NAMES,
        b"message-id",
        b"X-References",
        b":",
        b" ",
        b"\t",
        b"\r",
        b"\n",
        b"\r\n",
        b"\r\n\r\n",
        b"<a@x>",
        b"<b@x>",
        b"<",
    ]
)


@given(st.lists(PIECES, max_size=20).map(b"".join))
def test_the_fields_are_those_of_the_header(content: bytes) -> None:
    message = Message(content)
    header = message.fields()
    told = b"".join(name + b":" + (header.raw(name) or b"") + b"\r\n" for name in NAMES)
    assert thread_keys(message) == thread_keys(Message(told))


def test_old_message_ids_are_forgotten_by_generations() -> None:
    index = ThreadIndex(2)
    index.learn([1], "T1")
    index.learn([2, 3], "T2")  # the young generation is full
    assert index.find([9, 1]) == "T1"
    index.learn([1], "T8")  # known, though old: stays
    index.learn([4, 5], "T3")
    assert index.find([2]) is None
    assert index.find([1]) == "T1"


def test_a_store_bounds_its_threads() -> None:
    inbox = MemoryStore(lambda: 0, limits=Limits(threads=1)).add_user("ana").inbox
    for msg_id in ("<a@x>", "<b@x>", "<c@x>", "<d@x>"):
        inbox.append(mail(msg_id))
    assert inbox.append(mail("<e@x>", "<a@x>")).thread_id == "T5"
