"""The emulator beside Numba's CUDA simulator on the same two kernels: vector add, and a sum in shared memory.

    python -m venv peers && peers/bin/pip install numba-cuda
    python benchmarks/emulate_against_numba.py --peer-python peers/bin/python

Both add in the same order, so the results must be equal bit for bit before any time is printed. Blocks of 256 threads;
the sum is a tree with a barrier after each of its eight levels. ptxgen executes PTX text, with bounds and alignment
checked; the simulator executes the Python function, each thread of a block in a thread of the host.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from peers import MissingPeerError, ask

from ptxgen import KernelBuilder, LaunchConfig, Module
from ptxgen.driver import EmulatedDevice
from ptxgen.isa.types import f32, u32

BLOCK = 256


def add_module() -> Module:
    """out = x + y, with a bounds check."""
    k = KernelBuilder("add", target="sm_80")
    x, y, out, n = k.pointer("x", f32), k.pointer("y", f32), k.pointer("out", f32), k.param("n", u32)
    i = k.global_id
    with k.if_(i < n):
        out[i] = x[i] + y[i]
    return k.build()


def reduce_module() -> Module:
    """out[block] = the sum of the block's 256 elements of x."""
    k = KernelBuilder("reduce", target="sm_80")
    x, out = k.pointer("x", f32), k.pointer("out", f32)
    tile, t = k.shared("tile", f32, BLOCK), k.tid.x
    tile[t] = x[k.global_id]
    k.bar_sync()
    distance = k.var(u32, BLOCK // 2)
    with k.while_(lambda: distance > 0):
        with k.if_(t < distance):
            tile[t] = tile[t] + tile[t + distance]
        k.bar_sync()
        distance.set(distance >> 1)
    with k.if_(t == 0):
        out[k.ctaid.x] = tile[0]
    return k.build()


def measure(launch: Callable[[], None], runs: int) -> dict[str, float]:
    """One warm-up, then the medians of processor time and wall-clock time, in seconds."""
    launch()
    processor: list[float] = []
    wall: list[float] = []
    for _ in range(runs):
        starts = time.process_time(), time.perf_counter()
        launch()
        processor.append(time.process_time() - starts[0])
        wall.append(time.perf_counter() - starts[1])
    return {"processor": statistics.median(processor), "wall": statistics.median(wall)}


def ours(
    x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], runs: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Times and results of both kernels on the emulator. Text is printed and parsed before the clock starts."""
    with EmulatedDevice() as device:
        xs, ys = device.to_device(x), device.to_device(y)
        sums, totals = device.empty(x.shape, np.float32), device.empty(x.size // BLOCK, np.float32)
        config = LaunchConfig(grid=x.size // BLOCK, block=BLOCK)
        kernels = {
            "vector add": (add_module(), "add", [xs, ys, sums, x.size]),
            "reduction": (reduce_module(), "reduce", [xs, totals]),
        }
        times: dict[str, Any] = {}
        for name, (module, entry, arguments) in kernels.items():
            kernel = device.load_module(module.to_ptx()).get_kernel(entry)

            def launch(kernel: Any = kernel, arguments: Any = arguments) -> None:
                kernel.launch(config, arguments)
                device.synchronize()

            times[name] = measure(launch, runs)
        return times, {"sums": sums.to_host(), "totals": totals.to_host()}


def main() -> None:
    """Run both, compare the results, print the times and their quotients."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--blocks", type=int, default=32)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer-python", default=sys.executable)
    options = parser.parse_args()
    x, y = np.random.default_rng(0).standard_normal((2, options.blocks * BLOCK), dtype=np.float32)
    with tempfile.TemporaryDirectory() as folder:
        arrays, output = Path(folder) / "in.npz", Path(folder) / "out.npz"
        np.savez(arrays, x=x, y=y)
        request = {"arrays": str(arrays), "output": str(output), "runs": options.runs}
        try:
            peer = ask(options.peer_python, "numba_side.py", "numba-cuda", request)
        except MissingPeerError as missing:
            sys.exit(str(missing))
        with np.load(output) as file:
            theirs = dict(file)
    times, results = ours(x, y, options.runs)
    for name, expected in theirs.items():
        if not np.array_equal(results[name], expected):
            sys.exit(f"{name} differ; no speed is reported")

    print(f"Python {platform.python_version()} on {platform.machine()}, numba-cuda {peer['version']}")
    print(
        f"{options.blocks} blocks of {BLOCK} threads; both results equal bit for bit; median of {options.runs} launches"
    )
    print(f"{'kernel':12} {'clock':>10} {'ptxgen':>10} {'Numba':>10} {'ratio':>8}")
    for name, theirs in peer["results"].items():
        for clock, seconds in theirs.items():
            mine = times[name][clock]
            print(
                f"{name:12} {clock:>10} {mine * 1e3:7.2f} ms {seconds * 1e3:7.0f} ms {seconds / mine:8,.0f}"
            )


if __name__ == "__main__":
    main()
