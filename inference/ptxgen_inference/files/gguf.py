"""GGUF files as models: scanned, mapped, and the parts of a split file joined."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files.checksum import verify
from ptxgen_inference.files.model import ModelFile, Tensor
from ptxgen_inference.files.scan import Structure, scan
from ptxgen_inference.files.table import Entry

ARCHITECTURE = "general.architecture"
SPLIT_COUNT, SPLIT_NUMBER, SPLIT_TENSORS = "split.count", "split.no", "split.tensors.count"
_MOST_PARTS = 1024
_PART = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf")


@frozen(eq=False)
class Mapped:
    """A file's bytes, mapped read-only, and what they hold."""

    path: Path
    bytes: NDArray[np.uint8]
    structure: Structure

    def tensors(self) -> Iterator[Tensor]:
        """Its tensors, as views of the mapped file."""
        return (self._tensor(entry) for entry in self.structure.tensors)

    def _tensor(self, entry: Entry) -> Tensor:
        data = self.bytes[entry.at : entry.at + entry.bytes]
        row = entry.format.row_bytes(entry.shape[-1])
        return Tensor(entry.name, entry.shape, entry.format, data.reshape(*entry.shape[:-1], row))


def open_gguf(path: Path) -> ModelFile:
    """A GGUF file; of a split one, all parts, whichever is named. Raises INF010 to INF022."""
    first = map_file(path)
    parts = _parts(first)
    metadata = dict(parts[0].structure.metadata)
    if len(parts) > 1:
        metadata = {key: value for key, value in metadata.items() if not key.startswith("split.")}
    if not isinstance(metadata.get(ARCHITECTURE), str):
        got = repr(metadata.get(ARCHITECTURE, "no such key"))
        raise InferenceError(
            "INF020", f"{path}: expected a name in the metadata key {ARCHITECTURE!r}, got {got}"
        )
    return ModelFile(str(path), metadata, _joined(parts))


def map_file(path: Path) -> Mapped:
    """One file, scanned and mapped. Raises INF010 to INF019, INF024, and INF030 for a file that cannot be read."""
    data = map_bytes(path)
    view = data.data
    structure = scan(str(path), view)
    verify(str(path), view, structure)
    return Mapped(path, data, structure)


def map_bytes(path: Path) -> NDArray[np.uint8]:
    """The bytes of a file, mapped read-only. INF030 for a file that cannot be read."""
    if not path.is_file():
        raise InferenceError("INF030", f"cannot read {path}: expected a file, got something else or nothing")
    try:
        with path.open("rb") as file:
            # An empty file cannot be mapped.
            if not path.stat().st_size:
                return np.zeros(0, np.uint8)
            return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)
    except OSError as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: OSError) -> InferenceError:
    """A file that the system does not give."""
    return InferenceError("INF030", f"cannot read {path}: {error.strerror}")


def _parts(given: Mapped) -> list[Mapped]:
    count = _split_number(given, SPLIT_COUNT)
    if count <= 1:
        return [given]
    name = _PART.fullmatch(given.path.name)
    if count > _MOST_PARTS or name is None or int(name["count"]) != count:
        raise _split_fault(
            given.path,
            f"a name like model-00001-of-{min(count, _MOST_PARTS):05d}.gguf, because {SPLIT_COUNT} is {count}",
            given.path.name,
        )
    paths = [given.path.with_name(f"{name['stem']}-{i + 1:05d}-of-{count:05d}.gguf") for i in range(count)]
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise _split_fault(given.path, f"all {count} parts beside it", f"no {', '.join(missing[:3])}{more}")
    parts = [given if path == given.path else map_file(path) for path in paths]
    for number, part in enumerate(parts):
        _check_part(part, number, parts)
    return parts


def _check_part(part: Mapped, number: int, parts: list[Mapped]) -> None:
    tensors = sum(len(part.structure.tensors) for part in parts)
    for key, expected in ((SPLIT_NUMBER, number), (SPLIT_COUNT, len(parts)), (SPLIT_TENSORS, tensors)):
        got = _split_number(part, key)
        if got != expected:
            raise _split_fault(part.path, f"{expected} as {key}", str(got))
    first = parts[0].structure.metadata
    for key, value in part.structure.metadata.items():
        if not key.startswith(("split.", "ptxgen.structure.")) and key in first and first[key] != value:
            raise _split_fault(part.path, f"the first part's value of {key!r}", "another one")


def _split_number(part: Mapped, key: str) -> int:
    value: Any = part.structure.metadata.get(key, 0)
    if not isinstance(value, int):
        raise _split_fault(part.path, f"a whole number as {key}", repr(value)[:80])
    return value


def _joined(parts: list[Mapped]) -> Mapping[str, Tensor]:
    joined: dict[str, Tensor] = {}
    for part in parts:
        for tensor in part.tensors():
            if tensor.name in joined:
                raise _split_fault(part.path, "tensor names once in all parts", f"{tensor.name!r} again")
            joined[tensor.name] = tensor
    return joined


def _split_fault(path: Path, expected: str, got: str) -> InferenceError:
    return InferenceError(
        "INF022",
        f"{path}, a part of a split file: expected {expected}, got {got}",
        help="keep all parts in one folder under their own names, or join them with llama-gguf-split --merge",
    )
