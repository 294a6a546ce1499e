"""Triton's own text, executed: the tutorials' kernels against NumPy in float64, within bounds derived from the code.

`u` is half a unit in the last place of float32, 2**-24. The manual's bounds: `ex2.approx.ftz.f32` 2**-22 relative,
`div.full.f32` two units in the last place, `sqrt.approx.ftz.f32` 2**-23 relative.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ptxgen import LaunchConfig
from ptxgen.driver import Device, DriverError, open_device
from ptxgen.emulator.asynchronous.tensor_maps import TensorMap

Array = np.ndarray[Any, Any]

CORPUS = Path(__file__).parent / "corpus"
U = 2.0**-24
EX2, DIV, SQRT = 2.0**-22, 4 * U, 2.0**-23
HALF = 2.0**-11
TINY = float(np.finfo(np.float32).tiny)
"""What flushing subnormal numbers loses at most."""

GPU = pytest.param(("cuda", 80), marks=pytest.mark.gpu)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


class Launcher:
    """Launches one corpus file with exactly the shared memory that Triton says it needs."""

    def __init__(self, device: Device, capability: int) -> None:
        self.device = device
        self.capability = capability
        self.scratch = device.zeros(1, np.uint64)

    def __call__(self, name: str, grid: Any, shared_bytes: int, *arguments: Any) -> list[Array]:
        """The arrays among the arguments as they are afterwards; two unused scratch pointers come last."""
        path = CORPUS / f"triton_{name}.sm_{self.capability}.ptx"
        kernel = self.device.load_module(path.read_text("utf-8"), name=path.name).get_kernel(name)
        given = [self.device.to_device(a) if isinstance(a, np.ndarray) else a for a in arguments]
        config = LaunchConfig(grid, block=128, shared_bytes=shared_bytes)
        kernel.launch(config, [*given, self.scratch, self.scratch])
        self.device.synchronize()
        return [g.to_host() for g, a in zip(given, arguments, strict=True) if isinstance(a, np.ndarray)]


@pytest.fixture
def launch(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    """Opened with (device, compute capability of the text); on the emulator every sanitizer watches."""
    device, capability = request.param
    with open_device(device, sanitize=device == "emulator") as opened:
        yield Launcher(opened, capability)


def on(*capabilities: int) -> pytest.MarkDecorator:
    """Run the text of these capabilities on the emulator, and that of sm_80 on a GPU, too."""
    return pytest.mark.parametrize("launch", [*(("emulator", c) for c in capabilities), GPU], indirect=True)


def within(actual: Array, expected: Array, bound: Array | float) -> bool:
    """Whether all elements are, none of them NaN."""
    return bool((np.abs(actual.astype(np.float64) - expected) <= bound).all())


@on(80, 90, 100)
@pytest.mark.parametrize("n", [1, 1023, 3001])
def test_add(launch: Launcher, rng: np.random.Generator, n: int) -> None:
    x, y = rng.standard_normal((2, n), dtype=np.float32)
    out = np.full(n + 3, 7, np.float32)
    *_, result = launch("add", -(-n // 1024), 0, x, y, out, n)[:3]
    assert np.array_equal(result[:n], x + y)
    assert np.array_equal(result[n:], out[n:])


@on(80, 90, 100)
@pytest.mark.parametrize("columns", [16, 784, 1024])
def test_fused_softmax(launch: Launcher, rng: np.random.Generator, columns: int) -> None:
    """Three programs take seven rows between them, so that the loop and its prefetches run."""
    rows, stride = 7, 1040
    x = (rng.standard_normal((rows, stride)) * 3).astype(np.float32)
    out = np.full((rows, stride), 7, np.float32)
    result = launch("fused_softmax", 3, 8208, x, out, stride, stride, rows, columns)[1]

    depth = x[:, :columns].astype(np.float64)
    depth = depth.max(axis=1, keepdims=True) - depth
    powers = np.exp(-depth)
    expected = powers / powers.sum(axis=1, keepdims=True)
    # The exponent is a difference, a product with a rounded log2(e) and its rounding; the relative error of a power is
    # the absolute one of its exponent. A term passes 8 additions in its thread, 5 in its warp, 2 between the warps.
    power = 3 * U * depth + EX2
    bound = expected * (power + power.max() + 15 * U + DIV) + TINY
    assert within(result[:, :columns], expected, bound)
    assert (result[:, columns:] == 7).all()


@on(80, 90, 100)
@pytest.mark.parametrize("columns", [16, 1024, 1600])
def test_layer_norm(launch: Launcher, rng: np.random.Generator, columns: int) -> None:
    rows, epsilon = 5, 1e-5
    x = (rng.standard_normal((rows, columns)) + 1).astype(np.float16)
    weight, bias = rng.standard_normal((2, columns)).astype(np.float16)
    statistics = np.zeros((2, rows), np.float32)
    result, mean, rstd = (
        launch("layer_norm", rows, 16, x, x * 0, weight, bias, *statistics, columns, columns, epsilon)[i]
        for i in (1, 4, 5)
    )

    exact, w = x.astype(np.float64), weight.astype(np.float64)
    average = exact.mean(axis=1, keepdims=True)
    away = exact - average
    scale = 1 / np.sqrt((away**2).mean(axis=1, keepdims=True) + epsilon)
    expected = away * scale * w + bias
    # Up to 2 turns of the loop, 8 values in a thread, 5 steps in a warp, 2 between the warps.
    summing = 17 * U
    mean_bound = summing * np.abs(exact).mean(axis=1, keepdims=True) + DIV * np.abs(average)
    variance = mean_bound * (2 * np.abs(away).mean(axis=1, keepdims=True) + mean_bound)
    variance += (summing + 3 * U + DIV) * (away**2).mean(axis=1, keepdims=True)
    scale_bound = scale * (variance * scale**2 / 2 + U + SQRT + DIV)
    normal_bound = mean_bound * scale + np.abs(away) * scale_bound + 2 * U * np.abs(away) * scale
    bound = np.abs(w) * normal_bound * (1 + U) + 2 * U * (np.abs(away * scale * w) + np.abs(expected))
    assert within(mean[:, None], average, mean_bound)
    assert within(rstd[:, None], scale, scale_bound)
    assert within(result, expected, bound + HALF * (np.abs(expected) + bound) + 2.0**-25)


def leaky(product: Array) -> Array:
    """What the kernel makes of an exact product: float32, then rounded to half precision."""
    single = product.astype(np.float32)
    return np.where(single >= 0, single, np.float32(0.01) * single).astype(np.float16)


@on(80, 90)
@pytest.mark.parametrize(("m", "n", "k"), [(64, 64, 32), (112, 80, 144), (16, 16, 16)])
def test_matmul(launch: Launcher, rng: np.random.Generator, m: int, n: int, k: int) -> None:
    """Small integers, so that every sum is exact whatever its order: bit for bit."""
    a = rng.integers(-4, 5, (m, k)).astype(np.float16)
    b = rng.integers(-4, 5, (k, n)).astype(np.float16)
    tiles = -(-m // 64) * -(-n // 64)
    shared = {80: 16384, 90: 24576}[launch.capability]
    c = launch("matmul", tiles, shared, a, b, np.zeros((m, n), np.float16), m, n, k, k, n, n)[2]
    assert np.array_equal(c, leaky(a.astype(np.float64) @ b.astype(np.float64)))


@on(80, 90)
def test_attention(launch: Launcher, rng: np.random.Generator) -> None:
    context, head, batch, scale = 128, 64, 2, 0.125
    q, k, v = rng.standard_normal((3, batch, context, head)).astype(np.float16)
    out, sums = np.zeros_like(q), np.zeros((batch, context), np.float32)
    strides = (context * head, head, context)
    shared = {80: 24576, 90: 32768}[launch.capability]
    *_, result, log_sums = launch(
        "attention", (context // 64, batch), shared, q, k, v, out, sums, scale, *strides
    )

    q64, k64, v64 = (a.astype(np.float64) for a in (q, k, v))
    causal = np.tril(np.ones((context, context), bool))
    scores = np.where(causal, q64 @ k64.swapaxes(1, 2) * scale, -np.inf)
    peak = scores.max(axis=2, keepdims=True)
    powers = np.exp(scores - peak)
    norm = powers.sum(axis=2, keepdims=True)
    expected = powers / norm @ v64
    # Scores: 64 products, each sum perhaps truncated (2u); scaled by a rounded constant; a difference. All of it is
    # in an exponent. Weights are rounded to half precision before the second product, below 2**-14 by 2**-25.
    sizes = np.abs(q64) @ np.abs(k64).swapaxes(1, 2) * scale
    score = (2 * head + 4) * U * sizes.max() + 3 * U * np.abs(scores[:, causal]).max()
    power = score + EX2
    # Four tiles of keys rescale what was summed; a sum has at most `context` terms, each truncated.
    running = 4 * (power + 3 * U) + 2 * context * U
    spread = (powers @ np.abs(v64)) / norm
    bound = spread * (HALF + 2 * (power + running) + DIV)
    bound += 2.0**-25 * np.abs(v64).sum(axis=1, keepdims=True) / norm
    assert within(result, expected, bound + HALF * (np.abs(expected) + bound) + 2.0**-25)
    logarithm = (peak + np.log(norm))[..., 0] / np.log(2)
    assert within(log_sums, logarithm, 2 * (score + power + running) + 4 * U * np.abs(logarithm) + EX2)


@pytest.mark.parametrize("launch", [("emulator", 90)], indirect=True)
def test_matmul_with_tensor_maps(launch: Launcher, rng: np.random.Generator) -> None:
    """Bulk tensor copies by the emulator's own tensor maps, `wgmma`, mbarriers; a ragged edge on each side."""
    m, n, k = 72, 80, 136
    a = rng.integers(-4, 5, (m, k)).astype(np.float16)
    b = rng.integers(-4, 5, (n, k)).astype(np.float16)
    arrays = [launch.device.to_device(x) for x in (a, b, np.zeros((m, n), np.float16))]
    described: list[Any] = []
    for array in arrays:
        rows, columns = array.shape
        tensor = TensorMap(array.address, 2, (columns, rows), (2 * columns,), (64, 64), 128)
        described += [tensor.encode(), rows, columns, columns, 1]
    launch("matmul_described", (-(-m // 64), -(-n // 64)), 49176, *described, k)
    assert np.array_equal(
        arrays[2].to_host(), (a.astype(np.float64) @ b.T.astype(np.float64)).astype(np.float16)
    )


@pytest.mark.parametrize("launch", [("emulator", 100)], indirect=True)
def test_tensor_memory_is_named_as_not_emulated(launch: Launcher) -> None:
    a = np.zeros((64, 64), np.float16)
    with pytest.raises(DriverError, match=r"tcgen05\.alloc.* is not emulated") as caught:
        launch("matmul", 1, 24592, a, a, a, 64, 64, 64, 64, 64, 64)
    assert caught.value.id == "EMU031"
    assert caught.value.location is not None
    assert Path(caught.value.location.file).name == "triton_tutorials.py"
