"""Rotary embedding: styles, partial rotation, scalings against their published formulas, far positions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.isa.types import Type, bf16, f16, f32
from ptxgen.kernels import KernelError, Rope, RopeNeox, RopeNorm
from ptxgen.kernels.rope.frequencies import Frequencies
from ptxgen.verification import compare_outputs


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


def verify(kernel: Rope, device: EmulatedDevice) -> None:
    inputs = kernel.example_inputs(np.random.default_rng(5))
    compared = compare_outputs(kernel, inputs, kernel.run(inputs, device=device))
    assert [c for c in compared if not c.ok] == []


OPTIONS: list[dict[str, Any]] = [
    {"heads": 14, "key_heads": 2},
    {"heads": 28, "key_heads": 4, "head_dim": 128, "base": 1e6},
    {"heads": 3, "head_dim": 80, "rotary_dims": 32},
    {"heads": 1, "head_dim": 2},
    {"heads": 32, "key_heads": 8, "factors": True, "base": 500000.0},
    {"scaling": "linear", "factor": 4.0},
    {"scaling": "llama3", "factor": 32.0, "base": 500000.0},
    {"scaling": "yarn", "factor": 8.0, "key_heads": 1},
]


@pytest.mark.parametrize("kernel", [RopeNorm, RopeNeox])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_options(device: EmulatedDevice, kernel: type[Any], options: dict[str, Any]) -> None:
    verify(kernel(tokens=3, **options), device)


@pytest.mark.parametrize("kernel", [RopeNorm, RopeNeox])
@pytest.mark.parametrize("type", [f16, bf16])
def test_element_types(device: EmulatedDevice, kernel: type[Any], type: Type) -> None:
    verify(kernel(tokens=3, type=type, head_dim=48), device)


def test_styles_pair_other_elements(device: EmulatedDevice) -> None:
    """At position 1 the first pair turns by one radian."""
    x = np.zeros((1, 1, 8), np.float32)
    x[0, 0, 0] = 1
    one = np.ones(1, np.int32)
    norm = RopeNorm(tokens=1, heads=1, head_dim=8)(x, one, device=device)[0, 0]
    neox = RopeNeox(tokens=1, heads=1, head_dim=8)(x, one, device=device)[0, 0]
    turned = pytest.approx([math.cos(1), math.sin(1)], abs=1e-6)
    assert norm[[0, 1]].tolist() == turned
    assert neox[[0, 4]].tolist() == turned
    assert (norm[2:] == 0).all()
    assert (neox[[1, 2, 3, 5, 6, 7]] == 0).all()


def test_what_does_not_turn_stays(device: EmulatedDevice) -> None:
    kernel = RopeNeox(tokens=3, heads=2, head_dim=80, rotary_dims=32)
    inputs = kernel.example_inputs(np.random.default_rng(0))
    out = kernel.run(inputs, device=device)["x"]
    assert np.array_equal(out[..., 32:], inputs["x"][..., 32:])
    assert (out[..., :32] != inputs["x"][..., :32]).mean() > 0.99


def test_scores_depend_on_the_distance_only(device: EmulatedDevice) -> None:
    """The point of it, at positions where a float32 angle would be off by 2^-7."""
    rng = np.random.default_rng(0)
    q, key = rng.standard_normal((2, 1, 1, 128)).astype(np.float32)
    scores: list[float] = []
    for start in (0, 3001, 131_000):
        rope = RopeNorm(tokens=2, heads=1, head_dim=128)
        turned = rope(np.concatenate([q, key]), np.asarray([start + 40, start], np.int32), device=device)
        scores.append(float(turned[0, 0].astype(np.float64) @ turned[1, 0]))
    assert np.ptp(scores) < 1e-4


def test_llama3_frequencies() -> None:
    """Meta's published function, one frequency at a time."""
    got = Frequencies(128, 500000.0, "llama3", 8.0).radians
    for i, freq in enumerate(500000.0 ** (-np.arange(0, 128, 2) / 128)):
        wavelength = 2 * math.pi / freq
        if wavelength < 8192 / 4:
            expected = freq
        elif wavelength > 8192 / 1:
            expected = freq / 8
        else:
            smooth = (8192 / wavelength - 1) / (4 - 1)
            expected = (1 - smooth) * freq / 8 + smooth * freq
        assert got[i] == pytest.approx(expected, rel=1e-14)
    assert got[0] == 1
    assert got[-1] == pytest.approx(500000.0 ** (-126 / 128) / 8)


def test_yarn_frequencies() -> None:
    """The paper's ramp over the pairs that turn 32 times and once in the original context."""
    made = Frequencies(64, 10000.0, "yarn", 4.0, context=2048)
    plain = 10000.0 ** (-np.arange(0, 64, 2) / 64)
    turns = 2048 * plain / (2 * math.pi)
    low = math.floor(np.interp(-math.log(32), -np.log(turns), np.arange(32)))
    high = math.ceil(np.interp(0, -np.log(turns), np.arange(32)))
    ramp = np.clip((np.arange(32) - low) / (high - low), 0, 1)
    assert made.radians == pytest.approx(plain * (1 - ramp) + plain / 4 * ramp, rel=1e-12)
    assert made.amplitude == pytest.approx(0.1 * math.log(4) + 1)
    assert 0 < low < high < 31


def test_linear_frequencies() -> None:
    assert np.allclose(Frequencies(8, 10000.0, "linear", 2.0).radians, [0.5, 0.05, 0.005, 0.0005])


@pytest.mark.parametrize("kernel", [RopeNorm, RopeNeox])
def test_heads_are_read_once_in_full_sectors(kernel: type[Any]) -> None:
    traffic = Traffic()
    made = kernel(tokens=4, heads=8, head_dim=128)
    with EmulatedDevice(observers=[traffic]) as device:
        made.run(made.example_inputs(np.random.default_rng(0)), device=device)
    read = traffic.buffers["x"]
    assert (read.unread, read.fewest, read.most) == (0, 1, 1)
    stored = [i for i in traffic.instructions if i.write]
    assert stored
    assert all(i.sector_use == 1 for i in stored)


@pytest.mark.parametrize(
    ("fields", "id", "message"),
    [
        ({}, "KRN103", "style must be one of norm, neox"),
        ({"style": "interleaved"}, "KRN103", "style must be one of norm, neox, got 'interleaved'"),
        ({"style": "norm", "base": 1.0}, "KRN104", "base must be above 1"),
        ({"style": "norm", "factor": 0.5}, "KRN104", "factor at least 1"),
        ({"style": "norm", "rotary_dims": 33}, "KRN001", "dims must be a multiple of 2"),
        ({"style": "norm", "rotary_dims": 128}, "KRN001", "dims must be at most 64"),
    ],
)
def test_refusals(fields: dict[str, Any], id: str, message: str) -> None:
    with pytest.raises(KernelError) as caught:
        Rope(**fields)
    assert caught.value.id == id
    assert message in str(caught.value)


def test_f32_is_the_default() -> None:
    assert Rope(style="norm").type is f32
