"""Kernels that ship with ptxgen: families made of `blocks`, listed by `registry`."""

from __future__ import annotations

from ptxgen.kernels import registry
from ptxgen.kernels.attention.flash import CachedFlashAttention, FlashAttention
from ptxgen.kernels.attention.flash_decoding import FlashDecoding
from ptxgen.kernels.attention.incremental import IncrementalAttention
from ptxgen.kernels.attention.mma import CachedMmaAttention, MmaAttention
from ptxgen.kernels.attention.wgmma import WgmmaAttention
from ptxgen.kernels.attention.wmma import WmmaAttention
from ptxgen.kernels.base import DEFAULT_TARGET, Cost, Kernel, choice, flag, limit, option, real, size
from ptxgen.kernels.cache.rope_scatter import RopeNeoxScatter, RopeNormScatter, RopeScatter
from ptxgen.kernels.cache.scatter import KvScatter
from ptxgen.kernels.elementwise.activations import BiasActivation, GeGlu, Gelu, Relu, Silu, SwiGlu
from ptxgen.kernels.elementwise.arithmetic import Multiply, ResidualAdd, Scale, SoftCap
from ptxgen.kernels.elementwise.cast import Cast
from ptxgen.kernels.elementwise.movement import Copy, Transpose
from ptxgen.kernels.elementwise.vectors import Saxpy, VectorAdd
from ptxgen.kernels.errors import KernelError
from ptxgen.kernels.gemm.integer import IntegerGemm
from ptxgen.kernels.gemm.mma import MmaGemm
from ptxgen.kernels.gemm.presets import Q4KGemm, Q5KGemm, Q6KGemm, Q8_0Gemm
from ptxgen.kernels.gemm.quant import QuantGemm
from ptxgen.kernels.gemm.tiled import TiledGemm
from ptxgen.kernels.gemm.wgmma import WgmmaGemm
from ptxgen.kernels.gemm.wmma import WmmaGemm
from ptxgen.kernels.gemv.bulk_ring import BulkRing
from ptxgen.kernels.gemv.dense import (
    Bf16Gemv,
    Bf16SplitKGemv,
    DenseGemv,
    F16Gemv,
    F16SplitKGemv,
    F32Gemv,
    F32SplitKGemv,
)
from ptxgen.kernels.gemv.dp4a import Dp4a
from ptxgen.kernels.gemv.gate_up import (
    FusedGateUpQ4KGemv,
    FusedGateUpQ5_0Gemv,
    FusedGateUpQ6KGemv,
    FusedGateUpQ8_0Gemv,
    GateUpGemv,
)
from ptxgen.kernels.gemv.integer_gemv import IntegerGemv
from ptxgen.kernels.gemv.integer_presets import (
    BatchedQ4_0Gemv,
    BatchedQ4_1Gemv,
    BatchedQ4KGemv,
    BatchedQ5_0Gemv,
    BatchedQ5_1Gemv,
    BatchedQ5KGemv,
    BatchedQ6KGemv,
    BatchedQ8_0Gemv,
    Dp4aQ4_0Gemv,
    Dp4aQ4_1Gemv,
    Dp4aQ4KGemv,
    Dp4aQ5_0Gemv,
    Dp4aQ5_1Gemv,
    Dp4aQ5KGemv,
    Dp4aQ6KGemv,
    Dp4aQ8_0Gemv,
    RingQ4_0Gemv,
    RingQ4_1Gemv,
    RingQ4KGemv,
    RingQ5_0Gemv,
    RingQ5_1Gemv,
    RingQ5KGemv,
    RingQ6KGemv,
    RingQ8_0Gemv,
)
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
from ptxgen.kernels.gemv.qkv import (
    FusedQkvQ4KGemv,
    FusedQkvQ4KQ6KGemv,
    FusedQkvQ5_0Gemv,
    FusedQkvQ5_0Q8_0Gemv,
    QkvGemv,
)
from ptxgen.kernels.gemv.quant_gemv import QuantGemv
from ptxgen.kernels.gemv.quantize import QuantizeQ8_1
from ptxgen.kernels.gemv.strategies import WarpPerRow
from ptxgen.kernels.lz4.compress import Lz4Compress
from ptxgen.kernels.lz4.decompress import Lz4Decompress
from ptxgen.kernels.registry import register
from ptxgen.kernels.rope.rope import Rope, RopeNeox, RopeNorm
from ptxgen.kernels.rows.argmax import ArgMax
from ptxgen.kernels.rows.long_softmax import LongSoftmax
from ptxgen.kernels.rows.mean_pool import MeanPool
from ptxgen.kernels.rows.norms import (
    LayerNorm,
    PerHeadRmsNorm,
    ResidualRmsNorm,
    RmsNorm,
    VectorizedRmsNorm,
    WarpRmsNorm,
)
from ptxgen.kernels.rows.softmax import Softmax, WarpSoftmax
from ptxgen.kernels.rows.top_k import TopK
from ptxgen.kernels.weights.dequantize import Dequantize
from ptxgen.kernels.weights.embedding import EmbeddingGather

__all__ = [
    "DEFAULT_TARGET",
    "ArgMax",
    "BatchedQ4KGemv",
    "BatchedQ4_0Gemv",
    "BatchedQ4_1Gemv",
    "BatchedQ5KGemv",
    "BatchedQ5_0Gemv",
    "BatchedQ5_1Gemv",
    "BatchedQ6KGemv",
    "BatchedQ8_0Gemv",
    "Bf16Gemv",
    "Bf16SplitKGemv",
    "BiasActivation",
    "BulkRing",
    "CachedFlashAttention",
    "CachedMmaAttention",
    "Cast",
    "Copy",
    "Cost",
    "DenseGemv",
    "Dequantize",
    "Dp4a",
    "Dp4aQ4KGemv",
    "Dp4aQ4_0Gemv",
    "Dp4aQ4_1Gemv",
    "Dp4aQ5KGemv",
    "Dp4aQ5_0Gemv",
    "Dp4aQ5_1Gemv",
    "Dp4aQ6KGemv",
    "Dp4aQ8_0Gemv",
    "EmbeddingGather",
    "F16Gemv",
    "F16SplitKGemv",
    "F32Gemv",
    "F32SplitKGemv",
    "FlashAttention",
    "FlashDecoding",
    "FusedGateUpQ4KGemv",
    "FusedGateUpQ5_0Gemv",
    "FusedGateUpQ6KGemv",
    "FusedGateUpQ8_0Gemv",
    "FusedQkvQ4KGemv",
    "FusedQkvQ4KQ6KGemv",
    "FusedQkvQ5_0Gemv",
    "FusedQkvQ5_0Q8_0Gemv",
    "GateUpGemv",
    "GeGlu",
    "Gelu",
    "IncrementalAttention",
    "IntegerGemm",
    "IntegerGemv",
    "Kernel",
    "KernelError",
    "KvScatter",
    "LayerNorm",
    "LongSoftmax",
    "Lz4Compress",
    "Lz4Decompress",
    "MeanPool",
    "MmaAttention",
    "MmaGemm",
    "Multiply",
    "PerHeadRmsNorm",
    "Q4KGemm",
    "Q4KGemv",
    "Q4_0Gemv",
    "Q4_1Gemv",
    "Q5KGemm",
    "Q5KGemv",
    "Q5_0Gemv",
    "Q5_1Gemv",
    "Q6KGemm",
    "Q6KGemv",
    "Q8_0Gemm",
    "Q8_0Gemv",
    "QkvGemv",
    "QuantGemm",
    "QuantGemv",
    "QuantizeQ8_1",
    "Relu",
    "ResidualAdd",
    "ResidualRmsNorm",
    "RingQ4KGemv",
    "RingQ4_0Gemv",
    "RingQ4_1Gemv",
    "RingQ5KGemv",
    "RingQ5_0Gemv",
    "RingQ5_1Gemv",
    "RingQ6KGemv",
    "RingQ8_0Gemv",
    "RmsNorm",
    "Rope",
    "RopeNeox",
    "RopeNeoxScatter",
    "RopeNorm",
    "RopeNormScatter",
    "RopeScatter",
    "Saxpy",
    "Scale",
    "Silu",
    "SoftCap",
    "Softmax",
    "SwiGlu",
    "TiledGemm",
    "TopK",
    "Transpose",
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
    "WgmmaAttention",
    "WgmmaGemm",
    "WmmaAttention",
    "WmmaGemm",
    "choice",
    "flag",
    "limit",
    "option",
    "real",
    "register",
    "registry",
    "size",
]
