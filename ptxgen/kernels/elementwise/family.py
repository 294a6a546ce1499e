"""Kernels that make each element of an array from the elements at the same place of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, option, size
from ptxgen.kernels.blocks.floats import load_floats, store_floats
from ptxgen.kernels.float_arrays import Doubles, normal, numbers, rounding
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, InOut, Out, Plan, Scalar, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


@frozen
class Elementwise(Kernel):
    """One output element from those of `inputs`, computed in float32: 16 bytes of each array a thread.

    All arrays are [n] of `type`, 16-byte aligned; n is a launch-time parameter. Where the output is one of the inputs,
    it is updated in place.
    """

    n: int = size(1000)
    threads: int = option(128)
    type: Type = choice(f32, f16, bf16)

    inputs: ClassVar[tuple[str, ...]] = ("x",)
    output: ClassVar[str] = "y"
    operations: ClassVar[int] = 1
    """Floating-point operations of an element."""

    requires: ClassVar[tuple[Rule, ...]] = (
        at_most("n", 2**31 - 1),
        multiple("threads", 32),
        at_most("threads", 1024),
    )

    def compute(self, k: KernelBuilder, *values: Value) -> Value:
        """The output element from those of the inputs, all f32."""
        raise NotImplementedError

    def exact(self, *values: Doubles) -> Doubles:
        """The same in float64."""
        raise NotImplementedError

    def error(self, *values: Doubles) -> Doubles:
        """What float32 arithmetic may add to `exact`, its last rounding included."""
        raise NotImplementedError

    @property
    def signature(self) -> Signature:
        arrays = {name: (InOut if name == self.output else In)(self.type, "n") for name in self.inputs}
        made = {} if self.output in arrays else {self.output: Out(self.type, "n")}
        return Signature(**arrays, **made, n=Scalar(u32))

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        *pointers, n = parameters
        sources, target = pointers[: len(self.inputs)], pointers[self._target]
        width = 16 // self.type.bytes
        first = k.global_id * width
        with k.if_(first + width <= n):
            self._piece(k, sources, target, first, width)
        with k.else_():
            for i in range(width - 1):
                with k.if_(first + i < n):
                    self._piece(k, sources, target, first + i, 1)

    def _piece(
        self, k: KernelBuilder, sources: Sequence[Pointer], target: Pointer, first: Value, count: int
    ) -> None:
        loaded = [load_floats(k, source, first, count) for source in sources]
        store_floats(k, target, first, [self.compute(k, *values) for values in zip(*loaded, strict=True)])

    @property
    def _target(self) -> int:
        return self.inputs.index(self.output) if self.output in self.inputs else -1

    def plan(self) -> Plan:
        a_cta = self.threads * (16 // self.type.bytes)
        return Plan.single(entry=self.name, grid=-(-self.n // a_cta), block=self.threads)

    def reference(self, *args: NDArray[Any], **arrays: NDArray[Any]) -> Doubles:
        return self.exact(*self._numbers(args, arrays))

    def tolerance(self, *args: NDArray[Any], **arrays: NDArray[Any]) -> Doubles:
        """The error of the function as its own docstring derives it; a narrower type rounds once more."""
        values = self._numbers(args, arrays)
        error = self.error(*values)
        return error if self.type is f32 else error + rounding(self.exact(*values), self.type)

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        return {name: normal(rng, (self.n,), self.type) for name in self.inputs}

    def cost(self) -> Cost:
        moved = len(self.inputs) + 1
        return Cost(bytes=moved * self.n * self.type.bytes, flops=self.operations * self.n)

    def _numbers(self, args: Sequence[NDArray[Any]], arrays: dict[str, NDArray[Any]]) -> list[Doubles]:
        given = dict(zip(self.inputs, args, strict=False)) | arrays
        return [numbers(given[name], self.type) for name in self.inputs]
