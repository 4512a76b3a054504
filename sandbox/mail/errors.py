"""What a store refuses, as exceptions that carry their reason in words and where it is written."""

from __future__ import annotations

from typing import Any, ClassVar

from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref

__all__ = [
    "Inapplicable",
    "InboxIsPermanent",
    "InvalidFlag",
    "InvalidName",
    "InvalidSpecialUse",
    "LimitReached",
    "MailboxExists",
    "NoSuchMailbox",
    "NoSuchUser",
    "RenameIntoItself",
    "StoreError",
    "UserExists",
]


class StoreError(Exception):
    """A change that the store refuses. Nothing has changed when it is raised.

    `about` is the reason for people, `ref` the section that asks for the refusal.
    """

    text: ClassVar[str] = N_("The mail store refuses this.")
    ref: ClassVar[Ref] = Ref("9051#5")

    def __init__(self, **params: Any) -> None:
        self.about = Msg(self.text, **params)
        super().__init__(str(self.about))


class NoSuchUser(StoreError):
    """The store has no mail for this user."""

    text = N_("Nobody called {user} has mail here.")
    ref = Ref("9051#5.1")


class UserExists(StoreError):
    """The user has been added before."""

    text = N_("{user} already has mail here.")
    ref = Ref("9051#5.1")


class NoSuchMailbox(StoreError):
    """The name belongs to no mailbox, or the mailbox has been deleted."""

    text = N_("There is no mailbox called {mailbox}.")
    ref = Ref("9051#6.3.5")


class MailboxExists(StoreError):
    """The name is taken."""

    text = N_("There already is a mailbox called {mailbox}.")
    ref = Ref("9051#6.3.4")


class InvalidName(StoreError):
    """The text cannot name a mailbox."""

    text = N_("This cannot be the name of a mailbox: {mailbox}")
    ref = Ref("9051#5.1")


class InboxIsPermanent(StoreError):
    """INBOX can be neither deleted nor renamed; renaming it in IMAP is creating another mailbox and moving the
    messages.
    """

    text = N_("INBOX always exists: it cannot be deleted or renamed.")
    ref = Ref("9051#6.3.6")


class RenameIntoItself(StoreError):
    """The new name is inferior to the old one."""

    text = N_("{mailbox} cannot move to {new_name}, which lies inside it.")
    ref = Ref("9051#6.3.6")


class InvalidFlag(StoreError):
    """The text is no flag that a message can keep."""

    text = N_("{flag} is no flag that a message can keep.")
    ref = Ref("9051#2.3.2")


class InvalidSpecialUse(StoreError):
    """The text is none of the special uses a mailbox may have."""

    text = N_("{use} is no special use of a mailbox.")
    ref = Ref("6154#2")


class LimitReached(StoreError):
    """The store would grow past one of its limits; `what` names it."""

    text = N_("The limit of {limit} is reached: {what}.")
    ref = Ref("5530#3")


class Inapplicable(StoreError):
    """A change to be applied does not fit the store: it comes from another history, or is damaged."""

    text = N_("The recorded change does not fit the stored mail: {why}")
    ref = Ref("7162#3.1")
