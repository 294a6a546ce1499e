"""How fast the emulator is: `VectorizedQ4KGemv` with bounds and alignment checks, on one core.

Run `taskset -c 0 env OPENBLAS_NUM_THREADS=1 python benchmarks/emulator_speed.py [n] [k]`. Prints PTX instructions
executed times active threads, seconds (the best of several runs, the first excluded; of wall-clock time and of
processor time, which differ on a busy machine), and the quotients. The result is compared with the float64 reference
first.
"""

from __future__ import annotations

import sys
import time

import numpy as np

import ptxgen
from ptxgen.emulator import LaunchStatistics, Memory, Program, run
from ptxgen.kernels import VectorizedQ4KGemv

REPEATS = 7


def main() -> None:
    """Time the kernel for the sizes on the command line (4096 x 4096 without)."""
    n, k = (int(a) for a in sys.argv[1:3]) if len(sys.argv) > 2 else (4096, 4096)
    kernel = VectorizedQ4KGemv(n=n, k=k)
    inputs = kernel.example_inputs(np.random.default_rng(1))
    weights, x = inputs["w"], inputs["x"]
    memory = Memory()
    buffers = [
        memory.allocate(size, name) for size, name in ((weights.nbytes, "w"), (x.nbytes, "x"), (4 * n, "y"))
    ]
    memory.write(buffers[0].address, weights)
    memory.write(buffers[1].address, x)
    program = Program(ptxgen.parse(kernel.emit_ptx(target="sm_90")), memory)
    (launch,) = kernel.plan().launches
    arguments = [b.address.to_bytes(8, "little") for b in buffers] + [n.to_bytes(4, "little")]

    def once() -> tuple[float, float, LaunchStatistics]:
        wall, processor = time.perf_counter(), time.process_time()
        statistics = run(program, launch.entry, launch.config.grid, launch.config.block, arguments)
        return time.perf_counter() - wall, time.process_time() - processor, statistics

    first, _, statistics = once()
    runs = [once()[:2] for _ in range(REPEATS)]
    wall, processor = (min(times) for times in zip(*runs, strict=True))
    y = memory.read(buffers[2].address, 4 * n).view(np.float32)
    worst = float(np.abs(y - kernel.reference(weights, x)).max())
    count = statistics.thread_instructions
    print(f"{launch.entry} n={n} k={k}, NumPy {np.__version__}; largest error {worst:.3g}")
    print(f"{count:,} thread-instructions, first run {first:.3f} s")
    for name, seconds in (("wall clock", wall), ("processor", processor)):
        print(
            f"{name}, best of {REPEATS}: {seconds:.3f} s, {count / seconds / 1e6:.0f} M thread-instructions/s"
        )


if __name__ == "__main__":
    main()
