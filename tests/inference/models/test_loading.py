"""From a file to a model: hyper-parameters by metadata alone, every tensor in its place or named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from ptxgen.quant import F32, Q8_0
from ptxgen_inference import models
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile, Tensor
from tests.inference.tiny import MODELS, Tiny

LLAMA = evolve(MODELS["llama"], formats=(F32,))


def with_metadata(model: Tiny, **changes: Any) -> ModelFile:
    """The model's file with keys changed; dots are double underscores, and None removes a key."""
    file = model.file()
    keys = {f"{model.architecture}.{key.replace('__', '.')}": value for key, value in changes.items()}
    return evolve(file, metadata={k: v for k, v in {**file.metadata, **keys}.items() if v is not None})


def with_tensors(file: ModelFile, **changes: Tensor | None) -> ModelFile:
    tensors = {**file.tensors, **{name.replace("__", "."): tensor for name, tensor in changes.items()}}
    return evolve(file, tensors={name: tensor for name, tensor in tensors.items() if tensor is not None})


def vector(name: str, size: int) -> Tensor:
    return Tensor(name, (size,), F32, F32.encode(np.ones(size, np.float32)))


def refusal(file: ModelFile) -> InferenceError:
    with pytest.raises(InferenceError) as caught:
        models.load(file)
    return caught.value


@pytest.mark.parametrize("name", MODELS)
def test_every_tensor_has_its_place(name: str) -> None:
    file = MODELS[name].file()
    model = models.load(file)
    assert model.hyper.architecture == MODELS[name].architecture
    assert len(model.layers) == MODELS[name].layers
    used = {tensor.name.split("[")[0] for tensor in model.tensors}
    for dropped in file.tensors:
        if dropped.endswith(".weight") and dropped not in ("output.weight", "rope_freqs.weight"):
            rest = {other: tensor for other, tensor in file.tensors.items() if other != dropped}
            assert refusal(evolve(file, tensors=rest)).id == "INF075", dropped
    assert used == set(file.tensors)


def test_families_differ_where_their_files_do() -> None:
    hyper = {name: models.load(tiny.file()).hyper for name, tiny in MODELS.items()}
    assert {name: h.rope.style for name, h in hyper.items() if h.rope.style == "norm"}.keys() == {
        name for name in MODELS if MODELS[name].architecture == "llama"
    }
    assert (hyper["phi2"].rope.dims, hyper["phi2"].heads.dim) == (32, 80)
    assert hyper["mistral"].windows == (5, 5)
    assert hyper["gemma2"].windows == (5, 0)
    assert (hyper["gemma2"].attention_cap, hyper["gemma2"].logit_cap) == (3.0, 2.0)
    assert hyper["gemma2"].embedding_scale == pytest.approx(96**0.5)
    assert (hyper["llama-linear"].rope.scaling, hyper["llama-linear"].rope.factor) == ("linear", 4.0)
    assert (hyper["qwen2-yarn"].rope.scaling, hyper["qwen2-yarn"].rope.context) == ("yarn", 32)
    assert models.load(MODELS["llama-3"].file()).rope.factors is not None


def test_the_27b_of_gemma_2_scales_by_its_width() -> None:
    large = evolve(MODELS["gemma2"], layers=46, hidden=32, feed_forward=32, formats=(F32,))
    assert models.load(large.file()).hyper.scale == pytest.approx((32 / 4) ** -0.5)
    assert models.load(MODELS["gemma2"].file()).hyper.scale == pytest.approx(32**-0.5)


def test_tied_embeddings_are_one_tensor() -> None:
    ends = models.load(MODELS["qwen2"].file()).ends
    assert ends.output is ends.embedding
    ends = models.load(MODELS["llama"].file()).ends
    assert ends.output is not ends.embedding


@pytest.mark.parametrize("format", [F32, Q8_0])
def test_fused_projections_are_split_by_rows(format: Any) -> None:
    fused = evolve(MODELS["phi2"], formats=(format,), kv_heads=1).file()
    layer = models.load(fused).layers[1]
    both, bias = (
        fused.tensors["blk.1.attn_qkv.weight"].float32(),
        fused.tensors["blk.1.attn_qkv.bias"].float32(),
    )
    parts = [(layer.q, layer.q_bias), (layer.k, layer.k_bias), (layer.v, layer.v_bias)]
    assert (np.concatenate([weight.float32() for weight, _ in parts]) == both).all()
    assert (np.concatenate([part.float32() for _, part in parts]) == bias).all()
    assert [weight.shape for weight, _ in parts] == [(160, 160), (80, 160), (80, 160)]
    assert len({part.name for pair in parts for part in pair}) == 6


@pytest.mark.parametrize(
    ("id", "changes", "said"),
    [
        ("INF071", {"block_count": None}, "llama.block_count"),
        ("INF071", {"attention__layer_norm_rms_epsilon": None}, "llama.attention.layer_norm_rms_epsilon"),
        ("INF071", {"context_length": None}, "llama.context_length"),
        ("INF072", {"block_count": 2.0}, "whole number"),
        ("INF072", {"block_count": True}, "whole number"),
        ("INF072", {"embedding_length": 0}, "from 1"),
        ("INF072", {"attention__head_count": -4}, "from 1"),
        ("INF072", {"attention__layer_norm_rms_epsilon": float("nan")}, "above 0"),
        ("INF072", {"rope__freq_base": float("inf")}, "above 1"),
        ("INF072", {"rope__freq_base": "10000"}, "above 1"),
        ("INF072", {"rope__scaling__type": 3}, "a string"),
        ("INF073", {"block_count": 10**9}, "tensors"),
        ("INF073", {"attention__head_count_kv": 3}, "does not divide"),
        ("INF073", {"attention__head_count": 5, "attention__head_count_kv": 5, "attention__key_length": None}, "96"),
        ("INF073", {"attention__value_length": 64}, "32"),
        ("INF073", {"rope__dimension_count": 31}, "even"),
        ("INF073", {"rope__dimension_count": 64}, "at most"),
        ("INF073", {"vocab_size": 62}, "61 rows"),
        ("INF073", {"attention__sliding_window": 4, "attention__sliding_window_pattern": [True]}, "2 layers"),
        ("INF074", {"rope__scaling__type": "longrope"}, "none, linear, yarn"),
        ("INF074", {"rope__scaling__attn_factor": 1.2}, "1.2"),
        ("INF074", {"expert_count": 8}, "expert_count"),
        ("INF074", {"attn_logit_softcapping": 50.0}, "attn_logit_softcapping"),
        ("INF074", {"attention__head_count_kv": [2, 1]}, "layer to layer"),
        ("INF076", {"feed_forward_length": 192}, "blk.0.ffn_gate.weight"),
        ("INF076", {"attention__head_count_kv": 1}, "blk.0.attn_k.weight"),
        ("INF077", {"block_count": 1}, "blk.1.attn_norm.weight"),
        ("INF075", {"block_count": 3}, "blk.2.attn_norm.weight"),
    ],
)  # fmt: skip
def test_metadata_that_cannot_be_are_refused(id: str, changes: dict[str, Any], said: str) -> None:
    error = refusal(with_metadata(LLAMA, **changes))
    assert (error.id, said in error.message) == (id, True), error.message


def test_equal_numbers_for_each_layer_are_one() -> None:
    model = models.load(with_metadata(LLAMA, attention__head_count_kv=[2, 2], feed_forward_length=[160, 160]))
    assert model.hyper == models.load(LLAMA.file()).hyper


def test_layers_with_a_window_may_be_listed() -> None:
    changes: dict[str, Any] = {
        "attention__sliding_window": 4,
        "attention__sliding_window_pattern": [False, True],
    }
    assert models.load(with_metadata(LLAMA, **changes)).hyper.windows == (0, 4)


def test_gemma_2_needs_its_caps_and_window() -> None:
    for key in ("attn_logit_softcapping", "final_logit_softcapping", "attention__sliding_window"):
        assert refusal(with_metadata(MODELS["gemma2"], **{key: None})).id == "INF071"


@pytest.mark.parametrize("architecture", ["bloom", "", None, 7])
def test_unknown_architectures_are_refused(architecture: Any) -> None:
    file = evolve(LLAMA.file(), metadata={"general.architecture": architecture})
    error = refusal(file)
    assert error.id == "INF070"
    assert "llama, qwen2, qwen3, phi2, gemma2" in error.message


def test_a_vocabulary_of_another_size_is_refused() -> None:
    file = LLAMA.file()
    tokens = {**file.metadata, "tokenizer.ggml.tokens": ["a"] * 60}
    assert refusal(evolve(file, metadata=tokens)).id == "INF073"


CHANGES: dict[str, tuple[str, Callable[[ModelFile], ModelFile], str]] = {
    "unknown tensor": (
        "INF077",
        lambda file: with_tensors(file, blk__0__attn_sinks__weight=vector("blk.0.attn_sinks.weight", 4)),
        "blk.0.attn_sinks.weight",
    ),
    "bias without a place": (
        "INF077",
        lambda file: with_tensors(file, blk__1__ffn_gate__bias=vector("blk.1.ffn_gate.bias", 160)),
        "blk.1.ffn_gate.bias",
    ),
    "both forms of a projection": (
        "INF077",
        lambda file: with_tensors(file, blk__0__attn_qkv__bias=vector("blk.0.attn_qkv.bias", 256),
                                  **{f"blk__0__attn_{n}__bias": vector(n, 128 if n == "q" else 64) for n in "qkv"}),
        "blk.0.attn_qkv.bias",
    ),
    "some biases": (
        "INF075",
        lambda file: with_tensors(file, blk__0__attn_q__bias=vector("blk.0.attn_q.bias", 128)),
        "not k_bias, v_bias",
    ),
    "factors of another size": (
        "INF076",
        lambda file: with_tensors(file, rope_freqs__weight=vector("rope_freqs.weight", 32)),
        "(16,)",
    ),
    "a transposed matrix": (
        "INF076",
        lambda file: with_tensors(file, blk__0__ffn_up__weight=file.tensors["blk.0.ffn_down.weight"]),
        "blk.0.ffn_up.weight",
    ),
    "no embedding": ("INF075", lambda file: with_tensors(file, token_embd__weight=None), "token_embd.weight"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_tensors_without_a_place_are_named(change: str) -> None:
    id, changed, said = CHANGES[change]
    error = refusal(changed(LLAMA.file()))
    assert (error.id, said in error.message) == (id, True), error.message


SMALL = {
    name: evolve(MODELS[name], hidden=64, feed_forward=64, formats=(F32,)).file()
    for name in ("llama-3", "gemma2")
}
KEYS = (
    *sorted({key for file in SMALL.values() for key in file.metadata}),
    "tokenizer.ggml.tokens",
    *(f"llama.{key}" for key in ("rope.scaling.type", "rope.scaling.factor", "attention.sliding_window_pattern")),
)  # fmt: skip
NUMBERS = st.integers() | st.integers(-1, 200) | st.floats() | st.booleans() | st.text(max_size=8)
VALUES = NUMBERS | st.lists(NUMBERS, max_size=3) | st.none() | st.sampled_from(["yarn", "linear", "none"])


@given(st.sampled_from(sorted(SMALL)), st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1, max_size=3))
@settings(max_examples=100)
def test_hostile_metadata_load_or_are_refused(name: str, changes: dict[str, Any]) -> None:
    """Never another exception, and never a model whose numbers are not finite."""
    file = SMALL[name]
    try:
        model = models.load(evolve(file, metadata={**file.metadata, **changes}))
    except InferenceError:
        return
    hyper = model.hyper
    assert np.isfinite(
        [hyper.epsilon, hyper.scale, hyper.rope.base, hyper.rope.factor, hyper.logit_cap]
    ).all()
    assert len(hyper.windows) == len(model.layers) == hyper.layers
