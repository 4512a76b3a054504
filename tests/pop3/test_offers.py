from __future__ import annotations

from sandbox.pop3 import POP3


def test_capabilities_are_listed_by_capa_alone() -> None:
    # RFC 2449 section 5: one list for both states; words behind a capability's name are its own matter
    tracker = POP3.tracker()
    said = (
        ("S", b"+OK\r\n"),
        ("C", b"CAPA\r\n"),
        ("S", b"+OK list\r\nTop\r\nSASL PLAIN LOGIN\r\nEXPIRE 60 USER\r\n\r\n.\r\n"),
        ("C", b"USER ana\r\nPASS x\r\nUIDL\r\n"),
        ("S", b"+OK\r\n+OK\r\n+OK\r\n1 USER\r\n.\r\n"),
    )
    units = [unit for side, octets in said for unit in tracker.receive(side, octets)]
    assert tracker.state.name == "TRANSACTION"
    found = POP3.offered(reversed(units), tracker.state)
    assert found == {b"TOP", b"SASL", b"EXPIRE"}
    assert POP3.offered(units[:1], tracker.state) is None
