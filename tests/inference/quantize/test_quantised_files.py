"""Quantised files hold what the codecs make of the weights, whoever writes them and in how many processes."""

from __future__ import annotations

import json
import os
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import gguf
import numpy as np
import pytest
from click.testing import CliRunner

from ptxgen.quant import FORMATS
from ptxgen_inference.cli import quantize as quantize_command
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile, Tensor, open_model, write_gguf
from ptxgen_inference.quantize import encoding, quantising, quantize, quantize_file
from tests.inference.files.making import same_tensors, tensor


def model(format: str = "F32") -> ModelFile:
    layout = FORMATS[format]
    made = [
        tensor("token_embd.weight", (40, 256), layout, 1),
        tensor("blk.0.attn_norm.weight", (256,), FORMATS["F32"], 2),
        tensor("blk.0.attn_v.weight", (64, 256), layout, 3),
        tensor("blk.0.ffn_up.weight", (96, 256), layout, 4),
        tensor("blk.0.ffn_down.weight", (256, 96), layout, 5),
    ]
    return ModelFile(
        "made", {"general.architecture": "llama", "llama.block_count": 1}, {t.name: t for t in made}
    )


@pytest.mark.parametrize("source", ["F32", "F16", "BF16"])
def test_tensors_are_those_of_the_codecs(source: str) -> None:
    original = model(source)
    made = quantize(original, "q4_k_m")
    assert [t.format.name for t in made.tensors.values()] == ["Q6_K", "F32", "Q6_K", "Q4_K", "Q8_0"]
    for name, got in made.tensors.items():
        weights = original.tensors[name].float32()
        assert np.array_equal(got.data, got.format.encode(weights)), name
    assert made.metadata["general.file_type"] == 15
    assert made.metadata["general.quantization_version"] == 2


def test_dense_types_say_nothing_of_quantisation() -> None:
    made = quantize(model(), "f16")
    assert made.metadata["general.file_type"] == 1
    assert "general.quantization_version" not in made.metadata


def test_chunks_and_processes_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = quantize(model(), "q5_k_m")
    monkeypatch.setattr(encoding, "_CHUNK_WEIGHTS", 20 * 256)
    monkeypatch.setattr(quantising, "_ALONE_WEIGHTS", 0)
    seen: list[str] = []
    path = tmp_path / "model.gguf"
    quantize_file(model(), path, "q5_k_m", workers=2, progress=lambda job: seen.append(job.tensor.name))
    assert same_tensors(open_model(path), whole)
    assert seen == list(whole.tensors)


def test_the_gguf_package_reads_the_file(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    quantize_file(model(), path, "q4_k_m")
    for read in gguf.GGUFReader(path).tensors:
        ours = open_model(path).tensors[read.name]
        theirs = gguf.quants.dequantize(np.asarray(read.data), read.tensor_type)
        assert np.array_equal(theirs, ours.float32())


def test_a_weight_out_of_range_names_its_tensor(tmp_path: Path) -> None:
    huge = Tensor("blk.0.attn_v.weight", (2, 256), FORMATS["F32"], np.full((2, 1024), 0x7E, np.uint8))
    made = ModelFile("made", {"general.architecture": "llama"}, {huge.name: huge})
    with pytest.raises(InferenceError, match=r"blk\.0\.attn_v\.weight") as raised:
        quantize_file(made, tmp_path / "model.gguf", "q8_0")
    assert raised.value.id == "INF034"
    assert not list(tmp_path.iterdir())


def test_workers_that_die_are_an_error(tmp_path: Path) -> None:
    with encoding.processes(2) as pool:
        assert pool is not None
        with pytest.raises(BrokenProcessPool):
            pool.submit(os._exit, 1).result()
        with pytest.raises(InferenceError, match="--workers 1") as raised:
            encoding.recoded(tensor("a.weight", (2, 256), FORMATS["F32"]), FORMATS["Q8_0"], pool)
    assert raised.value.id == "INF035"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    original = model("F16")
    write_gguf(tmp_path / "in.gguf", original.metadata, original.tensors.values())
    return tmp_path / "in.gguf"


def test_the_command(source: Path) -> None:
    target = source.with_name("out.gguf")
    result = CliRunner().invoke(
        quantize_command.command, [str(source), str(target), "--type", "Q4_K_M", "--workers", "1", "--json"]
    )
    assert result.exit_code == 0, result.output
    document = json.loads(result.output)
    assert document["bytes"] == target.stat().st_size
    assert document["tensors"][0] == {"name": "token_embd.weight", "from": "F16", "to": "Q6_K"}
    assert same_tensors(open_model(target), quantize(model("F16"), "q4_k_m"))


def test_the_command_says_what_it_did(source: Path) -> None:
    target = source.with_name("out.gguf")
    result = CliRunner().invoke(quantize_command.command, [str(source), str(target), "--type", "q8_0"])
    assert result.exit_code == 0, result.output
    assert "4 Q8_0, 1 F32" in result.output


def test_the_command_overwrites_only_when_told(source: Path) -> None:
    target = source.with_name("out.gguf")
    target.write_text("mine")
    arguments = [str(source), str(target), "--type", "q8_0"]
    for extra in ([], ["--force"]):
        result = CliRunner().invoke(quantize_command.command, arguments + extra)
        assert (result.exit_code == 0) == bool(extra)
    assert open_model(target).tensors
    result = CliRunner().invoke(
        quantize_command.command, [str(source), str(source), "--type", "q8_0", "--force"]
    )
    assert isinstance(result.exception, InferenceError)
