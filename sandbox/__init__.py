"""Learn SMTP, POP3 and IMAP by watching and typing the real bytes."""

__version__ = "1.0.0"
