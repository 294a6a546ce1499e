"""Which tensor gets which format: what llama.cpp's quantiser (`llama_model_quantize`) chose for the same shapes."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.quant import FORMATS
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile, Tensor
from ptxgen_inference.quantize import RECIPES, plan, quantize

LAYERS = {
    # Six-bit value matrices and down projections of a q4_k_m file, by layer.
    1: "6",
    2: "46",
    6: "446446",
    7: "4464466",
    16: "6644644644644666",
    22: "6644644644644644644666",
    24: "666446446446446446446666",
}

SMALL = {
    # Value matrices and down projections of a q4_k_s file.
    2: ("55", "44"),
    7: ("5555444", "4444444"),
    16: ("5555444444444444", "5544444444444444"),
    24: ("555544444444444444444444", "555444444444444444444444"),
}

ROWS: dict[tuple[str, int, int, bool], tuple[str, ...]] = {
    # (type, hidden, ffn, tied): output or token_embd, token_embd, attn_v 2 and 1, ffn_down 2 and 1, ffn_up of 6 layers.
    ("q4_k_m", 128, 256, True): ("Q8_0", "Q8_0", "Q8_0", "Q5_0", "Q6_K", "Q4_K", "Q5_0"),
    ("q5_k_m", 128, 256, True): ("Q8_0", "Q8_0", "Q8_0", "Q5_1", "Q6_K", "Q5_K", "Q5_1"),
    ("q6_k", 128, 256, True): ("Q8_0", "Q8_0", "Q8_0", "Q8_0", "Q6_K", "Q6_K", "Q8_0"),
    ("q4_0", 128, 256, True): ("Q8_0", "Q8_0", "Q4_0", "Q4_0", "Q4_0", "Q4_0", "Q4_0"),
    ("q8_0", 128, 256, True): ("Q8_0", "Q8_0", "Q8_0", "Q8_0", "Q8_0", "Q8_0", "Q8_0"),
    ("q4_k_m", 128, 256, False): ("Q8_0", "Q5_0", "Q8_0", "Q5_0", "Q6_K", "Q4_K", "Q5_0"),
    ("q5_k_m", 128, 256, False): ("Q8_0", "Q5_1", "Q8_0", "Q5_1", "Q6_K", "Q5_K", "Q5_1"),
    ("q6_k", 128, 256, False): ("Q8_0", "Q8_0", "Q8_0", "Q8_0", "Q6_K", "Q6_K", "Q8_0"),
    ("q4_0", 128, 256, False): ("Q8_0", "Q4_0", "Q4_0", "Q4_0", "Q4_0", "Q4_0", "Q4_0"),
    ("q4_k_m", 256, 96, False): ("Q6_K", "Q4_K", "Q6_K", "Q4_K", "Q8_0", "Q5_0", "Q4_K"),
    ("q5_k_m", 256, 96, False): ("Q6_K", "Q5_K", "Q6_K", "Q5_K", "Q8_0", "Q5_1", "Q5_K"),
    ("q6_k", 256, 96, False): ("Q6_K", "Q6_K", "Q6_K", "Q6_K", "Q8_0", "Q8_0", "Q6_K"),
    ("q4_0", 256, 96, False): ("Q6_K", "Q4_0", "Q4_0", "Q4_0", "Q4_0", "Q4_0", "Q4_0"),
}


def zeros(name: str, *shape: int, format: str = "F32") -> Tensor:
    layout = FORMATS[format]
    return Tensor(name, shape, layout, np.zeros((*shape[:-1], layout.row_bytes(shape[-1])), np.uint8))


def model(
    layers: int, hidden: int = 256, ffn: int = 256, tied: bool = False, fused: bool = False
) -> ModelFile:
    """The matrices of a Llama, or of a model with fused queries, keys and values."""
    made = [zeros("token_embd.weight", 32, hidden), zeros("output_norm.weight", hidden)]
    made += [] if tied else [zeros("output.weight", 32, hidden)]
    for layer in range(layers):
        at = f"blk.{layer}."
        whole = [zeros(f"{at}attn_qkv.weight", 96, hidden), zeros(f"{at}attn_qkv.bias", 96)]
        parts = [zeros(f"{at}attn_{which}.weight", 32, hidden) for which in "qkv"]
        made += [zeros(f"{at}attn_norm.weight", hidden), *(whole if fused else parts)]
        made += [zeros(f"{at}attn_output.weight", hidden, 32), zeros(f"{at}ffn_down.weight", hidden, ffn)]
        made += [zeros(f"{at}ffn_gate.weight", ffn, hidden), zeros(f"{at}ffn_up.weight", ffn, hidden)]
    return ModelFile("made", {"general.architecture": "llama"}, {t.name: t for t in made})


def formats(model: ModelFile, type: str) -> dict[str, str]:
    return {job.tensor.name: job.format.name for job in plan(model, type)}


def digits(chosen: dict[str, str], role: str) -> str:
    return "".join(format[1] for name, format in chosen.items() if name.endswith(f"{role}.weight"))


@pytest.mark.parametrize("layers", LAYERS)
def test_q4_k_m_and_q5_k_m_by_layer(layers: int) -> None:
    for type, low in (("q4_k_m", "4"), ("q5_k_m", "5")):
        chosen = formats(model(layers), type)
        expected = LAYERS[layers].replace("4", low)
        assert (digits(chosen, "attn_v"), digits(chosen, "ffn_down")) == (expected, expected)
        assert chosen["output.weight"] == "Q6_K"
        rest = ("token_embd", "attn_q", "attn_k", "ffn_gate", "ffn_up")
        assert {digits(chosen, role) for role in rest} == {low, low * layers}


@pytest.mark.parametrize("layers", SMALL)
def test_q4_k_s_by_layer(layers: int) -> None:
    chosen = formats(model(layers), "q4_k_s")
    assert (digits(chosen, "attn_v"), digits(chosen, "ffn_down")) == SMALL[layers]


def test_fused_projections_count_as_values() -> None:
    fused = model(6, fused=True)
    assert digits(formats(fused, "q4_k_m"), "attn_qkv") == "446446"
    assert digits(formats(fused, "q5_k_m"), "attn_qkv") == "556556"
    assert digits(formats(fused, "q4_k_s"), "attn_qkv") == "555544"


@pytest.mark.parametrize(("type", "hidden", "ffn", "tied"), ROWS, ids=str)
def test_rows_that_are_no_multiple_of_256_fall_back(type: str, hidden: int, ffn: int, tied: bool) -> None:
    chosen = formats(model(6, hidden, ffn, tied), type)
    names = "blk.2.attn_v", "blk.1.attn_v", "blk.2.ffn_down", "blk.1.ffn_down", "blk.1.ffn_up"
    found = chosen["token_embd.weight" if tied else "output.weight"], chosen["token_embd.weight"]
    assert (*found, *(chosen[f"{name}.weight"] for name in names)) == ROWS[type, hidden, ffn, tied]


def test_rows_that_no_block_divides_stay_halves() -> None:
    assert formats(model(1, 24, 40), "q4_k_m")["blk.0.ffn_up.weight"] == "F16"
    assert formats(model(1, 24, 40), "q8_0")["blk.0.ffn_down.weight"] == "F16"


def test_value_matrices_of_many_heads_get_five_bits() -> None:
    large = model(80)
    heads = {"llama.block_count": 80, "llama.attention.head_count": 64, "llama.attention.head_count_kv": 8}
    grouped = ModelFile("made", {**large.metadata, **heads}, large.tensors)
    assert set(digits(formats(grouped, "q4_k_m"), "attn_v")) == {"5", "6"}
    assert set(digits(formats(large, "q4_k_m"), "attn_v")) == {"4", "6"}


@pytest.mark.parametrize("type", RECIPES)
def test_what_is_no_matrix_stays(type: str) -> None:
    odd = [
        zeros("position_embd.weight", 32, 256),
        zeros("token_types.weight", 2, 256),
        zeros("blk.0.attn_norm.weight", 256),
        zeros("blk.0.attn_q.bias", 256),
        zeros("rope_freqs.weight", 32),
        zeros("one.weight", 1, 256),
        zeros("blk.0.ffn_gate_inp.weight", 8, 256),
    ]
    made = ModelFile("made", {"general.architecture": "bert"}, {t.name: t for t in odd})
    assert set(formats(made, type).values()) == {"F32"}


def test_matrices_of_experts_are_matrices() -> None:
    experts = zeros("blk.0.ffn_up_exps.weight", 4, 8, 256)
    made = ModelFile("made", {"general.architecture": "llama"}, {experts.name: experts})
    assert quantize(made, "q4_k_m").tensors[experts.name].shape == (4, 8, 256)


def test_an_unknown_type_is_named() -> None:
    with pytest.raises(InferenceError, match=r"q4_k_m.*got 'q3_k'") as raised:
        plan(model(1), "q3_k")
    assert raised.value.id == "INF031"


def test_quantised_weights_are_not_rounded_again() -> None:
    once = quantize(model(2), "q8_0")
    with pytest.raises(InferenceError, match=r"token_embd\.weight is Q8_0 already") as raised:
        quantize(once, "q4_k_m")
    assert raised.value.id == "INF032"
    assert quantize(once, "q8_0").tensors.keys() == once.tensors.keys()
    again = quantize(once, "q4_k_m", allow_requantize=True)
    assert again.tensors["token_embd.weight"].format.name == "Q4_K"
