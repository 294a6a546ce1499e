"""Tiles of `wgmma`: D[64, n] += A[64, 16] * B[16, n], by the four warps of a warpgroup, from shared memory.

Matrices lie in tiles whose rows are 128 bytes (64 elements of 16 bits) in the 128-byte swizzle, as tensor maps write
them and `TileLayout` describes them; eight rows are 1024 bytes, to which tiles are aligned. Either k runs along the
rows ("k-major": A[m, k], B[n, k]), or n does (B[k, n], in blocks of 64 columns one after the other).

D is in registers: of each 16 x 8 tile, warp w of the warpgroup has rows 16w..., laid out as `mma` does (`fragments`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import Type, f32, pred, u64
from ptxgen.kernels.blocks.fragments import Registers

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value, Var

ROW = 128
"""Bytes of a row of a tile."""
EIGHT_ROWS = 8 * ROW
WARPGROUP = 128
"""Threads that execute a `wgmma` together."""
DEPTH = 16
"""k of one `wgmma` of 16-bit elements."""

_SWIZZLE_128 = 1 << 62


@frozen(eq=False)
class Matrix:
    """A matrix of a tile, as a descriptor (PTX ISA 9.0, section 9.7.15.5.1.2.2): b64, and how it lies.

    `across`: rows of memory run along n (or m), not along k.
    """

    k: KernelBuilder
    descriptor: Value
    across: bool = False

    @staticmethod
    def at(k: KernelBuilder, address: Value, *, rows: int = 0) -> Matrix:
        """The matrix whose tile begins at a shared address. `rows` of k for one that lies across, else 0.

        Blocks of 64 columns that lie across are `rows` rows of 128 bytes apart.
        """
        leading = rows * ROW or 16
        fixed = _SWIZZLE_128 | EIGHT_ROWS >> 4 << 32 | leading >> 4 << 16
        return Matrix(k, k.or_(k.cvt(u64, (address & 0x3FFFF) >> 4), fixed), rows > 0)

    def step(self, index: int, rows: int = 0) -> Value:
        """The descriptor `index` steps of 16 along k, and `rows` rows (a multiple of 8) further on; b64."""
        along = DEPTH * ROW if self.across else DEPTH * 2
        bytes = index * along + rows * ROW
        return self.descriptor + (bytes >> 4) if bytes else self.descriptor


class WarpgroupAccumulators:
    """D[64, columns] of a warpgroup in float32: columns / 2 registers a thread. columns: 8 to 256, a multiple of 8."""

    def __init__(self, k: KernelBuilder, type: Type, columns: int) -> None:
        self.k = k
        self.type = type
        self.columns = columns
        self.registers: list[Var] = [k.var(f32, 0.0) for _ in range(columns // 2)]

    @property
    def tiles(self) -> tuple[Registers, ...]:
        """Four registers for each 8 columns, as an accumulator of `mma` has them."""
        return tuple(tuple(self.registers[i : i + 4]) for i in range(0, len(self.registers), 4))

    def multiply(
        self, a: Value | Sequence[Value], b: Value, *, b_across: bool = False, add: bool = True
    ) -> None:
        """Start D = A * B + D, or D = A * B without `add`. a is a descriptor, or an A fragment of `mma` in registers.

        Stands between `begin` and `commit`; D may be read after a `wait`.
        """
        k = self.k
        name = f"wgmma.mma_async.sync.aligned.m64n{self.columns}k16.f32.{self.type}.{self.type}"
        keep = k.const(pred, add)
        in_registers = isinstance(a, Sequence)
        source = tuple(a) if in_registers else a
        transposed = (int(b_across),) if in_registers else (0, int(b_across))
        k.op(name, self.registers, source, b, keep, 1, 1, *transposed)

    def begin(self) -> None:
        """Order what the registers hold before the first `multiply`."""
        self.k.op("wgmma.fence.sync.aligned")

    def commit(self) -> None:
        """Close the group of the products started since the last time."""
        self.k.op("wgmma.commit_group.sync.aligned")

    def wait(self, newest: int = 0) -> None:
        """Wait until all groups but the `newest` are done: their tiles may be overwritten, and D read if 0."""
        self.k.op("wgmma.wait_group.sync.aligned", newest)
