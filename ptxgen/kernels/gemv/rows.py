"""Which rows of a matrix a warp computes, and what becomes of their products: the epilogues."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.gemv.products import Task, shared_memory
from ptxgen.kernels.gemv.sources import Source
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value
    from ptxgen.kernels.gemv.activations import OnQ8Activations

_FEW_ROWS = 4
"""Rows of activations whose sums leave registers for several CTAs on an SM."""

Finish = Callable[[int, "Value", Sequence["Value"]], None]
"""Called with the row of activations, the row of weights and the products (one a matrix) in the lane that writes."""


@frozen(eq=False)
class Matrix:
    """Weights at `w`, rows of whole blocks of `format`."""

    w: Pointer
    format: BlockFormat


@frozen(eq=False)
class Cta:
    """A CTA of a kernel: where its activations come from, and the shared memory that they pass through."""

    kernel: OnQ8Activations
    source: Source
    memory: Pointer

    @staticmethod
    def open(k: KernelBuilder, kernel: OnQ8Activations, pointers: Mapping[str, Any]) -> Cta:
        """Declares the shared memory and starts the prologue. All threads come here."""
        # Left to itself, ptxas spills a few registers of many sums to keep more CTAs on an SM.
        k.launch_bounds(required=kernel.block, min_ctas=1 if kernel.batch > _FEW_ROWS else None)
        memory = shared_memory(k, kernel.shared_bytes())
        source = kernel.prologue.bind(k, pointers, kernel.k, kernel.batch, kernel.block)
        return Cta(kernel, source, memory)

    def rows(self, k: KernelBuilder, matrices: Sequence[Matrix], n: Value, finish: Finish) -> None:
        """Products of all rows of matrices of `n` rows and of one format, shared out among the CTAs of the launch."""
        kernel = self.kernel
        shape, together = kernel.shape(matrices[0].format), kernel.rows * len(matrices)
        staged = kernel.strategy.stage(k, shape, together, self.source, self.memory)
        a_cta = kernel.rows_a_cta()
        first = k.ctaid.x * a_cta
        if staged:
            with k.for_(first, n, k.nctaid.x * a_cta) as row:
                self._group(k, matrices, row, n, finish, staged=True)
        else:
            self._group(k, matrices, first, n, finish)

    def group(
        self, k: KernelBuilder, matrices: Sequence[Matrix], n: Value, finish: Finish, first_cta: Value
    ) -> None:
        """Products of one group of rows, of a matrix whose CTAs count from `first_cta`."""
        first = (k.ctaid.x - first_cta) * self.kernel.rows_a_cta()
        self._group(k, matrices, first, n, finish)

    def _group(
        self,
        k: KernelBuilder,
        matrices: Sequence[Matrix],
        first: Value,
        n: Value,
        finish: Finish,
        *,
        staged: bool = False,
    ) -> None:
        """The rows from `first` on that the warps of a CTA compute together.

        Rows behind the last are computed as the last one once more, and not finished: no warp leaves before barriers.
        """
        kernel = self.kernel
        columns, format = kernel.k, matrices[0].format
        lane, warp = k.tid.x & (WARP - 1), k.tid.x >> (WARP.bit_length() - 1)
        first = first + warp * kernel.rows
        numbers = [k.min(first + r, n - 1) for r in range(kernel.rows)]
        rows = [
            matrix.w.assume_aligned(format.alignment).row(number, format.row_bytes(columns))
            for matrix in matrices
            for number in numbers
        ]
        shape = kernel.shape(format)
        task = Task(shape, self.source, self.memory, rows, numbers * len(matrices), n, lane, staged)
        totals = kernel.strategy.totals(k, task)
        for r in range(kernel.rows):
            with k.if_((lane == 0) & (first + r < n)):
                for m in range(kernel.batch):
                    finish(m, first + r, [totals[i * kernel.rows + r][m] for i in range(len(matrices))])
