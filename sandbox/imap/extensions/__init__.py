"""Extensions, each in a file of its own: what it adds to commands, tables and CAPABILITY.

To add one, write its file and name it in `EXTENSIONS`. Importing this package completes the registry and the tables.
"""

from __future__ import annotations

from types import ModuleType

from sandbox.imap.extensions import (
    appendlimit,
    base,
    binary,
    catenate,
    compress,
    condstore,
    context,
    enable,
    id,
    idle,
    move,
    namespace,
    notify,
    objectid,
    preview,
    qresync,
    quota,
    replace,
    savedate,
    searchres,
    sort,
    special_use,
    thread,
    utf8,
    within,
)

EXTENSIONS: tuple[ModuleType, ...] = (
    base,
    id,
    enable,
    idle,
    namespace,
    special_use,
    move,
    condstore,
    qresync,
    searchres,
    within,
    sort,
    thread,
    notify,
    context,
    binary,
    catenate,
    utf8,
    objectid,
    savedate,
    preview,
    replace,
    appendlimit,
    quota,
    compress,
)
