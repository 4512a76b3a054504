"""How the messages of SCRAM read: attribute by attribute (RFC 5802 section 5.1)."""

from __future__ import annotations

from sandbox.auth.mechanism import Side, unexpected
from sandbox.auth.scram_messages import CLIENT_FINAL, CLIENT_FIRST, SERVER_FINAL, SERVER_FIRST
from sandbox.core.grammar import Span
from sandbox.core.message import N_
from sandbox.core.refs import Ref

__all__ = ["explain"]

ATTRIBUTES = Ref("5802#5.1")
BINDING = Ref("5802#6")
SYNTAX = Ref("5802#7")

#: Attribute letter: name of the value in the ABNF, what it is, whether a password can be guessed with its help.
VALUES = {
    b"a": ("authzid", N_("authorization identity: the user to act as"), False),
    b"n": ("username", N_("the user whose password is to be proved"), False),
    b"r": (
        "nonce",
        N_("random characters, the client's and then the server's: no exchange can be played again"),
        False,
    ),
    b"s": ("salt", N_("mixed into the password before it is hashed: equal passwords do not look equal"), False),
    b"i": ("iteration-count", N_("how many times the password is hashed: so that guessing is slow"), False),
    b"c": ("channel-binding", N_("how the client's first message began, again: nobody changed it on the way"), False),
    b"p": ("proof", N_("the client's proof that it knows the password"), True),
    b"v": ("verifier", N_("the server's proof that it knows the password, too"), True),
    b"e": ("server-error-value", N_("why the server refuses"), False),
    b"m": ("reserved-mext", N_("an extension that must be understood; none is defined"), False),
}
EXTENSION = ("value", N_("an extension; whoever does not know it ignores it"), False)

FLAGS = {
    b"n": N_("the client has no channel binding"),
    b"y": N_("the client could bind to the TLS channel, but thinks that the server cannot"),
    b"p": N_("the client insists on binding to the TLS channel, by the method named here"),
}

MESSAGES = {"C": (CLIENT_FIRST, CLIENT_FINAL), "S": (SERVER_FIRST, SERVER_FINAL)}


def explain(side: Side, raw: bytes, n: int | None) -> list[Span]:
    """Label the attributes, their values and the commas. What a message is shows in itself, not in its place."""
    found = next((message for message in MESSAGES[side] if message.fullmatch(raw)), None)
    if found is None:
        return unexpected(raw, SYNTAX)
    spans: list[Span] = []
    at = 0
    for position, field in enumerate(raw.split(b",")):
        if position:
            spans.append(Span(at, at + 1, "comma", SYNTAX, N_("a comma, which separates attributes")))
            at += 1
        if found is CLIENT_FIRST and position == 0:
            spans.append(Span(0, len(field), "gs2-cbind-flag", BINDING, FLAGS[field[:1]]))
        elif field:
            name, about, secret = VALUES.get(field[:1], EXTENSION)
            spans.append(Span(at, at + 2, "attribute", ATTRIBUTES, N_("the letter of an attribute; its value follows")))
            spans.append(Span(at + 2, at + len(field), name, ATTRIBUTES, about, secret))
        at += len(field)
    return [span for span in spans if span.start < span.stop]
