"""Programs of others, over a socket."""

from __future__ import annotations

import asyncio
import imaplib
import threading
import time
from collections.abc import Callable
from typing import Any

import imapclient
import pytest

from sandbox.imap.server import ImapServer
from sandbox.wire.hub import Hub, Port
from sandbox.wire.tcp import Connection
from sandbox.wire.trace import Journal
from tests.imap.worlds import MIXED, PLAIN, Home


async def served(make: Callable[[], ImapServer], session: Callable[[int], Any]) -> Any:
    """Run `session(port)` in a thread while a server answers on that port."""
    hub = Hub(Journal(time.time_ns), lambda _effect: True, linger=0.05)
    port = Port("imap", "imap", "mail.norte.example", make)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(hub, port), "127.0.0.1", 0)
    try:
        return await asyncio.to_thread(session, server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await hub.close()


@pytest.fixture
def home() -> Home:
    made = Home(PLAIN, MIXED)
    made.host.now = time.time_ns
    return made


async def test_imaplib(home: Home) -> None:
    def session(port: int) -> None:
        with imaplib.IMAP4("127.0.0.1", port) as client:
            assert "IMAP4REV1" in client.capabilities
            client.login("ana", "secreto")
            assert client.select() == ("OK", [b"2"])
            status, found = client.fetch("1:2", "(FLAGS BODY.PEEK[TEXT])")
            assert status == "OK"
            assert found[0] == (b"1 (FLAGS (\\Recent) BODY[TEXT] {7}", b"hello\r\n")
            date = imaplib.Time2Internaldate(time.time())
            assert client.append("INBOX", "(\\Seen)", date, b"Subject: x\n\nhi")[0] == "OK"
            assert client.search(None, "SEEN") == ("OK", [b"3"])
            client.literal = "mañana".encode()
            assert client.search("UTF-8", "SUBJECT") == ("OK", [b"1"])
            assert client.sort("(DATE)", "UTF-8", "ALL") == ("OK", [b"1 2 3"])
            assert client.thread("REFERENCES", "UTF-8", "ALL") == ("OK", [b"(1)(2)(3)"])
            assert client.create("Sent")[0] == "OK"
            assert client.copy("1", "Sent")[0] == "OK"
            assert client.uid("MOVE", "2", "Sent")[0] == "OK"
            assert client.store("1", "+FLAGS", "\\Deleted") == ("OK", [b"1 (FLAGS (\\Deleted \\Recent))"])
            assert client.expunge()[1][-1] == b"1"
            assert client.list() == ("OK", [b'(\\HasNoChildren) "/" INBOX', b'(\\HasNoChildren) "/" Sent'])
            assert client.status("Sent", "(MESSAGES)") == ("OK", [b"Sent (MESSAGES 2)"])
            assert client.rename("Sent", "Old")[0] == "OK"
            assert client.subscribe("Old")[0] == "OK"
            assert client.lsub() == ("OK", [b'() "/" Old'])
            assert client.unsubscribe("Old")[0] == "OK"
            assert client.delete("Old")[0] == "OK"
            assert client.namespace() == ("OK", [b'(("" "/")) NIL NIL'])
            assert client.getquotaroot("INBOX")[0] == "OK"
            assert client.check()[0] == "OK"
            assert client.noop()[0] == "OK"
            assert client.close()[0] == "OK"

    await served(home, session)


async def test_imaplib_authenticates(home: Home) -> None:
    def session(port: int) -> None:
        with imaplib.IMAP4("127.0.0.1", port) as client:
            assert client.authenticate("PLAIN", lambda _: b"\0ana\0secreto")[0] == "OK"
        with imaplib.IMAP4("127.0.0.1", port) as client:
            assert client.login_cram_md5("ana", "secreto")[0] == "OK"
        with imaplib.IMAP4("127.0.0.1", port) as client, pytest.raises(imaplib.IMAP4.error, match="wrong name"):
            client.login("ana", "nope")

    await served(home, session)


async def test_idle_over_a_socket(home: Home) -> None:
    loop = asyncio.get_running_loop()

    def session(port: int) -> None:
        with imaplib.IMAP4("127.0.0.1", port) as client:
            client.login("ana", "secreto")
            client.select()
            client.send(b"i IDLE\r\n")
            assert client.readline() == b"+ idling\r\n"
            done = threading.Event()
            loop.call_soon_threadsafe(lambda: (home.inbox.append(PLAIN), done.set()))
            assert client.readline() == b"* 3 EXISTS\r\n"
            assert client.readline() == b"* 3 RECENT\r\n"
            assert done.wait(10)
            client.send(b"DONE\r\n")
            assert client.readline() == b"i OK IDLE completed\r\n"

    await served(home, session)


async def test_imapclient(home: Home) -> None:
    def session(port: int) -> None:
        with imapclient.IMAPClient("127.0.0.1", port, ssl=False) as client:
            client.login("ana", "secreto")
            assert client.namespace().personal == (("", "/"),)
            assert b"mail-sandbox" in client.id_({"name": "test"})[0]
            client.create_folder("Correo ñ &")
            assert "Correo ñ &" in [name for _, _, name in client.list_folders()]
            selected = client.select_folder("INBOX")
            assert selected[b"EXISTS"] == 2
            assert client.search(["SUBJECT", "mañana"], "UTF-8") == [1]
            fetched = client.fetch([1, 2], ["ENVELOPE", "BODYSTRUCTURE", "FLAGS", "INTERNALDATE"])
            assert fetched[1][b"ENVELOPE"].from_[0].mailbox == b"luis"
            assert fetched[2][b"BODYSTRUCTURE"].is_multipart
            client.add_flags([1], ["$Forwarded"])
            assert b"$Forwarded" in client.get_flags([1])[1]
            client.move([1], "Correo ñ &")
            assert client.folder_status("Correo ñ &", ["MESSAGES"]) == {b"MESSAGES": 1}

    await served(home, session)
