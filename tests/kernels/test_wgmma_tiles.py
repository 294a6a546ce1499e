"""Tensor copies, rings of mbarriers and `wgmma` tiles by themselves: one CTA multiplies two ragged matrices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from attrs import frozen
from numpy.typing import NDArray

from ptxgen import toolchain
from ptxgen.driver import DriverError, EmulatedDevice
from ptxgen.errors import PtxgenError
from ptxgen.ir.builder import KernelBuilder, Pointer
from ptxgen.isa.types import b32, f16, f32, u8
from ptxgen.kernels import Kernel
from ptxgen.kernels.base import limit, size
from ptxgen.kernels.blocks.fragments import FragmentReader, Operand, row_and_column
from ptxgen.kernels.blocks.mbarriers import Ring
from ptxgen.kernels.blocks.tensor_copy import load_box, map_pointer
from ptxgen.kernels.blocks.tiles import TileLayout
from ptxgen.kernels.blocks.wgmma import Matrix, WarpgroupAccumulators
from ptxgen.launch import In, Out, Plan, Signature, TensorMap
from tests.kernels.conftest import Runner

Doubles = NDArray[np.float64]
TILE = 64 * 128
STAGES = 2


@frozen
class OneTile(Kernel):
    """c [64, 64] = a b^T, zeros outside; a [m, k], b [n, k] (or [k, n] if `across`). One producer warp, four consumers.

    With `registers`, A comes to the products by `ldmatrix`.
    """

    m: int = size(50)
    n: int = size(64)
    k: int = size(200)
    across: int = limit()
    registers: int = limit()

    only_targets = ("sm_90a",)

    @property
    def signature(self) -> Signature:
        return Signature(
            a=In(f16, "m", "k"),
            b=In(f16, *("kn" if self.across else "nk")),
            c=Out(f32, 64, 64),
            a_map=TensorMap("a", (64, 64), 128),
            b_map=TensorMap("b", (64, 64), 128),
        )

    def body(self, k: KernelBuilder, a: None, b: None, c: Pointer, a_map: Pointer, b_map: Pointer) -> None:
        shared = k.dynamic_shared("tiles", u8, align=1024).address
        ring = Ring(k, STAGES, 2 * TILE, shared, shared + STAGES * 2 * TILE, 4)
        lane = k.tid.x % 32
        steps = -(-self.k // 64)
        with k.if_(k.tid.x == 0):
            ring.initialise()
        k.bar_sync()
        sums = WarpgroupAccumulators(k, f16, 64)
        maps = map_pointer(a_map), map_pointer(b_map)
        place = ring.position()
        with k.if_(k.tid.x >= 128), k.if_(lane == 0), k.for_(0, steps) as step:
            place.fill(2 * TILE)
            load_box(k, place.stage, maps[0], (step * 64, 0), place.full)
            box = (0, step * 64) if self.across else (step * 64, 0)
            load_box(k, place.stage + TILE, maps[1], box, place.full)
            place.advance()
        with k.else_():
            reader = FragmentReader(k, TileLayout(f16, 64, 64), Operand.A, lane, k.tid.x // 32 * 16)
            with k.for_(0, steps):
                place.wait_full()
                left = Matrix.at(k, place.stage)
                right = Matrix.at(k, place.stage + TILE, rows=64 if self.across else 0)
                fragments = reader.at(place.stage)
                sources = [
                    tuple(k.bitcast(b32, r) for r in fragments.load(0, i)) if self.registers else left.step(i)
                    for i in range(4)
                ]
                sums.begin()
                for i, source in enumerate(sources):
                    sums.multiply(source, right.step(i), b_across=bool(self.across))
                sums.commit()
                sums.wait()
                place.release(lane)
                place.advance()
            row, column = row_and_column(lane)
            for j, tile in enumerate(sums.tiles):
                for i, value in enumerate(tile):
                    c.row(k.tid.x // 32 * 16 + row, 64).at(column)[8 * (i // 2) * 64 + 8 * j + i % 2] = value

    def plan(self) -> Plan:
        bytes = STAGES * 2 * TILE + Ring.barrier_bytes(STAGES)
        return Plan.single(entry=self.name, grid=1, block=160, shared_bytes=bytes)

    def example_inputs(self, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
        arrays = self.signature.arrays
        shapes = {name: arrays[name].shape(self.sizes) for name in ("a", "b")}
        return {name: rng.integers(-8, 9, shape).astype(np.float16) for name, shape in shapes.items()}

    def reference(self, a: NDArray[Any], b: NDArray[Any]) -> Doubles:
        out = np.zeros((64, 64))
        right = b if self.across else b.T
        out[: self.m, : self.n] = a.astype(np.float64) @ right.astype(np.float64)
        return out


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


@pytest.mark.parametrize(
    "kernel", [OneTile(), OneTile(n=24, k=64), OneTile(across=1), OneTile(registers=1)], ids=str
)
def test_a_product(device: EmulatedDevice, kernel: OneTile) -> None:
    inputs = kernel.example_inputs(np.random.default_rng(0))
    assert np.array_equal(kernel(**inputs, device=device), kernel.reference(**inputs))


@pytest.mark.parametrize("kernel", [OneTile(), OneTile(across=1), OneTile(registers=1)], ids=str)
def test_ptxas_takes_it_without_a_warning(kernel: OneTile) -> None:
    """It warns where it must serialise products, or cannot keep sums in registers."""
    ptxas = toolchain.find("ptxas")
    if ptxas is None:
        pytest.skip("ptxas is not installed (extra `toolchain`)")
    answer = toolchain.assemble(kernel.emit_ptx(), "sm_90a", ptxas)
    assert answer.accepted
    assert answer.diagnostics == ()
    assert answer.resources[0].spill_stores == 0


@pytest.mark.parametrize(
    "line",
    [
        "mbarrier.try_wait.parity.shared.b64",  # the first: the producer overwrites stages that are in use
        "bar.warp.sync",  # the release of a stage speaks for one lane only
        "wgmma.wait_group.sync.aligned",
    ],
)
def test_a_missing_wait_is_noticed(device: EmulatedDevice, run_program: Runner, line: str) -> None:
    kernel = OneTile()
    text = kernel.emit_ptx()
    inputs = kernel.example_inputs(np.random.default_rng(0))
    start = text.index(line)
    end = text.index(";", start) + 1
    if "try_wait" in line:
        register = text[start + len(line) :].split(",")[0].strip()
        replacement = f"setp.eq.u32 {register}, 0, 0;"
    else:
        replacement = ""
    with pytest.raises(PtxgenError) as caught:
        run_program(kernel, text[:start] + replacement + text[end:], inputs)
    assert caught.value.id.startswith(("SAN", "EMU"))


def test_rows_that_a_tensor_map_cannot_describe(device: EmulatedDevice) -> None:
    kernel = OneTile(k=100)
    with pytest.raises(DriverError) as caught:
        kernel(**kernel.example_inputs(np.random.default_rng(0)), device=device)
    assert caught.value.id == "DEV026"
