"""Division without a subroutine gives the bits of a correctly rounded one."""

from __future__ import annotations

import numpy as np

from ptxgen import LaunchConfig
from ptxgen.driver import EmulatedDevice
from ptxgen.ir.builder import KernelBuilder
from ptxgen.isa.types import f32
from ptxgen.kernels.blocks.division import Divider, divide_by

THREADS = 256


def divide(device: EmulatedDevice, x: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(x / d, x / 127) by the blocks."""
    k = KernelBuilder("divide", target="sm_80")
    xs, ds, by_d, by_127 = (k.pointer(name, f32) for name in ("xs", "ds", "by_d", "by_127"))
    i = k.global_id
    by_d[i] = Divider(k, ds[i]).quotient(xs[i])
    by_127[i] = divide_by(k, xs[i], 127.0)
    out = [device.empty(x.shape, np.float32) for _ in range(2)]
    device.load_module(k.build()).get_kernel("divide").launch(
        LaunchConfig(grid=len(x) // THREADS, block=THREADS), [device.to_device(x), device.to_device(d), *out]
    )
    return out[0].to_host(), out[1].to_host()


def test_codes_of_any_group(device: EmulatedDevice) -> None:
    """d of every exponent that a scale can have, x up to 127 times it; and mantissas that are all ones or all zeros."""
    rng = np.random.default_rng(1)
    count = 1 << 16
    d = np.ldexp(1 + rng.random(count), rng.integers(-126, 120, count)).astype(np.float32)
    d[:: 1 << 8] = np.ldexp(2 - 2.0**-23, rng.integers(-126, 100, count >> 8))
    x = (d * rng.uniform(-127, 127, count)).astype(np.float32)
    x[::3] = (d[::3].astype(np.float64) * (rng.integers(-127, 127, len(d[::3])) + 0.5)).astype(np.float32)
    x[5 :: 1 << 8] = d[5 :: 1 << 8] * np.float32(127)
    quotients, _ = divide(device, x, d)
    expected = x / d
    exact = (np.abs(expected) >= 2.0**-20) & (np.abs(x) > 2.0**-126)
    assert exact.mean() > 0.99
    assert np.array_equal(quotients[exact], expected[exact])
    assert (np.abs(quotients - expected)[~exact] < 2.0**-20).all()


def test_every_mantissa_divided_by_127(device: EmulatedDevice) -> None:
    x = np.arange(0x3F800000, 0x40000000, 61, dtype=np.uint32)
    x = x[: len(x) // THREADS * THREADS].view(np.float32)
    for scale in (1.0, 2.0**-118, 2.0**100):
        scaled = (x * scale).astype(np.float32)
        _, by_127 = divide(device, scaled, np.ones_like(x))
        assert np.array_equal(by_127, scaled / np.float32(127))
