"""Fuse an epilogue: y = gelu(W x + b) + r in one launch instead of three, without the arrays between them.

A matrix-vector product holds each result in a register before it stores it. What comes next, an activation or a
residual, can happen there: the kernel takes it as a Python function that builds code for one value.
"""

from collections.abc import Callable

import numpy as np
from attrs import frozen

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.ir.builder import KernelBuilder, Pointer, Value
from ptxgen.isa.types import f32
from ptxgen.kernels import BiasActivation, Kernel, ResidualAdd, size
from ptxgen.kernels.blocks.activations import ACTIVATIONS
from ptxgen.kernels.blocks.warp import warp_sum
from ptxgen.launch import In, Out, Plan, Signature

GELU = ACTIVATIONS["gelu"]

Epilogue = Callable[..., Value]
"""(k, a result, its row's element of each further array) -> what is stored."""


def plain(_k: KernelBuilder, result: Value) -> Value:
    return result


def bias_gelu_residual(k: KernelBuilder, result: Value, bias: Value, residual: Value) -> Value:
    return residual + GELU.emit(k, result + bias)


@frozen
class Gemv(Kernel):
    """y = epilogue(W x), a warp a row. w: [n, k] float32, k a multiple of 128; `arrays`: further arrays of [n]."""

    n: int = size(64)
    k: int = size(256)
    epilogue: Epilogue = plain
    arrays: tuple[str, ...] = ()

    @property
    def signature(self) -> Signature:
        further = {name: In(f32, "n") for name in self.arrays}
        return Signature(w=In(f32, "n", "k"), x=In(f32, "k"), **further, y=Out(f32, "n"))

    def body(self, k: KernelBuilder, w: Pointer, x: Pointer, *others: Pointer) -> None:
        *further, y = others
        row, lane = k.ctaid.x, k.tid.x
        w = w.row(row, self.k)
        total = k.var(f32, 0.0)
        with k.stride(lane * 4, self.k, 4 * 32) as i:
            for weight, activation in zip(w.load(i, vec=4), x.load(i, vec=4), strict=True):
                k.fma(weight, activation, total, into=total)
        result = warp_sum(k, total)
        with k.if_(lane == 0):
            y[row] = self.epilogue(k, result, *(array[row] for array in further))

    def plan(self) -> Plan:
        return Plan.single(entry=self.name, grid=self.n, block=32)


def main() -> None:
    rng = np.random.default_rng(0)
    n, k = 64, 256
    w, x = rng.standard_normal((n, k), dtype=np.float32), rng.standard_normal(k, dtype=np.float32)
    bias, residual = rng.standard_normal((2, n), dtype=np.float32)

    def run(kernel: Kernel, *arrays: np.ndarray) -> tuple[np.ndarray, int]:
        """The output, and the bytes that the kernel asked of memory."""
        traffic = Traffic()
        with EmulatedDevice(observers=[traffic]) as device:
            out = kernel(*arrays, device=device)
        return out, sum(i.bytes for i in traffic.instructions if i.sectors)

    product, first = run(Gemv(n, k), w, x)
    activated, second = run(BiasActivation(rows=1, cols=n, activation="gelu"), product[None], bias)
    separate, third = run(ResidualAdd(n=n), residual, activated[0])
    fused, once = run(Gemv(n, k, bias_gelu_residual, ("bias", "residual")), w, x, bias, residual)

    assert np.array_equal(fused, separate), "the same operations in the same order: the same bits"
    exact = GELU.exact(w.astype(np.float64) @ x + bias) + residual
    print(f"three launches: {first} + {second} + {third} bytes; one launch: {first} + {once - first} bytes")
    print(f"fused: largest error {np.abs(fused - exact).max():.2e}")

    # The library's products take the same choices as fields: MmaGemm(activation="gelu", bias=True, residual=True).


if __name__ == "__main__":
    main()
