"""Certificates: whom they are for, what may be wrong with them, and how the authority is kept."""

from __future__ import annotations

import os
import ssl
import stat
import time
from pathlib import Path

import pytest
from cryptography import x509

from sandbox.wire.tls import TlsEnd, shake_hands
from sandbox.wire.trace import Data, Side, Tls
from sandbox.world.authority import RENEW_BEFORE, VALID_FOR, Authority, Flaw, certificates
from sandbox.world.description import DomainDescription, HostDescription, WorldDescription
from sandbox.world.errors import WorldError
from sandbox.world.inputs import Send
from sandbox.world.world import World

NAME = "mail.norte.example"


class Nowhere:
    def carry_record(self, side: Side, octets: bytes) -> None:
        pass


def attempt(authority: Authority, server: TlsEnd, name: str = NAME, context: ssl.SSLContext | None = None) -> str:
    """Connect; why not, or nothing."""
    client = TlsEnd(context or authority.client_context(), server_name=name)
    done = shake_hands(Nowhere(), client, server)
    assert done is (client.failure == "")
    return client.failure


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        (Flaw.NONE, ""),
        (Flaw.EXPIRED, "the certificate has expired"),
        (Flaw.WRONG_NAME, "the certificate is for another name than the one that was asked for"),
        (Flaw.SELF_SIGNED, "the certificate is self-signed, and not one that the client trusts"),
    ],
)
def test_a_client_finds_each_flaw(flaw: Flaw, reason: str) -> None:
    authority = Authority()
    assert attempt(authority, authority.server((NAME,), flaw).begin()) == reason


def test_a_self_signed_certificate_has_the_right_name_all_the_same() -> None:
    authority = Authority()
    server = authority.server((NAME,), Flaw.SELF_SIGNED)
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.load_verify_locations(cadata=ssl.DER_cert_to_PEM_cert(server.certificates[0]))
    assert attempt(authority, server.begin(), context=trusting) == ""


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_newest_version_can_be_chosen(newest: ssl.TLSVersion) -> None:
    authority = Authority()
    end = authority.server((NAME,), newest=newest).begin()
    assert attempt(authority, end) == ""
    assert end.object.version() == newest.name.replace("_", ".")


def test_a_server_is_made_once_for_each_purpose() -> None:
    authority = Authority()
    assert authority.server((NAME,)) is authority.server([NAME])
    assert authority.server((NAME,)) is not authority.server((NAME,), Flaw.EXPIRED)


@pytest.mark.parametrize("name", [NAME, "localhost", "127.0.0.1", "::1"])
def test_names_and_addresses_can_be_asked_for(name: str) -> None:
    authority = Authority()
    assert attempt(authority, authority.server(("localhost", NAME, "127.0.0.1", "::1")).begin(), name) == ""


# Kept


NAMES = ("localhost", NAME)


def kept(folder: Path, names: tuple[str, ...] = NAMES) -> Authority:
    authority = Authority(folder)
    assert attempt(authority, authority.server(names).begin()) == ""
    return authority


def test_an_authority_is_kept_and_its_keys_are_nobody_elses(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "authority"
    path = kept(folder).certificate_path
    first = {each.name: each.read_bytes() for each in folder.iterdir()}
    assert set(first) == {"ca.key", "ca.pem", "server.pem"}
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in (*folder.iterdir(), folder)}
    assert (modes["ca.key"], modes["server.pem"], modes["authority"]) == (0o600, 0o600, 0o700)
    kept(folder)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == first
    authority = x509.load_pem_x509_certificate(path.read_bytes())
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert b"PRIVATE" not in path.read_bytes()


def test_programs_that_trust_it_trust_what_it_signs_later(tmp_path: Path) -> None:
    trusting = ssl.create_default_context(cafile=kept(tmp_path).certificate_path)
    later = Authority(tmp_path)
    server = later.server(("other.example",))
    assert attempt(later, server.begin(), "other.example", trusting) == ""


def test_server_certificates_last_as_long_as_programs_like(tmp_path: Path) -> None:
    kept(tmp_path)
    [der] = certificates((tmp_path / "server.pem").read_bytes())
    certificate = x509.load_der_x509_certificate(der)
    until = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert VALID_FOR < until < VALID_FOR + RENEW_BEFORE
    assert until.days <= 398


def test_a_certificate_that_ends_soon_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path)
    before = (tmp_path / "server.pem").read_bytes()
    later = time.time() + (VALID_FOR - RENEW_BEFORE).total_seconds() + 60
    monkeypatch.setattr(time, "time", lambda: later)
    kept(tmp_path)
    assert (tmp_path / "server.pem").read_bytes() != before


@pytest.mark.parametrize("lost", ["ca.pem", "server.pem"])
def test_what_is_lost_is_made_again_by_the_same_authority(lost: str, tmp_path: Path) -> None:
    before = kept(tmp_path).certificate_path.read_bytes()
    (tmp_path / lost).unlink()
    assert kept(tmp_path).certificate_path.read_bytes() == before


def test_a_new_authority_signs_everything_anew(tmp_path: Path) -> None:
    kept(tmp_path)
    (tmp_path / "ca.key").unlink()
    (tmp_path / "ca.pem").unlink()
    kept(tmp_path)


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"])
def test_a_damaged_authority_is_told_with_its_path(damage: bytes, tmp_path: Path) -> None:
    (tmp_path / "ca.key").write_bytes(damage)
    with pytest.raises(WorldError, match=r"ca\.key is damaged: delete it"):
        Authority(tmp_path).server((NAME,))


def test_a_damaged_certificate_is_told_with_its_path(tmp_path: Path) -> None:
    kept(tmp_path)
    path = tmp_path / "server.pem"
    path.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[:2]) + b"\nnonsense\n")
    with pytest.raises(WorldError, match=r"server\.pem is damaged: delete it"):
        Authority(tmp_path).server(NAMES)
    path.write_bytes(b"no label")
    kept(tmp_path)


def test_two_runs_at_once_agree_on_one_authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run makes the authority between our look and our writing."""
    link, others = os.link, Authority(tmp_path / "other")
    others.server((NAME,))

    def late(source: Path, target: Path) -> None:
        if not target.exists():
            target.write_bytes((tmp_path / "other" / "ca.key").read_bytes())
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert kept(tmp_path / "ours").certificate_path.read_bytes() == others.certificate_path.read_bytes()


def test_a_folder_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        Authority(tmp_path / "file" / "authority").server((NAME,))


# In a world


def world(**settings: object) -> World:
    domain = DomainDescription("norte.example", {"ana": "secreto"})
    host = HostDescription("norte", NAME, "norte.example", ("pop3",), {"pop3": settings})
    return World(WorldDescription((domain,), (host,)))


def test_the_hosts_of_a_world_have_certificates() -> None:
    here = world(tls=True)
    here.connect("laptop", "pop3", "norte", 110)
    for line in (b"STLS\r\n", b"USER ana\r\n", b"PASS secreto\r\n"):
        here.do(Send("laptop", line))
    client = here.client("laptop")
    assert client is not None
    assert client.state.name == "TRANSACTION"
    [tls] = [event for event in here.journal.events if isinstance(event, Tls)]
    assert (tls.version, tls.server_name) == ("TLS 1.3", NAME)


def test_port_995_begins_with_tls_and_time_travel_shakes_hands_again() -> None:
    here = world()
    here.connect("laptop", "pop3", "norte", 995)
    here.do(Send("laptop", b"USER ana\r\n"))
    before = here.checkpoint()
    here.do(Send("laptop", b"PASS secreto\r\n"))
    now = here.clock.now()
    here.restore(before)
    here.do(Send("laptop", b"PASS secreto\r\n"))
    assert here.clock.now() == now
    client = here.client("laptop")
    assert client is not None
    assert client.state.name == "TRANSACTION"
    assert sum(isinstance(event, Tls) for event in here.journal.events) == 1


def test_the_same_world_leaves_the_same_octets_under_tls() -> None:
    runs = []
    for _ in range(2):
        here = world()
        here.connect("laptop", "pop3", "norte", 995)
        here.do(Send("laptop", b"CAPA\r\nQUIT\r\n"))
        runs.append([event for event in here.journal.events if isinstance(event, Data) and event.layer == "app"])
    assert runs[0] == runs[1]
    assert len(runs[0]) > 2
