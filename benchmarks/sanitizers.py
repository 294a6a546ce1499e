"""How much the sanitizers cost: processor time of runs on the emulator, beside the same runs without them.

Usage: python benchmarks/sanitizers.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen import LaunchConfig
from ptxgen.driver import EmulatedDevice
from ptxgen.emulator import LaunchStatistics
from ptxgen.kernels import registry

CHOICES: tuple[Any, ...] = (False, ("memcheck",), ("initcheck",), ("racecheck",), True)
REPEATS = 3

TILED = """.version 9.0
.target sm_90
.address_size 64
.visible .entry tiled(.param .u64 a, .param .u64 b, .param .u64 c) {
    .reg .pred %p<2>; .reg .b32 %r<24>; .reg .f32 %f<8>; .reg .b64 %rd<12>;
    .shared .align 4 .b8 left[1024]; .shared .align 4 .b8 right[1024];
    ld.param.u64 %rd0, [a]; ld.param.u64 %rd1, [b]; ld.param.u64 %rd2, [c];
    mov.u32 %r0, %tid.x; mov.u32 %r1, %tid.y; mov.u32 %r2, %ctaid.x; mov.u32 %r3, %ctaid.y;
    mad.lo.u32 %r4, %r3, 16, %r1;
    mad.lo.u32 %r5, %r2, 16, %r0;
    mad.lo.u32 %r6, %r1, 16, %r0;
    mul.lo.u32 %r6, %r6, 4;
    mov.u32 %r7, left; mov.u32 %r8, right;
    add.u32 %r9, %r7, %r6; add.u32 %r10, %r8, %r6;
    mad.lo.u32 %r11, %r1, 64, %r7;
    mad.lo.u32 %r12, %r0, 4, %r8;
    mov.f32 %f0, 0f00000000;
    mov.u32 %r13, 0;
TILE:
    mad.lo.u32 %r14, %r4, 128, %r13; add.u32 %r14, %r14, %r0;
    add.u32 %r15, %r13, %r1; mad.lo.u32 %r15, %r15, 128, %r5;
    mul.wide.u32 %rd3, %r14, 4; add.u64 %rd3, %rd0, %rd3;
    mul.wide.u32 %rd4, %r15, 4; add.u64 %rd4, %rd1, %rd4;
    ld.global.f32 %f1, [%rd3]; ld.global.f32 %f2, [%rd4];
    st.shared.f32 [%r9], %f1; st.shared.f32 [%r10], %f2;
    bar.sync 0;
    mov.u32 %r16, 0; mov.u32 %r17, %r11; mov.u32 %r18, %r12;
INNER:
    ld.shared.f32 %f3, [%r17]; ld.shared.f32 %f4, [%r18];
    fma.rn.f32 %f0, %f3, %f4, %f0;
    add.u32 %r17, %r17, 4; add.u32 %r18, %r18, 64; add.u32 %r16, %r16, 1;
    setp.lt.u32 %p0, %r16, 16;
    @%p0 bra INNER;
    bar.sync 0;
    add.u32 %r13, %r13, 16;
    setp.lt.u32 %p1, %r13, 128;
    @%p1 bra TILE;
    mad.lo.u32 %r19, %r4, 128, %r5;
    mul.wide.u32 %rd5, %r19, 4; add.u64 %rd5, %rd2, %rd5;
    st.global.f32 [%rd5], %f0;
    ret;
}
"""
"""C = A B of 128 x 128 in 16 x 16 tiles: the kind of kernel that touches shared memory most."""


def seconds(run: Callable[[], object]) -> float:
    """The shortest processor time of a few runs; the first one, which compiles, does not count."""
    run()
    times: list[float] = []
    for _ in range(REPEATS):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def of_kernel(name: str, **fields: int) -> Callable[[EmulatedDevice], Callable[[], object]]:
    """Runs of a registered kernel at given sizes."""
    kernel = registry.get(name)(**fields)
    inputs = kernel.example_inputs(np.random.default_rng(0))
    return lambda device: lambda: kernel.run(inputs, device=device)


def tiled(device: EmulatedDevice) -> Callable[[], object]:
    """Runs of the tiled product."""
    arrays = [device.to_device(np.ones((128, 128), np.float32)) for _ in range(3)]
    entry = device.load_module(TILED).get_kernel("tiled")
    return lambda: entry.launch(LaunchConfig(grid=(8, 8), block=(16, 16)), arrays)


WORK: dict[str, Callable[[EmulatedDevice], Callable[[], object]]] = {
    "q4k_gemv 2048 x 4096": of_kernel("q4k_gemv", n=2048, k=4096),
    "vectorized_q4_k_gemv 2048 x 4096": of_kernel("vectorized_q4_k_gemv", n=2048, k=4096),
    "flash_attention, default sizes": of_kernel("flash_attention"),
    "vector_add 1 Mi": of_kernel("vector_add", n=1 << 20),
    "tiled product 128": tiled,
}


def main() -> None:
    """Print a table."""
    print("| | M thread-instructions/s without | memcheck | initcheck | racecheck | all |")
    print("|---|---|---|---|---|---|")
    for name, prepare in WORK.items():
        counts: list[int] = []

        def count(_: str, statistics: LaunchStatistics, counts: list[int] = counts) -> None:
            counts.append(statistics.thread_instructions)

        times = [seconds(prepare(EmulatedDevice(sanitize=choice, on_launch=count))) for choice in CHOICES]
        rate = counts[0] / times[0] / 1e6
        cells = " | ".join(f"{t / times[0]:.1f}x" for t in times[1:])
        print(f"| {name} | {rate:.0f} | {cells} |")


if __name__ == "__main__":
    main()
