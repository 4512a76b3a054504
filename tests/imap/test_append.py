from __future__ import annotations

from sandbox.mail.memory import Limits
from tests.imap.worlds import MIXED, Home


def test_append() -> None:
    home = Home()
    line = home.connect(b"a LOGIN ana secreto\r\n")
    assert line.do('APPEND INBOX (\\seen $Forwarded) "13-Nov-2023 10:00:00 +0130" {8}') == ["+ send it"]
    assert line.say(b"a: b\r\n\r\n\r\n") == b"t OK [APPENDUID 1 1] appended\r\n"
    [stored] = home.inbox.snapshot()
    assert stored.message.content == b"a: b\r\n\r\n"
    assert stored.flags == ("\\Seen", "$Forwarded")
    assert stored.internal_date == 1_699_864_200 * 10**9
    assert line.do("APPEND {5+}\r\ninbox () {1+}\r\nx") == ["OK [APPENDUID 1 2] appended"]


def test_several_messages_all_or_none() -> None:
    home = Home(limits=Limits(keywords=1))
    line = home.connect()
    assert line.do("APPEND INBOX {1+}\r\nx (\\Seen) {1+}\r\ny") == [
        "* 2 EXISTS",
        "* 2 RECENT",
        "OK [APPENDUID 1 1:2] appended",
    ]
    assert line.do("APPEND INBOX (one) {1+}\r\nx (two) {1+}\r\ny")[-1].startswith("NO [LIMIT]")
    assert len(home.inbox) == 2


def test_what_cannot_be_appended() -> None:
    line = Home().connect()
    assert line.do("APPEND nope {1+}\r\nx") == ["NO [TRYCREATE] There is no mailbox called nope."]
    assert line.do("APPEND INBOX {0+}\r\n") == ["NO [CANNOT] a message has at least one octet"]
    assert line.do("APPEND INBOX (\\Recent) {1+}\r\nx") == ["NO [CANNOT] \\Recent is no flag that a message can keep."]
    assert line.say(b"t APPEND INBOX {3+}\r\na\0b\r\n") == b"t NO [CANNOT] a message cannot hold NUL octets\r\n"
    assert line.do('APPEND INBOX "31-Feb-2023 10:00:00 +0000" {1+}\r\nx')[-1].startswith("BAD")
    assert line.do('APPEND INBOX "01-Jan-0001 00:00:00 +0100" {1+}\r\nx')[-1].startswith("BAD")
    assert line.do('APPEND INBOX "01-Jan-2023 00:00:00 +0099" {1+}\r\nx')[-1].startswith("BAD")
    assert line.do("APPEND INBOX x")[-1].startswith("BAD")


def test_binary_and_utf8() -> None:
    home = Home()
    line = home.connect(b"a LOGIN ana secreto\r\n")
    assert line.say(b"t APPEND INBOX ~{3+}\r\na\0b\r\n") == b"t OK [APPENDUID 1 1] appended\r\n"
    assert line.do("APPEND INBOX UTF8 (~{2+}\r\nñ)") == ["BAD ENABLE UTF8=ACCEPT has to come first"]
    line.do("ENABLE UTF8=ACCEPT")
    assert line.do("APPEND INBOX UTF8 (~{2+}\r\nñ)") == ["OK [APPENDUID 1 2] appended"]
    assert home.inbox.snapshot()[1].message.content == "ñ".encode()


def test_leap_second_and_lower_case() -> None:
    home = Home()
    line = home.connect()
    assert line.do('append inbox " 1-jan-2023 23:59:60 -0000" {1+}\r\nx')[-1].startswith("OK")
    assert line.do("FETCH 1 INTERNALDATE")[0] == '* 1 FETCH (INTERNALDATE " 1-Jan-2023 23:59:59 +0000")'


def test_quota() -> None:
    home = Home(b"x" * 900, quota=2048)
    line = home.connect()
    assert line.do("GETQUOTAROOT INBOX") == [
        '* QUOTAROOT INBOX ""',
        '* QUOTA "" (STORAGE 1 2)',
        "OK GETQUOTAROOT completed",
    ]
    assert line.do('GETQUOTA ""') == ['* QUOTA "" (STORAGE 1 2)', "OK GETQUOTA completed"]
    assert line.do("GETQUOTA x") == ["NO [NONEXISTENT] there is no such quota root"]
    over = "NO [OVERQUOTA] no room: the quota would be exceeded"
    assert line.do("APPEND INBOX {1500+}\r\n" + "x" * 1500) == [over]
    assert line.do("COPY 1 INBOX")[-1].startswith("OK")
    assert line.do("COPY 1 INBOX")[-1] == over
    line.do("STORE 1 +FLAGS (\\Deleted)")
    assert line.do("STATUS INBOX (DELETED-STORAGE)")[0] == "* STATUS INBOX (DELETED-STORAGE 900)"
    assert Home().connect().do('GETQUOTA ""')[0] == '* QUOTA "" ()'


def test_catenate() -> None:
    home = Home(MIXED, append_limit=len(MIXED) + 20)
    line = home.connect()
    base = "/INBOX;UIDVALIDITY=1/;UID=1"
    assert line.do(
        f'APPEND INBOX CATENATE (URL "{base}/;SECTION=2.HEADER" TEXT {{4+}}\r\nnew  URL "/inbox/;uid=1/;section=2.1"'
        f" URL {base}/;SECTION=TEXT/;PARTIAL=2.1 URL {base}/;SECTION=1/;PARTIAL=10)"
    )[-1].startswith("OK [APPENDUID 1 2]")
    assert home.inbox.snapshot()[-1].message.content == b"Subject: inner\r\n\r\nnew deepb=="
    for url in ("imap://x/INBOX/;UID=1", "/INBOX", "/nope/;UID=1", "/INBOX/;UID=9", "/INBOX;UIDVALIDITY=2/;UID=1",
                f"{base}/;SECTION=9", f"{base}/;SECTION=x"):  # fmt: skip
        assert line.do(f"APPEND INBOX CATENATE (URL {url})") == [f'NO [BADURL "{url}"] there is nothing at that URL']
    assert line.do(f"APPEND INBOX CATENATE (URL {base} URL {base})")[0].startswith("NO [TOOBIG]")
    assert line.do("APPEND INBOX CATENATE ()")[-1].startswith("BAD")


def test_replace() -> None:
    home = Home(b"a: 1\r\n\r\n", b"a: 2\r\n\r\n")
    line = home.connect()
    assert line.do("REPLACE 1 INBOX (\\Draft) {8+}\r\na: 3\r\n\r\n") == [
        "* OK [APPENDUID 1 3] the new message is there",
        "* 1 EXPUNGE",
        "* 2 EXISTS",
        "* 2 RECENT",
        "OK REPLACE completed",
    ]
    home.ana.create("Sent")
    assert line.do("UID REPLACE 3 Sent {8+}\r\na: 4\r\n\r\n")[-2:] == ["* 2 EXPUNGE", "OK REPLACE completed"]
    assert line.do("UID REPLACE 3 Sent {1+}\r\nx") == ["NO [NONEXISTENT] there is no such message"]
    assert line.do("REPLACE 9 Sent {1+}\r\nx") == ["BAD the mailbox has 1 message(s)"]
    assert line.do("REPLACE 1 nope {1+}\r\nx")[-1].startswith("NO [TRYCREATE]")
    assert [stored.message.content for stored in home.inbox] == [b"a: 2\r\n\r\n"]


def test_the_date_keeps_its_zone_and_its_day() -> None:
    home = Home()
    line = home.connect()
    line.do('APPEND INBOX "17-Jul-1996 23:44:25 -0730" {1+}\r\nx')
    line.do('APPEND INBOX " 1-Mar-2000 00:30:00 +1400" {1+}\r\ny')
    assert line.do("FETCH 1:2 INTERNALDATE")[:2] == [
        '* 1 FETCH (INTERNALDATE "17-Jul-1996 23:44:25 -0730")',
        '* 2 FETCH (INTERNALDATE " 1-Mar-2000 00:30:00 +1400")',
    ]
    assert line.do("SEARCH ON 17-Jul-1996")[0] == "* SEARCH 1"
    assert line.do("SEARCH ON 1-Mar-2000")[0] == "* SEARCH 2"
    assert line.do("SEARCH ON 18-Jul-1996")[0] == "* SEARCH"
    line.do("CREATE Old")
    line.do("STORE 1 +FLAGS (kept)")
    line.do("COPY 1 Old")
    line.do("SELECT Old")
    assert line.do("FETCH 1 INTERNALDATE")[0] == '* 1 FETCH (INTERNALDATE "17-Jul-1996 23:44:25 -0730")'


def test_a_mailbox_has_an_end() -> None:
    home = Home(limits=Limits(messages=5))
    line = home.connect()
    assert line.do("APPEND INBOX {1+}\r\nx {1+}\r\ny {1+}\r\nz")[-1].startswith("OK")
    assert line.do("COPY 1:* INBOX")[-1].startswith("NO [LIMIT]")
    assert len(home.inbox) == 3
    assert line.do("COPY 1:2 INBOX")[-1].startswith("OK")
    assert line.do("APPEND INBOX {1+}\r\nx")[-1].startswith("NO [LIMIT]")
