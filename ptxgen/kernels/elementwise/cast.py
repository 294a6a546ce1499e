"""Between float types, element by element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, option, size
from ptxgen.kernels.blocks.convert import convert
from ptxgen.kernels.float_arrays import numbers, rounded
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Plan, Scalar, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_WIDTH = 4
"""Elements a thread: 8 bytes of the narrow types, 16 of the wide one."""


@register(family="elementwise")
@frozen
class Cast(Kernel):
    """y = x in another float type, four elements a thread.

    x: [n] of type `given`, y: [n] of type `to`, each float32, float16 or bfloat16, both 16-byte aligned. n is a
    launch-time parameter. Rounded once, to nearest with ties to even; beyond the range of float16 lies infinity.
    """

    n: int = size(10_000)
    given: Type = choice(f32, f16, bf16)
    to: Type = choice(f16, f32, bf16)
    threads: int = option(256)

    bitwise: ClassVar[bool] = True
    minimum_sm: ClassVar[int] = 80  # conversion to bfloat16
    requires: ClassVar[tuple[Rule, ...]] = (
        at_most("n", 2**31 - 1),
        multiple("threads", 32),
        at_most("threads", 1024),
    )

    @property
    def signature(self) -> Signature:
        return Signature(x=In(self.given, "n"), y=Out(self.to, "n"), n=Scalar(u32))

    def body(self, k: KernelBuilder, x: Pointer, y: Pointer, n: Value) -> None:
        four = k.global_id
        first = four * _WIDTH
        x, y = (pointer.assume_aligned(16).row(four, _WIDTH) for pointer in (x, y))
        with k.if_(first + _WIDTH <= n):
            loaded = x.load(vec=_WIDTH)
            y.store(0, tuple(convert(k, value, self.to) for value in loaded))
        with k.else_():
            for i in range(_WIDTH - 1):
                with k.if_(first + i < n):
                    y[i] = convert(k, x[i], self.to)

    def plan(self) -> Plan:
        return Plan.single(entry=self.name, grid=-(-self.n // (_WIDTH * self.threads)), block=self.threads)

    def reference(self, x: NDArray[Any]) -> NDArray[np.float64]:
        with np.errstate(over="ignore"):
            return numbers(rounded(numbers(x, self.given).astype(np.float32), self.to), self.to)

    def tolerance(self, x: NDArray[Any]) -> float:
        """None: rounding to nearest has one answer."""
        return 0.0

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        return {"x": rounded(rng.standard_normal(self.n, dtype=np.float32), self.given)}

    def cost(self) -> Cost:
        return Cost(bytes=self.n * (self.given.bytes + self.to.bytes), flops=0)
