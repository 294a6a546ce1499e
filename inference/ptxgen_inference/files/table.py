"""The tensor table of a GGUF file: names, shapes, formats, and where the data lies."""

from __future__ import annotations

from math import prod
from struct import Struct

from attrs import frozen

from ptxgen.quant import FORMATS, BlockFormat
from ptxgen_inference.files.cursor import Cursor

MOST_TENSORS = 1 << 15
LONGEST_NAME = 64
MOST_DIMENSIONS = 4
SMALLEST_ENTRY = 8 + 1 + 4 + 8 + 4 + 8
"""Bytes of a tensor's entry with a name of one character and one dimension."""

_FORMATS = {format.ggml_type: format for format in FORMATS.values()}
_U32, _U64 = Struct("<I"), Struct("<Q")


@frozen
class Entry:
    """A tensor of the table: `shape` slowest first, and its `bytes` from byte `at` of the file."""

    name: str
    shape: tuple[int, ...]
    format: BlockFormat
    at: int
    bytes: int


@frozen
class Row:
    """A tensor's entry as it stands: `offset` counts from the start of the data, and stands at byte `field`."""

    name: str
    shape: tuple[int, ...]
    format: BlockFormat
    offset: int
    field: int

    @property
    def bytes(self) -> int:
        """Size of the data."""
        return prod(self.shape[:-1]) * self.format.row_bytes(self.shape[-1])


def padded(bytes: int, alignment: int) -> int:
    """`bytes`, rounded up to the alignment."""
    return -(-bytes // alignment) * alignment


def read(cursor: Cursor, count: int) -> list[Row]:
    """The next `count` entries. Raises INF012, INF013 and INF015 to INF017."""
    rows: dict[str, Row] = {}
    for _ in range(count):
        start = cursor.at
        row = _row(cursor)
        if row.name in rows:
            raise cursor.fault("INF015", start, "tensor names once each", f"{row.name!r} again")
        rows[row.name] = row
    return list(rows.values())


def _row(cursor: Cursor) -> Row:
    start = cursor.at
    name = cursor.text("a tensor name", LONGEST_NAME)
    if not name:
        raise cursor.fault("INF012", start, "a tensor name of at least one byte", "none")
    shape = _shape(cursor, name)
    format = _format(cursor, name, shape)
    field = cursor.at
    return Row(name, shape, format, cursor.number(_U64, f"the offset of {name!r}"), field)


def _shape(cursor: Cursor, name: str) -> tuple[int, ...]:
    start = cursor.at
    dimensions = cursor.number(_U32, f"the number of dimensions of {name!r}")
    if not 1 <= dimensions <= MOST_DIMENSIONS:
        raise cursor.fault("INF016", start, f"1 to {MOST_DIMENSIONS} dimensions of {name!r}", str(dimensions))
    sizes = [cursor.number(_U64, f"a dimension of {name!r}") for _ in range(dimensions)]
    if 0 in sizes:
        raise cursor.fault("INF016", start + 4, f"positive dimensions of {name!r}", str(sizes))
    # A weight takes at least half a byte; without this, products of dimensions would be numbers of 256 bits.
    if prod(sizes) > 2 * len(cursor.view):
        expected = f"{name!r} to fit the file of {len(cursor.view)} bytes"
        raise cursor.fault("INF016", start + 4, expected, f"dimensions {sizes}")
    return tuple(reversed(sizes))


def _format(cursor: Cursor, name: str, shape: tuple[int, ...]) -> BlockFormat:
    start = cursor.at
    type = cursor.number(_U32, f"the type of {name!r}")
    if type not in _FORMATS:
        expected = f"{name!r} in one of {', '.join(FORMATS)}"
        raise cursor.fault(
            "INF017",
            start,
            expected,
            _type_name(type),
            help="quantise the model to one of these types from its original",
        )
    format = _FORMATS[type]
    if shape[-1] % format.weights:
        expected = f"rows of {name!r} ({format.name}) in whole blocks of {format.weights} weights"
        raise cursor.fault("INF016", start, expected, f"{shape[-1]} weights")
    return format


def _type_name(type: int) -> str:
    from gguf import GGMLQuantizationType

    try:
        return f"{GGMLQuantizationType(type).name} (type {type})"
    except ValueError:
        return f"the unknown type {type}"


def place(cursor: Cursor, rows: list[Row], alignment: int) -> tuple[Entry, ...]:
    """Where the data of each tensor lies. Raises INF018 unless the tensors follow each other up to the file's end."""
    base = padded(cursor.at, alignment)
    size = len(cursor.view)
    at, end = base, cursor.at
    placed: list[Entry] = []
    for row in rows:
        if base + row.offset != at:
            raise cursor.fault(
                "INF018", row.field, _expected(row, at - base), _misplaced(row, at - base, alignment)
            )
        end = at + row.bytes
        if end > size:
            raise cursor.fault(
                "INF018",
                row.field,
                f"the {row.bytes} bytes of {row.name!r} from byte {at} within the file's {size} bytes",
                f"an end at byte {end}",
                help="the file is cut off: fetch it again and compare its size",
            )
        placed.append(Entry(row.name, row.shape, row.format, at, row.bytes))
        at = padded(end, alignment)
    if size > at:
        what = "tensor" if rows else "table"
        raise cursor.fault(
            "INF018", end, f"the end of the file after the last {what}", f"{size - end} more bytes"
        )
    return tuple(placed)


def _expected(row: Row, offset: int) -> str:
    return f"{row.name!r} at offset {offset}, after the tensor before it"


def _misplaced(row: Row, offset: int, alignment: int) -> str:
    how = (
        f", no multiple of the alignment {alignment}"
        if row.offset % alignment
        else ", which overlaps it"
        if row.offset < offset
        else ", which leaves a gap"
    )
    return f"offset {row.offset}{how}"
