"""Kernels that ship with ptxgen: families made of `blocks`, listed by `registry`."""

from __future__ import annotations

from ptxgen.kernels import registry
from ptxgen.kernels.attention.flash import FlashAttention
from ptxgen.kernels.attention.flash_decoding import FlashDecoding
from ptxgen.kernels.attention.incremental import IncrementalAttention
from ptxgen.kernels.base import DEFAULT_TARGET, Cost, Kernel, choice, flag, limit, option, real, size
from ptxgen.kernels.elementwise.cast import Cast
from ptxgen.kernels.elementwise.vectors import Saxpy, VectorAdd
from ptxgen.kernels.errors import KernelError
from ptxgen.kernels.gemm.mma import MmaGemm
from ptxgen.kernels.gemm.wgmma import WgmmaGemm
from ptxgen.kernels.gemv.presets import (
    Q4_0Gemv,
    Q4_1Gemv,
    Q4KGemv,
    Q5_0Gemv,
    Q5_1Gemv,
    Q5KGemv,
    Q6KGemv,
    Q8_0Gemv,
    VectorizedQ4_0Gemv,
    VectorizedQ4_1Gemv,
    VectorizedQ4KGemv,
    VectorizedQ5_0Gemv,
    VectorizedQ5_1Gemv,
    VectorizedQ5KGemv,
    VectorizedQ6KGemv,
    VectorizedQ8_0Gemv,
)
from ptxgen.kernels.gemv.quant_gemv import QuantGemv
from ptxgen.kernels.gemv.strategies import WarpPerRow
from ptxgen.kernels.registry import register
from ptxgen.kernels.rows.argmax import ArgMax
from ptxgen.kernels.rows.long_softmax import LongSoftmax
from ptxgen.kernels.rows.norms import (
    LayerNorm,
    PerHeadRmsNorm,
    ResidualRmsNorm,
    RmsNorm,
    VectorizedRmsNorm,
    WarpRmsNorm,
)
from ptxgen.kernels.rows.softmax import Softmax, WarpSoftmax
from ptxgen.kernels.weights.dequantize import Dequantize
from ptxgen.kernels.weights.embedding import EmbeddingGather

__all__ = [
    "DEFAULT_TARGET",
    "ArgMax",
    "Cast",
    "Cost",
    "Dequantize",
    "EmbeddingGather",
    "FlashAttention",
    "FlashDecoding",
    "IncrementalAttention",
    "Kernel",
    "KernelError",
    "LayerNorm",
    "LongSoftmax",
    "MmaGemm",
    "PerHeadRmsNorm",
    "Q4KGemv",
    "Q4_0Gemv",
    "Q4_1Gemv",
    "Q5KGemv",
    "Q5_0Gemv",
    "Q5_1Gemv",
    "Q6KGemv",
    "Q8_0Gemv",
    "QuantGemv",
    "ResidualRmsNorm",
    "RmsNorm",
    "Saxpy",
    "Softmax",
    "VectorAdd",
    "VectorizedQ4KGemv",
    "VectorizedQ4_0Gemv",
    "VectorizedQ4_1Gemv",
    "VectorizedQ5KGemv",
    "VectorizedQ5_0Gemv",
    "VectorizedQ5_1Gemv",
    "VectorizedQ6KGemv",
    "VectorizedQ8_0Gemv",
    "VectorizedRmsNorm",
    "WarpPerRow",
    "WarpRmsNorm",
    "WarpSoftmax",
    "WgmmaGemm",
    "choice",
    "flag",
    "limit",
    "option",
    "real",
    "register",
    "registry",
    "size",
]
