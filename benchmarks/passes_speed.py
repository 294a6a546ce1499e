"""What the passes cost: microseconds an instruction of -O2, without and with the checker between passes.

    python benchmarks/passes_speed.py

The best of several runs on modules that were just parsed, in seconds of this process.
"""

from __future__ import annotations

import time

from attrs import evolve

from ptxgen.ir.parser import parse
from ptxgen.kernels import registry
from ptxgen.passes import Pipeline

KERNELS = ("q4_k_gemm", "mma_attention", "dp4a_q4_k_gemv", "lz4_compress", "softmax")
RUNS = 5


def cost(text: str, pipeline: Pipeline) -> float:
    """Microseconds for each instruction of the text."""
    best = float("inf")
    for _ in range(RUNS):
        module = parse(text)
        size = sum(1 for function in module.functions for _ in function.instructions())
        started = time.process_time()
        pipeline.run(module)
        best = min(best, (time.process_time() - started) / size)
    return 1e6 * best


def main() -> None:
    """Print a line for each kernel."""
    checked = Pipeline.level("O2")
    print(f"{'kernel':20} {'-O2':>8} {'checked':>8}   us an instruction")
    for name in KERNELS:
        kernel = registry.get(name)()
        text = kernel.emit_ptx(level="O0")
        print(f"{name:20} {cost(text, evolve(checked, check=False)):8.0f} {cost(text, checked):8.0f}")


if __name__ == "__main__":
    main()
