"""Whatever holds for a store in memory holds for one in a file, also when it is opened again."""

from __future__ import annotations

from tests.mail import test_mailbox, test_mailboxes, test_threads

for module in (test_mailbox, test_mailboxes, test_threads):
    for name, value in vars(module).items():
        if name.startswith("test_"):
            assert name not in globals()
            globals()[name] = value
