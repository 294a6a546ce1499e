"""The unpackers of all formats, and the share of a block that a lane takes in a product."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ptxgen.kernels.blocks.unpack import UNPACKERS, ShareForm, Unpacker
from ptxgen.kernels.blocks.unpack_bytes import Bytes
from ptxgen.kernels.blocks.unpack_nibbles import Nibbles
from ptxgen.kernels.blocks.unpack_q6_k import Q6K
from ptxgen.kernels.blocks.unpack_super_blocks import SuperBlocks
from ptxgen.kernels.errors import KernelError
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value

SHIPPED = (Nibbles, Bytes, SuperBlocks, Q6K)

_LEAST_WEIGHTS = 32
_CHUNK = 16
_SPANS = (4, 8, 16, 32)


def unpacker(format: BlockFormat) -> type[Unpacker]:
    """The unpacker of a format. KRN020 for a format that kernels cannot unpack yet."""
    try:
        return UNPACKERS[format.name]
    except KeyError:
        known = ", ".join(UNPACKERS)
        raise KernelError("KRN020", f"no kernel unpacks {format.name}", help=f"formats: {known}") from None


@cache
def product_span(format: BlockFormat) -> int:
    """Bytes of each run of codes that a lane takes in products.

    So many that it has at least 32 weights of a block, in whole chunks of 16 neighbouring columns.
    """
    forms = {span: unpacker(format).form_of(format, span) for span in _SPANS}
    return next(
        span
        for span, form in forms.items()
        if 4 * len(form.quads) >= max(_LEAST_WEIGHTS, _CHUNK * len({q.column // _CHUNK for q in form.quads}))
    )


@cache
def product_form(format: BlockFormat) -> ShareForm:
    """The form of such shares."""
    return unpacker(format).form_of(format, product_span(format))


def share_of(k: KernelBuilder, format: BlockFormat, lane: Value, span: int) -> Unpacker:
    """The share of a lane of a group, whose number among them may go beyond the lanes of a block."""
    made = unpacker(format)
    lanes = made.form_of(format, span).lanes
    return made(k, format, lane & (lanes - 1) if lanes > 1 else 0, span)
