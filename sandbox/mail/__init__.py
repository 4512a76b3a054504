"""Mail as facts: messages, mailboxes, flags, UIDs, MODSEQ, MIME structure.

Nothing here knows a protocol's state. What a POP3 or an IMAP session makes of these facts (deletion marks, message
sequence numbers) is a view that the session owns.
"""
