"""How long one instruction takes to build and to print, in microseconds.

    python benchmarks/build_speed.py [--instructions 20000] [--rounds 7]

The kernel is a mix of what kernels are made of: loads, stores, arithmetic by operator and by method, comparisons,
special registers. Building includes taking the author's source line. Processor time; the median of the rounds is shown.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from statistics import median

from ptxgen.ir import KernelBuilder, Module
from ptxgen.isa.types import f32, u32


def build(instructions: int) -> Module:
    """A kernel of about so many instructions, without control flow: twelve in each turn."""
    k = KernelBuilder("mix", target="sm_80")
    x, y, n = k.pointer("x", f32), k.pointer("y", f32), k.param("n", u32)
    i = k.global_id
    total = k.var(f32, 0.0)
    for turn in range(instructions // 12):
        a = x[i + turn]
        b = x.load(turn % 64)
        c = a * b + 1.5
        total += k.fma(a, b, c)
        bits = k.bfe(u32, i, 4, 8) & 0xFF
        d = k.select(bits < n, c, b)
        y[turn % 64] = k.max(d, total)
    return k.build()


def microseconds(function: Callable[[], object], rounds: int, count: int) -> float:
    """Median processor time of a call, divided by `count`."""
    times: list[float] = []
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return median(times) / count * 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--instructions", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    module = build(options.instructions)
    count = sum(1 for _ in module.functions[0].instructions())
    built = microseconds(lambda: build(options.instructions), options.rounds, count)
    print(f"built:   {built:6.2f} us an instruction ({count} instructions, median of {options.rounds})")
    module.to_ptx()
    printed = microseconds(module.to_ptx, options.rounds, count)
    print(f"printed: {printed:6.2f} us an instruction")


if __name__ == "__main__":
    main()
