"""How weights are packed: one block layout a GGUF format, with a NumPy codec."""

from __future__ import annotations

from ptxgen.quant.layout import BlockFormat, Member, QuantError, Struct
from ptxgen.quant.q4_k import Q4_K

FORMATS: dict[str, BlockFormat] = {format.name: format for format in (Q4_K,)}
"""Every format by its GGUF name."""

__all__ = ["FORMATS", "Q4_K", "BlockFormat", "Member", "QuantError", "Struct"]
