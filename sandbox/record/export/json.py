"""One JSON object for programs: the head of the transcript, and everything that happened with its explanation."""

from __future__ import annotations

import json
from typing import BinaryIO, Final

import msgspec

from sandbox.core.message import N_
from sandbox.i18n import language
from sandbox.record.export.base import Format, Protocols
from sandbox.record.linear import records
from sandbox.record.reader import Transcript


def write(transcript: Transcript, protocols: Protocols, file: BinaryIO) -> None:
    """Write the object, a record a line."""
    header = msgspec.structs.asdict(transcript.header)
    file.write(f'{{"header": {json.dumps(header)},\n"language": {json.dumps(language())},\n"records": ['.encode())
    before = "\n"
    for record in records(transcript, protocols):
        file.write(f"{before}{json.dumps(record)}".encode())
        before = ",\n"
    file.write(b"\n]}\n")


FORMAT: Final = Format("json", N_("everything with its explanations, for programs"), write)
