"""How fast the emulator is where threads part: loops that each thread leaves at a time of its own.

Usage: python benchmarks/divergent_speed.py. Prints, for each kernel, PTX instructions executed times active threads,
processor seconds (the best of several runs; the first one, which compiles, does not count) and the quotient. Bounds and
alignment are checked, and results are compared with NumPy's first.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from attrs import frozen

import ptxgen
from ptxgen.emulator import LaunchStatistics, Memory, Program, run

THREADS = 1 << 16
BLOCK = 128
REPEATS = 5
ROUNDS = 256

Array = np.ndarray[Any, Any]

PROLOGUE = """.version 9.0
.target sm_80
.address_size 64
.visible .entry k(.param .u64 out, .param .u64 a, .param .u64 b) {
    .reg .pred %p<4>; .reg .b32 %r<16>; .reg .f32 %f<16>; .reg .b64 %rd<12>;
    ld.param.u64 %rd0, [out]; ld.param.u64 %rd1, [a]; ld.param.u64 %rd2, [b];
    mov.u32 %r0, %ctaid.x; mov.u32 %r1, %ntid.x; mov.u32 %r2, %tid.x; mad.lo.u32 %r0, %r0, %r1, %r2;
    mul.wide.u32 %rd3, %r0, 4; add.u64 %rd0, %rd0, %rd3; add.u64 %rd1, %rd1, %rd3;
"""
"""Thread i: `%rd0` points to out[i], `%rd1` to a[i], `%rd2` to b."""

MANDELBROT = """
    ld.global.f32 %f0, [%rd1]; add.u64 %rd2, %rd2, %rd3; ld.global.f32 %f1, [%rd2];
    mov.f32 %f2, 0f00000000; mov.f32 %f3, 0f00000000; mov.u32 %r3, 0;
NEXT:
    mul.rn.f32 %f4, %f2, %f2; mul.rn.f32 %f5, %f3, %f3; add.rn.f32 %f6, %f4, %f5;
    setp.gt.f32 %p0, %f6, 0f40800000;
    @%p0 bra DONE;
    sub.rn.f32 %f7, %f4, %f5; add.rn.f32 %f7, %f7, %f0;
    mul.rn.f32 %f8, %f2, %f3; add.rn.f32 %f8, %f8, %f8; add.rn.f32 %f3, %f8, %f1;
    mov.f32 %f2, %f7;
    add.u32 %r3, %r3, 1; setp.lt.u32 %p1, %r3, 256;
    @%p1 bra NEXT;
DONE:
    st.global.u32 [%rd0], %r3; ret;
}
"""

COLLATZ = """
    add.u32 %r4, %r0, 1; cvt.u64.u32 %rd4, %r4; mov.u32 %r3, 0;
NEXT:
    setp.le.u64 %p0, %rd4, 1;
    @%p0 bra DONE;
    and.b64 %rd5, %rd4, 1; setp.eq.u64 %p1, %rd5, 0;
    @%p1 bra EVEN;
    mul.lo.u64 %rd4, %rd4, 3; add.u64 %rd4, %rd4, 1;
    bra COUNT;
EVEN:
    shr.u64 %rd4, %rd4, 1;
COUNT:
    add.u32 %r3, %r3, 1;
    bra NEXT;
DONE:
    st.global.u32 [%rd0], %r3; ret;
}
"""

RAGGED = """
    ld.global.u32 %r4, [%rd1]; ld.global.u32 %r5, [%rd1+4]; mov.u32 %r3, 0;
NEXT:
    setp.ge.u32 %p0, %r4, %r5;
    @%p0 bra DONE;
    mul.wide.u32 %rd4, %r4, 4; add.u64 %rd5, %rd2, %rd4; ld.global.u32 %r6, [%rd5];
    add.u32 %r3, %r3, %r6; add.u32 %r4, %r4, 1;
    bra NEXT;
DONE:
    st.global.u32 [%rd0], %r3; ret;
}
"""

SEARCH = """
    ld.global.u32 %r9, [%rd1]; mov.u32 %r3, 0; mov.u32 %r6, 1048576;
NEXT:
    setp.ge.u32 %p0, %r3, %r6;
    @%p0 bra DONE;
    add.u32 %r7, %r3, %r6; shr.u32 %r7, %r7, 1;
    mul.wide.u32 %rd4, %r7, 4; add.u64 %rd5, %rd2, %rd4; ld.global.u32 %r8, [%rd5];
    setp.lt.u32 %p2, %r8, %r9;
    @%p2 bra HIGHER;
    mov.u32 %r6, %r7;
    bra NEXT;
HIGHER:
    add.u32 %r3, %r7, 1;
    bra NEXT;
DONE:
    st.global.u32 [%rd0], %r3; ret;
}
"""


@frozen
class Case:
    """A kernel with its inputs `a` and `b`, and what it must give."""

    name: str
    body: str
    a: Array
    b: Array
    wanted: Array


def mandelbrot() -> Case:
    """Iterations of z^2 + c on a grid of 256 x 256 points."""
    x, y = (g.astype(np.float32).reshape(-1) for g in np.meshgrid(*[np.linspace(-2, 1, 256)] * 2))
    u, v, count = np.zeros_like(x), np.zeros_like(x), np.zeros(x.size, np.uint32)
    active = np.ones(x.size, np.bool_)
    for _ in range(ROUNDS):
        uu, vv = u * u, v * v
        active &= uu + vv <= 4
        uv = u * v
        u, v = np.where(active, uu - vv + x, 0), np.where(active, uv + uv + y, 0)
        count += active
    return Case("Mandelbrot set", MANDELBROT, x, y, count)


def collatz() -> Case:
    """Steps from i + 1 to 1."""
    value, count = np.arange(1, THREADS + 1, dtype=np.uint64), np.zeros(THREADS, np.uint32)
    while (value > 1).any():
        count += value > 1
        value = np.where(value > 1, np.where(value % 2 == 1, 3 * value + 1, value // 2), 1).astype(np.uint64)
    return Case("Collatz sequences", COLLATZ, np.zeros(1), np.zeros(1), count)


def ragged() -> Case:
    """Sums of rows whose lengths are spread exponentially, 40 on average."""
    rng = np.random.default_rng(0)
    starts = np.concatenate([[0], np.cumsum(rng.poisson(rng.exponential(40, THREADS)))]).astype(np.uint32)
    values = rng.integers(0, 1 << 16, int(starts[-1]) + 1, dtype=np.uint32)
    sums = np.concatenate([[0], np.cumsum(values, dtype=np.uint32)])
    return Case(
        "ragged rows", RAGGED, starts, values, (sums[starts[1:]] - sums[starts[:-1]]).astype(np.uint32)
    )


def search() -> Case:
    """Where each key belongs in a sorted array of 2^20."""
    rng = np.random.default_rng(0)
    table = np.sort(rng.integers(0, 1 << 24, 1 << 20, dtype=np.uint32))
    keys = rng.integers(0, 1 << 24, THREADS, dtype=np.uint32)
    return Case("binary search", SEARCH, keys, table, np.searchsorted(table, keys).astype(np.uint32))


def measure(case: Case) -> tuple[LaunchStatistics, float]:
    """What the kernel executed, and the best time."""
    memory = Memory()
    arrays = (np.zeros(THREADS, np.uint32), case.a, case.b)
    buffers = [memory.allocate(a.nbytes + 4, n) for a, n in zip(arrays, ("out", "a", "b"), strict=True)]
    for buffer, array in zip(buffers, arrays, strict=True):
        memory.write(buffer.address, array)
    program = Program(ptxgen.parse(PROLOGUE + case.body), memory)
    arguments = [b.address.to_bytes(8, "little") for b in buffers]

    def once() -> tuple[float, LaunchStatistics]:
        start = time.process_time()
        statistics = run(program, "k", (THREADS // BLOCK, 1, 1), (BLOCK, 1, 1), arguments)
        return time.process_time() - start, statistics

    _, statistics = once()
    best = min(once()[0] for _ in range(REPEATS))
    found = memory.read(buffers[0].address, 4 * THREADS).view(np.uint32)
    if not np.array_equal(found, case.wanted):
        raise SystemExit(f"{case.name}: wrong results")
    return statistics, best


def main() -> None:
    """Print a table."""
    print("| | M thread-instructions | partings | s | M/s |")
    print("|---|---|---|---|---|")
    for case in (mandelbrot(), collatz(), ragged(), search()):
        statistics, seconds = measure(case)
        count, parted = statistics.thread_instructions / 1e6, statistics.divergent_branches
        print(f"| {case.name} | {count:.1f} | {parted} | {seconds:.3f} | {count / seconds:.0f} |")


if __name__ == "__main__":
    main()
