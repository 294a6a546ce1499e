"""`ptxgen-infer generate` with the true engine on a tiny model, from a file to tokens."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from ptxgen.quant import F32
from ptxgen_inference.cli.main import cli
from ptxgen_inference.engine import Engine
from ptxgen_inference.files import write_gguf
from tests.inference.tiny import Tiny


@pytest.mark.slow
def test_tokens_are_those_of_the_engines_own_logits(tmp_path: Path) -> None:
    file = Tiny("llama", layers=1, hidden=64, feed_forward=96, heads=2, kv_heads=1, formats=[F32]).file()
    path = tmp_path / "tiny.gguf"
    write_gguf(path, file.metadata, file.tensors.values())
    options = (
        "--tokens 1,20,30 --max-tokens 3 --device emulator --cache f32 --activations f32 --json --logprobs 2"
    )
    made = CliRunner().invoke(cli, ["generate", "--model", str(path), *options.split()])
    assert made.exit_code == 0, made.output
    steps = json.loads(made.stdout)["steps"]
    ids = [1, 20, 30, *(step["id"] for step in steps)]
    with Engine.open(file, "emulator", cache="f32", activations="f32") as engine:
        rows = engine.logits(ids[:-1])[2:].astype(np.float64)
    scores = rows - np.log(np.exp(rows).sum(1, keepdims=True))
    assert [step["id"] for step in steps] == rows.argmax(1).tolist()
    for step, row in zip(steps, scores, strict=True):
        # Decoding and a whole text take different kernels: <= 1e-10 of the logits' squares, which are below 10.
        assert step["logprob"] == pytest.approx(row.max(), abs=1e-4)
        assert [top["logprob"] for top in step["top_logprobs"]] == pytest.approx(
            sorted(row)[:-3:-1], abs=1e-4
        )
