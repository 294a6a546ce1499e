"""How weights are packed: one block layout a GGUF format, with a NumPy codec."""

from __future__ import annotations

from ptxgen.quant.bfloat16 import from_bfloat16, to_bfloat16
from ptxgen.quant.dense import BF16, F16, F32
from ptxgen.quant.fallback import FALLBACKS, format_for_rows
from ptxgen.quant.layout import BlockFormat, Member, QuantError, Struct
from ptxgen.quant.q4_0 import Q4_0
from ptxgen.quant.q4_1 import Q4_1
from ptxgen.quant.q4_k import Q4_K
from ptxgen.quant.q5_0 import Q5_0
from ptxgen.quant.q5_1 import Q5_1
from ptxgen.quant.q5_k import Q5_K
from ptxgen.quant.q6_k import Q6_K
from ptxgen.quant.q8_0 import Q8_0
from ptxgen.quant.q8_1 import Q8_1

FORMATS: dict[str, BlockFormat] = {
    format.name: format for format in (F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K)
}
"""Every format of weights by its GGUF name."""

__all__ = [
    "BF16",
    "F16",
    "F32",
    "FALLBACKS",
    "FORMATS",
    "Q4_0",
    "Q4_1",
    "Q4_K",
    "Q5_0",
    "Q5_1",
    "Q5_K",
    "Q6_K",
    "Q8_0",
    "Q8_1",
    "BlockFormat",
    "Member",
    "QuantError",
    "Struct",
    "format_for_rows",
    "from_bfloat16",
    "to_bfloat16",
]
