"""Integer dot products of quantised weights with 8-bit activations, of every format that has an unpacker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ptxgen.isa.types import f32, u32
from ptxgen.kernels.blocks.activations_q8 import CHUNK, ActivationLayout, Share, Sums
from ptxgen.kernels.blocks.unpack import Codes, ShareForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptxgen.ir.builder import KernelBuilder, Value, Var

_OPCODES = {False: "dp4a.u32.s32", True: "dp4a.s32.s32"}


class IntegerDot:
    """How a lane multiplies its shares of neighbouring blocks, as `form` says, with activations, as `layout` says.

    The sum over groups of scale * d8 * (codes . u - zero * sum u) + offset * (d8 * sum u): the sums of products are
    integers, one `dp4a` for four weights, and what is taken off or added besides comes with the activations.
    """

    def __init__(
        self, k: KernelBuilder, form: ShareForm, layout: ActivationLayout, block_weights: int
    ) -> None:
        self._k, self._form, self._layout = k, form, layout
        self._block_weights = block_weights

    def accumulate(self, blocks: Sequence[Codes], activations: Share, total: Var) -> None:
        """Add the products of the first blocks of a share to `total` (f32)."""
        k, affine = self._k, self._layout.sum_kind is Sums.REAL
        for block, codes in enumerate(blocks):
            for (group, part), quads in self._meetings(block).items():
                dot = self._dot(codes, quads, part, activations)
                k.fma(codes.scales[group] * activations.scales[part], k.cvt(f32, dot), total, into=total)
                if affine:
                    k.fma(codes.offsets[group], activations.sums[part], total, into=total)

    def _meetings(self, block: int) -> dict[tuple[int, int], list[tuple[int, int]]]:
        """Quads of a block, each with its column in the share, by their group and the part of activations they meet."""
        layout = self._layout
        found: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for index, quad in enumerate(self._form.quads):
            column = block * self._block_weights + quad.column
            part = layout.plane(column // CHUNK) >> layout.joined
            found.setdefault((quad.group, part), []).append((index, column))
        return found

    def _dot(self, codes: Codes, quads: Sequence[tuple[int, int]], part: int, activations: Share) -> Value:
        """The integer sum of the products of quads with one part of the activations."""
        layout, opcode = self._layout, _OPCODES[self._form.signed]
        total: Any = activations.sums[part] if layout.sum_kind is Sums.INTEGER else 0
        for index, column in quads:
            word = activations.planes[layout.plane(column // CHUNK)][column % CHUNK // 4]
            total = self._k.op(opcode, self._k.bitcast(u32, codes.words[index]), word, total)
        return total
