"""TLS from outside: the records that crossed the wire, and what they say to somebody who has the keys.

`records` cuts octets into records, `decrypt` opens them with the lines of a key log, `handshake` takes the messages
inside apart, `certificate` reads what a server shows, `connection` does all of it for the events of one connection.
Nothing here is imported before somebody asks to see it: `cryptography` takes its time.
"""

from __future__ import annotations
