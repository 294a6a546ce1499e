"""Matrix products of quantised weights with 8-bit activations by integer `mma`: prefill of GGUF models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ptxgen.isa.types import f32, s32, u8, u32
from ptxgen.kernels.base import Arrays, size
from ptxgen.kernels.blocks.fragments import FragmentReader, Operand, Registers
from ptxgen.kernels.blocks.integer_tiles import (
    GROUP,
    LAYOUT,
    PITCH,
    RAW,
    ROWS,
    STEP,
    SUM_PITCH,
    ActivationCodes,
    Place,
    WeightCodes,
    unit,
)
from ptxgen.kernels.blocks.tiles import BANKS, shared_pointer
from ptxgen.kernels.blocks.unpackers import product_form
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.formats import weight_format
from ptxgen.kernels.gemm.family import Doubles, Gemm, normal
from ptxgen.kernels.gemm.grid import TileGrid
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, multiple
from ptxgen.launch import In, Plan
from ptxgen.quant import Q4_K, Q8_1, BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var

_DOWN, _ACROSS = 2, 4
"""How eight warps share a tile."""
_WARPS = _DOWN * _ACROSS
_PART_ROWS, _PART_COLUMNS = ROWS // _DOWN, ROWS // _ACROSS
_DEVIATIONS = 6
_GROUPS = LAYOUT.span // GROUP
"""Groups in the span of columns that is swizzled."""


@register(family="gemm")
@frozen
class IntegerGemm(Gemm):
    """Product of Q8_1 activations with weights in any block format, codes multiplied as integers (`mma` of s8).

    a: [m, k/32*36] uint8, blocks of Q8_1 as `QuantizeQ8_1` makes them; b: [n, row bytes] uint8, rows of whole blocks;
    both 16-byte aligned. Sums of 32 products (16 for Q6_K) are exact integers; scales are applied in float32.
    """

    k: int = size(512)
    format: BlockFormat = weight_format(Q4_K)
    layout: str = field(default="nk", init=False)

    minimum_sm: ClassVar[int] = 80
    requires: ClassVar[tuple[Rule, ...]] = (*Gemm.requires, multiple("k", "block_weights"))

    @property
    def sizes(self) -> dict[str, int]:
        """The fields, the weights of a block, and the bytes of rows of both matrices (rounded up)."""
        return {
            **super().sizes,
            "block_weights": self.format.weights,
            "row_bytes": -(-self.k // self.format.weights) * self.format.bytes,
            "activation_bytes": -(-self.k // GROUP) * Q8_1.bytes,
        }

    def left(self, many: tuple[int, ...]) -> In:
        return In(u8, *many, "m", "activation_bytes")

    def right(self, many: tuple[int, ...]) -> In:
        return In(u8, *many, "n", "row_bytes")

    @property
    def grid(self) -> TileGrid:
        """How c is shared out among CTAs."""
        return TileGrid(self.n, ROWS, ROWS)

    @property
    def _units(self) -> int:
        return STEP // unit(self.format)

    @property
    def _shared_bytes(self) -> int:
        return RAW.bytes + 2 * LAYOUT.bytes + 8 * (STEP // GROUP * SUM_PITCH + self._units * PITCH)

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        k.launch_bounds(required=_WARPS * WARP, min_ctas=1)
        given = dict(zip(self.signature.params, parameters, strict=True))
        m: Value = given["m"]
        row, column = self.grid.place(k, m)
        raw = k.dynamic_shared("tiles", u32, align=BANKS).address
        shared = raw + RAW.bytes
        table, wide = STEP // GROUP * SUM_PITCH * 4, self._units * PITCH * 4
        tables = shared + 2 * LAYOUT.bytes
        a_place = Place(shared, tables, tables + table)
        scales = tables + 2 * table
        b_place = Place(shared + LAYOUT.bytes, scales, scales + wide if _has_offsets(self.format) else scales)

        a = self.of_batch(k, given["a"], m, self.sizes["activation_bytes"])
        b = self.of_batch(k, given["b"], self.n, self.sizes["row_bytes"])
        threads = _WARPS * WARP
        left = ActivationCodes(k, k.tid.x, threads, a, m, self.k, row, raw)
        right = WeightCodes(k, self.format, k.tid.x, threads, b, self.n, self.k, column)

        warp, lane = k.tid.x // WARP, k.tid.x % WARP
        down, across = warp // _ACROSS * _PART_ROWS, warp % _ACROSS * _PART_COLUMNS
        tile = _Tile(
            k,
            self.format,
            (
                FragmentReader(k, LAYOUT, Operand.A, lane, down),
                FragmentReader(k, LAYOUT, Operand.B, lane, across),
            ),
            a_place,
            b_place,
            down + lane // 4,
            across + lane % 4 * 2,
        )
        sums = [
            [[k.var(f32, 0.0) for _ in range(4)] for _ in range(_PART_COLUMNS // 8)]
            for _ in range(_PART_ROWS // 16)
        ]

        def fill(weights: list[Any]) -> None:
            left.store(a_place)
            right.store(b_place, weights)

        left.load(k.const(u32, 0))
        weights = right.load(k.const(u32, 0))
        k.op("cp.async.wait_all")
        k.bar_sync()
        fill(weights)
        steps = -(-self.k // STEP)
        with k.for_(0, steps) as step:
            k.bar_sync()
            with k.if_(step < steps - 1):
                left.load(step + 1)
            weights = right.load(step + 1)
            tile.multiply(sums)
            k.op("cp.async.wait_all")
            k.bar_sync()
            with k.if_(step < steps - 1):
                fill(weights)
        tiles = [[tuple(total) for total in line] for line in sums]
        self.store(k, given, tiles, row + down, column + across, whole=self.n % ROWS == 0)

    def plan(self) -> Plan:
        grid = (*self.grid.ctas(self.m), max(self.batch, 1))
        return Plan.single(entry=self.name, grid=grid, block=_WARPS * WARP, shared_bytes=self._shared_bytes)

    def decoded_a(self, a: NDArray[np.uint8]) -> Doubles:
        return Q8_1.decode(a).astype(np.float64)

    def decoded_b(self, b: NDArray[np.uint8]) -> Doubles:
        return self.format.decode(b).astype(np.float64)

    def sum_error(self, left: Doubles, right: Doubles) -> Doubles:
        """6 * sqrt(5 * k / 16) * 2^-24 * norm2(a row) * (norm2(w row) + 2 * norm2(largest weights)).

        The sum of a group's products is an exact integer below 2^24. With it, scales of both sides and the offset times
        the activations' sum enter the total in at most five roundings for each 16 weights, each of a number that
        Cauchy-Schwarz bounds by norm2(a) times the norm of what the codes and the offsets stand for. A format with
        offsets splits w into scale * code and offset, and both are at most about twice as large as the largest weight
        of their 32. The roundings are to either side: Hoeffding's bound, as for `TiledGemm`.
        """
        groups = np.abs(right).reshape(*right.shape[:-2], -1, GROUP, right.shape[-1]).max(axis=-2)
        largest = np.sqrt(GROUP) * np.linalg.norm(groups, axis=-2)
        norms = np.linalg.norm(right, axis=-2) + 2 * largest
        count = np.sqrt(5 * left.shape[-1] / 16)
        return (
            _DEVIATIONS * count * 2.0**-24 * np.linalg.norm(left, axis=-1)[..., :, None] * norms[..., None, :]
        )

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        made: Arrays = {}
        for name, array in self.signature.arrays.items():
            shape = array.shape(self.sizes)
            if name in ("a", "b"):
                numbers = rng.standard_normal((*shape[:-1], self.k), dtype=np.float32)
                made[name] = (Q8_1 if name == "a" else self.format).encode(numbers)
            elif array.reads:
                made[name] = normal(rng, shape, array.type)
        return made


class _Tile:
    """A warp's products of the tile in shared memory. `row` and `column` are where its lane's first result lies."""

    def __init__(
        self,
        k: KernelBuilder,
        format: BlockFormat,
        readers: tuple[FragmentReader, FragmentReader],
        a: Place,
        b: Place,
        row: Value,
        column: Value,
    ) -> None:
        self._k = k
        self._readers = readers
        self._codes = a.codes, b.codes
        self._units = GROUP // unit(format)
        self._offsets = _has_offsets(format)
        rows = (a.scales, a.addends) if self._offsets else (a.scales,)
        columns = (b.scales, b.addends) if self._offsets else (b.scales,)
        self._row_tables = [shared_pointer(k, start + row * 4, f32, 4) for start in rows]
        self._column_tables = [shared_pointer(k, start + column * 4, f32, 8) for start in columns]

    def multiply(self, sums: Sequence[Sequence[Sequence[Var]]]) -> None:
        """Add the products of 256 columns, group by group: integer products, and scales and offsets around them."""
        k = self._k
        with k.for_(0, STEP // GROUP) as group:
            # Unrolled, the tables of many groups would be loaded ahead, into more registers than there are.
            k.code.function.pragma("nounroll")
            first, second = (
                reader.at(codes + group // _GROUPS * LAYOUT.span, group % _GROUPS * GROUP)
                for reader, codes in zip(self._readers, self._codes, strict=True)
            )
            left = [first.load(16 * i) for i in range(len(sums))]
            right = [second.load(16 * j) for j in range(len(sums[0]) // 2)]
            tables = [table.row(group, SUM_PITCH) for table in self._row_tables]
            rows = [[_of_rows(table, i) for i in range(len(sums))] for table in tables]
            columns = [table.row(group * self._units, PITCH) for table in self._column_tables]
            for j in range(len(sums[0])):
                fragment = right[j // 2][2 * (j % 2) :][:2]
                for part in range(self._units):
                    factors = _of_columns(columns[0], part, j)
                    for i, line in enumerate(sums):
                        product = self._product(left[i], fragment, part)
                        for number, total in enumerate(line[j]):
                            scaled = k.cvt(f32, product[number]) * factors[number % 2]
                            k.fma(scaled, rows[0][i][number // 2], total, into=total)
                if self._offsets:
                    offsets = _of_columns(columns[1], 0, j)
                    for i, line in enumerate(sums):
                        for number, total in enumerate(line[j]):
                            k.fma(offsets[number % 2], rows[1][i][number // 2], total, into=total)

    def _product(self, a: Registers, b: Registers, part: int) -> tuple[Value, ...]:
        """Exact sums of 32 products, or of the 16 of one half."""
        k = self._k
        zeros = tuple(k.const(s32, 0) for _ in range(4))
        if self._units == 1:
            name = "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32"
            return tuple(k.op(name, tuple(a), tuple(b), zeros))
        name = "mma.sync.aligned.m16n8k16.row.col.s32.s8.s8.s32"
        return tuple(k.op(name, tuple(a[2 * part : 2 * part + 2]), (b[part],), zeros))


def _of_rows(table: Pointer, i: int) -> tuple[Value, Value]:
    """Entries of rows g and g + 8 of the i-th 16 rows."""
    return table[16 * i], table[16 * i + 8]


def _of_columns(table: Pointer, slot: int, j: int) -> tuple[Value, Value]:
    """Entries of columns 2t and 2t + 1 of the j-th 8 columns."""
    left, right = table.load(slot * PITCH + 8 * j, vec=2)
    return left, right


def _has_offsets(format: BlockFormat) -> bool:
    """Whether weights are scale * code + offset."""
    return product_form(format).affine
