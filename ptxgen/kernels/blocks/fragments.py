"""Fragments of `mma.sync`: how a warp reads them from tiles in shared memory, and multiplies them.

For D[16, 8] += A[16, 16] * B[16, 8] of 16-bit elements (PTX ISA 9.0, section 9.7.14.5.8) with g = lane // 4 and
t = lane % 4, a lane holds, lower half of a register first:

| matrix | registers | elements |
|---|---|---|
| A | 4 | row g + 8*(i % 2), columns 2t + 8*(i // 2) and the next |
| B | 2 | rows 2t + 8*i and the next, column g |
| C, D (f32) | 4 | row g + 8*(i // 2), column 2t + i % 2 |

With 8-bit elements (D[16, 8] += A[16, 32] * B[32, 8]) a register holds four neighbours in place of two: the same bytes.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ptxgen.isa.types import Type, b32, bf16, f16, f32, s8, s32
from ptxgen.kernels.blocks.tiles import CHUNK, TileLayout, shared_pointer

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value, Var

Registers = tuple[Any, ...]
"""The b32 registers of a fragment."""

STEP = 2 * CHUNK
"""Bytes of a row that one `mma` consumes: 16 elements of 16 bits, or 32 of 8."""


class Operand(enum.Enum):
    """What the four 8 x 8 matrices of one `ldmatrix.x4` make, from 16 rows and two chunks of a tile."""

    A = "A"
    """16 rows x 16 columns of A[m, k]: one A fragment."""
    B = "B"
    """16 rows x 16 columns of B stored as [n, k]: the B fragments of rows 0-7 and of rows 8-15."""
    B_ROWS = "B_ROWS"
    """16 rows x 16 columns of B stored as [k, n]: the B fragments of columns 0-7 and of columns 8-15."""


class FragmentReader:
    """Reads the fragments of one operand from tiles of one layout. Made once, before any loop.

    `row` and `chunk` are where the warp's part of the tile begins: a row that is a multiple of 8, and a chunk that is a
    multiple of all the chunks (a power of two, or whole spans) that the warp steps through. Reads have no conflicts.
    """

    def __init__(
        self,
        k: KernelBuilder,
        layout: TileLayout,
        operand: Operand,
        lane: Value,
        row: Value | int = 0,
        chunk: Value | int = 0,
    ) -> None:
        self.k = k
        self.layout = layout
        self.transposed = operand is Operand.B_ROWS
        if operand is Operand.B:
            line, half = lane % 8 + lane // 16 * 8, lane // 8 % 2
        else:
            line, half = lane % 16, lane // 16
        if not isinstance(chunk, int) or chunk:
            half = half + chunk
        offset = layout.place(k, line, half)
        self._offset = offset if isinstance(row, int) and not row else offset + row * layout.pitch

    def at(self, tile: Value, inner: Value | None = None) -> TileReader:
        """The reader of the tile at a shared address. Costs one addition, and one instruction a step of columns.

        `inner` moves it by that many bytes along the rows: a multiple of 32 below the layout's span.
        """
        address = tile + self._offset
        return TileReader(self, address if inner is None else address ^ inner)


class TileReader:
    """What a `FragmentReader` makes for one tile; valid where it was made."""

    def __init__(self, reader: FragmentReader, address: Value) -> None:
        self._reader = reader
        self._address = address
        self._steps: dict[int, Value] = {}

    def load(self, rows: int = 0, step: int = 0) -> Registers:
        """Four registers: 16 rows from `rows` (a multiple of 16), 16 columns of 16 bits from `16 * step`.

        For A that is one fragment; for B two, (0, 1) and (2, 3): see `Operand`.
        """
        reader = self._reader
        # Bits above the span add; those within it are exchanged, and the lane's own offset is linear in them.
        inner = step * STEP % reader.layout.span
        address = self._steps.get(inner)
        if address is None:
            address = self._steps[inner] = self._address ^ inner if inner else self._address
        outer = step * STEP - inner + rows * reader.layout.pitch
        trans = ".trans" if reader.transposed else ""
        pointer = shared_pointer(reader.k, address, b32).assume_aligned(CHUNK)
        name = f"ldmatrix.sync.aligned.m8n8.x4{trans}.shared.b16"
        return tuple(reader.k.op(name, pointer.at(outer // 4)))


_PAIRS_FROM = 80
"""The SM that brought conversions of two numbers at once."""

_SHAPES = {f16: ("m16n8k16", f32), bf16: ("m16n8k16", f32), s8: ("m16n8k32", s32)}


def mma(k: KernelBuilder, type: Type, total: Sequence[Var], a: Sequence[Value], b: Sequence[Value]) -> None:
    """total += A * B for one A fragment (4 registers) and one B fragment (2). f16 and bf16 sum in f32, s8 in s32."""
    shape, sum_type = _SHAPES[type]
    name = f"mma.sync.aligned.{shape}.row.col.{sum_type}.{type}.{type}.{sum_type}"
    k.op(name, tuple(a), tuple(b), tuple(total), into=tuple(total))


@frozen(eq=False)
class Accumulators:
    """C of a warp: `rows` x `columns` in tiles of 16 x 8, four registers a tile.

    `tiles[i][j]` are the registers of rows 16i... and columns 8j...
    """

    k: KernelBuilder
    type: Type
    tiles: tuple[tuple[tuple[Var, ...], ...], ...]

    @staticmethod
    def zeros(k: KernelBuilder, type: Type, rows: int, columns: int) -> Accumulators:
        """A new C, all zeros. `type` is the factors': f16, bf16 or s8."""
        zero, sum_type = (0, s32) if type is s8 else (0.0, f32)
        tiles = tuple(
            tuple(tuple(k.var(sum_type, zero) for _ in range(4)) for _ in range(columns // 8))
            for _ in range(rows // 16)
        )
        return Accumulators(k, type, tiles)

    def add(self, a: Sequence[Registers], b: Sequence[Registers]) -> None:
        """C += A * B: an A fragment for each 16 rows, a `load` of B for each 16 columns."""
        for j in range(len(self.tiles[0])):
            pair = b[j // 2]
            fragment = pair[2:] if j % 2 else pair[:2]
            for row, left in zip(self.tiles, a, strict=True):
                mma(self.k, self.type, row[j], left, fragment)


def row_and_column(lane: Value) -> tuple[Value, Value]:
    """Where a lane's first accumulator lies in a tile of 16 x 8: row g = lane // 4, column 2t = lane % 4 * 2.

    Register i lies 8*(i // 2) rows and i % 2 columns from there.
    """
    return lane // 4, lane % 4 * 2


def pack_halves(k: KernelBuilder, type: Type, low: Value, high: Value) -> Value:
    """Two f32 as f16 or bf16 in one b32 register, `low` in the lower half, each rounded to nearest even.

    bf16 from sm_80 on; one instruction there.
    """
    if k.module.target.sm < _PAIRS_FROM:
        return k.pack(b32, k.cvt(type, low), k.cvt(type, high))
    name = "cvt.rn.f16x2.f32" if type is f16 else "cvt.rn.bf16x2.f32"
    return k.op(name, high, low, result=b32)


def as_a_fragment(k: KernelBuilder, type: Type, left: Sequence[Value], right: Sequence[Value]) -> Registers:
    """Two neighbouring accumulator tiles (16 x 8 f32 each) as the A fragment of those 16 x 16, rounded to `type`."""
    return tuple(pack_halves(k, type, tile[i], tile[i + 1]) for tile in (left, right) for i in (0, 2))
