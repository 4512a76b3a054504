"""Learn SMTP, POP3 and IMAP by watching and typing the real bytes. This is the tour of the source: ten minutes.

The packages are a tower. Each knows the ones below it, none knows the ones above:

    cli               the command line: one module a command
    tui               the screens (Textual)
    teach             lessons: the YAML format, the runner, checks, progress
    record            transcripts: written as things happen, replayed, exported
    world             the pretend internet: hosts, accounts, clock, faults; builds all that is below
    wire              the only place where bytes move, and where they are written down as they pass
    smtp pop3 imap    each: grammar, replies, commands, server, tracker; they do not know each other
    mail  auth        stored mail as facts; SASL mechanisms and accounts
    core              what all protocols are made of
    i18n, resources   words in the user's language; where files are. For world and above

We follow one command, `DELE 1`, through the tower from below. What you read here runs as a test.

**A server without a network.** A server is an object that takes octets and gives octets. It has no socket, no clock
and no randomness of its own: it is handed a `Host` that has the latter two, a store and accounts.

>>> from sandbox.auth.accounts import Account, AccountTable
>>> from sandbox.core.host import Host
>>> from sandbox.mail.memory import MemoryStore
>>> from sandbox.pop3 import POP3
>>> host = Host("mail.norte.example", now=lambda: 0, random=bytes)
>>> store = MemoryStore(host.now)
>>> inbox = store.add_user("ana").inbox
>>> _ = inbox.append(b"Subject: Invoice\\r\\n\\r\\nPlease pay.\\r\\n")
>>> _ = inbox.append(b"Subject: Exam\\r\\n\\r\\nOn Friday.\\r\\n")
>>> server = POP3.server(host=host, store=store, accounts=AccountTable([Account("ana", "secreto")], b"salt"))
>>> server.start()
>>> server.data_to_send()
b'+OK mail.norte.example POP3 server ready <0.0@mail.norte.example>\\r\\n'

**Any cut will do.** `core.reader` is a generator that waits for a line, a literal or a block, however the network
cuts them. What a peer sends never raises: a mistake is answered in the protocol's own words.

>>> for chunk in (b"USER ana\\r\\nPA", b"SS secreto\\r", b"\\nDELE 1\\r\\nDELE one\\r\\n"):
...     server.receive_data(chunk)
>>> for line in server.data_to_send().decode().splitlines():
...     print(line)
+OK send the password of ana
+OK maildrop of ana: 2 message(s), 62 octets
+OK message 1 marked as deleted
-ERR bad arguments: the syntax is DELE <msg>

**One command, one definition.** What happened there is all in one row of the registry, which is the decorated handler
in `pop3/commands/transaction.py`. Its columns are the grammar of the arguments, the states that allow it, the state
that follows, and the section that says so; its docstring is what the learner reads. The gate, the hint bar, CAPA, the
diagram of states and `mail-sandbox commands` read the same row.

>>> row = POP3.registry.get(b"dele")
>>> row.usage, row.ref, row.ref.title
('DELE <msg>', '1939#5', 'The TRANSACTION State')
>>> [state.name for state in row.states]
['TRANSACTION']
>>> row.summary
'Mark a message as deleted. Nothing is removed before QUIT.'

**Handlers return replies, which are named data** (`pop3/replies.py`), and never assign the state. A handler that
needs something from outside (TLS, the disk, more input) is a generator and yields an effect, from `core/effects.py`:
`core/endpoint.py` resolves it, or passes it out through `events_received`. QUIT wants its changes on disk before it
says so:

>>> server.receive_data(b"QUIT\\r\\n")
>>> server.data_to_send(), len(inbox)
(b'', 1)
>>> [commit] = server.events_received()
>>> server.resume(commit, True)
>>> server.data_to_send()
b'+OK mail.norte.example signing off: 1 removed, 1 left\\r\\n'

**The store holds facts, the session holds views.** `DELE` put a mark into the session; the mailbox had two messages
all the while, until QUIT led into the UPDATE state. That difference is what the lesson is about.

**Explaining is done from outside.** A tracker sees only what crossed the wire and works out the rest from the same
registry and grammar. So a live session, a transcript and a capture of somebody else's server are explained alike.

>>> tracker = POP3.tracker()
>>> _ = tracker.receive("S", b"+OK ready\\r\\n")
>>> [unit] = tracker.receive("C", b"USER ana\\r\\n")
>>> for span in unit.spans:
...     print(unit.raw[span.start:span.stop], span.about)
b'USER' Say whose maildrop you want to open.
b' ' one space between the words
b'ana' the name of a mailbox: who you are
b'\\r\\n' carriage return and line feed: the end of the line

**Words come last.** Below `world` a sentence is a value, `Msg("no message {number}", number=7)`; whoever shows it
calls `i18n.render`, at that moment, in the language of that moment. `python -m sandbox.i18n.extract` finds what lacks
Spanish.

**From here up** one thing is built on another. `wire/link.py` joins a client and a server in memory and writes each
chunk into the `Journal` of `wire/trace.py`; `wire/tcp.py` does so on real sockets, `wire/proxy.py` between a client and
a server that are not ours. `wire/observer.py` follows the journal with trackers. `world` sets hosts, accounts and
faults up from a seed, so that the same lesson leaves the same bytes. `record` writes the journal to disk, which is all
that a transcript is; what others recorded becomes one in `record/import_`, and `record/export` makes the formats of
others. `teach` watches the observer and the store to see whether a step is done: by any route, since it never looks at
the screen. `tui` and `cli` show it all.

Where to change what, and the rules that machines check, are in `CONTRIBUTING.md`. Welcome.
"""

from __future__ import annotations

__version__ = "1.0.0"
