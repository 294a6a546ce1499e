"""Saxpy and VectorAdd against float32 arithmetic that NumPy rounds once, for ragged sizes."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.kernels import Saxpy, VectorAdd
from ptxgen.kernels.elementwise.vectors import half_ulp

SIZES = [1, 3, 17, 31, 32, 33, 100, 257, 1000, 10_000]


@pytest.mark.parametrize("n", SIZES)
def test_vector_add_is_bit_equal_to_numpy(device: EmulatedDevice, n: int) -> None:
    kernel = VectorAdd(n=n)
    inputs = kernel.example_inputs(np.random.default_rng(n))
    z = kernel(**inputs, device=device)
    assert np.array_equal(z, inputs["x"] + inputs["y"])


@pytest.mark.parametrize("n", SIZES)
def test_saxpy_is_rounded_once(device: EmulatedDevice, n: int) -> None:
    kernel = Saxpy(n=n)
    inputs = kernel.example_inputs(np.random.default_rng(n))
    before = inputs["y"].copy()
    y = kernel.run(inputs, device=device)["y"]
    assert (np.abs(y - kernel.expected(inputs)["y"]) <= kernel.bounds(inputs)["y"]).all()
    assert np.array_equal(inputs["y"], before), "the caller's array must stay as it was"


def test_saxpy_does_not_round_the_product(device: EmulatedDevice) -> None:
    """(1 + 2^-12)^2 - 1 - 2^-11 is 2^-24; a rounded product would give 0."""
    x = np.full(5, 1 + 2.0**-12, np.float32)
    y = np.full(5, -1 - 2.0**-11, np.float32)
    assert (Saxpy(n=5)(x, y, np.float32(1 + 2.0**-12), device=device) == 2.0**-24).all()


def test_one_text_serves_all_lengths_and_block_sizes(device: EmulatedDevice) -> None:
    x = np.arange(70, dtype=np.float32)
    for threads in (32, 64, 256):
        assert np.array_equal(VectorAdd(n=70, threads=threads)(x, x, device=device), 2 * x)


def test_the_bound_is_half_a_unit_in_the_last_place() -> None:
    values = np.float32([1.0, 1.5, 3.0, 1e-30, 1e30])
    bound = half_ulp(values.astype(np.float64))
    assert (bound <= np.spacing(values).astype(np.float64) * 1.01).all()
    assert half_ulp(np.zeros(1))[0] == 2.0**-150
