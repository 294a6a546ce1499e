"""Quantised GEMVs under the names that users know: each settles the format and the strategy of `QuantGemv`."""

from __future__ import annotations

from attrs import field, frozen

from ptxgen.kernels.gemv.quant_gemv import QuantGemv
from ptxgen.kernels.gemv.strategies import WarpPerRow
from ptxgen.kernels.registry import register
from ptxgen.quant import Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0, BlockFormat

_PLAIN = WarpPerRow()
_FOUR_ROWS = WarpPerRow(rows=4)


def preset(name: str, format: BlockFormat, strategy: WarpPerRow, *aliases: str) -> type[QuantGemv]:
    """A registered subclass of `QuantGemv` whose format and strategy are no options any more."""
    rows = "a row a warp" if strategy.rows == 1 else f"{strategy.rows} rows a warp"
    members = {
        "__doc__": f"""{format} GEMV, {rows}, on activations as they are.

    w: [n, k/{format.weights}*{format.bytes}] uint8; x: [k] float32; y: [n] float32; k % {format.weights} == 0, any n.
    """,
        "__module__": __name__,
        "__annotations__": {"format": BlockFormat, "strategy": WarpPerRow},
        "format": field(default=format, init=False),
        "strategy": field(default=strategy, init=False),
    }
    made: type[QuantGemv] = frozen(type(name, (QuantGemv,), members))
    return register(family="gemv", aliases=aliases)(made)


Q4_0Gemv = preset("Q4_0Gemv", Q4_0, _PLAIN)
Q4_1Gemv = preset("Q4_1Gemv", Q4_1, _PLAIN)
Q5_0Gemv = preset("Q5_0Gemv", Q5_0, _PLAIN)
Q5_1Gemv = preset("Q5_1Gemv", Q5_1, _PLAIN)
Q8_0Gemv = preset("Q8_0Gemv", Q8_0, _PLAIN)
Q4KGemv = preset("Q4KGemv", Q4_K, _PLAIN, "q4k_gemv")
Q5KGemv = preset("Q5KGemv", Q5_K, _PLAIN, "q5k_gemv")
Q6KGemv = preset("Q6KGemv", Q6_K, _PLAIN, "q6k_gemv")

VectorizedQ4_0Gemv = preset("VectorizedQ4_0Gemv", Q4_0, _FOUR_ROWS)
VectorizedQ4_1Gemv = preset("VectorizedQ4_1Gemv", Q4_1, _FOUR_ROWS)
VectorizedQ5_0Gemv = preset("VectorizedQ5_0Gemv", Q5_0, _FOUR_ROWS)
VectorizedQ5_1Gemv = preset("VectorizedQ5_1Gemv", Q5_1, _FOUR_ROWS)
VectorizedQ8_0Gemv = preset("VectorizedQ8_0Gemv", Q8_0, _FOUR_ROWS)
VectorizedQ4KGemv = preset(
    "VectorizedQ4KGemv", Q4_K, _FOUR_ROWS, "vectorized_q4k_gemv", "q4k_gemv_vectorized"
)
VectorizedQ5KGemv = preset("VectorizedQ5KGemv", Q5_K, _FOUR_ROWS, "vectorized_q5k_gemv")
VectorizedQ6KGemv = preset("VectorizedQ6KGemv", Q6_K, _FOUR_ROWS, "vectorized_q6k_gemv")
