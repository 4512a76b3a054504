"""SEARCH: its keys, what they look at, and how they are put together (RFC 9051 section 6.4.4)."""
