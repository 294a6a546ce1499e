"""What the machine can do at best, measured beside the kernels: reading, copying, and a large matrix product."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.bench.peers import TorchRuns, torch_of
from ptxgen.bench.timing import GraphRuns, race
from ptxgen.driver import Device, call
from ptxgen.isa.types import u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, option, size
from ptxgen.kernels.rules import Rule, multiple
from ptxgen.launch import In, Out, Plan, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer

Words = NDArray[np.uint32]

_SPAN = 16
"""Words of four 16-byte loads: what a thread has in flight."""


@frozen
class ReadCeiling(Kernel):
    """Reads everything, and writes one word a thread: the exclusive or of what it read.

    x: [threads * span] uint32; y: [threads] uint32. Each thread reads `span` words, 64 bytes in flight.
    """

    threads: int = size(1024)
    span: int = size(64)
    cta: int = option(256)

    bitwise: ClassVar[bool] = True
    requires: ClassVar[tuple[Rule, ...]] = (multiple("threads", "cta"), multiple("span", _SPAN))

    @property
    def signature(self) -> Signature:
        return Signature(x=In(u32, "threads*span"), y=Out(u32, "threads"))

    def body(self, k: KernelBuilder, x: Pointer, y: Pointer) -> None:
        thread = k.global_id
        at = x.at(thread * 4).cursor()
        found = k.var(u32, 0)
        stride = 4 * self.threads
        with k.for_(0, self.span // _SPAN):
            loaded = [at.load(part * stride, vec=4, nc=True) for part in range(_SPAN // 4)]
            for words in loaded:
                for word in words:
                    found.set(found ^ word)
            at.advance(_SPAN // 4 * stride)
        y[thread] = found

    def plan(self) -> Plan:
        return Plan.single(entry=self.name, grid=self.threads // self.cta, block=self.cta)

    def reference(self, x: Words) -> NDArray[np.float64]:
        parts = x.reshape(self.span // 4, self.threads, 4)
        return np.bitwise_xor.reduce(np.bitwise_xor.reduce(parts, axis=0), axis=1).astype(np.float64)

    def tolerance(self, x: Words) -> float:
        """None: the words are compared as integers."""
        return 0.0

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        return {"x": rng.integers(0, 2**32, self.threads * self.span, np.uint32)}

    def cost(self) -> Cost:
        return Cost(bytes=4 * self.threads * (self.span + 1), flops=self.threads * self.span)


@frozen
class CopyCeiling(Kernel):
    """Copies, 64 bytes a thread in flight. x, y: [threads * 16] uint32."""

    threads: int = size(1024)
    cta: int = option(256)

    bitwise: ClassVar[bool] = True
    requires: ClassVar[tuple[Rule, ...]] = (multiple("threads", "cta"),)

    @property
    def signature(self) -> Signature:
        return Signature(x=In(u32, f"threads*{_SPAN}"), y=Out(u32, f"threads*{_SPAN}"))

    def body(self, k: KernelBuilder, x: Pointer, y: Pointer) -> None:
        start = k.ctaid.x * (_SPAN * self.cta) + k.tid.x * 4
        x, y = x.at(start), y.at(start)
        x, y = x.assume_aligned(16), y.assume_aligned(16)
        loaded = [x.load(part * 4 * self.cta, vec=4, nc=True) for part in range(_SPAN // 4)]
        for part, words in enumerate(loaded):
            y.store(part * 4 * self.cta, words)

    def plan(self) -> Plan:
        return Plan.single(entry=self.name, grid=self.threads // self.cta, block=self.cta)

    def reference(self, x: Words) -> NDArray[np.float64]:
        return x.astype(np.float64)

    def tolerance(self, x: Words) -> float:
        """None."""
        return 0.0

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        return {"x": rng.integers(0, 2**32, self.threads * _SPAN, np.uint32)}

    def cost(self) -> Cost:
        return Cost(bytes=8 * self.threads * _SPAN, flops=self.threads * _SPAN)


@frozen
class Ceilings:
    """The best that was measured: bytes a second read and copied (read plus written), operations a second of a GEMM.

    `gemm` is None where torch is missing: then nothing is held against a ceiling of operations.
    """

    read: float
    copy: float
    gemm: float | None = None


READ_BYTES = 2 << 30
GEMM_SIZE = 8192


def measure(device: Device, *, nbytes: int = READ_BYTES, gemm_size: int = GEMM_SIZE) -> Ceilings:
    """Measure the three ceilings on a GPU. The bfloat16 product is cuBLAS's, through torch."""
    threads = device.properties.sm_count * 8 * 256
    span = max(1, nbytes // (4 * threads * _SPAN)) * _SPAN
    read = _bandwidth(device, ReadCeiling(threads=threads, span=span))
    copied = _bandwidth(device, CopyCeiling(threads=nbytes // (8 * _SPAN) // 256 * 256))
    torch = torch_of(device)
    if torch is None:
        return Ceilings(read, copied)
    a, b = (torch.randn(gemm_size, gemm_size, device="cuda", dtype=torch.bfloat16) for _ in range(2))
    runs = TorchRuns(torch, [lambda: torch.matmul(a, b)])
    return Ceilings(read, copied, 2e6 * gemm_size**3 / race({"gemm": runs}, samples=20)["gemm"].median)


def _bandwidth(device: Device, kernel: ReadCeiling | CopyCeiling) -> float:
    bound = call.bind(kernel, kernel.example_inputs(np.random.default_rng(0)), device)
    runs = GraphRuns(device, [bound.launch])
    return kernel.cost().bytes * 1e6 / race({"copy": runs}, samples=20)["copy"].median
