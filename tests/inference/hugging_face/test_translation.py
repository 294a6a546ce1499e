"""Folders of safetensors become what a GGUF file of the same model says."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from ptxgen.quant import BF16
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile, open_model, write_gguf
from ptxgen_inference.models import load
from tests.inference.files.making import same_tensors
from tests.inference.hugging_face.folders import (
    CONFIGS,
    DIM,
    FFN,
    HEADS,
    HIDDEN,
    KV,
    LAYERS,
    VOCABULARY,
    save,
    weights,
)

DECODERS = [family for family in CONFIGS if family != "bert"]


@pytest.mark.parametrize("family", DECODERS)
def test_every_tensor_has_its_place(family: str, tmp_path: Path) -> None:
    """The engine takes the model, which it does not with a tensor or a key too few or too many."""
    hyper = load(open_model(save(tmp_path / "model", family))).hyper
    assert (hyper.vocabulary, hyper.layers, hyper.hidden) == (VOCABULARY, LAYERS, HIDDEN)
    assert (hyper.heads.q, hyper.heads.dim, hyper.feed_forward) == (HEADS, DIM, FFN)


@pytest.mark.parametrize("family", CONFIGS)
def test_a_file_of_the_folder_is_the_folder(family: str, tmp_path: Path) -> None:
    folder = save(tmp_path / "model", family)
    whole = open_model(folder)
    assert same_tensors(open_model(folder / "model.safetensors"), whole)
    write_gguf(tmp_path / "model.gguf", whole.metadata, whole.tensors.values())
    written = open_model(tmp_path / "model.gguf")
    assert same_tensors(written, whole)
    for key, value in whole.metadata.items():
        expected = float(np.float32(value)) if isinstance(value, float) else value
        assert written.metadata[key] == expected, key


def test_rows_of_queries_and_keys_go_in_pairs(tmp_path: Path) -> None:
    model, given = open_model(save(tmp_path, "llama")), weights("llama")
    half = DIM // 2
    for heads, ours, theirs in ((HEADS, "attn_q", "q_proj"), (KV, "attn_k", "k_proj")):
        for part in ("weight", "bias"):
            found = model.tensors[f"blk.1.{ours}.{part}"].float32()
            original = given[f"model.layers.1.self_attn.{theirs}.{part}"]
            for head in range(heads):
                for i in range(half):
                    for side in (0, 1):
                        to, frm = head * DIM + 2 * i + side, head * DIM + side * half + i
                        assert np.array_equal(found[to], original[frm])
    for name in ("attn_v.weight", "attn_output.weight", "ffn_up.weight"):
        found = model.tensors[f"blk.0.{name}"].float32()
        assert any(np.array_equal(found, each) for each in given.values()), name


@pytest.mark.parametrize("family", ["qwen2", "qwen3", "phi2", "gemma2"])
def test_other_families_keep_their_rows(family: str, tmp_path: Path) -> None:
    model = open_model(save(tmp_path, family))
    assert np.array_equal(
        model.tensors["blk.1.attn_q.weight"].float32(),
        weights(family)["model.layers.1.self_attn.q_proj.weight"],
    )


def test_norms_of_gemma_are_one_more(tmp_path: Path) -> None:
    model, given = open_model(save(tmp_path, "gemma2")), weights("gemma2")
    for ours, theirs in (
        ("blk.0.attn_norm", "model.layers.0.input_layernorm"),
        ("blk.0.post_attention_norm", "model.layers.0.post_attention_layernorm"),
        ("blk.1.ffn_norm", "model.layers.1.pre_feedforward_layernorm"),
        ("blk.1.post_ffw_norm", "model.layers.1.post_feedforward_layernorm"),
        ("output_norm", "model.norm"),
    ):
        assert np.array_equal(model.tensors[f"{ours}.weight"].float32(), given[f"{theirs}.weight"] + 1)


def test_fused_projections_of_phi(tmp_path: Path) -> None:
    given = weights("phi2")
    fused = {name: each for name, each in given.items() if not re.search(r"\.[qkv]_proj\.", name)}
    for i in range(LAYERS):
        for part in ("weight", "bias"):
            parts = [given[f"model.layers.{i}.self_attn.{which}_proj.{part}"] for which in "qkv"]
            fused[f"model.layers.{i}.self_attn.qkv_proj.{part}"] = np.concatenate(parts)
    one, three = (
        open_model(save(tmp_path / "one", "phi2", fused)),
        open_model(save(tmp_path / "three", "phi2")),
    )
    assert one.tensors["blk.1.attn_qkv.weight"].shape == (3 * HEADS * DIM, HIDDEN)
    for mine, theirs in zip(load(one).layers, load(three).layers, strict=True):
        assert np.array_equal(mine.k.data, theirs.k.data)
        assert np.array_equal(mine.v_bias.data, theirs.v_bias.data)


def test_bert(tmp_path: Path) -> None:
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_mean_tokens": True}))
    model, given = open_model(save(tmp_path, "bert")), weights("bert")
    pairs = {
        "token_embd.weight": "embeddings.word_embeddings.weight",
        "position_embd.weight": "embeddings.position_embeddings.weight",
        "token_types.weight": "embeddings.token_type_embeddings.weight",
        "token_embd_norm.bias": "embeddings.LayerNorm.bias",
        "blk.1.attn_k.bias": "encoder.layer.1.attention.self.key.bias",
        "blk.1.attn_output_norm.weight": "encoder.layer.1.attention.output.LayerNorm.weight",
        "blk.0.ffn_up.weight": "encoder.layer.0.intermediate.dense.weight",
        "blk.0.layer_output_norm.weight": "encoder.layer.0.output.LayerNorm.weight",
    }
    for ours, theirs in pairs.items():
        assert np.array_equal(model.tensors[ours].float32(), given[theirs])
    assert len(model.tensors) == len(given) - 2
    assert model.metadata["bert.pooling_type"] == 1
    assert model.metadata["bert.attention.causal"] is False
    assert model.metadata["tokenizer.ggml.token_type_count"] == 2


def test_a_prefix_of_bert_is_left_out(tmp_path: Path) -> None:
    plain = open_model(save(tmp_path / "plain", "bert"))
    named = {f"bert.{name}": each for name, each in weights("bert").items()}
    named["bert.embeddings.position_ids"] = np.arange(128, dtype=np.int64).astype(np.float32)
    assert same_tensors(open_model(save(tmp_path / "named", "bert", named)), plain)


def test_halves_stay_halves_and_vectors_become_floats(tmp_path: Path) -> None:
    halves = {name: each.astype(np.float16) for name, each in weights("qwen2").items()}
    model = open_model(save(tmp_path, "qwen2", halves))
    assert {t.format.name for t in model.tensors.values() if len(t.shape) == 2} == {"F16"}
    assert {t.format.name for t in model.tensors.values() if len(t.shape) == 1} == {"F32"}
    assert model.metadata["general.file_type"] == 1


def test_bfloat16(tmp_path: Path) -> None:
    """Written by hand: NumPy has no bfloat16."""
    folder = save(tmp_path, "llama")
    header: dict[str, Any] = {}
    data = b""
    for name, each in weights("llama").items():
        raw = BF16.encode(each).tobytes()
        header[name] = {
            "dtype": "BF16",
            "shape": list(each.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + data)
    model = open_model(folder)
    assert model.tensors["token_embd.weight"].format is BF16
    expected = BF16.decode(BF16.encode(weights("llama")["model.norm.weight"]))
    assert np.array_equal(model.tensors["output_norm.weight"].float32(), expected)


def test_parts_and_their_index(tmp_path: Path) -> None:
    whole = open_model(save(tmp_path / "whole", "qwen3"))
    folder = save(tmp_path / "parts", "qwen3")
    (folder / "model.safetensors").unlink()
    given = list(weights("qwen3").items())
    halves = {"a.safetensors": dict(given[:9]), "b.safetensors": dict(given[9:])}
    for name, part in halves.items():
        save_file(part, folder / name)
    save_file({"not.in.the.index": np.zeros(3, np.float32)}, folder / "c.safetensors")
    index = {"weight_map": {tensor: name for name, part in halves.items() for tensor in part}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    joined = open_model(folder)
    assert {n: t.data.tobytes() for n, t in joined.tensors.items()} == {
        n: t.data.tobytes() for n, t in whole.tensors.items()
    }
    for bad in ("../whole/model.safetensors", "none.safetensors", 7):
        (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"x": bad}}))
        with pytest.raises(InferenceError, match="names of files beside it") as raised:
            open_model(folder)
        assert raised.value.id == "INF025"


def architecture(model: ModelFile) -> dict[str, Any]:
    """The keys of the architecture, without its name."""
    start = f"{model.architecture}."
    return {k.removeprefix(start): v for k, v in model.metadata.items() if k.startswith(start)}


METADATA: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "linear": (
        "llama",
        {"rope_scaling": {"type": "linear", "factor": 4.0}},
        {"rope.scaling.type": "linear", "rope.scaling.factor": 4.0, "rope.freq_base": 10000.0},
    ),
    "yarn": (
        "qwen2",
        {
            "rope_scaling": {
                "rope_type": "yarn",
                "factor": 4.0,
                "original_max_position_embeddings": 64,
                "beta_fast": 16,
            },
            "rope_theta": 1e6,
        },
        {
            "rope.scaling.type": "yarn",
            "rope.scaling.factor": 4.0,
            "rope.scaling.original_context_length": 64,
            "rope.scaling.yarn_beta_fast": 16.0,
            "rope.freq_base": 1e6,
        },
    ),
    "newer rope": (
        "llama",
        {"rope_parameters": {"rope_type": "default", "rope_theta": 5e5}, "rope_theta": None},
        {"rope.freq_base": 5e5, "rope.dimension_count": DIM},
    ),
    "partial": ("phi2", {}, {"rope.dimension_count": 2, "attention.layer_norm_epsilon": 1e-5}),
    "window": ("mistral", {}, {"attention.sliding_window": 16}),
    "late window": (
        "qwen2",
        {"use_sliding_window": True, "sliding_window": 8, "max_window_layers": 1},
        {"attention.sliding_window": 8, "attention.sliding_window_pattern": [False, True]},
    ),
    "listed window": (
        "qwen3",
        {"layer_types": ["sliding_attention", "full_attention"], "sliding_window": 8},
        {"attention.sliding_window": 8, "attention.sliding_window_pattern": [True, False]},
    ),
    "gemma": (
        "gemma2",
        {},
        {
            "attention.sliding_window": 16,
            "attn_logit_softcapping": 50.0,
            "final_logit_softcapping": 30.0,
            "attention.scale": 0.5,
            "attention.key_length": DIM,
        },
    ),
}
ABSENT = {
    "window": "sliding_window_pattern",
    "gemma": "sliding_window_pattern",
    "newer rope": "rope.scaling.type",
}


@pytest.mark.parametrize("name", METADATA)
def test_configuration(name: str, tmp_path: Path) -> None:
    family, config, expected = METADATA[name]
    said = architecture(open_model(save(tmp_path, family, **config)))
    assert {key: said.get(key) for key in expected} == expected
    assert not any(key.endswith(ABSENT.get(name, "none")) for key in said)


def test_a_window_that_is_not_used_is_left_out(tmp_path: Path) -> None:
    said = architecture(open_model(save(tmp_path, "qwen2", use_sliding_window=False, sliding_window=8)))
    assert "attention.sliding_window" not in said


def test_factors_of_llama_3(tmp_path: Path) -> None:
    scaling = {
        "rope_type": "llama3",
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 64,
    }
    model = open_model(save(tmp_path, "llama", rope_scaling=scaling, head_dim=DIM))
    factors = model.tensors["rope_freqs.weight"].float32()
    lengths = [2 * math.pi * 10000 ** (2 * i / DIM) for i in range(DIM // 2)]
    assert lengths[0] < 64 / 4
    assert lengths[2] > 64
    assert (factors[0], factors[2]) == (1.0, 8.0)
    assert len(factors) == DIM // 2
    assert "llama.rope.scaling.type" not in model.metadata


REFUSED: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "another family": ("llama", {"architectures": ["MambaForCausalLM"]}, "INF027", "one of LlamaForCausalLM"),
    "no family": ("llama", {"architectures": None}, "INF027", "architectures"),
    "activation": ("llama", {"hidden_act": "relu"}, "INF027", "silu"),
    "layers": ("llama", {"num_hidden_layers": 100000}, "INF027", "100000 layers"),
    "no size": ("llama", {"hidden_size": None}, "INF027", "'hidden_size', got none"),
    "a size that is text": ("llama", {"hidden_size": "24"}, "INF027", "a whole number"),
    "rope": ("llama", {"rope_scaling": {"rope_type": "longrope"}}, "INF027", "'longrope'"),
    "yarn": (
        "llama",
        {"rope_scaling": {"rope_type": "yarn", "factor": 4.0, "attention_factor": 3.0}},
        "INF027",
        "attention_factor",
    ),
    "windows": (
        "qwen3",
        {"layer_types": ["chunked_attention"] * 2, "sliding_window": 8},
        "INF027",
        "layer_types",
    ),
    "heads": ("llama", {"num_key_value_heads": 5}, "INF028", "5 heads"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_configurations(name: str, tmp_path: Path) -> None:
    family, config, id, message = REFUSED[name]
    with pytest.raises(InferenceError) as raised:
        open_model(save(tmp_path, family, **config))
    assert (raised.value.id, message in raised.value.message) == (id, True), raised.value.message


def test_an_unknown_tensor_is_named(tmp_path: Path) -> None:
    odd = weights("llama") | {"model.layers.0.self_attn.sinks": np.zeros(4, np.float32)}
    with pytest.raises(InferenceError, match="sinks") as raised:
        open_model(save(tmp_path, "llama", odd))
    assert raised.value.id == "INF028"


def test_a_type_that_is_no_weight_is_named(tmp_path: Path) -> None:
    odd = dict(weights("llama")) | {"model.norm.weight": np.zeros(HIDDEN, np.int8)}
    with pytest.raises(InferenceError, match=r"model\.norm\.weight.*I8") as raised:
        open_model(save(tmp_path, "llama", odd))
    assert raised.value.id == "INF026"


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(InferenceError, match=r"config\.json") as raised:
        open_model(tmp_path)
    assert raised.value.id == "INF030"
    (save(tmp_path, "llama") / "model.safetensors").unlink()
    with pytest.raises(InferenceError, match=r"no \*\.safetensors"):
        open_model(tmp_path)


def test_a_folder_of_gguf_files_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"")
    with pytest.raises(InferenceError, match=r"name model\.gguf") as raised:
        open_model(tmp_path)
    assert raised.value.id == "INF030"
