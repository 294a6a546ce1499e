"""Weights that are not quantised, as blocks of one number: F32, F16, BF16."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32
from ptxgen.quant.bfloat16 import from_bfloat16, to_bfloat16
from ptxgen.quant.halves import to_f16
from ptxgen.quant.layout import BlockFormat, Blocks, QuantError, Struct

Numbers = NDArray[Any]


def _dense(
    name: str,
    ggml_type: int,
    type: Type,
    narrow: Callable[[NDArray[np.float32]], Numbers],
    widen: Callable[[Numbers], NDArray[np.float32]],
) -> BlockFormat:
    block = Struct(x=type)

    def encode(weights: NDArray[np.float32]) -> Blocks:
        out = np.empty(len(weights), block.dtype)
        out["x"] = narrow(weights[:, 0])
        return out

    def decode(blocks: Blocks) -> NDArray[np.float32]:
        return widen(blocks["x"])[:, None]

    return BlockFormat(name, ggml_type, 1, block, encode, decode)


def _narrow_bf16(weights: NDArray[np.float32]) -> NDArray[np.uint16]:
    bits = to_bfloat16(weights)
    if ((bits & 0x7FFF) == 0x7F80).any():
        raise QuantError(
            "QNT004",
            f"the largest bfloat16 is 3.39e38, got {np.abs(weights).max():.6g}",
            help="scale the weights down",
        )
    return bits


def _float32(numbers: Numbers) -> NDArray[np.float32]:
    return numbers.astype(np.float32)


F32 = _dense("F32", 0, f32, _float32, _float32)
F16 = _dense("F16", 1, f16, lambda weights: to_f16("F16", "weights", weights), _float32)
BF16 = _dense("BF16", 30, bf16, _narrow_bf16, from_bfloat16)
