"""Models as GGUF files: the same bytes for the same model, whoever writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.quant import BlockFormat
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import checksum, values
from ptxgen_inference.files.gguf import ARCHITECTURE, map_bytes
from ptxgen_inference.files.model import Tensor
from ptxgen_inference.files.scan import scan
from ptxgen_inference.files.table import LONGEST_NAME

if TYPE_CHECKING:
    from gguf import GGUFWriter


@frozen
class Slot:
    """A tensor to be written: what the table says of it."""

    name: str
    shape: tuple[int, ...]
    format: BlockFormat

    @property
    def byte_shape(self) -> tuple[int, ...]:
        """The shape of its data: rows of bytes."""
        return (*self.shape[:-1], self.format.row_bytes(self.shape[-1]))


def write_gguf(path: Path, metadata: Mapping[str, Any], tensors: Iterable[Tensor]) -> None:
    """Write a model; see `write_stream`."""
    given = list(tensors)
    write_stream(path, metadata, [Slot(t.name, t.shape, t.format) for t in given], (t.data for t in given))


def write_stream(
    path: Path, metadata: Mapping[str, Any], slots: Sequence[Slot], data: Iterable[NDArray[np.uint8]]
) -> None:
    """Write a model whose tensors' `data` come one after the other, in the order of `slots`.

    Numbers become what llama.cpp reads: uint32 (larger or negative ones int32, uint64, int64; in lists int32 first),
    float32, bool. Empty lists and strings are left out, as the `gguf` package does. The file carries a checksum over
    everything before the data. It appears under its name when it is whole. Raises INF030, INF033.
    """
    part = path.with_name(path.name + ".part")
    try:
        try:
            _write(part, metadata, slots, data)
            _sign(part)
            part.replace(path)
        except OSError as error:
            raise unwritable(path, error) from None
    finally:
        part.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> InferenceError:
    """A file that the system does not let us write."""
    return InferenceError("INF030", f"cannot write {path}: {error.strerror}")


def _write(
    path: Path, metadata: Mapping[str, Any], slots: Sequence[Slot], data: Iterable[NDArray[np.uint8]]
) -> None:
    from gguf import GGMLQuantizationType, GGUFWriter

    architecture = metadata.get(ARCHITECTURE)
    if not isinstance(architecture, str) or not architecture:
        raise InferenceError("INF033", f"expected a name as {ARCHITECTURE!r}, got {architecture!r}")
    writer = GGUFWriter(path, architecture)
    try:
        _add_metadata(writer, metadata)
        names: set[str] = set()
        for slot in slots:
            _check_name(slot.name, names)
            shape, type = slot.byte_shape, GGMLQuantizationType(slot.format.ggml_type)
            size = int(np.prod(shape, dtype=np.int64))
            writer.add_tensor_info(slot.name, shape, np.dtype(np.uint8), size, raw_dtype=type)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for slot, bytes in zip(slots, data, strict=True):
            if bytes.shape != slot.byte_shape or bytes.dtype != np.uint8:
                raise InferenceError(
                    "INF033",
                    f"{slot.name!r}: expected uint8 {slot.byte_shape}, got {bytes.dtype} {bytes.shape}",
                )
            writer.write_tensor_data(np.ascontiguousarray(bytes))
    finally:
        writer.close()


def _check_name(name: str, names: set[str]) -> None:
    if name in names or not 0 < len(name.encode()) <= LONGEST_NAME:
        expected = f"tensor names once each, of 1 to {LONGEST_NAME} bytes"
        raise InferenceError("INF033", f"expected {expected}, got {name!r}")
    names.add(name)


def _add_metadata(writer: GGUFWriter, metadata: Mapping[str, Any]) -> None:
    writer.add_string(checksum.DIGEST, checksum.BLANK)
    for key, value in metadata.items():
        if key in (ARCHITECTURE, checksum.DIGEST, checksum.CHECKED):
            continue
        plain = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
        if isinstance(plain, list | tuple):
            _add_list(writer, key, list(plain))
        elif plain != "":
            _add(writer, key, plain, _type_of(key, plain))
    alignment = metadata.get("general.alignment")
    if alignment is not None:
        writer.data_alignment = alignment
    writer.add_bool(checksum.CHECKED, True)


def _add_list(writer: GGUFWriter, key: str, items: list[Any]) -> None:
    types = {_type_of(key, item, listed=True) for item in items}
    if not types:
        return
    numbers = (values.INT32, values.UINT32, values.INT64, values.UINT64)
    if types <= set(numbers):
        negative = any(item < 0 for item in items)
        if negative and values.UINT64 in types:
            raise _unwritable(key, "integers of one type")
        widest = max(types, key=numbers.index)
        types = {values.INT64 if negative and widest == values.UINT32 else widest}
    if len(types) > 1:
        raise _unwritable(key, "a list of one type")
    _add(writer, key, items, values.ARRAY, types.pop())


def _add(writer: GGUFWriter, key: str, value: Any, type: int, elements: int | None = None) -> None:
    from gguf import GGUFValueType

    writer.add_key_value(
        key, value, GGUFValueType(type), None if elements is None else GGUFValueType(elements)
    )


def _type_of(key: str, value: Any, listed: bool = False) -> int:
    """The type of a value; integers of a list are int32 where they can be, as token types are."""
    match value:
        case bool():
            return values.BOOL
        case str():
            return values.STRING
        case float():
            return values.FLOAT32
        case int() if -(2**31) <= value < (2**31 if listed else 0):
            return values.INT32
        case int() if 0 <= value < 2**32:
            return values.UINT32
        case int() if -(2**63) <= value < (2**63 if listed else 0):
            return values.INT64
        case int() if 0 <= value < 2**64:
            return values.UINT64
        case _:
            raise _unwritable(key, "a string, a number of at most 64 bits, a bool or a list of these", value)


def _unwritable(key: str, expected: str, value: Any = "a mixture") -> InferenceError:
    return InferenceError("INF033", f"metadata {key!r}: expected {expected}, got {str(value)[:80]}")


def _sign(path: Path) -> None:
    """Put the checksum into its place."""
    view = map_bytes(path).data
    structure = scan(str(path), view)
    value = checksum.digest(view, structure)
    with path.open("r+b") as file:
        file.seek(structure.value_at[checksum.DIGEST] + 8)
        file.write(value.encode("ascii"))
