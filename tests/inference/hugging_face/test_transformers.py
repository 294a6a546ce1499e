"""Folders that `transformers` wrote: our float64 forward of the translation gives its logits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ptxgen_inference.files import open_model
from ptxgen_inference.models import load
from tests.inference.reference.forward import forward
from tests.inference.vectors import nmse

TOKENS = [1, 5, 9, 2, 30, 7, 7, 40, 3, 11, 12, 13]

FLOAT32_INSIDE = 1e-12
"""Norms and rotary tables of `transformers` are float32 in a float64 model, too."""

SIZES: dict[str, Any] = {
    "vocab_size": 67,
    "hidden_size": 48,
    "intermediate_size": 80,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "max_position_embeddings": 256,
}
GROUPED = {"num_key_value_heads": 2}

_LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 10000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
_YARN = {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "original_max_position_embeddings": 64}
_WINDOWED = {"use_sliding_window": True, "sliding_window": 4, "max_window_layers": 1}
_GEMMA = {
    "head_dim": 16,
    "query_pre_attn_scalar": 20,
    "sliding_window": 5,
    "final_logit_softcapping": 5.0,
    "attn_logit_softcapping": 3.0,
}

MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "llama": ("Llama", GROUPED),
    "llama-3": ("Llama", {**GROUPED, "rope_parameters": _LLAMA3, "tie_word_embeddings": True}),
    "llama-biased": ("Llama", {**GROUPED, "attention_bias": True}),
    "llama-yarn": ("Llama", {**GROUPED, "rope_parameters": _YARN}),
    "mistral": ("Mistral", {**GROUPED, "sliding_window": 5}),
    "qwen2": ("Qwen2", {**GROUPED, "tie_word_embeddings": True}),
    "qwen2-windowed": ("Qwen2", {**GROUPED, **_WINDOWED}),
    "qwen3": ("Qwen3", {**GROUPED, "head_dim": 16}),
    "phi": ("Phi", {"partial_rotary_factor": 0.5}),
    "gemma2": ("Gemma2", {**GROUPED, **_GEMMA}),
}


@pytest.mark.peer
@pytest.mark.parametrize("type", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize("name", MODELS)
def test_logits(name: str, type: str, tmp_path: Path) -> None:
    import torch
    import transformers

    family, options = MODELS[name]
    config = getattr(transformers, f"{family}Config")(**SIZES, **options, attn_implementation="eager")
    made = getattr(transformers, f"{family}ForCausalLM")
    torch.manual_seed(1)
    model = made(config)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, mean=0.0 if parameter.ndim > 1 else 0.5, std=0.1)
    model.to(getattr(torch, type)).save_pretrained(tmp_path)
    wide = made.from_pretrained(tmp_path, dtype=torch.float64, attn_implementation="eager").eval()
    with torch.no_grad():
        theirs = wide(torch.tensor([TOKENS])).logits[0].numpy()
    file = open_model(tmp_path)
    load(file)
    assert {t.format.name for t in file.tensors.values()} <= {"F32", "F16", "BF16"}
    assert nmse(forward(file, TOKENS)["logits"], theirs.astype(np.float64)) < FLOAT32_INSIDE
