"""What a Q4_K GEMV costs: machine instructions a weight byte, and time in the emulator.

    python benchmarks/q4_k_gemv.py [--target sm_90] [--n 4096] [--k 4096] [--rounds 3]

The first needs ptxas and nvdisasm (extra `toolchain`) but no GPU: instructions of the loop over blocks, divided by the
weight bytes that a lane reads in one turn. The second runs the emitted text with bounds and alignment checked,
after comparing its result with float64; the median of the rounds is shown.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from ptxgen import toolchain
from ptxgen.driver import EmulatedDevice
from ptxgen.emulator import LaunchStatistics
from ptxgen.kernels import Q4KGemv, QuantGemv, VectorizedQ4KGemv

_INSTRUCTION = re.compile(r"^\s*/\*(?P<address>[0-9a-f]+)\*/\s+(?P<text>.*?)\s*;")
_LABEL = re.compile(r"^(?P<name>\.L_x_\d+):")
_JUMP = re.compile(r"\b(?:BRA|CALL)\b.*`\((?P<label>\.L_x_\d+)\)")


def longest_loop(sass: str) -> int:
    """Instructions of the longest backward jump: nvdisasm's listing gives labels and addresses (16 bytes each)."""
    labels: dict[str, int] = {}
    waiting: list[str] = []
    longest = 0
    for line in sass.splitlines():
        if label := _LABEL.match(line.strip()):
            waiting.append(label["name"])
        elif found := _INSTRUCTION.match(line):
            address = int(found["address"], 16)
            labels.update(dict.fromkeys(waiting, address))
            waiting.clear()
            jump = _JUMP.search(found["text"])
            if jump and jump["label"] in labels:
                longest = max(longest, (address - labels[jump["label"]]) // 16 + 1)
    return longest


def disassemble(cubin: bytes) -> str:
    """The machine code of a cubin as nvdisasm lists it."""
    tool = toolchain.find("nvdisasm")
    if tool is None:
        raise SystemExit("nvdisasm was not found: pip install 'ptxgen[toolchain]'")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kernel.cubin"
        path.write_bytes(cubin)
        return subprocess.run([tool.path, "-c", path], capture_output=True, text=True, check=True).stdout


def static(gemv: QuantGemv, target: str) -> str:
    """Instructions a weight byte, and registers."""
    answer = toolchain.assemble(gemv.emit_ptx(target), target)
    loop = longest_loop(disassemble(answer.cubin))
    block = gemv.format
    lane_bytes = gemv.strategy.rows * gemv.strategy.load_bytes * block.bytes / block.block.qs.bytes
    return (
        f"{loop / lane_bytes:5.2f} instructions a weight byte ({loop} in the loop, {lane_bytes:g} bytes a lane), "
        f"{answer.resources[0].registers} registers"
    )


def emulated(gemv: QuantGemv, rounds: int) -> str:
    """Seconds of a launch, and millions of thread-instructions a second."""
    counted: list[LaunchStatistics] = []
    inputs = gemv.example_inputs(np.random.default_rng(0))
    with EmulatedDevice(on_launch=lambda _, statistics: counted.append(statistics)) as device:
        arrays = {name: device.to_device(array) for name, array in inputs.items()}
        y = gemv.run(arrays, device=device)["y"].to_host()
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
    parser.add_argument("--n", type=int, default=4096)
    parser.add_argument("--k", type=int, default=4096)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for kernel in (Q4KGemv, VectorizedQ4KGemv):
        gemv = kernel(n=options.n, k=options.k)
        print(f"{gemv.name} n={gemv.n} k={gemv.k}")
        print(f"  {options.target}: {static(gemv, options.target)}")
        print(f"  emulator: {emulated(gemv, options.rounds)}")


if __name__ == "__main__":
    main()
