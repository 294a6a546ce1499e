"""Beyond windows, beyond the context that a rotary embedding was made for, over many pages: against the reference."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve

from ptxgen.quant import Q8_0
from ptxgen_inference.files import ModelFile
from tests.inference.engines import opened
from tests.inference.reference.forward import forward
from tests.inference.tiny import MODELS, Tiny
from tests.inference.vectors import F32_ROUNDING, nmse

TEXT = tuple(int(token) for token in np.random.default_rng(5).integers(0, 61, 43))
PROMPT = 40
"""In steps of 16 rows: eight windows of 5 tokens, ten pages of 4, and more than the 32 positions of "qwen2-yarn"."""

LONG: dict[str, Tiny] = {
    "mistral": MODELS["mistral"],
    "gemma2": MODELS["gemma2"],
    "llama-3": MODELS["llama-3"],
    "qwen2-yarn": evolve(MODELS["qwen2-yarn"], hidden=96),
    "qwen2-tied": evolve(MODELS["qwen2"], hidden=96, heads=4, kv_heads=2),
    "qwen3-tied": evolve(MODELS["qwen3"], heads=4, kv_heads=2, head_dim=32, tied=True),
}


def file_of(name: str) -> ModelFile:
    return evolve(LONG[name], formats=(Q8_0,)).file()


@pytest.mark.parametrize(
    "name", ["mistral", *(pytest.param(n, marks=pytest.mark.slow) for n in list(LONG)[1:])]
)
@pytest.mark.parametrize("pages", [4, pytest.param(0, marks=pytest.mark.slow)])
def test_long_texts(name: str, pages: int) -> None:
    file = file_of(name)
    expected = forward(file, TEXT)["logits"][PROMPT - 1 :]
    engine = opened(file, chunk=16, block_size=pages, sequences=2)
    with engine.start() as other, engine.start() as sequence:
        engine.prefill(other, TEXT[:6])  # so that pages do not lie in order
        rows = [engine.prefill(sequence, TEXT[:PROMPT]).host()[0]]
        rows += [engine.decode([(sequence, token)]).host()[0] for token in TEXT[PROMPT:]]
    assert nmse(np.array(rows), expected, axis=1).max() <= F32_ROUNDING


@pytest.mark.parametrize("name", LONG)
def test_what_is_tested_is_there(name: str) -> None:
    """Without its window, factors or scaling the reference says something else, so that an engine without is caught."""
    file = file_of(name)
    drop = ("sliding_window", "rope.scaling.type")
    plain = {key: value for key, value in file.metadata.items() if not key.endswith(drop)}
    if name == "gemma2":
        plain["gemma2.attention.sliding_window"] = 100
    tensors = {key: tensor for key, tensor in file.tensors.items() if key != "rope_freqs.weight"}
    special = plain != file.metadata or len(tensors) < len(file.tensors)
    assert special or "output.weight" not in file.tensors
    if special:
        without = forward(ModelFile("plain", plain, tensors), TEXT)["logits"][-1]
        assert nmse(without, forward(file, TEXT)["logits"][-1]) > 1e-5
