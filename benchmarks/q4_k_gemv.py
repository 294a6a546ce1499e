"""What a Q4_K GEMV costs: machine instructions a weight byte, and time in the emulator.

    python benchmarks/q4_k_gemv.py [--target sm_90] [--n 1024] [--k 14336] [--rounds 3]

The first needs ptxas and nvdisasm (extra `toolchain`) but no GPU: instructions of the loop over blocks, divided by the
weight bytes that a lane reads in one turn. The second runs the emitted text with bounds and alignment checked,
after comparing its result with float64; the median of the rounds is shown.
"""

from __future__ import annotations

import argparse
import time
from statistics import median

import numpy as np

from ptxgen import toolchain
from ptxgen.bench.sass import listings
from ptxgen.bench.static import loop_of, share
from ptxgen.driver import EmulatedDevice
from ptxgen.emulator import LaunchStatistics
from ptxgen.kernels import Q4KGemv, QuantGemv, VectorizedQ4KGemv


def static(gemv: QuantGemv, target: str) -> str:
    """Instructions a weight byte, and registers."""
    answer = toolchain.assemble(gemv.emit_ptx(target), target)
    (listing,) = listings(toolchain.disassemble(answer.cubin)).values()
    loop = loop_of(listing, share(gemv))
    if loop is None:
        raise SystemExit(f"{gemv.name} has no loop at k = {gemv.k}")
    return (
        f"{loop.per_byte:5.2f} instructions a weight byte ({loop.instructions} in the loop, {loop.bytes:g} bytes a"
        f" lane), {answer.resources[0].registers} registers"
    )


def emulated(gemv: QuantGemv, rounds: int) -> str:
    """Seconds of a launch, and millions of thread-instructions a second."""
    counted: list[LaunchStatistics] = []
    inputs = gemv.example_inputs(np.random.default_rng(0))
    with EmulatedDevice(on_launch=lambda _, statistics: counted.append(statistics)) as device:
        arrays = {name: device.to_device(array) for name, array in inputs.items()}
        y = gemv(**arrays, device=device).to_host()
        worst = float((np.abs(y - gemv.expected(inputs)["y"]) / gemv.bounds(inputs)["y"]).max())
        if worst > 1:
            raise SystemExit(f"wrong result: {worst:.2f} times the tolerance")
        seconds: list[float] = []
        for _ in range(rounds):
            start = time.perf_counter()
            gemv.run(arrays, device=device)
            seconds.append(time.perf_counter() - start)
    rate = counted[-1].thread_instructions / median(seconds) / 1e6
    return (
        f"{median(seconds):.3f} s ({min(seconds):.3f} to {max(seconds):.3f}), {rate:.0f} M thread-instructions/s, "
        f"error {worst:.3f} of the tolerance"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--target", default="sm_90")
    parser.add_argument("--n", type=int, default=1024)
    parser.add_argument("--k", type=int, default=14336)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for kernel in (Q4KGemv, VectorizedQ4KGemv):
        gemv = kernel(n=options.n, k=options.k)
        print(f"{gemv.name} n={gemv.n} k={gemv.k}")
        print(f"  {options.target}: {static(gemv, options.target)}")
        print(f"  emulator: {emulated(gemv, options.rounds)}")


if __name__ == "__main__":
    main()
