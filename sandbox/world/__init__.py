"""The pretend internet: hosts, MX records, accounts, clock and faults. It builds all the rest, and can be taken back
in time."""
