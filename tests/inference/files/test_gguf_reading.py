"""Files of the `gguf` package's writer, read by us and by its reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from ptxgen.quant import FORMATS
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile, open_model
from tests.inference.files.making import every_format


def write(path: Path, alignment: int = 32, **split: int) -> Path:
    """A file of every format, with values of every type."""
    writer = gguf.GGUFWriter(path, "llama", **split)
    if alignment != 32:
        writer.add_custom_alignment(alignment)
    for name in ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"):
        getattr(writer, f"add_{name}")(f"number.{name}", 100)
    writer.add_float32("number.float32", 0.1)
    writer.add_float64("number.float64", 0.1)
    writer.add_bool("bool", False)
    writer.add_string("text", "Grüße, \U0001f600")
    writer.add_array("array.text", ["a", "", "ß"])
    writer.add_array("array.int32", [-1, 2])
    writer.add_array("array.float32", [0.5, -1e30])
    writer.add_array("array.bool", [True, False])
    writer.add_array("array.bytes", b"\x00\xff")
    for tensor in every_format():
        writer.add_tensor(
            tensor.name, tensor.data, raw_dtype=gguf.GGMLQuantizationType(tensor.format.ggml_type)
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def as_gguf_reads(path: Path) -> tuple[dict[str, Any], dict[str, tuple[Any, ...]]]:
    """Metadata, and (shape, type, bytes) of each tensor."""
    reader = gguf.GGUFReader(path)
    metadata = {n: f.contents() for n, f in reader.fields.items() if not n.startswith("GGUF.")}
    tensors = {
        t.name: (tuple(t.shape[::-1].tolist()), int(t.tensor_type), np.asarray(t.data).tobytes())
        for t in reader.tensors
    }
    return metadata, tensors


def as_we_read(model: ModelFile) -> tuple[dict[str, Any], dict[str, tuple[Any, ...]]]:
    tensors = {n: (t.shape, t.format.ggml_type, t.data.tobytes()) for n, t in model.tensors.items()}
    return dict(model.metadata), tensors


@pytest.mark.parametrize("alignment", [1, 8, 32, 64, 4096])
def test_we_read_what_the_gguf_package_reads(tmp_path: Path, alignment: int) -> None:
    path = write(tmp_path / "model.gguf", alignment)
    model = open_model(path)
    assert as_we_read(model) == as_gguf_reads(path)
    assert len(model.tensors) == len(FORMATS) + 3


def test_version_2_is_read_alike(tmp_path: Path) -> None:
    path = write(tmp_path / "model.gguf")
    raw = bytearray(path.read_bytes())
    raw[4] = 2
    other = tmp_path / "two.gguf"
    other.write_bytes(raw)
    assert as_we_read(open_model(other)) == as_we_read(open_model(path))


def test_tensors_are_views_of_the_mapped_file(tmp_path: Path) -> None:
    model = open_model(write(tmp_path / "model.gguf"))
    for tensor in model.tensors.values():
        assert not tensor.data.flags.owndata
        assert not tensor.data.flags.writeable
        assert np.isfinite(tensor.float32()).all()


def test_a_file_without_the_last_padding_is_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "model.gguf", 4096)
    raw = path.read_bytes()
    last = list(open_model(path).tensors.values())[-1]
    path.write_bytes(raw[: len(raw) - (-last.data.nbytes % 4096)])
    assert np.array_equal(list(open_model(path).tensors.values())[-1].data, every_format()[-1].data)


def test_an_open_model_of_metadata_alone(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "model.gguf", "llama")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert not open_model(tmp_path / "model.gguf").tensors


def split(folder: Path) -> list[Path]:
    write(folder / "model.gguf", split_max_tensors=5)
    return sorted(folder.glob("model-*.gguf"))


def test_all_parts_of_a_split_file_make_one_model(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    whole = open_model(write(tmp_path / "whole" / "model.gguf"))
    parts = split(tmp_path)
    assert len(parts) == 3
    for part in parts:
        joined = open_model(part)
        assert as_we_read(joined)[1] == as_we_read(whole)[1]
    assert as_we_read(open_model(parts[0])) == as_we_read(whole)


@pytest.mark.parametrize("lost", [1, 2])
def test_a_missing_part_is_named(tmp_path: Path, lost: int) -> None:
    parts = split(tmp_path)
    parts[lost].unlink()
    with pytest.raises(InferenceError, match=parts[lost].name) as raised:
        open_model(parts[0])
    assert raised.value.id == "INF022"


def test_a_part_under_another_name_is_refused(tmp_path: Path) -> None:
    parts = split(tmp_path)
    alone = parts[0].rename(tmp_path / "alone.gguf")
    with pytest.raises(InferenceError, match=r"00001-of-00003") as raised:
        open_model(alone)
    assert raised.value.id == "INF022"


def test_parts_in_the_wrong_order_are_refused(tmp_path: Path) -> None:
    parts = split(tmp_path)
    other = tmp_path / "other"
    parts[1].rename(other)
    parts[2].rename(parts[1])
    other.rename(parts[2])
    with pytest.raises(InferenceError, match=r"expected 1 as split\.no, got 2"):
        open_model(parts[0])


def test_a_part_of_another_model_is_refused(tmp_path: Path) -> None:
    parts = split(tmp_path)
    parts[1].write_bytes(parts[1].read_bytes().replace(b"blk.5.weight", b"blk.0.weight"))
    with pytest.raises(InferenceError, match=r"'blk\.0\.weight' again") as raised:
        open_model(parts[0])
    assert raised.value.id == "INF022"
