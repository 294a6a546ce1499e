"""Activation functions as kernels: alone, gated, and after a bias."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, option, size
from ptxgen.kernels.blocks.activations import ACTIVATIONS
from ptxgen.kernels.blocks.floats import load_floats, store_floats, vector_width
from ptxgen.kernels.elementwise.family import Elementwise
from ptxgen.kernels.float_arrays import EPSILON, Doubles, normal, numbers, rounding
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Plan, Scalar, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_EPS = EPSILON[f32]


@frozen
class Activate(Elementwise):
    """y = activation(x); its error is the function's own."""

    activation: str = choice("relu", "silu", "gelu", "gelu_erf", "gelu_fast")

    operations: ClassVar[int] = 5

    def compute(self, k: KernelBuilder, *values: Value) -> Value:
        return ACTIVATIONS[self.activation].emit(k, *values)

    def exact(self, *values: Doubles) -> Doubles:
        return ACTIVATIONS[self.activation].exact(*values)

    def error(self, *values: Doubles) -> Doubles:
        return ACTIVATIONS[self.activation].error(*values)


@register(family="elementwise")
@frozen
class Relu(Activate):
    """y = max(x, 0), NaN kept.

    x, y: [n] of `type`. n is a launch-time parameter.
    """

    activation: str = field(default="relu", init=False)

    bitwise: ClassVar[bool] = True
    operations: ClassVar[int] = 1


@register(family="elementwise")
@frozen
class Silu(Activate):
    """y = x / (1 + e^-x).

    x, y: [n] of `type`. n is a launch-time parameter.
    """

    activation: str = field(default="silu", init=False)


@register(family="elementwise")
@frozen
class Gelu(Activate):
    """y = x * Phi(x): by tanh ("gelu", as GGUF models have it), exactly ("gelu_erf"), or by tanh.approx ("gelu_fast").

    x, y: [n] of `type`. n is a launch-time parameter.
    """

    activation: str = choice("gelu", "gelu_erf", "gelu_fast")


@frozen
class GatedUnit(Elementwise):
    """y = activation(gate) * up: what a gated feed-forward layer does between its matrices."""

    activation: str = choice("silu", "gelu", "gelu_erf", "gelu_fast", "relu")

    inputs: ClassVar[tuple[str, ...]] = ("gate", "up")
    operations: ClassVar[int] = 6

    def compute(self, k: KernelBuilder, *values: Value) -> Value:
        gate, up = values
        return ACTIVATIONS[self.activation].emit(k, gate) * up

    def exact(self, *values: Doubles) -> Doubles:
        gate, up = values
        return ACTIVATIONS[self.activation].exact(gate) * up

    def error(self, *values: Doubles) -> Doubles:
        """The activation's error times |up|, and one rounding."""
        gate, up = values
        own = ACTIVATIONS[self.activation].error(gate) * np.abs(up)
        return own * (1 + _EPS) + rounding(self.exact(gate, up), f32)


@register(family="elementwise", aliases=("swiglu",))
@frozen
class SwiGlu(GatedUnit):
    """y = silu(gate) * up.

    gate, up, y: [n] of `type`. n is a launch-time parameter.
    """

    activation: str = field(default="silu", init=False)


@register(family="elementwise", aliases=("geglu",))
@frozen
class GeGlu(GatedUnit):
    """y = gelu(gate) * up, with any form of GELU.

    gate, up, y: [n] of `type`. n is a launch-time parameter.
    """

    activation: str = choice("gelu", "gelu_erf", "gelu_fast")


@register(family="elementwise")
@frozen
class BiasActivation(Kernel):
    """y = activation(x + bias), the bias by column.

    x, y: [rows, cols] of `type`; bias: [cols] float32. rows is a launch-time parameter.
    """

    rows: int = size(7)
    cols: int = size(100)
    threads: int = option(128)
    activation: str = choice("none", *(name for name in ACTIVATIONS if name != "none"))
    type: Type = choice(f32, f16, bf16)

    requires: ClassVar[tuple[Rule, ...]] = (multiple("threads", 32), at_most("threads", 1024))

    @property
    def signature(self) -> Signature:
        x, y = In(self.type, "rows", "cols"), Out(self.type, "rows", "cols")
        return Signature(x=x, bias=In(f32, "cols"), y=y, rows=Scalar(u32))

    def body(self, k: KernelBuilder, x: Pointer, bias: Pointer, y: Pointer, rows: Value) -> None:
        width = self._width
        pieces = self.cols // width
        piece = k.global_id
        row, first = piece // pieces, piece % pieces * width
        with k.if_(row < rows):
            loaded = load_floats(k, x.row(row, self.cols), first, width)
            added = load_floats(k, bias, first, width)
            emit = ACTIVATIONS[self.activation].emit
            values = [emit(k, value + b) for value, b in zip(loaded, added, strict=True)]
            store_floats(k, y.row(row, self.cols), first, values)

    def plan(self) -> Plan:
        pieces = self.rows * self.cols // self._width
        return Plan.single(entry=self.name, grid=-(-pieces // self.threads), block=self.threads)

    def reference(self, x: NDArray[Any], bias: NDArray[np.float32]) -> Doubles:
        return ACTIVATIONS[self.activation].exact(numbers(x, self.type) + bias)

    def tolerance(self, x: NDArray[Any], bias: NDArray[np.float32]) -> Doubles:
        """The sum is rounded once, which the activation passes on times its slope; then its own error.

        A narrower type rounds once more.
        """
        function = ACTIVATIONS[self.activation]
        summed = numbers(x, self.type) + bias
        error = function.slope * rounding(summed, f32) * (1 + 16 * _EPS) + function.error(summed)
        return error if self.type is f32 else error + rounding(function.exact(summed), self.type)

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        return {"x": normal(rng, (self.rows, self.cols), self.type), "bias": normal(rng, (self.cols,))}

    def cost(self) -> Cost:
        elements = self.rows * self.cols
        return Cost(bytes=2 * elements * self.type.bytes + 4 * self.cols, flops=6 * elements)

    @property
    def _width(self) -> int:
        return vector_width(self.cols, self.type, f32)
