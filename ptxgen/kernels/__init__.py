"""Kernels that ship with ptxgen: families made of `blocks`, listed by `registry`."""

from __future__ import annotations

from ptxgen.kernels import registry
from ptxgen.kernels.base import DEFAULT_TARGET, Cost, Kernel, choice, option, size
from ptxgen.kernels.elementwise.vectors import Saxpy, VectorAdd
from ptxgen.kernels.errors import KernelError
from ptxgen.kernels.gemv.quant_gemv import Q4KGemv, QuantGemv, VectorizedQ4KGemv
from ptxgen.kernels.gemv.strategies import WarpPerRow
from ptxgen.kernels.registry import register

__all__ = [
    "DEFAULT_TARGET",
    "Cost",
    "Kernel",
    "KernelError",
    "Q4KGemv",
    "QuantGemv",
    "Saxpy",
    "VectorAdd",
    "VectorizedQ4KGemv",
    "WarpPerRow",
    "choice",
    "option",
    "register",
    "registry",
    "size",
]
