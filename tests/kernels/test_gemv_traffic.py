"""How GEMVs read their weights: every sector once, and shared memory without bank conflicts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import SECTOR, InstructionTraffic, Traffic
from ptxgen.isa.spaces import StateSpace
from ptxgen.kernels import (
    BulkRing,
    DenseGemv,
    GateUpGemv,
    IntegerGemv,
    Kernel,
    QuantGemv,
    WarpPerRow,
    registry,
)
from ptxgen.quant import FORMATS, BlockFormat

QUANTISED = [format for format in FORMATS.values() if format.weights > 1]
EACH_FORMAT = pytest.mark.parametrize("format", QUANTISED, ids=str)
DENSE = [kernel for kernel in registry.kernels() if issubclass(kernel, DenseGemv)]

STEADY = {"Q6_K": 1.04}
"""Sectors asked for, of those that weights fill, in rows of 4096. A step of Q6_K, 1680 bytes, is half a sector longer
than whole ones: the sector between two of them is asked for by both, and so are the two between the requests of every
second one: 1 + 2 / 52.5 (`test_what_q6_k_costs`)."""


def watch(kernel: Kernel) -> Traffic:
    traffic = Traffic()
    with EmulatedDevice(observers=[traffic]) as device:
        kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)
    return traffic


def of_weights(traffic: Traffic, kernel: Kernel) -> list[InstructionTraffic]:
    """Loads and copies of weights, the only ones that are asynchronous or know that nobody writes."""
    return [
        i
        for i in traffic.instructions
        if i.space is StateSpace.GLOBAL
        and not i.write
        and (i.instruction.opcode == "cp" or ".nc" in i.instruction.name)
    ]


def asked(traffic: Traffic, kernel: Kernel, name: str = "w") -> float:
    """Sectors that requests for weights ask for, of those that all weights fill."""
    sectors = sum(i.sectors for i in of_weights(traffic, kernel))
    return sectors / -(-traffic.buffers[name].nbytes // SECTOR)


@pytest.mark.parametrize("kernel", DENSE, ids=lambda kernel: kernel.name)
def test_dense_weights_are_read_once_in_full_sectors(kernel: type[DenseGemv]) -> None:
    made = kernel(n=3, k=2048)
    traffic = watch(made)
    weights = traffic.buffers["w"]
    assert (weights.unread, weights.fewest, weights.most) == (0, 1, 1)
    assert asked(traffic, made) == 1


def kernels(format: BlockFormat, k: int) -> list[Kernel]:
    """A GEMV of each strategy, on as many rows as a CTA computes: the last row is asked for by all without one."""
    return [
        IntegerGemv(n=16, k=k, format=format),
        IntegerGemv(n=16, k=k, format=format, strategy=BulkRing()),
        QuantGemv(n=4, k=k, format=format),
        QuantGemv(n=16, k=k, format=format, strategy=WarpPerRow(rows=4)),
    ]


def pairs(first: int) -> list[Any]:
    """Each format with each strategy; every second pair is slow, the others are those of the other `first`."""
    names = ["dp4a", "bulk ring", "plain", "vectorised"]
    return [
        pytest.param(
            format,
            strategy,
            id=f"{name}-{format}",
            marks=[] if (number + strategy) % 2 == first else pytest.mark.slow,
        )
        for number, format in enumerate(QUANTISED)
        for strategy, name in enumerate(names)
    ]


@pytest.mark.parametrize(("format", "strategy"), pairs(0))
def test_weights_are_read_once_in_full_sectors_without_conflicts(format: BlockFormat, strategy: int) -> None:
    kernel = kernels(format, 4096)[strategy]
    traffic = watch(kernel)
    weights = traffic.buffers["w"]
    assert (weights.unread, weights.fewest, weights.most) == (0, 1, 1)
    assert 1 <= asked(traffic, kernel) <= STEADY.get(format.name, 1)
    assert all(
        i.sector_use >= 1 / STEADY.get(format.name, 1) for i in of_weights(traffic, kernel) if i.bytes > 4096
    )
    assert traffic.conflicts == 0


@pytest.mark.parametrize(("format", "strategy"), pairs(1))
def test_ragged_rows_share_the_sector_between_them(format: BlockFormat, strategy: int) -> None:
    """Rows that are no whole sectors, and with blocks of 4i + 2 bytes no whole words: at both ends of each chunk of at
    least 1024 bytes, and of each row, a sector may be asked for twice.
    """
    k = 41 * 32 if format.weights == 32 else 7 * 256
    kernel = kernels(format, k)[strategy]
    traffic = watch(kernel)
    row = kernel.sizes["row_bytes"]
    chunks = -(-row // 1024)
    assert traffic.buffers["w"].unread == 0
    assert asked(traffic, kernel) <= 1 + (chunks + 1) * SECTOR / row
    assert traffic.conflicts == 0


@EACH_FORMAT
@pytest.mark.parametrize("m", [pytest.param(3, marks=pytest.mark.slow), 9])
def test_batches_read_weights_once_too(format: BlockFormat, m: int) -> None:
    kernel = IntegerGemv(n=16, k=2048, m=m, format=format)
    traffic = watch(kernel)
    assert traffic.buffers["w"].most == 1
    assert asked(traffic, kernel) <= STEADY.get(format.name, 1)
    assert traffic.conflicts == 0


def test_two_matrices_are_read_once_each() -> None:
    kernel = GateUpGemv(n=16, k=2048)
    traffic = watch(kernel)
    assert [traffic.buffers[name].most for name in ("w_gate", "w_up")] == [1, 1]
    assert asked(traffic, kernel, "w_gate") == 2
    assert traffic.conflicts == 0


def test_what_q6_k_costs() -> None:
    """Four pairs of blocks are a step; of every second one, all requests but the last are half a sector off."""
    step = 8 * FORMATS["Q6_K"].bytes
    even = -(-step // SECTOR)
    requests = [512, 512, 512, step - 3 * 512]
    odd = sum(-(-(16 + size) // SECTOR) for size in requests)
    assert (even, odd) == (53, 56)
    assert STEADY["Q6_K"] == pytest.approx((even + odd) / (2 * step / SECTOR), abs=2e-3)


def test_a_narrow_strided_read_is_seen(run_program: Any) -> None:
    """What was before: each lane loads words of its own block from global memory."""
    kernel = IntegerGemv(n=16, k=4096, format=FORMATS["Q4_0"])
    text = kernel.emit_ptx("sm_80")
    narrow = text.replace("cp.async.cg.shared.global", "cp.async.ca.shared.global").replace("], 16;", "], 4;")
    assert narrow != text
    traffic = Traffic()
    with EmulatedDevice(observers=[traffic], track_initialised=False) as device:
        module = device.load_module(narrow)
        inputs = kernel.example_inputs(np.random.default_rng(0))
        launch = kernel.plan().launches[0]
        arrays = [device.to_device(inputs[name]) for name in ("w", "x")]
        y = device.empty((16,), np.float32)
        module.get_kernel(launch.entry).launch(launch.config, [*arrays, y, np.uint32(16)])
    assert traffic.buffers["w"].unread > 0
    assert all(i.sector_use < 0.3 for i in of_weights(traffic, kernel) if i.bytes)
