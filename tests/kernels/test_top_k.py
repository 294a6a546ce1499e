"""The k largest elements: sizes, ties, NaN, element types, traffic."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.isa.types import Type, bf16, f16
from ptxgen.kernels import ArgMax, KernelError, TopK
from ptxgen.verification import compare_outputs


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


def verify(kernel: TopK, device: EmulatedDevice) -> None:
    inputs = kernel.example_inputs(np.random.default_rng(3))
    compared = compare_outputs(kernel, inputs, kernel.run(inputs, device=device))
    assert [c for c in compared if not c.ok] == []


@pytest.mark.parametrize(
    ("k", "cols"),
    [
        (1, 1),
        (32, 100),
        (33, 120),
        *(pytest.param(*s, marks=pytest.mark.slow) for s in [(31, 31), (32, 120), (64, 700)]),
    ],
)
@pytest.mark.parametrize(("threads", "slices"), [(32, 1), (64, 3)])
def test_sizes(device: EmulatedDevice, k: int, cols: int, threads: int, slices: int) -> None:
    verify(TopK(rows=2, cols=cols, k=k, threads=threads, slices=slices), device)


@pytest.mark.slow
@pytest.mark.parametrize("cols", [51200, 128256, 151936, 152064])
def test_vocabularies(device: EmulatedDevice, cols: int) -> None:
    verify(TopK(rows=1, cols=cols, k=64, threads=256, slices=16), device)


@pytest.mark.slow
def test_the_most_that_are_allowed(device: EmulatedDevice) -> None:
    verify(TopK(rows=2, cols=3000, k=128, threads=512, slices=2), device)


@pytest.mark.parametrize("input", [f16, bf16])
def test_halves(device: EmulatedDevice, input: Type) -> None:
    verify(TopK(rows=2, cols=200, k=20, input=input), device)


def test_equals_come_in_the_order_of_their_columns(device: EmulatedDevice) -> None:
    x = np.zeros((3, 200), np.float32)
    x[0, ::2] = -0.0
    x[1] = -np.arange(200) // 7
    x[2, 50:] = np.nan
    x[2, :50] = -np.inf
    values, index = TopK(rows=3, cols=200, k=60, slices=3)(x, device=device)
    assert index[0].tolist() == list(range(60))
    assert np.signbit(values[0]).tolist() == [True, False] * 30, "values are copied as they are"
    assert index[1].tolist() == np.argsort(-x[1], kind="stable")[:60].tolist()
    assert index[2].tolist() == list(range(60)), "NaN comes after all numbers, also in its columns' order"
    assert np.isnan(values[2, 50:]).all()


def test_ascending_rows_keep_all_lanes_waiting(device: EmulatedDevice) -> None:
    """Every element beats all before it: the worst case for the list."""
    x = np.arange(150, dtype=np.float32)[None]
    values, index = TopK(rows=1, cols=150, k=40, slices=1, threads=32)(x, device=device)
    assert values[0].tolist() == list(range(149, 109, -1))
    assert index[0].tolist() == list(range(149, 109, -1))


def test_the_first_is_the_argmax(device: EmulatedDevice) -> None:
    x = np.random.default_rng(0).integers(-4, 4, (3, 150)).astype(np.float32)
    first = TopK(rows=3, cols=150, k=1)(x, device=device)[1][:, 0]
    assert np.array_equal(first, ArgMax(rows=3, cols=150)(x, device=device))


def test_rows_are_read_once_in_full_sectors() -> None:
    traffic = Traffic()
    kernel = TopK(rows=2, cols=512, k=8)
    with EmulatedDevice(observers=[traffic]) as device:
        kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)
    row_loads = next(i for i in traffic.instructions if i.sectors)
    assert row_loads.sector_use == 1
    assert row_loads.bytes == 2 * 512 * 4
    assert traffic.conflicts == 0


def test_refusals() -> None:
    with pytest.raises(KernelError, match="k must be at most 128"):
        TopK(k=129, cols=300)
    with pytest.raises(KernelError, match=r"k must be at most 30 \(cols\)"):
        TopK(k=40, cols=30)
