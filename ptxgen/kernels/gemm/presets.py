"""Quantised matrix products under the names that users know: each settles the format of `QuantGemm`."""

from __future__ import annotations

from attrs import field, frozen

from ptxgen.kernels.base import size
from ptxgen.kernels.gemm.quant import QuantGemm
from ptxgen.kernels.registry import register
from ptxgen.quant import Q4_K, Q5_K, Q6_K, Q8_0, BlockFormat


def preset(name: str, format: BlockFormat, k: int) -> type[QuantGemm]:
    """A registered subclass of `QuantGemm` whose format is no option any more, shown with rows of `k` weights."""
    members = {
        "__doc__": f"""Prefill product with {format} weights, dequantised in shared memory for `mma` of f16 or bf16.

    a: [m, k] f16 or bf16; b: [n, k/{format.weights}*{format.bytes}] uint8; c: [m, n]; k % {format.weights} == 0,
    any m and n.
    """,
        "__module__": __name__,
        "__annotations__": {"k": int, "format": BlockFormat},
        "k": size(k),
        "format": field(default=format, init=False),
    }
    made: type[QuantGemm] = frozen(type(name, (QuantGemm,), members))
    return register(family="gemm")(made)


Q4KGemm = preset("Q4KGemm", Q4_K, 512)
Q5KGemm = preset("Q5KGemm", Q5_K, 256)
Q6KGemm = preset("Q6KGemm", Q6_K, 256)
Q8_0Gemm = preset("Q8_0Gemm", Q8_0, 288)
