"""Sums, products and multiples of whole arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen

from ptxgen.isa.types import f32
from ptxgen.kernels.base import real
from ptxgen.kernels.blocks.activations import SCALED_TANH_ERROR, scaled_tanh
from ptxgen.kernels.elementwise.family import Elementwise
from ptxgen.kernels.errors import KernelError
from ptxgen.kernels.float_arrays import EPSILON, Doubles, rounding
from ptxgen.kernels.registry import register

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value


@register(family="elementwise")
@frozen
class ResidualAdd(Elementwise):
    """residual += x.

    residual, x: [n] of `type`. n is a launch-time parameter.
    """

    inputs: ClassVar[tuple[str, ...]] = ("residual", "x")
    output: ClassVar[str] = "residual"
    bitwise: ClassVar[bool] = True

    def compute(self, k: KernelBuilder, *values: Value) -> Value:
        residual, x = values
        return residual + x

    def exact(self, *values: Doubles) -> Doubles:
        residual, x = values
        return residual + x

    def error(self, *values: Doubles) -> Doubles:
        """One rounding."""
        return rounding(self.exact(*values), f32)


@register(family="elementwise")
@frozen
class Multiply(Elementwise):
    """z = x * y, element by element.

    x, y, z: [n] of `type`. n is a launch-time parameter.
    """

    inputs: ClassVar[tuple[str, ...]] = ("x", "y")
    output: ClassVar[str] = "z"
    bitwise: ClassVar[bool] = True

    def compute(self, k: KernelBuilder, *values: Value) -> Value:
        x, y = values
        return x * y

    def exact(self, *values: Doubles) -> Doubles:
        x, y = values
        return x * y

    def error(self, *values: Doubles) -> Doubles:
        """One rounding."""
        return rounding(self.exact(*values), f32)


@register(family="elementwise")
@frozen
class Scale(Elementwise):
    """x *= factor: Gemma multiplies its embeddings by the root of their length.

    x: [n] of `type`, in place; factor, rounded to float32, is part of the text. n is a launch-time parameter.
    """

    factor: float = real(2.0)

    output: ClassVar[str] = "x"
    bitwise: ClassVar[bool] = True

    def compute(self, k: KernelBuilder, *values: Value) -> Value:
        return values[0] * self.factor

    def exact(self, *values: Doubles) -> Doubles:
        return values[0] * float(np.float32(self.factor))

    def error(self, *values: Doubles) -> Doubles:
        """One rounding."""
        return rounding(self.exact(*values), f32)


@register(family="elementwise")
@frozen
class SoftCap(Elementwise):
    """x = cap * tanh(x / cap): what Gemma 2 does to its logits.

    x: [n] of `type`, in place. n is a launch-time parameter.
    """

    cap: float = real(30.0)

    output: ClassVar[str] = "x"
    operations: ClassVar[int] = 5

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.cap <= 0:
            raise KernelError("KRN102", f"SoftCap: cap must be positive, got {self.cap}")

    def compute(self, k: KernelBuilder, *values: Value) -> Value:
        return scaled_tanh(k, values[0], 1 / self.cap, self.cap)

    def exact(self, *values: Doubles) -> Doubles:
        return self.cap * np.tanh(values[0] / self.cap)

    def error(self, *values: Doubles) -> Doubles:
        """That of `scaled_tanh`, absolute; constants are rounded, by half a unit of the result."""
        return self.cap * SCALED_TANH_ERROR + EPSILON[f32] * np.abs(self.exact(*values))
