"""Activations, sums, products, copies and transposes: element types, ragged ends, traffic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.isa.types import Type, bf16, f16, f32, f64
from ptxgen.kernels import (
    BiasActivation,
    Copy,
    GeGlu,
    Gelu,
    Kernel,
    KernelError,
    Multiply,
    Relu,
    ResidualAdd,
    Scale,
    Silu,
    SoftCap,
    SwiGlu,
    Transpose,
)
from ptxgen.kernels.blocks.activations import ACTIVATIONS
from ptxgen.verification import compare_outputs

TYPES = (f32, f16, bf16)


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


def verify(kernel: Kernel, device: EmulatedDevice) -> None:
    inputs = kernel.example_inputs(np.random.default_rng(4))
    compared = compare_outputs(kernel, inputs, kernel.run(inputs, device=device))
    assert [c for c in compared if not c.ok] == []


@pytest.mark.parametrize("kernel", [Relu, Silu, Gelu, SwiGlu, GeGlu, ResidualAdd, Multiply, Scale, SoftCap])
@pytest.mark.parametrize("type", TYPES)
def test_element_types_with_every_rest(device: EmulatedDevice, kernel: type[Any], type: Type) -> None:
    """The last thread has one to seven elements, of its own or with whole pieces before it."""
    width = 16 // type.bytes
    for n in (width - 1, 8 * width + 1):
        verify(kernel(n=n, type=type), device)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("cols", "type"), [(33, f32), (100, f16)])
def test_bias_and_activation(device: EmulatedDevice, activation: str, cols: int, type: Type) -> None:
    verify(BiasActivation(rows=5, cols=cols, activation=activation, type=type), device)


def test_soft_cap_of_numbers_large_and_small(device: EmulatedDevice) -> None:
    """Far beyond the cap it is the cap, below it nearly the number; a cap of nothing is refused."""
    x = np.array([1e30, -1e30, 300, -300, 0, 1e-3, np.inf, np.nan], np.float32)
    y = SoftCap(n=8, cap=30.0).run({"x": x}, device=device)["x"]
    assert np.allclose(y, [30, -30, 30, -30, 0, 1e-3, 30, np.nan], rtol=0, atol=30 * 2.0**-21, equal_nan=True)
    with pytest.raises(KernelError, match="cap must be positive") as caught:
        SoftCap(cap=0)
    assert caught.value.id == "KRN102"


@pytest.mark.parametrize("form", ["gelu", "gelu_erf", "gelu_fast"])
def test_forms_of_gelu(device: EmulatedDevice, form: str) -> None:
    verify(Gelu(n=300, activation=form), device)
    verify(GeGlu(n=300, activation=form), device)


def test_a_residual_keeps_its_name(device: EmulatedDevice) -> None:
    inputs = ResidualAdd(n=77).example_inputs(np.random.default_rng(0))
    outputs = ResidualAdd(n=77).run(inputs, device=device)
    assert list(outputs) == ["residual"]
    assert np.array_equal(outputs["residual"], inputs["residual"] + inputs["x"])


@pytest.mark.parametrize("n", [1, 15, 16, 17, 2047, 2048, 2049, 8192, 8193 + 15])
def test_every_byte_is_copied(device: EmulatedDevice, n: int) -> None:
    x = np.random.default_rng(n).integers(1, 256, n, dtype=np.uint8)
    assert np.array_equal(Copy(n=n, threads=32)(x, device=device), x)


@pytest.mark.parametrize("type", [f16, f32, f64])
@pytest.mark.parametrize("shape", [(1, 1), (1, 100), (31, 33), (65, 40)])
def test_transposes(device: EmulatedDevice, type: Type, shape: tuple[int, int]) -> None:
    kernel = Transpose(rows=shape[0], cols=shape[1], type=type)
    (x,) = kernel.example_inputs(np.random.default_rng(0)).values()
    assert np.array_equal(kernel(x, device=device), x.T)


MEASURED: list[Kernel] = [
    Silu(n=1024),
    SwiGlu(n=1024, type=f16),
    ResidualAdd(n=512),
    BiasActivation(rows=4, cols=256),
    Copy(n=16384),
    *(Transpose(rows=64, cols=96, type=type) for type in (f16, f32, f64)),
]


@pytest.mark.parametrize("kernel", MEASURED, ids=lambda kernel: kernel.name)
def test_memory_is_read_once_in_full_sectors_without_conflicts(kernel: Kernel) -> None:
    traffic = Traffic()
    with EmulatedDevice(observers=[traffic]) as device:
        kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)
    for name, read in traffic.buffers.items():
        assert read.unread == 0
        assert name == "bias" or read.most == 1
    assert traffic.conflicts == 0
    assert all(i.sector_use == 1 for i in traffic.instructions if i.sectors)
