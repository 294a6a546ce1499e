"""Safetensors files: the header proven against the file's size, the tensors as views of the mapped file.

The format is the specification's: eight bytes of length, that many bytes of JSON, then the data without holes. The
`safetensors` package cannot give BF16 to NumPy, and loads what it gives; so this is read here and compared with it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.quant import BF16, F16, F32, BlockFormat
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files.documents import MOST_BYTES, Document, parse
from ptxgen_inference.files.gguf import map_bytes
from ptxgen_inference.files.model import Tensor
from ptxgen_inference.files.table import MOST_TENSORS

INDEX = "model.safetensors.index.json"
FORMATS: Mapping[str, BlockFormat] = {"F32": F32, "F16": F16, "BF16": BF16}

_BITS = {
    **dict.fromkeys(("F64", "I64", "U64", "C64"), 64),
    **dict.fromkeys(("F32", "I32", "U32"), 32),
    **dict.fromkeys(("F16", "BF16", "I16", "U16"), 16),
    **dict.fromkeys(("I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2", "F8_E8M0"), 8),
}
_MOST_DIMENSIONS = 8


@frozen(eq=False)
class Stored:
    """A tensor of a file, in any type that safetensors has."""

    name: str
    type: str
    shape: tuple[int, ...]
    bytes: NDArray[np.uint8]

    def tensor(self, name: str) -> Tensor:
        """It under another name. INF026 for a type that is no format of weights."""
        format = FORMATS.get(self.type)
        if format is None or not self.shape:
            raise InferenceError(
                "INF026",
                f"{self.name}: expected an array of {', '.join(FORMATS)}, got {self.type} {list(self.shape)}",
                help="give the unquantised model",
            )
        rows = self.bytes.reshape(*self.shape[:-1], format.row_bytes(self.shape[-1]))
        return Tensor(name, self.shape, format, rows)


def read_folder(folder: Path) -> dict[str, Stored]:
    """All tensors of a folder: of the files that its index names, else of every *.safetensors. INF025, INF030."""
    files = _indexed(folder) if (folder / INDEX).is_file() else sorted(folder.glob("*.safetensors"))
    if not files:
        raise InferenceError("INF030", f"cannot read {folder}: it has no *.safetensors")
    found: dict[str, Stored] = {}
    for file in files:
        tensors = read_file(file)
        for name in tensors.keys() & found.keys():
            raise InferenceError(
                "INF025", f"{file}: expected tensor names once in all files, got {name!r} again"
            )
        found |= tensors
    return found


def _indexed(folder: Path) -> list[Path]:
    names = set(Document.read(folder / INDEX).inner("weight_map").values.values())
    for name in names:
        if not isinstance(name, str) or Path(name).name != name or not (folder / name).is_file():
            expected = "names of files beside it"
            raise InferenceError("INF025", f"{folder / INDEX}: expected {expected}, got {str(name)[:80]!r}")
    return [folder / name for name in sorted(names)]


def read_file(path: Path) -> dict[str, Stored]:
    """The tensors of one file, by name. Raises INF025, INF030."""
    data = map_bytes(path)
    header, start = _header(path, data)
    entries = [_entry(path, name, value) for name, value in header.items() if name != "__metadata__"]
    if len(entries) > MOST_TENSORS:
        raise _fault(path, f"at most {MOST_TENSORS} tensors", str(len(entries)))
    at = 0
    for name, begin, end in sorted(((e[0], e[3], e[4]) for e in entries), key=lambda e: e[1:]):
        if begin != at:
            how = "an overlap" if begin < at else "a hole"
            raise _fault(path, f"{name!r} at offset {at}, after the tensor before it", f"{begin} ({how})")
        at = end
    if start + at != len(data):
        raise _fault(path, f"data up to the file's {len(data)} bytes", f"an end at byte {start + at}")
    return {
        name: Stored(name, type, shape, data[start + a : start + b]) for name, type, shape, a, b in entries
    }


def _header(path: Path, data: NDArray[np.uint8]) -> tuple[dict[str, Any], int]:
    if len(data) < 8:
        raise _fault(path, "8 bytes with the length of the header", f"{len(data)} bytes")
    length = int.from_bytes(data[:8].tobytes(), "little")
    most = min(len(data) - 8, MOST_BYTES)
    if length > most:
        raise _fault(path, f"a header of at most {most} bytes", f"{length} bytes")
    return parse(str(path), data[8 : 8 + length].tobytes()), 8 + length


def _entry(path: Path, name: str, value: Any) -> tuple[str, str, tuple[int, ...], int, int]:
    match value:
        case {"dtype": str(type), "shape": list(shape), "data_offsets": [int(begin), int(end)]} if (
            type in _BITS
        ):
            pass
        case _:
            expected = f"a known dtype, a shape and two data_offsets of {name[:80]!r}"
            raise _fault(path, expected, str(value)[:120])
    sizes = [size for size in shape if isinstance(size, int) and not isinstance(size, bool) and size >= 0]
    if len(sizes) != len(shape) or len(shape) > _MOST_DIMENSIONS:
        raise _fault(
            path, f"at most {_MOST_DIMENSIONS} sizes from 0 as the shape of {name[:80]!r}", str(shape)[:80]
        )
    # The product of the first sizes is compared as it grows, so that it never is a huge number.
    limit = 8 * path.stat().st_size
    if any(partial > limit for partial in itertools.accumulate((s or 1 for s in sizes), int.__mul__)):
        raise _fault(path, f"{name[:80]!r} to fit the file", f"the shape {shape}")
    if begin < 0 or (end - begin) * 8 != prod(sizes) * _BITS[type]:
        expected = f"{prod(sizes) * _BITS[type] // 8} bytes of {name[:80]!r} ({type} {shape})"
        raise _fault(path, expected, f"offsets {begin} to {end}")
    return name, type, tuple(sizes), begin, end


def _fault(path: Path, expected: str, got: str) -> InferenceError:
    return InferenceError("INF025", f"{path}: expected {expected}, got {got}")
