from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.imap.names import NamePattern, decode_utf7, encode_utf7
from sandbox.mail.memory import Limits
from tests.imap.worlds import Home


def test_create_delete_rename() -> None:
    line = Home().connect()
    assert line.do("CREATE a/b/") == ["OK [MAILBOXID (F3)] created"]
    assert line.do("CREATE a/b") == ["NO [ALREADYEXISTS] There already is a mailbox called a/b."]
    assert line.do("CREATE inbox") == ["NO [ALREADYEXISTS] There already is a mailbox called INBOX."]
    assert line.do("CREATE a//b") == ["NO [CANNOT] This cannot be the name of a mailbox: a//b"]
    assert line.do("RENAME a c") == ["OK RENAME completed"]
    assert line.do("RENAME a d") == ["NO [NONEXISTENT] There is no mailbox called a."]
    assert line.do("RENAME c c/d") == ["NO [CANNOT] c cannot move to c/d, which lies inside it."]
    assert line.do("DELETE c") == ["OK DELETE completed"]
    assert line.do("DELETE c") == ["NO [HASCHILDREN] c is only a level of names, with mailboxes below it"]
    assert line.do('LIST "" *') == [
        r'* LIST (\HasNoChildren) "/" INBOX',
        r'* LIST (\HasNoChildren) "/" c/b',
        r'* LIST (\Noselect \HasChildren) "/" c',
        "OK LIST completed",
    ]
    assert line.do("DELETE c/b") == ["OK DELETE completed"]
    assert line.do("DELETE c/b") == ["NO [NONEXISTENT] There is no mailbox called c/b."]
    assert line.do("DELETE inbox") == ["NO [CANNOT] INBOX always exists: it cannot be deleted or renamed."]
    assert line.do('DELETE ""') == ["NO [NONEXISTENT] There is no mailbox called ."]


def test_renaming_inbox_moves_its_messages() -> None:
    home = Home(b"a: b\r\n\r\n", b"c: d\r\n\r\n")
    line = home.connect()
    assert line.do("RENAME INBOX old") == ["* 1 EXPUNGE", "* 1 EXPUNGE", "OK RENAME completed"]
    assert len(home.ana.get("old")) == 2
    assert line.do("RENAME INBOX old")[-1].startswith("NO [ALREADYEXISTS]")


def test_names_in_modified_utf7_and_utf8() -> None:
    line = Home().connect(b"a LOGIN ana secreto\r\n")
    assert line.do("CREATE &AOEA6Q-")[-1].startswith("OK")
    assert line.do('CREATE "a&-b \\"c\\" [(\\\\"')[-1].startswith("OK")
    for wrong in ("a&b", "&AOE", "&AGE-", "&AOEA6Q-&AOE-", "&-&AA-", "&12-", '"ñ"'):
        assert line.do(f"CREATE {wrong}") == ["NO [CANNOT] the name is not in modified UTF-7"], wrong
    assert line.do('LIST "" %')[:-1] == [
        r'* LIST (\HasNoChildren) "/" INBOX',
        r'* LIST (\HasNoChildren) "/" "a&-b \"c\" [(\\"',
        r'* LIST (\HasNoChildren) "/" &AOEA6Q-',
    ]
    assert line.do("ENABLE IMAP4rev2") == ["* ENABLED IMAP4rev2", "OK ENABLE completed"]
    assert line.do('STATUS "áé" (MESSAGES)') == ['* STATUS "áé" (MESSAGES 0)', "OK STATUS completed"]
    assert line.say(b"t CREATE {1+}\r\n\xff\r\n") == b"t BAD the name is not UTF-8\r\n"
    # a name that is not in normal form: LIST tells what became of it
    assert line.do('CREATE "e\u0301"') == [
        '* LIST (\\HasNoChildren) "/" "é" ("OLDNAME" ("e\u0301"))',
        "OK [MAILBOXID (F4)] created",
    ]
    assert line.do('RENAME "é" "o\u0301"')[0] == '* LIST (\\HasNoChildren) "/" "ó" ("OLDNAME" ("o\u0301"))'


@given(st.text(st.characters(codec="utf-8"), max_size=12))
def test_modified_utf7_comes_back(name: str) -> None:
    assert decode_utf7(encode_utf7(name)) == name


@given(st.text("&-abA0,+Q", max_size=12))
def test_modified_utf7_has_one_spelling(text: str) -> None:
    try:
        name = decode_utf7(text.encode())
    except ValueError:
        return
    assert encode_utf7(name) == text.encode()


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("*", ["a", "a/b"], []),
        ("%", ["a"], ["a/b"]),
        ("a/%", ["a/b", "a/"], ["a", "a/b/c"]),
        ("%/b", ["a/b"], ["b", "a/a/b"]),
        ("*b", ["b", "a/b", "ab"], ["ba"]),
        ("a%*c", ["ac", "a/b/c"], ["ab"]),
        ("", [""], ["a"]),
        ("a*b%c", ["axb/bc", "abc"], ["ab/c"]),
    ],
)
def test_patterns(pattern: str, fits: list[str], fits_not: list[str]) -> None:
    compiled = NamePattern(pattern, "/")
    assert all(compiled.fits(name) for name in fits)
    assert not any(compiled.fits(name) for name in fits_not)


def test_list_reference_and_inbox() -> None:
    line = Home(separator=".").connect()
    line.do("CREATE a.b")
    line.do("CREATE inbox.sub")
    assert line.do('LIST "" ""') == ['* LIST (\\Noselect) "." ""', "OK LIST completed"]
    assert line.do("LIST a. %")[:-1] == [r'* LIST (\HasNoChildren) "." a.b']
    assert line.do('LIST "" inbox')[:-1] == [r'* LIST (\HasChildren) "." INBOX']
    assert line.do('LIST "" "inb%"')[:-1] == [r'* LIST (\HasChildren) "." INBOX']
    assert line.do('LIST "" inbox.%')[:-1] == [r'* LIST (\HasNoChildren) "." INBOX.sub']
    assert line.do('LIST "" &AO')[:-1] == []
    assert line.do('LIST "" ("a" "%.b")')[:-1] == [
        r'* LIST (\HasChildren) "." a',
        r'* LIST (\HasNoChildren) "." a.b',
    ]


def test_extended_list() -> None:
    line = Home().connect()
    for name in ("fruit/apple", "fruit/pear", "tofu"):
        line.do(f"CREATE {name}")
    for name in ("fruit/pear", "fruit/plum", "inbox"):
        assert line.do(f"SUBSCRIBE {name}") == ["OK SUBSCRIBE completed"]
    assert line.do('LIST (SUBSCRIBED) "" *')[:-1] == [
        r'* LIST (\HasNoChildren \Subscribed) "/" INBOX',
        r'* LIST (\HasNoChildren \Subscribed) "/" fruit/pear',
        r'* LIST (\NonExistent \HasNoChildren \Subscribed) "/" fruit/plum',
    ]
    assert line.do('LIST (SUBSCRIBED RECURSIVEMATCH) "" %')[:-1] == [
        r'* LIST (\HasNoChildren \Subscribed) "/" INBOX',
        r'* LIST (\HasChildren) "/" fruit ("CHILDINFO" ("SUBSCRIBED"))',
    ]
    assert line.do('LIST (RECURSIVEMATCH) "" %') == ["BAD RECURSIVEMATCH needs another selection option"]
    assert line.do('LIST (FROB) "" %')[-1].startswith("BAD")
    assert line.do('LIST (REMOTE) "" tofu RETURN (SUBSCRIBED CHILDREN)')[:-1] == [r'* LIST (\HasNoChildren) "/" tofu']
    assert line.do('LIST "" (inbox "") RETURN (SUBSCRIBED STATUS (MESSAGES UIDNEXT))')[:-1] == [
        r'* LIST (\HasNoChildren \Subscribed) "/" INBOX',
        "* STATUS INBOX (MESSAGES 0 UIDNEXT 1)",
    ]
    assert line.do("UNSUBSCRIBE fruit/pear") == ["OK UNSUBSCRIBE completed"]


def test_patterns_without_end() -> None:
    patterns = " ".join(["%"] * 101)
    assert Home().connect().do(f'LIST "" ({patterns})') == ["NO [LIMIT] more than 100 patterns"]


def test_lsub() -> None:
    line = Home().connect()
    line.do("CREATE a/b")
    for name in ("a/b", "c/d", "inbox"):
        line.do(f"SUBSCRIBE {name}")
    assert line.do('LSUB "" *')[:-1] == [
        r'* LSUB () "/" INBOX',
        r'* LSUB () "/" a/b',
        r'* LSUB (\Noselect) "/" c/d',
    ]
    assert line.do('LSUB "" %')[:-1] == [
        r'* LSUB () "/" INBOX',
        r'* LSUB (\Noselect) "/" a',
        r'* LSUB (\Noselect) "/" c',
    ]
    line.do("SUBSCRIBE a")
    assert line.do("LSUB a/ %")[:-1] == [r'* LSUB () "/" a/b']
    assert line.do('LSUB "" a%')[:-1] == [r'* LSUB () "/" a']


def test_special_use() -> None:
    line = Home().connect()
    assert line.do(r"CREATE post/sent (USE (\Sent))")[-1].startswith("OK")
    assert line.do(r"CREATE x (USE (\Frob))") == [r"NO [USEATTR] \Frob is no special use of a mailbox."]
    assert line.do('LIST (SPECIAL-USE) "" * RETURN (SPECIAL-USE)')[:-1] == [
        r'* LIST (\HasNoChildren \Sent) "/" post/sent'
    ]
    assert line.do('LIST (SPECIAL-USE RECURSIVEMATCH) "" %')[:-1] == [
        r'* LIST (\HasChildren) "/" post ("CHILDINFO" ("SPECIAL-USE"))'
    ]


def test_status_and_limits() -> None:
    home = Home(b"a: b\r\n\r\n", limits=Limits(mailboxes=2))
    line = home.connect(b"a LOGIN ana secreto\r\n")
    assert line.do("STATUS inbox (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE)") == [
        "* STATUS INBOX (MESSAGES 1 RECENT 1 UIDNEXT 2 UIDVALIDITY 1 UNSEEN 1 DELETED 0 SIZE 8)",
        "OK STATUS completed",
    ]
    assert line.do("STATUS nope (MESSAGES)") == ["NO [NONEXISTENT] There is no mailbox called nope."]
    assert line.do("STATUS inbox ()")[-1].startswith("BAD")
    assert line.do("STATUS inbox (FROB)")[-1].startswith("BAD")
    assert line.do("CREATE a/b") == ["NO [LIMIT] The limit of 2 is reached: mailboxes of a user."]


def test_namespace() -> None:
    assert Home(separator=".").connect().do("NAMESPACE") == ['* NAMESPACE (("" ".")) NIL NIL', "OK NAMESPACE completed"]
