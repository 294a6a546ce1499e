"""A tensor-core matrix product in three steps; the emulator counts what each step gains.

C[M, N] = A[M, K] * B[N, K]^T, f16 factors, float32 sums: B has its rows along K, as weights usually do.

1. Fragments straight from global memory: right, and every element is read many times, in scraps of sectors.
2. Tiles in shared memory, fragments by `ldmatrix`: each element of a tile comes once, in full sectors. Rows are padded
   so that `ldmatrix` finds eight of them in different banks; storing into padded rows still has conflicts.
3. Swizzled tiles, copied by `cp.async` in a pipeline: no conflicts, and the next tiles arrive while these are used.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ptxgen import KernelBuilder, LaunchConfig, Module
from ptxgen.driver import EmulatedDevice
from ptxgen.emulator import Traffic
from ptxgen.ir.builder import Pointer, Value
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import b32, f16, f32, u32
from ptxgen.kernels.blocks.async_copy import MatrixTiles, TileCopy, pipeline
from ptxgen.kernels.blocks.fragments import Accumulators, FragmentReader, Operand, mma, row_and_column
from ptxgen.kernels.blocks.tiles import Order, TileLayout

M, N, K = 128, 128, 256
TILE, STEP = 64, 32
"""A CTA of four warps computes 64 x 64 of C, 32 of K a step; each warp 32 x 32."""


def start(name: str) -> tuple[KernelBuilder, Pointer, Pointer, Pointer]:
    k = KernelBuilder(name, target="sm_80")
    return k, k.pointer("a", f16), k.pointer("b", f16), k.pointer("c", f32)


def corner(k: KernelBuilder) -> tuple[Value, Value, Value]:
    """Row and column of the warp's 32 x 32 in the CTA's tile, and the lane."""
    warp = k.tid.x // 32
    return warp // 2 * 32, warp % 2 * 32, k.tid.x % 32


def store(k: KernelBuilder, c: Pointer, sums: Accumulators, row: Value, column: Value, lane: Value) -> None:
    """A lane holds two neighbours of two rows, eight apart, of each 16 x 8: see `blocks/fragments.py`."""
    down, right = row_and_column(lane)
    place = c.row(k.ctaid.y * TILE + row + down, N).at(k.ctaid.x * TILE + column + right)
    for i, tiles in enumerate(sums.tiles):
        for j, tile in enumerate(tiles):
            for half in range(2):
                place.store((16 * i + 8 * half) * N + 8 * j, (tile[2 * half].get(), tile[2 * half + 1].get()))


def from_global() -> Module:
    """Step 1: each lane loads the pairs that its fragments consist of."""
    k, a, b, c = start("from_global")
    row, column, lane = corner(k)
    group, pair = lane // 4, lane % 4 * 2
    left = a.row(k.ctaid.y * TILE + row + group, K).at(pair).cast(b32)
    right = b.row(k.ctaid.x * TILE + column + group, K).at(pair).cast(b32)
    sums = Accumulators.zeros(k, f16, 32, 32)
    with k.for_(0, K // 16) as step:
        here, there = left.at(step * 8), right.at(step * 8)  # 16 elements are 8 words
        for i, tiles in enumerate(sums.tiles):
            fragment = [here.load((16 * i + 8 * r) * K // 2 + 4 * h) for h in (0, 1) for r in (0, 1)]
            for j, tile in enumerate(tiles):
                mma(k, f16, tile, fragment, [there.load(8 * j * K // 2 + 4 * h) for h in (0, 1)])
    store(k, c, sums, row, column, lane)
    return k.build()


def through_shared(layout: TileLayout) -> Module:
    """Step 2: the CTA loads tiles of A and B together, 16 bytes a thread, and meets at barriers."""
    k, a, b, c = start("through_shared")
    tiles = k.shared("tiles", u32, 2 * layout.bytes // 4, align=128).address
    row, column, lane = corner(k)
    sums = Accumulators.zeros(k, f16, 32, 32)
    read_a = FragmentReader(k, layout, Operand.A, lane, row).at(tiles)
    read_b = FragmentReader(k, layout, Operand.B, lane, column).at(tiles + layout.bytes)
    copy = TileCopy(k, layout, k.tid.x, 128)
    with k.for_(0, K, STEP) as at:
        for chunk in copy.chunks:
            for matrix, first, offset in ((a, k.ctaid.y, 0), (b, k.ctaid.x, layout.bytes)):
                source = matrix.row(first * TILE + chunk.row + chunk.down, K).at(chunk.chunk * 8 + at)
                target = tiles + (chunk.offset + (chunk.further + offset))
                words = source.cast(b32).assume_aligned(16).load(vec=4)
                k.pointer_to(target, b32, StateSpace.SHARED, align=16).store(0, words)
        k.bar_sync()
        for step in range(STEP // 16):
            sums.add([read_a.load(16 * i, step) for i in (0, 1)], [read_b.load(16 * j, step) for j in (0, 1)])
        k.bar_sync()
    store(k, c, sums, row, column, lane)
    return k.build()


def pipelined(layout: TileLayout, stages: int = 3) -> Module:
    """Step 3: `cp.async` brings the tiles of the next steps while `mma` works on these."""
    k, a, b, c = start("pipelined")
    tiles = k.shared("tiles", u32, 2 * stages * layout.bytes // 4, align=128).address
    row, column, lane = corner(k)
    sums = Accumulators.zeros(k, f16, 32, 32)
    read_a = FragmentReader(k, layout, Operand.A, lane, row)
    read_b = FragmentReader(k, layout, Operand.B, lane, column)
    copy = TileCopy(k, layout, k.tid.x, 128)
    lefts = MatrixTiles(copy, a, M, K, row=k.ctaid.y * TILE, whole=True)
    rights = MatrixTiles(copy, b, N, K, row=k.ctaid.x * TILE, whole=True)

    def begin(stage: Value, step: Value) -> None:
        lefts.start(stage, right=step * STEP)
        rights.start(stage + layout.bytes, right=step * STEP)

    def compute(stage: Value) -> None:
        first, second = read_a.at(stage), read_b.at(stage + layout.bytes)
        for step in range(STEP // 16):
            sums.add([first.load(16 * i, step) for i in (0, 1)], [second.load(16 * j, step) for j in (0, 1)])

    pipeline(k, stages, 2 * layout.bytes, tiles, K // STEP, begin, compute)
    store(k, c, sums, row, column, lane)
    return k.build()


def main() -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.standard_normal((rows, K)).astype(np.float16) for rows in (M, N))
    exact = a.astype(np.float64) @ b.astype(np.float64).T
    # Each mma adds 16 exact products to a sum: 17 roundings of 2^-23 at most, of terms below the norms' product.
    bound = 17 * 2.0**-23 * np.sqrt(K / 16) * np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1)

    steps: dict[str, Callable[[], Module]] = {
        "1 from global memory": from_global,
        "2 through shared memory": lambda: through_shared(TileLayout(f16, TILE, STEP, Order.PADDED)),
        "3 swizzled, cp.async": lambda: pipelined(TileLayout(f16, TILE, STEP)),
    }
    print(f"{'':26}{'global sectors':>15}{'sector use':>12}{'bank conflicts':>16}{'largest error':>15}")
    for name, build in steps.items():
        traffic = Traffic()
        with EmulatedDevice(observers=[traffic], sanitize=True) as device:
            kernel = device.load_module(build()).get_kernel(build().entries[0].name)
            out = device.empty((M, N), np.float32)
            args = [device.to_device(a), device.to_device(b), out]
            kernel.launch(LaunchConfig((N // TILE, M // TILE), 128), args)
            c = out.to_host()
        error = np.abs(c - exact)
        assert (error <= bound).all()
        reads = [t for t in traffic.instructions if t.space is StateSpace.GLOBAL and not t.write]
        sectors, asked = sum(t.sectors for t in reads), sum(t.bytes for t in reads)
        print(f"{name:26}{sectors:15}{asked / sectors / 32:12.0%}{traffic.conflicts:16}{error.max():15.1e}")


if __name__ == "__main__":
    main()
