"""The first two kernels of every GPU course, with the length known only at launch."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import f32, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, option, size
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, InOut, Out, Plan, Scalar, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

_REQUIRES = (at_most("n", 2**31 - 1), multiple("threads", 32), at_most("threads", 1024))


@register(family="elementwise")
@frozen
class Saxpy(Kernel):
    """y = a*x + y, one element a thread, rounded once.

    x, y: [n] float32; y is updated; a: float32. n is a launch-time parameter.
    """

    n: int = size(10_000)
    threads: int = option(256)

    bitwise: ClassVar[bool] = True
    requires: ClassVar[tuple[Rule, ...]] = _REQUIRES

    @property
    def signature(self) -> Signature:
        return Signature(x=In(f32, "n"), y=InOut(f32, "n"), n=Scalar(u32), a=Scalar(f32))

    def body(self, k: KernelBuilder, x: Pointer, y: Pointer, n: Value, a: Value) -> None:
        i = k.global_id
        with k.if_(i < n):
            y[i] = k.fma(a, x[i], y[i])

    def plan(self) -> Plan:
        return Plan.single(entry=self.name, grid=-(-self.n // self.threads), block=self.threads)

    def reference(self, x: Floats, y: Floats, a: float) -> Doubles:
        return np.float64(a) * x.astype(np.float64) + y.astype(np.float64)

    def tolerance(self, x: Floats, y: Floats, a: float) -> Doubles:
        """Half a unit in the last place: see `half_ulp`."""
        return half_ulp(self.reference(x, y, a))

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        x, y = (rng.standard_normal(self.n, dtype=np.float32) for _ in range(2))
        return {"x": x, "y": y, "a": np.asarray(rng.standard_normal(), np.float32)}

    def cost(self) -> Cost:
        return Cost(bytes=12 * self.n, flops=2 * self.n)


@register(family="elementwise")
@frozen
class VectorAdd(Kernel):
    """z = x + y, one element a thread.

    x, y, z: [n] float32. n is a launch-time parameter.
    """

    n: int = size(10_000)
    threads: int = option(256)

    bitwise: ClassVar[bool] = True
    requires: ClassVar[tuple[Rule, ...]] = _REQUIRES

    @property
    def signature(self) -> Signature:
        return Signature(x=In(f32, "n"), y=In(f32, "n"), z=Out(f32, "n"), n=Scalar(u32))

    def body(self, k: KernelBuilder, x: Pointer, y: Pointer, z: Pointer, n: Value) -> None:
        i = k.global_id
        with k.if_(i < n):
            z[i] = x[i] + y[i]

    def plan(self) -> Plan:
        return Plan.single(entry=self.name, grid=-(-self.n // self.threads), block=self.threads)

    def reference(self, x: Floats, y: Floats) -> Doubles:
        return x.astype(np.float64) + y.astype(np.float64)

    def tolerance(self, x: Floats, y: Floats) -> Doubles:
        """Half a unit in the last place: see `half_ulp`."""
        return half_ulp(self.reference(x, y))

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        x, y = (rng.standard_normal(self.n, dtype=np.float32) for _ in range(2))
        return {"x": x, "y": y}

    def cost(self) -> Cost:
        return Cost(bytes=12 * self.n, flops=self.n)


def half_ulp(exact: Doubles) -> Doubles:
    """The largest error of one rounding to float32: 2^-24 of the value, or half the smallest subnormal.

    The reference itself was rounded to float64, which adds 2^-53 of the value.
    """
    return (2.0**-24 + 2.0**-52) * np.abs(exact) + 2.0**-150
