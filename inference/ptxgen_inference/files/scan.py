"""The structure of a GGUF file, proven against the file's size before anything is made of it.

The format is the specification's (`docs/gguf.md` of ggml), versions 2 and 3, little endian. As ggml itself does, the
scan wants the data of the tensors one after the other in the table's order, padded to the alignment, up to the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Any

from attrs import frozen

from ptxgen_inference.files import table, values
from ptxgen_inference.files.cursor import Cursor
from ptxgen_inference.files.table import Entry
from ptxgen_inference.files.values import Values

MAGIC = b"GGUF"
VERSIONS = (2, 3)
DEFAULT_ALIGNMENT = 32
LARGEST_ALIGNMENT = 1 << 20

MOST_HEADER = 1 << 26
"""Bytes of header, metadata and tensor table. The largest vocabularies take about 20 MB."""

_U32, _U64 = Struct("<I"), Struct("<Q")


@frozen
class Structure:
    """What a file holds and where. `types` and `value_at` give the type and the first byte of each metadata value.

    `end` is the first byte after the tensor table.
    """

    version: int
    metadata: Mapping[str, Any]
    types: Mapping[str, int]
    value_at: Mapping[str, int]
    tensors: tuple[Entry, ...]
    alignment: int
    end: int


def scan(source: str, view: memoryview) -> Structure:
    """The structure of a file's bytes; `source` names the file in errors. Raises INF010 to INF019."""
    cursor = Cursor(source, view, end=min(len(view), MOST_HEADER))
    version = _version(cursor)
    tensors, keys = _counts(cursor)
    found = Values(cursor)
    found.read(keys)
    alignment = _alignment(cursor, found)
    rows = table.read(cursor, tensors)
    placed = table.place(cursor, rows, alignment)
    return Structure(version, found.metadata, found.types, found.at, placed, alignment, cursor.at)


def _version(cursor: Cursor) -> int:
    magic = bytes(cursor.view[: len(MAGIC)])
    if magic != MAGIC:
        got = magic.hex(" ") or "an empty file"
        raise cursor.fault("INF010", 0, f"a GGUF file, which starts with {MAGIC.hex(' ')} (GGUF)", got)
    cursor.take(len(MAGIC), "the magic")
    version = cursor.number(_U32, "the version")
    if version in VERSIONS:
        return version
    if int.from_bytes(version.to_bytes(4, "little"), "big") <= max(VERSIONS):
        raise cursor.fault(
            "INF011",
            4,
            "a little-endian file",
            "a big-endian one",
            help="convert it with gguf-convert-endian",
        )
    raise cursor.fault(
        "INF011",
        4,
        "version 2 or 3",
        f"version {version}",
        help="convert the model again with a current llama.cpp",
    )


def _counts(cursor: Cursor) -> tuple[int, int]:
    start = cursor.at
    tensors = cursor.number(_U64, "the number of tensors")
    keys = cursor.number(_U64, "the number of metadata keys")
    left = cursor.end - cursor.at
    most = min(left // table.SMALLEST_ENTRY, table.MOST_TENSORS)
    if tensors > most:
        raise cursor.fault("INF012", start, f"at most {most} tensors in this file", str(tensors))
    most = min((left - tensors * table.SMALLEST_ENTRY) // values.SMALLEST_KEY, values.MOST_KEYS)
    if keys > most:
        raise cursor.fault("INF012", start + 8, f"at most {most} metadata keys in this file", str(keys))
    return tensors, keys


def _alignment(cursor: Cursor, found: Values) -> int:
    key = "general.alignment"
    if key not in found.metadata:
        return DEFAULT_ALIGNMENT
    alignment, at = found.metadata[key], found.at[key]
    if found.types[key] != values.UINT32:
        raise cursor.fault(
            "INF019", at - 4, f"{key} of type {values.UINT32} (uint32)", f"type {found.types[key]}"
        )
    if alignment.bit_count() != 1 or alignment > LARGEST_ALIGNMENT:
        expected = f"{key} as a power of two up to {LARGEST_ALIGNMENT}"
        raise cursor.fault("INF019", at, expected, str(alignment))
    return alignment
