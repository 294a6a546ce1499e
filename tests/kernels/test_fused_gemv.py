"""Projections that share a launch or their activations, against the kernels that compute them one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.kernels import GateUpGemv, IntegerGemv, KernelError, QkvGemv
from ptxgen.kernels.gemv.integer_presets import INTEGER_FORMATS
from ptxgen.quant import Q4_K, Q5_0, Q5_K, Q6_K, Q8_0, BlockFormat
from ptxgen.verification import compare_outputs

RECIPES = [
    (Q4_K, Q4_K, Q4_K),
    (Q4_K, Q4_K, Q6_K),
    (Q4_K, Q6_K, Q6_K),
    (Q6_K, Q4_K, Q6_K),
    (Q5_K, Q8_0, Q5_0),
]


def single(device: EmulatedDevice, fused: QkvGemv, part: str, inputs: dict[str, Any]) -> Any:
    """What the kernel of one matrix makes of the inputs of the fused one."""
    w = inputs[f"w_{part}"]
    gemv = IntegerGemv(
        n=len(w),
        k=fused.k,
        m=fused.m,
        format=fused.formats[part],
        activations=fused.activations,
        bias=fused.bias,
    )
    own = {"w": w, **{name: inputs[name] for name in ("x", "gain") if name in inputs}}
    if fused.bias:
        own["bias"] = inputs[f"b_{part}"]
    return gemv.run(own, device=device)["y"]


@pytest.mark.parametrize("formats", RECIPES, ids=lambda formats: "-".join(map(str, formats)))
@pytest.mark.parametrize(
    "options",
    [
        {"n_q": 17, "n_kv": 9, "bias": True},
        pytest.param({"n_q": 1, "n_kv": 3, "activations": "q8_1"}, marks=pytest.mark.slow),
        pytest.param({"n_q": 33, "n_kv": 8, "m": 5, "activations": "rms_norm"}, marks=pytest.mark.slow),
        pytest.param({"n_q": 896, "n_kv": 128, "bias": True, "threads": 256}, marks=pytest.mark.slow),
    ],
    ids=["bias", "blocks", "norm", "model"],
)
def test_projections_are_those_of_single_kernels(
    device: EmulatedDevice, formats: tuple[BlockFormat, ...], options: dict[str, Any]
) -> None:
    """Bit for bit: the same sums in the same order, whatever CTA does them."""
    fused = QkvGemv(k=512, format_q=formats[0], format_k=formats[1], format_v=formats[2], **options)
    inputs = fused.example_inputs(np.random.default_rng(3))
    outputs = fused.run(inputs, device=device)
    for part in "qkv":
        assert np.array_equal(outputs[f"y_{part}"], single(device, fused, part, inputs))


def test_matrices_of_one_format_share_one_body() -> None:
    lengths = [
        len(QkvGemv(format_q=q, format_k=k, format_v=v).emit_ptx())
        for q, k, v in (RECIPES[0], RECIPES[1], RECIPES[3])
    ]
    assert lengths[0] < 0.7 * lengths[1]
    assert lengths[1] < 0.8 * lengths[2]


@pytest.mark.parametrize(
    "format",
    [pytest.param(f, marks=[] if f in (Q4_K, Q5_0) else pytest.mark.slow) for f in INTEGER_FORMATS],
    ids=str,
)
@pytest.mark.parametrize(
    "options",
    [
        {"n": 17, "activations": "rms_norm"},
        pytest.param({"n": 33, "m": 4, "activation": "gelu"}, marks=pytest.mark.slow),
        pytest.param({"n": 100, "activations": "q8_1", "activation": "relu"}, marks=pytest.mark.slow),
    ],
    ids=["norm", "batched", "blocks"],
)
def test_gated_units(device: EmulatedDevice, format: BlockFormat, options: dict[str, Any]) -> None:
    fused = GateUpGemv(k=512, format=format, **options)
    inputs = fused.example_inputs(np.random.default_rng(4))
    outputs = fused.run(inputs, device=device)
    assert all(compared.ok for compared in compare_outputs(fused, inputs, outputs))


def test_gates_and_ups_are_not_mistaken_for_each_other(device: EmulatedDevice) -> None:
    """Exchanging the matrices changes the result by far more than the tolerance."""
    fused = GateUpGemv(n=9, k=256)
    inputs = fused.example_inputs(np.random.default_rng(5))
    swapped = {**inputs, "w_gate": inputs["w_up"], "w_up": inputs["w_gate"]}
    outputs = fused.run(swapped, device=device)
    assert not any(compared.ok for compared in compare_outputs(fused, inputs, outputs))


def test_a_relu_gate_is_exact_where_it_is_shut(device: EmulatedDevice) -> None:
    fused = GateUpGemv(n=17, k=256, activation="relu")
    inputs = fused.example_inputs(np.random.default_rng(6))
    gate = IntegerGemv(n=17, k=256).run({"w": inputs["w_gate"], "x": inputs["x"]}, device=device)["y"]
    y = fused.run(inputs, device=device)["y"]
    assert (gate < 0).any()
    assert (y[gate < 0] == 0).all()
    assert (y[gate > 0] != 0).all()


def test_every_format_of_the_projections_must_divide_the_rows() -> None:
    with pytest.raises(KernelError, match="block_weights_v") as caught:
        QkvGemv(k=544, format_q=Q5_0, format_k=Q5_0, format_v=Q6_K)
    assert caught.value.id == "KRN001"
    assert "blocks of 32" in caught.value.help
