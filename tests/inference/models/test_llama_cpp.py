"""The float64 reference against llama.cpp, on tiny models of every family: both read the same files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from ptxgen.quant import F32
from ptxgen_inference.files import ModelFile
from ptxgen_inference.files.writing import write_gguf
from tests.inference.reference.forward import forward
from tests.inference.tiny import MODELS, Tiny
from tests.inference.vectors import nmse

TOKENS = (1, 5, 9, 33, 60, 2, 17, 8, 44, 3, 3, 21)
F32_ROUNDING, F16_GELU_TABLE = 1e-11, 1e-6
"""llama.cpp's own: float32 sums, and its CPU kernels look GELU up among float16 numbers."""

NOT_COMPARED = {
    "mistral": "llama.cpp reads no window from files of architecture llama",
    "llama-biased": "llama.cpp has no place for a bias of the output of architecture llama",
}


def readable(model: Tiny) -> ModelFile:
    """The model in float32, with what llama.cpp asks of a file without a tokeniser."""
    file = evolve(model, formats=(F32,)).file()
    size = {f"{model.architecture}.vocab_size": model.vocabulary}
    return evolve(file, metadata={**file.metadata, **size, "tokenizer.ggml.model": "no_vocab"})


@pytest.mark.llama
@pytest.mark.parametrize("name", [name for name in MODELS if name not in NOT_COMPARED])
def test_reference_agrees_with_llama_cpp(name: str, tmp_path: Path) -> None:
    import llama_cpp

    file = readable(MODELS[name])
    path = tmp_path / "tiny.gguf"
    write_gguf(path, file.metadata, file.tensors.values())
    llama = llama_cpp.Llama(
        str(path), n_ctx=64, logits_all=True, type_k=0, type_v=0, swa_full=True, n_threads=1, verbose=False
    )
    llama.eval(TOKENS)
    theirs = np.array(llama.scores[: len(TOKENS)], np.float64)
    worst = nmse(theirs, forward(file, TOKENS)["logits"], axis=1).max()
    assert worst <= (F16_GELU_TABLE if name.startswith(("phi2", "gemma2")) else F32_ROUNDING)
