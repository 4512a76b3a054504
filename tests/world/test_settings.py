"""What `serve` tells people to type: the ports it has, no others, and quoted so that a shell takes it as it is."""

from __future__ import annotations

import shlex
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sandbox.world.serve import Options, Serving
from sandbox.world.services import SERVICES
from sandbox.world.settings import settings

PORTS = {name: offer.port + 1000 for name, offer in SERVICES.items()}


def lines(folder: Path, ports: dict[str, int], **options: object) -> dict[str, tuple[str, ...]]:
    serving = Serving(Options(**options), folder / "authority")  # type: ignore[arg-type]
    serving.ports.update(ports)
    return {each.program: each.lines for each in settings(serving)}


def test_every_program_is_told_where_everything_is(tmp_path: Path) -> None:
    found = lines(tmp_path, PORTS)
    assert list(found) == ["curl", "openssl", "swaks", "mutt", "mpop", "Thunderbird"]
    words = {program: " ".join(said) for program, said in found.items()}
    for program, services in {
        "curl": ("pop3s", "pop3", "imaps", "submission"),
        "openssl": ("pop3s", "pop3", "imaps", "submission"),
        "swaks": ("submission",),
        "mutt": ("imaps", "submissions"),
        "mpop": ("pop3",),
        "Thunderbird": ("imaps", "pop3s", "submissions"),
    }.items():
        assert all(str(PORTS[service]) in words[program] for service in services)
        assert str(tmp_path / "authority" / "ca.pem") in words[program]


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_is_said_of_what_is_not_served(service: str, tmp_path: Path) -> None:
    said = " ".join(line for each in lines(tmp_path, {service: 7}).values() for line in each)
    others = {"pop": "pop", "imap": "imap", "submission": "smtp"}
    for beginning, word in others.items():
        if not service.startswith(beginning):
            assert f"{word}s://" not in said
            assert f"{word}://" not in said
    assert lines(tmp_path, {}) == {}


def test_mutt_reads_over_pop3_where_there_is_no_imap(tmp_path: Path) -> None:
    [line] = lines(tmp_path, {"pop3s": 1995})["mutt"]
    words = shlex.split(line)
    assert words[-1] == "pops://alice@localhost:1995/"
    assert 'set pop_pass="wonderland"' in words
    assert "smtp" not in line


@pytest.mark.parametrize("password", ["it's $HOME", 'a"b`c', "back\\slash"])
def test_odd_names_and_passwords_survive_the_shell(password: str, tmp_path: Path) -> None:
    found = lines(tmp_path, PORTS, users={"o'neill@home": password})
    for line in found["curl"]:
        words = shlex.split(line)
        assert words[words.index("-u") + 1] == f"o'neill@home:{password}"
    swaks = shlex.split(found["swaks"][0])
    assert swaks[swaks.index("--auth-password") + 1] == password
    mutt = shlex.split(found["mutt"][0])
    [secret] = [word for word in mutt if word.startswith("set imap_pass=")]
    assert len(secret) - len("set imap_pass=") - 2 == len(password) + sum(password.count(each) for each in '\\"$`')
    assert urlsplit(mutt[-1]).username == "o%27neill%40home"
    assert urlsplit(mutt[-1]).port == 1993


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "localhost"), ("::1", "localhost"), ("192.0.2.7", "192.0.2.7"), ("0.0.0.0", socket.gethostname())],
)
def test_the_host_is_the_one_that_a_client_would_use(host: str, shown: str, tmp_path: Path) -> None:
    assert f"pop3s://{shown}:1995/1" in lines(tmp_path, PORTS, host=host)["curl"][0]
