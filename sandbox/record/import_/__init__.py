"""Conversations from elsewhere as transcripts: captures, texts, logs of other programs. One file a format."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path, PurePath
from tempfile import TemporaryFile
from typing import BinaryIO, Final, cast

from sandbox import __version__
from sandbox.core.message import N_
from sandbox.core.protocol import Protocol
from sandbox.record.errors import RecordError, reason
from sandbox.record.format import Header, append_event, append_header, version_of
from sandbox.record.import_ import dialogue, pcap, s_client, swaks
from sandbox.record.import_.base import Importer, Intake
from sandbox.record.reader import Transcript
from sandbox.wire.trace import AnyEvent

__all__ = ["IMPORTERS", "Importer", "Intake", "import_", "is_foreign", "opened"]

IMPORTERS: Final[tuple[Importer, ...]] = (pcap.FORMAT, s_client.FORMAT, swaks.FORMAT, dialogue.FORMAT)
"""All forms; the first that recognises a file reads it."""

HEAD: Final = 1 << 16
"""Octets that a form is recognised by."""
_FULL: Final = 1 << 20


def import_(
    file: BinaryIO,
    name: str,
    target: BinaryIO,
    protocols: Mapping[str, Protocol],
    *,
    key_log: bytes = b"",
    progress: Callable[[int], None] = lambda _octets: None,
) -> Intake:
    """Turn a file into a transcript, and say what was found. `progress` is told how many octets were read.

    Raises `RecordError` where there is nothing to bring in, and `OSError`.
    """
    if not file.seekable():
        file = BytesIO(file.read())
    head = file.read(HEAD)
    importer = _recognised(head, name)
    file.seek(0)
    buffer = bytearray()

    def emit(event: AnyEvent) -> None:
        if event.seq == 1:
            title = PurePath(name).name
            append_header(buffer, Header(title=title, created=event.at, program=f"mail-sandbox {__version__}"))
        append_event(buffer, event)
        if len(buffer) > _FULL:
            target.write(buffer)
            buffer.clear()

    intake = Intake(protocols, emit, key_log, progress)
    intake.form = importer.name
    importer.read(file, intake)
    if not intake.found:
        raise _nothing(name, intake)
    for remark in intake.remarks:
        intake.note("", remark.text, **remark.params)
    target.write(buffer)
    target.flush()
    return intake


def opened(path: str | Path, protocols: Mapping[str, Protocol]) -> Transcript:
    """A transcript, or whatever can be made one; "-" is standard input. Raises `RecordError`."""
    name = str(path)
    with ExitStack() as unless_it_succeeds:
        try:
            if name == "-":
                file: BinaryIO = BytesIO(sys.stdin.buffer.read())
            else:
                file = unless_it_succeeds.enter_context(Path(path).open("rb"))
            if is_foreign(file):
                target = cast("BinaryIO", unless_it_succeeds.enter_context(TemporaryFile()))
                import_(file, name, target, protocols)
                file.close()
                target.seek(0)
                file = target
        except OSError as error:
            raise RecordError(N_("{path} cannot be read: {reason}."), path=name, reason=reason(error)) from error
        transcript = Transcript.read(file, name)
        unless_it_succeeds.pop_all()
        return transcript


def is_foreign(file: BinaryIO) -> bool:
    """Whether a file has to be brought in first. It stands at its beginning, before and after."""
    if not file.seekable():
        return False
    head = file.read(HEAD)
    file.seek(0)
    return version_of(head.partition(b"\n")[0]) is None and any(each.recognises(head) for each in IMPORTERS)


def _recognised(head: bytes, name: str) -> Importer:
    """The form of a file that begins so. Raises `RecordError`."""
    if not head:
        raise RecordError(N_("{path} is empty."), path=name)
    for importer in IMPORTERS:
        if importer.recognises(head):
            return importer
    for magic, said in _FOREIGN.items():
        if head.startswith(magic):
            raise RecordError(said, path=name)
    raise RecordError(_UNKNOWN, path=name)


def _nothing(name: str, intake: Intake) -> RecordError:
    """Why there is nothing to bring in."""
    if intake.remarks:
        return RecordError(_NO_MAIL_BUT, path=name, remark=intake.remarks[0])
    if intake.left_out:
        ports = ", ".join(str(port) for port, _count in intake.left_out.most_common(_PORTS))
        return RecordError(_OTHERS, path=name, count=intake.left_out.total(), ports=ports)
    return RecordError(_NO_MAIL, path=name)


_PORTS: Final = 10
"""Ports that are named at most."""
_UNKNOWN: Final = N_(
    "{path} is nothing that can be imported: give a capture (.pcap, .pcapng), a text with C: and S: lines, or a log of "
    "openssl s_client or swaks."
)
_FOREIGN: Final[Mapping[bytes, str]] = {
    b"\x1f\x8b": N_("{path} is compressed. Unpack it first, with gunzip."),
    b"\x28\xb5\x2f\xfd": N_("{path} is compressed. Unpack it first, with zstd -d."),
    b"snoop\0\0\0": N_("{path} is a capture of snoop. Turn it into .pcapng first, with Wireshark."),
    b"\xa1\xb2\xcd\x34": N_("{path} is a capture of an odd kind. Turn it into .pcapng first, with Wireshark."),
    b"\x34\xcd\xb2\xa1": N_("{path} is a capture of an odd kind. Turn it into .pcapng first, with Wireshark."),
    b'{"mail-sandbox-transcript"': N_("{path} is a transcript already."),
}
"""Files that begin so cannot be read, and what to do."""
_NO_MAIL: Final = N_("There is no conversation in {path}.")
_NO_MAIL_BUT: Final = N_("There is no conversation in {path}. {remark}")
_OTHERS: Final = N_("There is no mail in {path}: its {count} connections speak other protocols, on the ports {ports}.")
