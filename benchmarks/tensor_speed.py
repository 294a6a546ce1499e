"""How long tensor-core kernels take in the emulator: a product of 512 x 512 x 512 and attention of 128 queries.

Usage: python benchmarks/tensor_speed.py. Prints processor seconds of the first run, which compiles, and of the best of
several more. Bounds and alignment are checked, and results are compared with float64 references.
"""

from __future__ import annotations

import time

import numpy as np

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator import LaunchStatistics
from ptxgen.kernels import Kernel
from ptxgen.kernels.attention.mma import MmaAttention
from ptxgen.kernels.gemm.mma import MmaGemm

REPEATS = 3

WORK: dict[str, Kernel] = {
    "`mma.sync` GEMM, 512 x 512 x 512, f16": MmaGemm(m=512, n=512, k=512),
    "FlashAttention, 128 queries, 128 keys, head_dim 128, one head": MmaAttention(
        q_len=128, kv_len=128, heads=1, kv_heads=1, head_dim=128
    ),
    "FlashAttention, 128 queries, 1024 keys, head_dim 128, one head": MmaAttention(
        q_len=128, kv_len=1024, heads=1, kv_heads=1, head_dim=128
    ),
}


def main() -> None:
    """Print a table."""
    print("| | M thread-instructions | first run, s | then, s | error / tolerance |")
    print("|---|---|---|---|---|")
    for name, kernel in WORK.items():
        counts: list[LaunchStatistics] = []
        inputs = kernel.example_inputs(np.random.default_rng(0))
        with EmulatedDevice(on_launch=lambda _, s, counts=counts: counts.append(s)) as device:
            times: list[float] = []
            outputs = {}
            for _ in range(REPEATS + 1):
                start = time.process_time()
                outputs = kernel.run(inputs, device=device)
                times.append(time.process_time() - start)
        count = counts[-1].thread_instructions / 1e6
        bounds, expected = kernel.bounds(inputs), kernel.expected(inputs)
        worst = max(
            float((np.abs(np.asarray(outputs[o], np.float64) - expected[o]) / bounds[o]).max())
            for o in expected
        )
        print(f"| {name} | {count:.1f} | {times[0]:.2f} | {min(times[1:]):.2f} | {worst:.3f} |")


if __name__ == "__main__":
    main()
