"""One row of a weight matrix, decoded by a CTA."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptxgen.kernels.blocks.convert import convert
from ptxgen.kernels.blocks.unpack import weights
from ptxgen.kernels.blocks.unpackers import share_of, unpacker
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer

_SPAN = 4
"""Bytes of codes a lane takes: few, as the lanes of a warp then store neighbouring columns."""


def decode_row(
    k: KernelBuilder, format: BlockFormat, source: Pointer, target: Pointer, columns: int, threads: int
) -> None:
    """Store the `columns` weights of the row at `source` as elements of `target`, a CTA of `threads` together.

    `source` is aligned as the format's rows are, `target` as a row of so many columns in a 16-byte aligned matrix.
    """
    if format.weights == 1:
        _convert(k, source.cast(format.block.x.type), target, columns, threads)
    else:
        _unpack(k, format, source, target, columns, threads)


def _convert(k: KernelBuilder, source: Pointer, target: Pointer, columns: int, threads: int) -> None:
    """Weights that are numbers already: as many at once as every row has room and alignment for."""
    width = next(width for width in (4, 2, 1) if columns % width == 0)
    with k.stride(k.tid.x, columns // width, threads) as i:
        at = i * width
        if width == 1:
            target[at] = convert(k, source[at], target.type)
        else:
            loaded = source.row(i, width).load(vec=width, nc=True)
            target.row(i, width).store(0, tuple(convert(k, value, target.type) for value in loaded))


def _unpack(
    k: KernelBuilder, format: BlockFormat, source: Pointer, target: Pointer, columns: int, threads: int
) -> None:
    lanes = unpacker(format).form_of(format, _SPAN).lanes
    share = share_of(k, format, k.tid.x, _SPAN)
    with k.stride(k.tid.x // lanes, columns // format.weights, threads // lanes) as block:
        codes = share.decode(share.load(source.row(block, format.bytes)))
        place = target.row(block, format.weights).row(share.column, 1)
        for index, quad in enumerate(share.form.quads):
            values = [convert(k, weight, target.type) for weight in weights(share, codes, index)]
            place.assume_aligned(4 * target.type.bytes).store(quad.column, tuple(values))
