"""Reductions of warps, parts of warps and CTAs, each in the smallest kernel that uses it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ptxgen import LaunchConfig
from ptxgen.driver import EmulatedDevice
from ptxgen.ir.builder import KernelBuilder, Value
from ptxgen.isa.types import f32, s32, u32
from ptxgen.kernels.blocks.monoid import ARGMAX, MAX, NO_INDEX, SUM, SUM_PAIR
from ptxgen.kernels.blocks.online_softmax import LOWEST, OnlineSoftmax
from ptxgen.kernels.blocks.reduce import block_max, block_reduce, block_sum
from ptxgen.kernels.blocks.warp import partial_warp_reduce, warp_max, warp_reduce, warp_sum

Values = tuple[Value, ...]
FEW = {1, 31, 33, 96, 128, 160, 257, 1024}
THREADS = [
    pytest.param(threads, marks=[] if threads in FEW else pytest.mark.slow)
    for threads in (1, 3, 17, 31, 32, 33, 63, 64, 96, 100, 128, 160, 257, 384, 992, 1000, 1024)
]


@pytest.fixture(scope="module")
def device() -> Any:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


def each_thread(
    device: EmulatedDevice,
    body: Callable[[KernelBuilder, Values], Values],
    threads: int,
    *arrays: NDArray[Any],
) -> list[NDArray[Any]]:
    """What `body` makes of each thread's element of the arrays: as many arrays of the same types."""
    types = {"float32": f32, "uint32": u32, "int32": s32}
    k = KernelBuilder("reduce", target="sm_80")
    given = [k.pointer(f"x{i}", types[a.dtype.name]) for i, a in enumerate(arrays)]
    made = [k.pointer(f"y{i}", types[a.dtype.name]) for i, a in enumerate(arrays)]
    results = body(k, tuple(x[k.global_id] for x in given))
    for y, result in zip(made, results, strict=True):
        y[k.global_id] = result
    outs = [device.empty(a.shape, a.dtype) for a in arrays]
    device.load_module(k.build()).get_kernel("reduce").launch(
        LaunchConfig(grid=arrays[0].size // threads, block=threads),
        [*(device.to_device(a) for a in arrays), *outs],
    )
    return [out.to_host() for out in outs]


@pytest.mark.parametrize("lanes", [1, 2, 4, 8, 16, 32])
def test_groups_of_lanes_reduce_by_themselves(device: EmulatedDevice, lanes: int) -> None:
    x = np.random.default_rng(lanes).integers(0, 1000, 96).astype(np.uint32)
    (sums,) = each_thread(device, lambda k, v: (warp_sum(k, v[0], lanes=lanes),), 96, x)
    assert np.array_equal(sums, np.repeat(x.reshape(-1, lanes).sum(axis=1), lanes))
    (peaks,) = each_thread(device, lambda k, v: (warp_max(k, v[0], lanes=lanes),), 96, x.astype(np.float32))
    assert np.array_equal(peaks, np.repeat(x.reshape(-1, lanes).max(axis=1), lanes))


@pytest.mark.parametrize("active", [1, 2, 3, 7, 16, 17, 20, 31, 32])
def test_part_of_a_warp_reduces(device: EmulatedDevice, active: int) -> None:
    """A CTA that has no other lanes: a shuffle from or with one of them would be reported."""
    x = np.random.default_rng(active).integers(0, 1000, 2 * active).astype(np.int32)
    expected = np.repeat(x.reshape(2, active).sum(axis=1), active)
    known = each_thread(device, lambda k, v: partial_warp_reduce(k, SUM, v, active), active, x)[0]
    read = each_thread(device, lambda k, v: partial_warp_reduce(k, SUM, v, k.ntid.x), active, x)[0]
    assert np.array_equal(known, expected)
    assert np.array_equal(read, expected)


@pytest.mark.parametrize("threads", THREADS)
def test_a_cta_sums(device: EmulatedDevice, threads: int) -> None:
    x = np.random.default_rng(threads).integers(0, 1000, (3, threads)).astype(np.float32)
    (sums,) = each_thread(device, lambda k, v: (block_sum(k, v[0], threads),), threads, x)
    assert np.array_equal(sums, np.broadcast_to(x.sum(axis=1, keepdims=True), x.shape))


@pytest.mark.parametrize("threads", THREADS)
def test_every_thread_gets_the_same_bits(device: EmulatedDevice, threads: int) -> None:
    x, y = np.random.default_rng(threads).standard_normal((2, threads)).astype(np.float32)
    sums = each_thread(device, lambda k, v: block_reduce(k, SUM_PAIR, v, threads), threads, x, y)
    for got, terms in zip(sums, (x, y), strict=True):
        assert np.unique(got).size == 1
        exact, size = terms.sum(dtype=np.float64), np.abs(terms).sum(dtype=np.float64)
        assert abs(got[0] - exact) <= threads * 2.0**-24 * size


@pytest.mark.parametrize("threads", THREADS)
def test_a_cta_finds_the_largest(device: EmulatedDevice, threads: int) -> None:
    """Negative numbers: what stands for missing warps must not win; NaN must not either."""
    rng = np.random.default_rng(threads)
    x = -1 - rng.random(threads, dtype=np.float32)
    expected = x.max()
    x[rng.random(threads) < 0.3] = np.nan
    x[rng.integers(threads)] = expected
    (peaks,) = each_thread(device, lambda k, v: (block_max(k, v[0], threads),), threads, x)
    assert (peaks == expected).all()


def test_reductions_follow_one_another_and_repeat(device: EmulatedDevice) -> None:
    """Turns of a loop share their scratch memory; a missing barrier would be a race."""

    def body(k: KernelBuilder, values: Values) -> Values:
        total = k.var(f32, 0.0)
        with k.for_(0, 3) as turn:
            total += block_sum(k, values[0] * k.cvt(f32, turn), 128)
        return (block_max(k, total - block_sum(k, values[0], 128), 128),)

    x = np.arange(128, dtype=np.float32)
    (got,) = each_thread(device, body, 128, x)
    assert (got == 2 * x.sum()).all()


def argmax_of(k: KernelBuilder, values: Values, threads: int) -> Values:
    best = (k.var(f32, -math.inf), k.var(u32, NO_INDEX))
    ARGMAX.update(k, best, values)
    return block_reduce(k, ARGMAX, best, threads)


@pytest.mark.parametrize("threads", THREADS)
def test_argmax_takes_the_lowest_index_and_never_nan(device: EmulatedDevice, threads: int) -> None:
    rng = np.random.default_rng(threads)
    x = rng.integers(-3, 0, (4, threads)).astype(np.float32)  # many equals
    x[1, rng.random(threads) < 0.5] = np.nan
    x[2] = -np.inf
    x[2, 0] = np.nan
    x[3] = np.nan
    indices = np.tile(np.arange(threads, dtype=np.uint32), (4, 1))
    values, found = each_thread(device, lambda k, v: argmax_of(k, v, threads), threads, x, indices)
    for row, value, index in zip(x, values, found, strict=True):
        numbers = np.where(np.isnan(row), -np.inf, row)
        candidates = np.flatnonzero((numbers == numbers.max()) & ~np.isnan(row))
        expected = candidates[0] if candidates.size else NO_INDEX
        assert (index == expected).all()
        assert (value == numbers.max()).all()


def test_argmax_does_not_mind_the_order(device: EmulatedDevice) -> None:
    """Equal values whose indices fall from lane to lane."""
    x = np.zeros(64, np.float32)
    x[::2] = -0.0
    indices = np.arange(64, dtype=np.uint32)[::-1].copy() + 7
    _, found = each_thread(device, lambda k, v: warp_reduce(k, ARGMAX, v), 64, x, indices)
    assert found.reshape(2, 32)[:, 0].tolist() == [39, 7]
    assert (found.reshape(2, 32) == found.reshape(2, 32)[:, :1]).all()


def softmax_state(k: KernelBuilder, values: Values, threads: int, softmax: OnlineSoftmax) -> Values:
    state = softmax.start(k)
    softmax.add(k, state, values[0])
    softmax.add(k, state, values[1])
    return block_reduce(k, softmax.monoid, state, threads)


@pytest.mark.parametrize("scale", [1.0, 1 / math.log(2)])
@pytest.mark.parametrize("threads", THREADS)
def test_online_softmax_pairs(device: EmulatedDevice, threads: int, scale: float) -> None:
    softmax = OnlineSoftmax(scale)
    rng = np.random.default_rng(threads)
    x, y = (10 * rng.standard_normal((2, threads), dtype=np.float32) for _ in range(2))
    x[0, rng.random(threads) < 0.3] = -np.inf
    peaks, totals = each_thread(device, lambda k, v: softmax_state(k, v, threads, softmax), threads, x, y)
    both = np.concatenate([x, y], axis=1).astype(np.float64)
    peak = both.max(axis=1)
    total = np.exp2(scale * (both - peak[:, None])).sum(axis=1)
    assert np.array_equal(peaks, np.repeat(peak[:, None], threads, axis=1))
    assert (totals == totals[:, :1]).all()
    # Each score passes through at most 13 exponentials, of which only those of moving peaks have an exponent; the
    # exponents of a score add up to at most the spread, rounded twice. Sums: one rounding for each of 13 steps.
    spread = float(both[np.isfinite(both)].max() - both[np.isfinite(both)].min())
    bound = 2.0**-24 * (13 * 4 + 13 + 2 * math.log(2) * scale * spread)
    assert (np.abs(totals[:, 0] - total) <= bound * total).all()


def test_rows_of_masked_scores_have_no_weight(device: EmulatedDevice) -> None:
    x = np.full(96, -np.inf, np.float32)
    peaks, totals = each_thread(
        device, lambda k, v: softmax_state(k, v, 96, OnlineSoftmax()), 96, x, x.copy()
    )
    assert (peaks == np.float32(LOWEST)).all()
    assert (totals == 0).all()


def test_the_neutral_states_change_nothing(device: EmulatedDevice) -> None:
    def body(k: KernelBuilder, values: Values) -> Values:
        (peak,) = MAX.combine(k, values[:1], (k.const(f32, MAX.neutral[0]),))
        neutral = OnlineSoftmax().monoid.neutral
        state = OnlineSoftmax().combine(k, values, tuple(k.const(f32, n) for n in neutral))
        return peak, state[1]

    x, y = np.random.default_rng(0).standard_normal((2, 32)).astype(np.float32)
    peaks, totals = each_thread(device, body, 32, x, y)
    assert np.array_equal(peaks, x)
    assert np.array_equal(totals, y)
