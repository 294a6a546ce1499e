"""Activation functions and rotations, function by function, against float64 within the bounds that they state."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from ptxgen import LaunchConfig
from ptxgen.driver import EmulatedDevice
from ptxgen.ir.builder import KernelBuilder, Value
from ptxgen.isa.types import f32, f64, u32
from ptxgen.kernels.blocks.activations import ACTIVATIONS, sigmoid
from ptxgen.kernels.blocks.rotary import ROTATION_ERROR, rotate, rotation

Floats = NDArray[np.float32]


def mapped(
    device: EmulatedDevice, function: Callable[[KernelBuilder, Value], Value], values: Floats
) -> Floats:
    k = KernelBuilder("mapped", target="sm_80")
    x, y = k.pointer("x", f32), k.pointer("y", f32)
    y[k.global_id] = function(k, x[k.global_id])
    padded = np.zeros(-(-values.size // 128) * 128, np.float32)
    padded[: values.size] = values
    out = device.empty(padded.shape, np.float32)
    device.load_module(k.build()).get_kernel("mapped").launch(
        LaunchConfig(grid=padded.size // 128, block=128), [device.to_device(padded), out]
    )
    return out.to_host()[: values.size]


def arguments() -> Floats:
    """Dense where something happens, and every order of magnitude up to where nothing does."""
    powers = np.ldexp(np.float32(1.37), np.arange(-140, 60))
    dense = np.linspace(-20, 20, 20_001)
    far = np.linspace(-130, 130, 2_001)
    return np.concatenate([dense, far, powers, -powers, [0.0, -0.0]]).astype(np.float32)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_within_the_stated_error(device: EmulatedDevice, name: str) -> None:
    function = ACTIVATIONS[name]
    x = arguments()
    exact = function.exact(x.astype(np.float64))
    error = np.abs(mapped(device, function.emit, x) - exact)
    assert (error <= function.error(x.astype(np.float64))).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_stated_error_is_small(name: str) -> None:
    """At most 2^-19 of the argument where the function is not close to zero; 2^-11 for the fast one."""
    x = np.linspace(-3, 20, 1000)
    assert (ACTIVATIONS[name].error(x) <= (2.0**-11.9 if name == "gelu_fast" else 2.0**-19) * np.abs(x)).all()


def test_the_tanh_form_of_gelu() -> None:
    """The definition, which cancels for negative arguments, against the form that does not."""
    x = np.linspace(-6, 6, 1001)
    defined = x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    assert np.abs(ACTIVATIONS["gelu"].exact(x) - defined).max() < 1e-14


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_bounds_the_derivative(name: str) -> None:
    x = np.linspace(-30, 30, 60_001)
    y = ACTIVATIONS[name].exact(x)
    steepest = np.abs(np.diff(y) / np.diff(x)).max()
    assert 0.98 * ACTIVATIONS[name].slope <= steepest <= ACTIVATIONS[name].slope * (1 + 1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_nan_stays_and_infinity_does(device: EmulatedDevice, name: str) -> None:
    nan, large = mapped(device, ACTIVATIONS[name].emit, np.asarray([np.nan, np.inf], np.float32))
    assert np.isnan(nan)
    assert large == np.inf


def test_sigmoid(device: EmulatedDevice) -> None:
    x = arguments()
    exact = 1 / (1 + np.exp(np.minimum(-x.astype(np.float64), 700)))
    bound = (2.0**-22 + 2.0**-23.5 * np.abs(x)) * exact + 2.0**-126
    assert (np.abs(mapped(device, sigmoid, x) - exact) <= bound).all()


POSITIONS = np.asarray([0, 1, 2, 31, 4095, 8191, 32767, 131071, 131072, 2**31 - 1], np.uint32)


def test_angles_are_reduced_exactly_at_any_position(device: EmulatedDevice) -> None:
    """All 64 frequencies of base 10000, and 64 more; positions up to 2^31."""
    k = KernelBuilder("rotations", target="sm_80")
    positions, turns, out = k.pointer("positions", u32), k.pointer("turns", f64), k.pointer("out", f32)
    i = k.global_id
    cosine, sine = rotation(k, positions[k.ctaid.x], turns[k.tid.x])
    out.store(2 * i, (cosine, sine))
    frequencies = np.concatenate([10_000.0 ** (-np.arange(64) / 64), 500_000.0 ** (-np.arange(64) / 64)])
    result = device.empty((len(POSITIONS), 128, 2), np.float32)
    device.load_module(k.build()).get_kernel("rotations").launch(
        LaunchConfig(grid=len(POSITIONS), block=128),
        [device.to_device(POSITIONS), device.to_device(frequencies / math.tau), result],
    )
    angles = POSITIONS.astype(np.longdouble)[:, None] * frequencies.astype(np.longdouble)
    exact = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    assert (np.abs(result.to_host() - exact) <= ROTATION_ERROR).all()
    assert ROTATION_ERROR < 1.2e-6


def test_a_rotation_turns_a_point(device: EmulatedDevice) -> None:
    k = KernelBuilder("rotated", target="sm_80")
    x, out = k.pointer("x", f32), k.pointer("out", f32)
    points = x.load(4 * k.tid.x, vec=4)
    out.store(2 * k.tid.x, rotate(k, *points))
    rng = np.random.default_rng(0)
    angle = rng.uniform(0, 7, 128)
    points = rng.standard_normal((128, 2))
    given = np.column_stack([points, np.cos(angle), np.sin(angle)]).astype(np.float32)
    result = device.empty((128, 2), np.float32)
    device.load_module(k.build()).get_kernel("rotated").launch(
        LaunchConfig(grid=1, block=128), [device.to_device(given), result]
    )
    x, y, cosine, sine = given.astype(np.float64).T
    exact = np.column_stack([x * cosine - y * sine, x * sine + y * cosine])
    assert (np.abs(result.to_host() - exact) <= 2.0**-23 * np.abs(points).sum(axis=1, keepdims=True)).all()
