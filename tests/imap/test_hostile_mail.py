"""Whatever octets a message has, every question about it is answered, and in the grammar of responses."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.core.tracker import Kind
from sandbox.imap.tracker import ImapTracker
from tests.imap.worlds import Home

PIECES = st.sampled_from(
    [
        b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b"--b", b"--b--", b"x", b"\xf1", b"\xc3\xb1", b"(", b")", b'"',
        b"Date: 31 Dec 9999 23:59:59 -1200\r\n", b"Date: 1 Jan 0001 00:00:00 +1200\r\n", b"Date: 99 Foo\r\n",
        b"From: a <b@c>, g: d;, e\r\n", b"To: \"x\xf1\" <@r,@s:y@z>\r\n", b"Cc: =?utf-8?b?w5E=?= <q@x>\r\n", b"To:\r\n",
        b"Subject: =?x-frob?q?a?= [fwd: =?utf-16?b?//8=?=\r\n", b"Subject: Re: [a] \0\r\n", b"Message-ID: <a@b>\r\n",
        b"References: <a@b> <\"c\"@d> <a@b>\r\n", b"In-Reply-To: <c@d>\r\n", b"Message-ID: <c@d>\r\n",
        b'Content-Type: multipart/mixed; boundary="b"\r\n', b"Content-Type: multipart/mixed\r\n",
        b"Content-Type: message/rfc822\r\n", b"Content-Type: text/html; charset=utf-7\r\n", b"Content-Type: frob\r\n",
        b"Content-Type: text/plain; charset*0*=utf-8'en'%F1; charset=hex\r\n", b"Content-Type: /; ;=\r\n",
        b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n",
        b"Content-Transfer-Encoding: x\r\n", b"Content-Disposition: attachment; filename*=x\r\n",
        b"Content-Language: es, en\r\n", b"Content-ID: <i>\r\nContent-MD5: m\r\n", b"<style", b"<a@b>",
        b"=\r\n", b"=F", b"wqE",
    ]
)  # fmt: skip
MAILS = st.lists(PIECES, min_size=1, max_size=25).map(b"".join)

QUESTIONS = [
    b"FETCH 1:* FULL",
    b"FETCH 1:* (BODYSTRUCTURE ENVELOPE PREVIEW BODY.PEEK[] BODY.PEEK[TEXT]<1.9> BODY.PEEK[HEADER.FIELDS.NOT (to)])",
    b"FETCH 1:* (BODY.PEEK[1] BODY.PEEK[1.MIME] BODY.PEEK[1.1] BODY.PEEK[1.HEADER] BODY.PEEK[2.TEXT]<0.3>)",
    b"FETCH 1:* (BINARY.SIZE[1] BINARY.PEEK[1] BINARY.PEEK[1.1]<1.2> BINARY.PEEK[])",
    b"SEARCH OR SENTSINCE 1-Jan-2000 SENTBEFORE 1-Jan-2000",
    b"SEARCH OR TEXT {2+}\r\n\xc3\xb1 BODY x",
    b'SEARCH OR SUBJECT a OR FROM b OR TO x OR HEADER message-id a HEADER references ""',
    b"UID SORT RETURN (ALL MIN) (SUBJECT REVERSE DATE FROM TO CC DISPLAYFROM DISPLAYTO SIZE) UTF-8 ALL",
    b"THREAD REFERENCES UTF-8 ALL",
    b"UID THREAD ORDEREDSUBJECT UTF-8 ALL",
]


@settings(deadline=None)
@given(st.lists(MAILS, min_size=1, max_size=4), st.sampled_from([b"CONDSTORE", b"IMAP4rev2", b"UTF8=ACCEPT"]))
def test_every_question_is_answered(mails: list[bytes], enabled: bytes) -> None:
    home = Home(*mails)
    line = home.connect(b"")
    tracker = ImapTracker()
    heard = [*tracker.receive("S", line.greeting)]
    opening = [b"LOGIN ana secreto", b"ENABLE " + enabled, b"SELECT INBOX"]
    for number, question in enumerate([*opening, *QUESTIONS]):
        sent = b"q%d " % number + question + b"\r\n"
        heard += tracker.receive("C", sent)
        said = line.say(sent)
        heard += tracker.receive("S", said)
        last = said[said.rstrip(b"\r\n").rfind(b"\n") + 1 :]
        assert last.startswith((b"q%d OK" % number, b"q%d NO [UNKNOWN-CTE]" % number)), (question, said)
        assert b"\0" not in said or b"BINARY" in question
    for unit in heard:
        assert unit.fault is None, (unit.raw, unit.fault)
        assert unit.kind is not Kind.UNASKED
