"""Matrix products with `wgmma` on Hopper: one warp copies boxes with tensor maps, warpgroups multiply them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from ptxgen.isa.types import Type, bf16, f16, u8
from ptxgen.kernels.base import choice
from ptxgen.kernels.blocks.mbarriers import Ring
from ptxgen.kernels.blocks.tensor_copy import load_box, map_pointer
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.blocks.wgmma import EIGHT_ROWS, ROW, WARPGROUP, Matrix, WarpgroupAccumulators
from ptxgen.kernels.gemm.family import Doubles, Gemm
from ptxgen.kernels.gemm.grid import TileGrid
from ptxgen.kernels.gemm.mma import mma_sum_error
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import Plan, Signature, TensorMap

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_SHARED_LIMIT = 227 * 1024
_DEPTH = 64
"""k of a stage: a row of 128 bytes, the widest swizzle."""
_FEW_REGISTERS, _MANY_REGISTERS = 40, 232
"""Of the 168 registers a thread that three warpgroups start with: for the copying one and for the two others."""
_OTHERWISE = "MmaGemm, which copies rows of any length"


@register(family="gemm")
@frozen
class WgmmaGemm(Gemm):
    """Hopper's tensor-core product of f16 or bf16 matrices with float32 sums; m is free, rows are 16-byte multiples.

    A producer warp keeps `stages` stages of tensor copies (64 of k each) in flight; `tile_m` / 64 warpgroups multiply
    them, each 64 x `tile_n` of c. Rows of a and b (k elements; n of a b with layout "kn") are multiples of 8 elements,
    as tensor maps want them. Targets: sm_90a.
    """

    type: Type = choice(bf16, f16)
    tile_m: int = choice(128, 64)
    tile_n: int = choice(128, 64, 256)
    stages: int = choice(4, 2, 3, 5, 6)

    only_targets: ClassVar[tuple[str, ...]] = ("sm_90a",)
    requires: ClassVar[tuple[Rule, ...]] = (
        *Gemm.requires,
        multiple("k", 8, instead=_OTHERWISE),
        multiple("row_of_b", 8, instead=_OTHERWISE),
        at_most("shared_bytes", _SHARED_LIMIT),
    )

    @property
    def factor(self) -> Type:
        return self.type

    @property
    def sizes(self) -> dict[str, int]:
        """The fields, the elements of a row of b, and the bytes of shared memory."""
        return {
            **super().sizes,
            "row_of_b": self.k if self.layout == "nk" else self.n,
            "shared_bytes": self.stages * self._stage_bytes + Ring.barrier_bytes(self.stages),
        }

    @property
    def signature(self) -> Signature:
        one: tuple[int, ...] = (1,) if self.batch else ()
        b_rows = _DEPTH if self.layout == "kn" else self.tile_n
        return Signature(
            **super().signature.params,
            a_map=TensorMap("a", (*one, self.tile_m, _DEPTH), ROW),
            b_map=TensorMap("b", (*one, b_rows, _DEPTH), ROW),
        )

    @property
    def grid(self) -> TileGrid:
        """How c is shared out among CTAs."""
        return TileGrid(self.n, self.tile_m, self.tile_n)

    @property
    def _stage_bytes(self) -> int:
        return (self.tile_m + self.tile_n) * ROW

    @property
    def _steps(self) -> int:
        return -(-self.k // _DEPTH)

    @property
    def _producers(self) -> int:
        """Threads that copy: a warp, or a warpgroup where it must hand registers over to those that multiply."""
        return WARPGROUP if self.tile_m * self.tile_n > 128 * 128 else WARP

    @property
    def _consumers(self) -> int:
        """Threads that multiply."""
        return self.tile_m // 64 * WARPGROUP

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        k.launch_bounds(required=self._consumers + self._producers)
        given = dict(zip(self.signature.params, parameters, strict=True))
        row, column = self.grid.place(k, given["m"])
        shared = k.dynamic_shared("tiles", u8, align=EIGHT_ROWS).address
        barriers = shared + self.stages * self._stage_bytes
        ring = Ring(k, self.stages, self._stage_bytes, shared, barriers, self._consumers // WARP)
        with k.if_(k.tid.x == 0):
            ring.initialise()
        k.bar_sync()
        with k.if_(k.tid.x >= self._consumers):
            if self._producers == WARPGROUP:
                k.op("setmaxnreg.dec.sync.aligned.u32", _FEW_REGISTERS)
            with k.if_(k.tid.x == self._consumers):
                self._produce(k, ring, given["a_map"], given["b_map"], row, column)
            k.ret()
        if self._producers == WARPGROUP:
            k.op("setmaxnreg.inc.sync.aligned.u32", _MANY_REGISTERS)
        sums = WarpgroupAccumulators(k, self.type, self.tile_n)
        self._consume(k, ring, sums)
        self.store(
            k, given, [sums.tiles], row + k.tid.x // WARP * 16, column, whole=self.n % self.tile_n == 0
        )

    def _produce(
        self, k: KernelBuilder, ring: Ring, a: Pointer, b: Pointer, row: Value, column: Value
    ) -> None:
        """For one thread: the copies of all steps."""
        a_map, b_map = map_pointer(a), map_pointer(b)
        batch = (k.ctaid.z,) if self.batch else ()
        place = ring.position()
        with k.for_(0, self._steps) as step:
            place.fill(self._stage_bytes)
            stage, full, along = place.stage, place.full, step * _DEPTH
            load_box(k, stage, a_map, (along, row, *batch), full)
            stage = stage + self.tile_m * ROW
            if self.layout == "nk":
                load_box(k, stage, b_map, (along, column, *batch), full)
            else:
                for block in range(self.tile_n // _DEPTH):
                    box = (column + block * _DEPTH, along, *batch)
                    load_box(k, stage + block * _DEPTH * ROW, b_map, box, full)
            place.advance()

    def _consume(self, k: KernelBuilder, ring: Ring, sums: WarpgroupAccumulators) -> None:
        """For warpgroups: their products of all steps. A stage is released while the next one is multiplied."""
        across = self.layout == "kn"
        lane, group = k.tid.x % WARP, k.tid.x // WARPGROUP
        place, used = ring.position(), ring.position()
        with k.for_(0, self._steps) as step:
            place.wait_full()
            stage = place.stage
            a = Matrix.at(k, stage + group * (64 * ROW))
            b = Matrix.at(k, stage + self.tile_m * ROW, rows=_DEPTH if across else 0)
            sums.begin()
            for i in range(_DEPTH // 16):
                sums.multiply(a.step(i), b.step(i), b_across=across)
            sums.commit()
            sums.wait(1)
            with k.if_(step > 0):
                used.release(lane)
                used.advance()
            place.advance()
        sums.wait()

    def plan(self) -> Plan:
        grid = (*self.grid.ctas(self.m), max(self.batch, 1))
        return Plan.single(
            entry=self.name,
            grid=grid,
            block=self._consumers + self._producers,
            shared_bytes=self.sizes["shared_bytes"],
        )

    def sum_error(self, left: Doubles, right: Doubles) -> Doubles:
        """See `mma_sum_error`: a `wgmma` step adds 16 products to the sum, too."""
        return mma_sum_error(left, right)
