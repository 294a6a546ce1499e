"""Which format takes rows that a super-block of 256 weights does not divide, as quantisers of GGUF files choose it."""

from __future__ import annotations

from ptxgen.quant.layout import BlockFormat

FALLBACKS = {"Q4_K": "Q5_0", "Q5_K": "Q5_1", "Q6_K": "Q8_0"}
"""By name: the format of blocks of 32 that loses no accuracy against one with super-blocks."""


def format_for_rows(format: BlockFormat, k: int) -> BlockFormat:
    """`format` where it has rows of `k` weights, else its fallback. QNT001 where neither has."""
    from ptxgen.quant import FORMATS

    if k > 0 and k % format.weights == 0:
        return format
    fallback = FORMATS.get(FALLBACKS.get(format.name, ""), format)
    fallback.row_bytes(k)
    return fallback
