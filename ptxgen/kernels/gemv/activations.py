"""What kernels on 8-bit activations have in common: their fields, and what quantising costs in accuracy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.targets import target as find_target
from ptxgen.kernels.base import Arrays, Kernel, choice, limit, part, real, size
from ptxgen.kernels.blocks.q8_codes import GROUP, SMALLEST_D
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.errors import KernelError
from ptxgen.kernels.gemv.bounds import MOST_ROWS, check_shared, whole_blocks
from ptxgen.kernels.gemv.bulk_ring import BulkRing
from ptxgen.kernels.gemv.dp4a import Dp4a
from ptxgen.kernels.gemv.products import Shape, dynamic_bytes
from ptxgen.kernels.gemv.sources import Float32, Prologue, Quantised, RmsNorm
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import Plan
from ptxgen.quant import Q8_1, BlockFormat

Reals = NDArray[np.float64]

_ROUNDING = 2.0**-22
_HALF_ULP = 2.0**-24
_F16_HALF_ULP = 2.0**-11
_SLAB_ROWS = 256
_MOST_THREADS = 256
"""Of a CTA, unless its author asks for more."""


@frozen
class OnQ8Activations(Kernel):
    """Matrices in block formats times activations of 8 bits.

    `activations` says what comes in: `f32` and `rms_norm` (normalised first, with `epsilon`) are quantised by every CTA
    for itself, `q8_1` are blocks that `QuantizeQ8_1` made. With `m` = 0 there is one row of activations, [k]; otherwise
    they are [m, k], m <= 32, and each weight is read once for all of them. A CTA has `threads` threads; with 0 it has
    256, or as many as leave room for their rings in what every target of the strategy has of shared memory.
    """

    k: int = size(512)
    m: int = limit()
    activations: str = choice("f32", "q8_1", "rms_norm")
    epsilon: float = real(1e-6)
    strategy: Dp4a | BulkRing = part(Dp4a, BulkRing)
    threads: int = limit()

    matrices: ClassVar[int] = 1
    """Matrices whose rows a warp computes together."""
    bitwise: ClassVar[bool] = True
    visible: ClassVar[float] = 0.05
    requires: ClassVar[tuple[Rule, ...]] = (
        whole_blocks(),
        at_most("m", MOST_ROWS, instead="for more rows use a GEMM"),
        multiple("threads", WARP),
        at_most("threads", 1024),
    )

    @property
    def batch(self) -> int:
        """Rows of activations."""
        return max(self.m, 1)

    @property
    def batch_dims(self) -> tuple[str, ...]:
        """The leading dims of activations and outputs."""
        return ("m",) if self.m else ()

    @property
    def prologue(self) -> Prologue:
        """How activations come in."""
        table: dict[str, Prologue] = {
            "f32": Float32(),
            "q8_1": Quantised(),
            "rms_norm": RmsNorm(self.epsilon),
        }
        return table[self.activations]

    @property
    def sizes(self) -> dict[str, int]:
        """The fields, and the bytes of a row of Q8_1 blocks."""
        return {**super().sizes, "activation_bytes": -(-self.k // GROUP) * Q8_1.bytes}

    def shape(self, format: BlockFormat) -> Shape:
        """The products with weights of a format."""
        return self._shape(format, self.block)

    def _shape(self, format: BlockFormat, threads: int) -> Shape:
        return Shape(format, self.k, self.batch, threads)

    @property
    def block(self) -> int:
        """Threads of a CTA."""
        fitting = (n for n in range(_MOST_THREADS, 0, -WARP) if self._has_room(n))
        return self.threads or next(fitting, WARP)

    def _has_room(self, threads: int) -> bool:
        shapes = [self._shape(format, threads) for format in self.weight_formats]
        return all(self.strategy.has_room(shape, self.matrices) for shape in shapes)

    @property
    def weight_formats(self) -> tuple[BlockFormat, ...]:
        """The formats of the matrices."""
        raise NotImplementedError

    @property
    def rows(self) -> int:
        """Rows of a matrix that a warp computes: the strategy's, or fewer where shared memory is short."""
        shapes = [self.shape(format) for format in self.weight_formats]
        rows = self.strategy.rows
        while rows > 1 and not all(self.strategy.fits(shape, rows * self.matrices) for shape in shapes):
            rows //= 2
        return rows

    def shared_bytes(self) -> int:
        """Shared memory of a CTA, whatever of these formats its weights have."""
        together = self.rows * self.matrices
        shapes = [self.shape(format) for format in self.weight_formats]
        return max(self.strategy.shared_bytes(shape, together) for shape in shapes)

    def rows_a_cta(self) -> int:
        """Rows of a matrix that a CTA computes."""
        return self.block // WARP * self.rows

    def plan_of(self, *rows: int) -> Plan:
        """One launch with CTAs for so many rows of each matrix."""
        groups = sum(-(-count // self.rows_a_cta()) for count in rows)
        shape = self.shape(self.weight_formats[0])
        # Matrices that share a launch have CTAs of their own, each with one group of rows.
        turns = self.strategy.turns(shape, self.rows * self.matrices, groups) if len(rows) == 1 else 1
        shared = dynamic_bytes(self.shared_bytes())
        return Plan.single(entry=self.name, grid=-(-groups // turns), block=self.block, shared_bytes=shared)

    def check_target(self, target: str) -> None:
        """KRN003 unless kernel and strategy are emitted for the target."""
        super().check_target(target)
        if find_target(target).sm < self.strategy.minimum_sm:
            raise KernelError(
                "KRN003",
                f"the strategy {type(self.strategy).__name__} needs sm_{self.strategy.minimum_sm}, got {target}",
                help="the strategy Dp4a does without; or name a target: --target sm_90",
            )
        check_shared(target, self.shared_bytes())

    def example_activations(self, rng: np.random.Generator) -> Arrays:
        """Normal activations, and what the prologue wants besides."""
        shape = (self.m, self.k) if self.m else (self.k,)
        x = rng.standard_normal(shape, dtype=np.float32)
        if self.activations == "q8_1":
            return {"x": Q8_1.encode(x)}
        if self.activations == "rms_norm":
            return {"x": x, "gain": 1 + rng.standard_normal(self.k, dtype=np.float32) / 8}
        return {"x": x}

    def activation_bytes(self) -> int:
        """Bytes of the activations and of what the prologue reads besides."""
        row = self.sizes["activation_bytes"] if self.activations == "q8_1" else 4 * self.k
        return self.batch * row + (4 * self.k if self.activations == "rms_norm" else 0)

    def exact(self, x: NDArray[Any], gain: NDArray[np.float32] | None = None) -> Reals:
        """The activations that meet the weights, in float64."""
        if self.activations == "q8_1":
            return Q8_1.decode(x).astype(np.float64)
        rows = x.astype(np.float64)
        if gain is None:
            return rows
        return rows / np.sqrt(np.mean(rows**2, axis=-1, keepdims=True) + self.epsilon) * gain

    def quantised(self, exact: Reals) -> tuple[Reals, Reals]:
        """The activations as 8-bit codes give them back, and by how much a kernel's may differ from that.

        A kernel divides and rounds as the encoder does: from the same activations it has the same codes. Those that are
        normalised in float32 differ by roundings: where x/d is so near to a tie that they matter, the code may be off
        by one, and where d is near to a tie of f16, d may be off by one unit in the last place.
        """
        if self.activations == "q8_1":
            return exact, np.zeros_like(exact)
        rows = exact.astype(np.float32)
        found = Q8_1.decode(Q8_1.encode(rows)).astype(np.float64)
        return found, self._doubts(exact, found) if self.activations == "rms_norm" else np.zeros_like(found)

    def _doubts(self, exact: Reals, found: Reals) -> Reals:
        error = (self.k / self.block + 16) * _HALF_ULP
        groups = exact.reshape(*exact.shape[:-1], -1, GROUP)
        d = np.abs(groups).max(axis=-1, keepdims=True) / 127
        quotient = np.abs(np.divide(groups, d, out=np.zeros_like(groups), where=d > SMALLEST_D))
        near_a_tie = np.abs(quotient - np.floor(quotient) - 0.5) <= 2 * error * np.maximum(quotient, 1)
        with np.errstate(over="ignore"):
            differs = (d * (1 - error)).astype(np.float16) != (d * (1 + error)).astype(np.float16)
        doubts = near_a_tie * d + differs * np.abs(found.reshape(groups.shape)) * (2 * _F16_HALF_ULP)
        return doubts.reshape(exact.shape)

    def product(self, format: BlockFormat, w: NDArray[np.uint8], exact: Reals) -> Reals:
        """Activations times the decoded matrix, in float64: [n] or [m, n]."""
        return np.concatenate([exact @ rows.T for rows in decoded(format, w)], axis=-1)

    def product_bound(self, format: BlockFormat, w: NDArray[np.uint8], exact: Reals) -> Reals:
        """What the kernel's products may differ from `product`.

        The difference that the 8-bit codes make is known, for the codes are; then 2^-22 * norm2(w) * norm2(x) for
        roundings, as for float32 activations: the integer sums are exact, and what is rounded are the scaled sums of 16
        or 32 products, fewer than there are products.
        """
        approximate, doubts = self.quantised(exact)
        norms = np.linalg.norm(approximate, axis=-1, keepdims=True)
        return np.concatenate(
            [
                np.abs((approximate - exact) @ rows.T)
                + doubts @ np.abs(rows).T
                + _ROUNDING * norms * np.linalg.norm(rows, axis=1)
                for rows in decoded(format, w)
            ],
            axis=-1,
        )


def decoded(format: BlockFormat, w: NDArray[np.uint8]) -> Iterator[Reals]:
    """The decoded matrix in float64, some rows at a time: all of it may not fit in memory."""
    for start in range(0, len(w), _SLAB_ROWS):
        yield format.decode(w[start : start + _SLAB_ROWS]).astype(np.float64)
