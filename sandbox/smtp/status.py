"""What the numbers of a reply mean: reply codes (RFC 5321 section 4.2.3) and enhanced status codes (RFC 3463)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sandbox.core.grammar import Cursor, Rule, Span, SyntaxFault
from sandbox.core.message import N_
from sandbox.core.refs import Ref

_NUMERIC: Final = "5321#4.2.3"

CODES: Final[Mapping[bytes, tuple[str, str]]] = {
    b"211": (_NUMERIC, N_("211: the state of the system, or help")),
    b"214": (_NUMERIC, N_("214: help for people to read")),
    b"220": (_NUMERIC, N_("220: the service is ready")),
    b"221": (_NUMERIC, N_("221: the server closes the connection, as it was asked to")),
    b"235": ("4954#6", N_("235: the authentication has succeeded")),
    b"250": (_NUMERIC, N_("250: done")),
    b"251": (_NUMERIC, N_("251: not a user here, but the server forwards the mail")),
    b"252": (_NUMERIC, N_("252: the server cannot say, but takes the mail and tries")),
    b"334": ("4954#4", N_("334: go on with the authentication")),
    b"354": (_NUMERIC, N_("354: go on with the message")),
    b"421": (_NUMERIC, N_("421: the service is not available, the server closes the connection")),
    b"432": ("4954#6", N_("432: the password has to be set anew for this mechanism")),
    b"450": (_NUMERIC, N_("450: the mailbox cannot be had now; later perhaps")),
    b"451": (_NUMERIC, N_("451: given up for a fault of the server; later perhaps")),
    b"452": (_NUMERIC, N_("452: no room now; later perhaps")),
    b"454": ("4954#6", N_("454: authentication or TLS is not possible for the moment")),
    b"455": (_NUMERIC, N_("455: the server cannot do what a parameter asks for, for the moment")),
    b"500": (_NUMERIC, N_("500: no such command, or the line is too long")),
    b"501": (_NUMERIC, N_("501: the command is right, what follows it is not")),
    b"502": (_NUMERIC, N_("502: the server knows the command and does not have it")),
    b"503": (_NUMERIC, N_("503: not now: commands came in the wrong order")),
    b"504": (_NUMERIC, N_("504: the server does not have what the argument asks for")),
    b"530": ("4954#6", N_("530: authentication, or TLS, comes first")),
    b"534": ("4954#6", N_("534: the mechanism is too weak for this user")),
    b"535": ("4954#6", N_("535: wrong credentials")),
    b"538": ("4954#6", N_("538: the mechanism needs TLS first")),
    b"550": (_NUMERIC, N_("550: no such mailbox, or against the server's policy")),
    b"551": (_NUMERIC, N_("551: not a user here; try the address that is given")),
    b"552": (_NUMERIC, N_("552: more than the server ever takes")),
    b"553": (_NUMERIC, N_("553: the mailbox's name is not allowed")),
    b"554": (_NUMERIC, N_("554: the transaction has failed")),
    b"555": (_NUMERIC, N_("555: a parameter of MAIL or RCPT is not known")),
}
SEVERITIES: Final[Mapping[bytes, str]] = {
    b"2": N_("a reply of the 2 family: done"),
    b"3": N_("a reply of the 3 family: go on, more is wanted"),
    b"4": N_("a reply of the 4 family: not now; the same may succeed later"),
    b"5": N_("a reply of the 5 family: no; the same would fail again"),
}

CLASSES: Final[Mapping[bytes, str]] = {
    b"2": N_("class 2: success"),
    b"4": N_("class 4: a failure that may pass"),
    b"5": N_("class 5: a failure for good"),
}
SUBJECTS: Final[Mapping[bytes, tuple[str, str]]] = {
    b"0": ("3463#3.1", N_("subject 0: none in particular")),
    b"1": ("3463#3.2", N_("subject 1: an address")),
    b"2": ("3463#3.3", N_("subject 2: a mailbox")),
    b"3": ("3463#3.4", N_("subject 3: the mail system")),
    b"4": ("3463#3.5", N_("subject 4: the network, the way")),
    b"5": ("3463#3.6", N_("subject 5: the protocol")),
    b"6": ("3463#3.7", N_("subject 6: the message itself")),
    b"7": ("3463#3.8", N_("subject 7: security or policy")),
}
DETAILS: Final[Mapping[bytes, tuple[str, str]]] = {
    b"0.0": ("3463#3.1", N_("nothing more to say")),
    b"1.0": ("3463#3.2", N_("something about the address")),
    b"1.1": ("3463#3.2", N_("no such mailbox")),
    b"1.2": ("3463#3.2", N_("no such domain")),
    b"1.3": ("3463#3.2", N_("the recipient's address is not written right")),
    b"1.4": ("3463#3.2", N_("the address stands for several recipients")),
    b"1.5": ("3463#3.2", N_("the recipient's address is valid")),
    b"1.6": ("3463#3.2", N_("the mailbox has moved")),
    b"1.7": ("3463#3.2", N_("the sender's address is not written right")),
    b"1.8": ("3463#3.2", N_("the sender's domain is no good")),
    b"2.0": ("3463#3.3", N_("something about the mailbox")),
    b"2.1": ("3463#3.3", N_("the mailbox takes no mail")),
    b"2.2": ("3463#3.3", N_("the mailbox is full")),
    b"2.3": ("3463#3.3", N_("the message is too long for the mailbox")),
    b"2.4": ("3463#3.3", N_("the mailing list cannot be expanded")),
    b"3.0": ("3463#3.4", N_("something about the mail system")),
    b"3.1": ("3463#3.4", N_("the mail system has no room")),
    b"3.2": ("3463#3.4", N_("the mail system takes no mail now")),
    b"3.3": ("3463#3.4", N_("the mail system cannot do this")),
    b"3.4": ("3463#3.4", N_("the message is too big for the mail system")),
    b"4.0": ("3463#3.5", N_("something about the way")),
    b"4.1": ("3463#3.5", N_("the next host does not answer")),
    b"4.2": ("3463#3.5", N_("the connection is bad, or was idle too long")),
    b"4.3": ("3463#3.5", N_("the directory (DNS) does not answer")),
    b"4.4": ("3463#3.5", N_("no way to the domain is known")),
    b"4.5": ("3463#3.5", N_("the mail system is overloaded")),
    b"4.6": ("3463#3.5", N_("the mail goes round in circles")),
    b"4.7": ("3463#3.5", N_("the time for delivering it is over")),
    b"5.0": ("3463#3.6", N_("something about the protocol")),
    b"5.1": ("3463#3.6", N_("no such command, or not now")),
    b"5.2": ("3463#3.6", N_("not written right")),
    b"5.3": ("3463#3.6", N_("too many recipients")),
    b"5.4": ("3463#3.6", N_("the arguments are no good")),
    b"5.5": ("3463#3.6", N_("the wrong version of the protocol")),
    b"5.6": ("4954#6", N_("the authentication line is too long")),
    b"6.0": ("3463#3.7", N_("something about the message")),
    b"6.1": ("3463#3.7", N_("octets of this kind are not supported")),
    b"6.2": ("3463#3.7", N_("the message would have to be converted, which is forbidden")),
    b"6.3": ("3463#3.7", N_("the message would have to be converted, which is not supported")),
    b"6.4": ("3463#3.7", N_("the message was converted, and lost something")),
    b"6.5": ("3463#3.7", N_("the conversion failed")),
    b"6.7": ("6531#4.2", N_("addresses beyond ASCII are not allowed here")),
    b"6.8": ("6531#4.2", N_("the reply would need characters beyond ASCII")),
    b"6.9": ("6531#4.2", N_("the header has characters beyond ASCII, and cannot go on like that")),
    b"7.0": ("3463#3.8", N_("something about security")),
    b"7.1": ("3463#3.8", N_("not allowed to send this, or to there")),
    b"7.2": ("3463#3.8", N_("not allowed to expand the mailing list")),
    b"7.3": ("3463#3.8", N_("the conversion that security asks for is not possible")),
    b"7.4": ("3463#3.8", N_("the security feature is not supported")),
    b"7.5": ("3463#3.8", N_("a cryptographic failure")),
    b"7.6": ("3463#3.8", N_("the cryptographic algorithm is not supported")),
    b"7.7": ("3463#3.8", N_("the message's integrity check failed")),
    b"7.8": ("4954#6", N_("wrong credentials")),
    b"7.9": ("4954#6", N_("the mechanism is too weak")),
    b"7.11": ("4954#6", N_("the mechanism needs TLS")),
    b"7.12": ("4954#6", N_("the password has to be set anew")),
}
"""Details by subject and detail."""

_CODE: Final = re.compile(rb"[2-5][0-9][0-9]")
_STATUS: Final = re.compile(rb"([245])\.([0-9]{1,3})\.([0-9]{1,3})(?=\s|$)")
_DOT: Final = N_("a dot between the parts of the status code")
_OTHER_SUBJECT: Final = N_("a subject that no document known here names")
_OTHER_DETAIL: Final = N_("a detail that no document known here names")


class ReplyCode(Rule):
    """Reply-code = %x32-35 %x30-35 %x30-39 (RFC 5321 section 4.2). Value: the three digits."""

    usage = "<Reply-code>"

    def match(self, cur: Cursor) -> bytes:
        found = _CODE.match(cur.data, cur.pos)
        if found is None:
            raise SyntaxFault(cur.pos, N_("a reply code: three digits, the first from 2 to 5"), Ref("5321#4.2"))
        code = found[0]
        ref, about = CODES.get(code, ("5321#4.2.1", SEVERITIES[code[:1]]))
        _take(cur, found.end(), "Reply-code", ref, about)
        return code


class StatusCode(Rule):
    """status-code = class "." subject "." detail (RFC 2034 section 4). Value: all of it."""

    usage = "<status-code>"

    def match(self, cur: Cursor) -> bytes:
        found = _STATUS.match(cur.data, cur.pos)
        if found is None:
            raise SyntaxFault(cur.pos, N_("an enhanced status code, such as 2.1.5"), Ref("2034#4"), 0)
        subject, detail = found[2], found[2] + b"." + found[3]
        _take(cur, found.end(1), "class", "3463#2", CLASSES[found[1]])
        _take(cur, found.start(2), ".", "2034#4", _DOT)
        _take(cur, found.end(2), "subject", *SUBJECTS.get(subject, ("3463#2", _OTHER_SUBJECT)))
        _take(cur, found.start(3), ".", "2034#4", _DOT)
        _take(cur, found.end(3), "detail", *DETAILS.get(detail, ("3463#2", _OTHER_DETAIL)))
        return found[0]


def _take(cur: Cursor, stop: int, name: str, ref: str, about: str) -> None:
    if cur.spans is not None:
        cur.spans.append(Span(cur.pos, stop, name, Ref(ref), about))
    cur.pos = stop
