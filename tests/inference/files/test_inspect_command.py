"""`ptxgen-infer inspect`: the metadata, the tensors and the faults of a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ptxgen_inference.cli import inspect
from ptxgen_inference.files import Tensor, write_gguf
from tests.inference.files.making import METADATA, every_format


@pytest.fixture
def path(tmp_path: Path) -> Path:
    words = {
        "tokenizer.ggml.tokens": [f"<{i}>" for i in range(1000)],
        "odd": float("inf"),
        "mark": "a\x1b[31m[b]",
    }
    write_gguf(tmp_path / "model.gguf", METADATA | words, every_format())
    return tmp_path / "model.gguf"


def run(path: Path, *options: str) -> Result:
    return CliRunner().invoke(inspect.command, [str(path), *options])


def test_text(path: Path) -> None:
    result = run(path)
    assert result.exit_code == 0, result.output
    assert "llama.block_count" in result.output
    assert "(1000 items)" in result.output
    assert "<7>" not in result.output
    assert "\x1b" not in result.output
    assert "cube.weight" not in result.output
    assert "2 × 3 × 64" in run(path, "--tensors").output


def test_document(path: Path) -> None:
    document = json.loads(run(path, "--json", "--tensors").output)
    assert document["schema"] == "ptxgen.inspect/1"
    assert document["architecture"] == "llama"
    assert document["ok"] is True
    assert document["metadata"]["tokenizer.ggml.tokens"]["length"] == 1000
    assert document["metadata"]["odd"] is None
    tensors = {t["name"]: t for t in document["tensors"]}
    assert tensors["cube.weight"] == {
        "name": "cube.weight",
        "shape": [2, 3, 64],
        "format": "Q8_0",
        "bytes": 2 * 3 * 68,
        "fault": None,
    }
    assert document["weights"] == sum(t.rows * t.columns for t in every_format())
    assert json.loads(run(path, "--json").output)["tensors"] is None


def test_scales_that_are_no_numbers_are_findings(path: Path) -> None:
    damaged: list[Tensor] = every_format()
    hit = next(t for t in damaged if t.format.name == "Q4_K")
    hit.data[1, 2:4] = 0xFF
    write_gguf(path, METADATA, damaged)
    result = run(path)
    assert result.exit_code == 1
    assert f"{hit.name} (Q4_K), row 1, block 0: expected a finite scale 'dmin'" in result.output
    document = json.loads(run(path, "--json").stdout)
    assert (document["ok"], len(document["faults"])) == (False, 1)
    assert run(path, "--no-check").exit_code == 0
    assert json.loads(run(path, "--json", "--no-check").output)["ok"] is None
