"""Which rows of a matrix a warp computes, and what becomes of their products: the epilogues."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.gemv.dp4a import Task
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value
    from ptxgen.kernels.gemv.activations import OnQ8Activations

Finish = Callable[[int, "Value", Sequence["Value"]], None]
"""Called with the row of activations, the row of weights and the products (one a matrix) in the lane that writes."""


@frozen(eq=False)
class Matrix:
    """Weights at `w`, rows of whole blocks of `format`."""

    w: Pointer
    format: BlockFormat


def emit_rows(
    k: KernelBuilder,
    kernel: OnQ8Activations,
    parameters: Mapping[str, Any],
    matrices: Sequence[Matrix],
    n: Value,
    finish: Finish,
    first_cta: Value | int = 0,
) -> None:
    """Products of the same rows of several matrices of `n` rows and of one format; CTAs count from `first_cta`.

    Rows behind the last are computed as the last one once more, and not finished: no warp leaves before the barriers.
    """
    strategy, columns = kernel.strategy, kernel.k
    lane = k.tid.x & (WARP - 1)
    cta = k.ctaid.x - first_cta
    first = (cta * (kernel.threads // WARP) + (k.tid.x >> (WARP.bit_length() - 1))) * strategy.rows
    numbers = [k.min(first + r, n - 1) for r in range(strategy.rows)]
    format = matrices[0].format
    rows = [
        matrix.w.assume_aligned(format.alignment).row(number, format.row_bytes(columns))
        for matrix in matrices
        for number in numbers
    ]
    source = kernel.prologue.bind(k, parameters, columns, kernel.batch, kernel.threads)
    totals = strategy.totals(k, Task(format, columns, kernel.batch, kernel.threads, source, rows, lane))
    for r in range(strategy.rows):
        with k.if_((lane == 0) & (first + r < n)):
            for m in range(kernel.batch):
                finish(m, first + r, [totals[i * strategy.rows + r][m] for i in range(len(matrices))])
