"""Folders of tiny models as Hugging Face's libraries write them, made without those."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

HIDDEN, FFN, HEADS, KV, DIM, VOCABULARY, LAYERS = 24, 40, 4, 2, 6, 33, 2

COMMON: dict[str, Any] = {
    "hidden_size": HIDDEN,
    "intermediate_size": FFN,
    "num_attention_heads": HEADS,
    "num_key_value_heads": KV,
    "num_hidden_layers": LAYERS,
    "max_position_embeddings": 128,
    "vocab_size": VOCABULARY,
}

_LLAMA = {
    "architectures": ["LlamaForCausalLM"],
    "hidden_act": "silu",
    "rms_norm_eps": 1e-6,
    "rope_theta": 10000.0,
}

CONFIGS: dict[str, dict[str, Any]] = {
    "llama": {**_LLAMA, "attention_bias": True},
    "mistral": {**_LLAMA, "architectures": ["MistralForCausalLM"], "sliding_window": 16},
    "qwen2": {**_LLAMA, "architectures": ["Qwen2ForCausalLM"], "tie_word_embeddings": True},
    "qwen3": {**_LLAMA, "architectures": ["Qwen3ForCausalLM"], "head_dim": DIM},
    "phi2": {
        "architectures": ["PhiForCausalLM"],
        "model_type": "phi",
        "hidden_act": "gelu_new",
        "layer_norm_eps": 1e-5,
        "partial_rotary_factor": 1 / 3,
        "rope_theta": 10000.0,
        "num_key_value_heads": HEADS,
    },
    "gemma2": {
        **_LLAMA,
        "architectures": ["Gemma2ForCausalLM"],
        "hidden_act": "gelu_pytorch_tanh",
        "hidden_activation": "gelu_pytorch_tanh",
        "head_dim": DIM,
        "query_pre_attn_scalar": 4,
        "attn_logit_softcapping": 50.0,
        "final_logit_softcapping": 30.0,
        "sliding_window": 16,
        "tie_word_embeddings": True,
    },
    "bert": {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-12,
        "type_vocab_size": 2,
    },
}

Shapes = dict[str, tuple[int, ...]]


def linear(name: str, out: int, into: int, *, bias: bool) -> Shapes:
    return {f"{name}.weight": (out, into)} | ({f"{name}.bias": (out,)} if bias else {})


def shapes(family: str) -> Shapes:
    """Names and shapes of the tensors of a family's files."""
    return _bert() if family == "bert" else _decoder(family)


def _decoder(family: str) -> Shapes:
    kv, phi = DIM * (HEADS if family == "phi2" else KV), family == "phi2"
    biased = family in ("llama", "qwen2", "phi2")
    found = {"model.embed_tokens.weight": (VOCABULARY, HIDDEN)}
    for i in range(LAYERS):
        at = f"model.layers.{i}"
        for name, out in (("q_proj", DIM * HEADS), ("k_proj", kv), ("v_proj", kv)):
            found |= linear(f"{at}.self_attn.{name}", out, HIDDEN, bias=biased)
        out_name = "dense" if phi else "o_proj"
        found |= linear(f"{at}.self_attn.{out_name}", HIDDEN, DIM * HEADS, bias=phi)
        if family == "qwen3":
            found |= {f"{at}.self_attn.{which}_norm.weight": (DIM,) for which in "qk"}
        if phi:
            found |= linear(f"{at}.mlp.fc1", FFN, HIDDEN, bias=True) | linear(
                f"{at}.mlp.fc2", HIDDEN, FFN, bias=True
            )
            found |= {f"{at}.input_layernorm.{which}": (HIDDEN,) for which in ("weight", "bias")}
            continue
        found |= {f"{at}.mlp.{which}_proj.weight": (FFN, HIDDEN) for which in ("gate", "up")}
        found[f"{at}.mlp.down_proj.weight"] = (HIDDEN, FFN)
        norms = ["input_layernorm", "post_attention_layernorm"]
        norms += ["pre_feedforward_layernorm", "post_feedforward_layernorm"] if family == "gemma2" else []
        found |= {f"{at}.{norm}.weight": (HIDDEN,) for norm in norms}
    if phi:
        found |= {f"model.final_layernorm.{which}": (HIDDEN,) for which in ("weight", "bias")}
        return found | linear("lm_head", VOCABULARY, HIDDEN, bias=True)
    found["model.norm.weight"] = (HIDDEN,)
    return (
        found
        if CONFIGS[family].get("tie_word_embeddings")
        else found | {"lm_head.weight": (VOCABULARY, HIDDEN)}
    )


def _bert() -> Shapes:
    found = {
        "embeddings.word_embeddings.weight": (VOCABULARY, HIDDEN),
        "embeddings.position_embeddings.weight": (128, HIDDEN),
        "embeddings.token_type_embeddings.weight": (2, HIDDEN),
        "embeddings.LayerNorm.weight": (HIDDEN,),
        "embeddings.LayerNorm.bias": (HIDDEN,),
        "pooler.dense.weight": (HIDDEN, HIDDEN),
        "pooler.dense.bias": (HIDDEN,),
    }
    for i in range(LAYERS):
        at = f"encoder.layer.{i}"
        for name in (
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
        ):
            found |= linear(f"{at}.{name}", HIDDEN, HIDDEN, bias=True)
        found |= linear(f"{at}.intermediate.dense", FFN, HIDDEN, bias=True)
        found |= linear(f"{at}.output.dense", HIDDEN, FFN, bias=True)
        for norm in ("attention.output.LayerNorm", "output.LayerNorm"):
            found |= {f"{at}.{norm}.weight": (HIDDEN,), f"{at}.{norm}.bias": (HIDDEN,)}
    return found


def weights(family: str) -> dict[str, NDArray[np.float32]]:
    rng = np.random.default_rng(7)
    return {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes(family).items()}


def save(folder: Path, family: str, tensors: Mapping[str, NDArray[Any]] | None = None, **config: Any) -> Path:
    """A folder of one file; `config` replaces fields, None takes them away."""
    folder.mkdir(parents=True, exist_ok=True)
    fields = {
        key: value for key, value in {**COMMON, **CONFIGS[family], **config}.items() if value is not None
    }
    (folder / "config.json").write_text(json.dumps(fields), "utf-8")
    save_file(dict(weights(family) if tensors is None else tensors), folder / "model.safetensors")
    return folder
