"""Write your own kernel: softmax of each row of a matrix, from the algorithm to a proof.

A kernel is a class: sizes as fields, the body in the builder's language, and beside it what makes it checkable: a
float64 reference by another route, and a tolerance with its reason. Everything else follows: it can be emitted,
assembled, run on a GPU or on the emulator with sanitizers watching, and compared.
"""

import math

import numpy as np
from attrs import frozen

from ptxgen.ir.builder import KernelBuilder, Pointer
from ptxgen.isa.types import f32
from ptxgen.kernels import Cost, Kernel, option, size
from ptxgen.kernels.blocks.reduce import block_max, block_sum
from ptxgen.kernels.rules import multiple
from ptxgen.launch import In, Out, Plan, Signature
from ptxgen.verification import Workbench, verify_kernel

LOG2E = 1 / math.log(2)


@frozen
class MySoftmax(Kernel):
    """y = softmax(x) of each row, a CTA a row. x, y: [rows, columns] float32."""

    rows: int = size(5)
    columns: int = size(300)
    threads: int = option(128)

    requires = (multiple("threads", 32),)

    @property
    def signature(self) -> Signature:
        return Signature(x=In(f32, "rows", "columns"), y=Out(f32, "rows", "columns"))

    def body(self, k: KernelBuilder, x: Pointer, y: Pointer) -> None:
        x, y = (array.row(k.ctaid.x, self.columns) for array in (x, y))

        # Each thread looks at every `threads`-th element: neighbouring threads read neighbouring memory.
        peak = k.var(f32, -math.inf)
        with k.stride(k.tid.x, self.columns, self.threads) as i:
            peak.set(k.max(peak, x[i]))
        highest = block_max(k, peak, self.threads)  # subtracted below, so that no power of e overflows

        total = k.var(f32, 0.0)
        with k.stride(k.tid.x, self.columns, self.threads) as i:
            total += k.ex2((x[i] - highest) * LOG2E)
        scale = k.rcp_approx(block_sum(k, total, self.threads))

        with k.stride(k.tid.x, self.columns, self.threads) as i:
            y[i] = k.ex2((x[i] - highest) * LOG2E) * scale

    def plan(self) -> Plan:
        return Plan.single(entry=self.name, grid=self.rows, block=self.threads)

    def reference(self, x: np.ndarray) -> np.ndarray:
        e = np.exp(x.astype(np.float64) - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def tolerance(self, x: np.ndarray) -> np.ndarray:
        """In units of 2^-24 of the result: the exponent's rounding grows with its distance from the peak, ex2 adds 4;
        the sum is off by no more than its terms and one for each addition; rcp adds 2, the product 1."""
        reach = x.max(axis=1, keepdims=True).astype(np.float64) - x.min(axis=1, keepdims=True)
        additions = self.columns / self.threads + 16
        return 2.0**-24 * (2 * (3 * reach + 4) + additions + 3) * self.reference(x)

    def example_inputs(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"x": rng.standard_normal((self.rows, self.columns), dtype=np.float32)}

    def cost(self) -> Cost:
        return Cost(bytes=8 * self.rows * self.columns, flops=5 * self.rows * self.columns)


def main() -> None:
    softmax = MySoftmax(rows=64, columns=100)
    x = np.random.default_rng(0).standard_normal((64, 100), dtype=np.float32)
    y = softmax(x)  # on open_device("auto")
    error = np.abs(y - softmax.reference(x)).max()
    print(f"MySoftmax, {len(softmax.emit_ptx().splitlines())} lines of PTX: largest error {error:.2e}")

    # Ragged sizes, with memcheck, initcheck, racecheck and synccheck watching each thread.
    bench = Workbench.open("emulator", sanitize=True)
    for columns in (1, 31, 32, 33, 1000):
        proven = verify_kernel(MySoftmax(columns=columns), bench)
        assert proven.ok, proven
    print("columns 1, 31, 32, 33 and 1000 are within the tolerance; no sanitizer found anything")
    # What the library's Softmax does better: it reads a row once, in 16-byte pieces, and keeps it in registers.


if __name__ == "__main__":
    main()
