"""What we write is what was given, to us and to the `gguf` package, in the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from ptxgen.quant import FORMATS
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile, Tensor, open_model, write_gguf
from tests.inference.files.making import METADATA, every_format, same_tensors, tensor

OURS = ("ptxgen.structure.sha256", "ptxgen.structure.checked")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    write_gguf(tmp_path / "model.gguf", METADATA, every_format())
    return tmp_path / "model.gguf"


def test_what_is_written_is_read(written: Path) -> None:
    model = open_model(written)
    assert {k: v for k, v in model.metadata.items() if k not in OURS} == METADATA
    assert same_tensors(model, ModelFile("given", METADATA, {t.name: t for t in every_format()}))


def test_the_gguf_package_reads_it_too(written: Path) -> None:
    reader = gguf.GGUFReader(written)
    for name, value in METADATA.items():
        assert reader.fields[name].contents() == value, name
    for theirs, ours in zip(reader.tensors, every_format(), strict=True):
        assert (theirs.name, tuple(theirs.shape[::-1].tolist())) == (ours.name, ours.shape)
        decoded = gguf.quants.dequantize(np.asarray(theirs.data), theirs.tensor_type)
        assert np.array_equal(decoded.reshape(ours.shape), ours.float32())


def test_types_are_those_that_llama_cpp_reads(written: Path) -> None:
    fields = gguf.GGUFReader(written).fields
    types = {name: fields[name].types[-1].name for name in METADATA}
    assert types["llama.block_count"] == "UINT32"
    assert types["llama.rope.freq_base"] == "FLOAT32"
    assert types["tokenizer.ggml.token_type"] == "INT32"
    assert types["tokenizer.ggml.scores"] == "FLOAT32"
    assert types["some.negative"] == "INT32"
    assert types["some.large"] == "UINT64"
    assert types["some.mixed"] == "INT64"


def test_the_bytes_are_the_same_each_time(written: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.gguf"
    read = open_model(written)
    write_gguf(again, read.metadata, read.tensors.values())
    assert again.read_bytes() == written.read_bytes()


def test_the_alignment_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    write_gguf(path, {**METADATA, "general.alignment": 256}, every_format())
    assert all(t.data_offset % 256 == 0 for t in gguf.GGUFReader(path).tensors)
    assert len(open_model(path).tensors) == len(every_format())


@pytest.mark.parametrize(
    "value",
    [None, {"a": 1}, [1, "a"], [1, 2.0], [[1]], 1 << 64, -(1 << 63) - 1, [-1, 1 << 63], b"bytes"],
    ids=str,
)
def test_other_metadata_is_refused(value: object, tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    with pytest.raises(InferenceError, match=r"metadata 'odd'") as raised:
        write_gguf(path, {**METADATA, "odd": value}, [])
    assert raised.value.id == "INF033"
    assert not list(tmp_path.iterdir())


def test_numpy_values_are_values(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    odd = {"a": np.float32(0.5), "b": np.arange(3), "c": np.int64(7), "d": (1, 2)}
    write_gguf(path, METADATA | odd, [])
    metadata = open_model(path).metadata
    assert [metadata[name] for name in odd] == [0.5, [0, 1, 2], 7, [1, 2]]


def test_an_old_file_stays_when_writing_fails(written: Path) -> None:
    before = written.read_bytes()
    good = tensor("a", (2, 32), FORMATS["Q8_0"])
    bad = Tensor("b", (2, 64), FORMATS["Q8_0"], good.data)
    for tensors in ([good, bad], [good, good], [Tensor("n" * 65, good.shape, good.format, good.data)]):
        with pytest.raises(InferenceError) as raised:
            write_gguf(written, METADATA, tensors)
        assert raised.value.id == "INF033"
        assert written.read_bytes() == before
    assert list(written.parent.iterdir()) == [written]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InferenceError, match="cannot write") as raised:
        write_gguf(tmp_path / "none" / "model.gguf", METADATA, [])
    assert raised.value.id == "INF030"
