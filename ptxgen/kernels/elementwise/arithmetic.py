"""Sums, products and copies of whole arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from ptxgen.isa.types import f32
from ptxgen.kernels.elementwise.family import Elementwise
from ptxgen.kernels.float_arrays import Doubles, rounding
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
