"""How fast PTX text is read and written: `python benchmarks/parse_speed.py [FILE.ptx ...]`.

Without arguments it reads the test corpus. It prints lines a second parsed and microseconds an instruction printed, the
median of several runs for each file, and the total over all files without debug sections (whose data lines are cheap).
Each result is checked first: what was parsed, printed and parsed again must be equal.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from attrs import frozen

from ptxgen.errors import ParseError
from ptxgen.ir import Module
from ptxgen.ir.parser import parse

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "text" / "corpus"
GOAL_LINES = 15_000
GOAL_PRINT_US = 10.0


def median_seconds(action: Callable[[], object], runs: int) -> float:
    """Median CPU time of one call (seconds; other work on the machine does not count), after one to warm up."""
    action()
    times: list[float] = []
    for _ in range(runs):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return statistics.median(times)


def instructions(module: Module) -> int:
    """How many instructions a module has."""
    return sum(len(block.instructions) for f in module.functions for block in f.blocks)


@frozen
class Sample:
    """What one text took, in seconds."""

    lines: int
    instructions: int
    parsing: float
    printing: float

    def __add__(self, other: Sample) -> Sample:
        return Sample(
            self.lines + other.lines,
            self.instructions + other.instructions,
            self.parsing + other.parsing,
            self.printing + other.printing,
        )

    @property
    def lines_per_second(self) -> float:
        """Parsing speed."""
        return self.lines / self.parsing

    @property
    def print_us(self) -> float:
        """Microseconds to print one instruction, its share of the declarations included."""
        return self.printing / max(self.instructions, 1) * 1e6

    def show(self, name: str) -> None:
        """One row of the table."""
        numbers = f"{self.lines:8} {self.instructions:8} {self.lines_per_second:12,.0f} {self.print_us:10.2f}"
        print(f"{name:24} {numbers}")


def measure(name: str, text: str, runs: int) -> Sample:
    """Check one text, then time it."""
    module = parse(text, name)
    if parse(module.to_ptx()) != module:
        sys.exit(f"{name}: printed and parsed again, the module differs; no speed is reported")
    return Sample(
        text.count("\n"),
        instructions(module),
        median_seconds(lambda: parse(text, name), runs),
        median_seconds(module.to_ptx, runs),
    )


def main() -> None:
    """Measure, and exit with 1 if the total misses the goals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()} on {platform.machine()}, median of {arguments.runs} runs")
    print(f"{'file':24} {'lines':>8} {'instr.':>8} {'lines/s':>12} {'us/print':>10}")
    total = Sample(0, 0, 0.0, 0.0)
    for path in arguments.files or sorted(CORPUS.glob("*.ptx")):
        text = path.read_text("utf-8")
        try:
            sample = measure(path.stem, text, arguments.runs)
        except ParseError as error:
            print(f"{path.stem:24} {error.message}")
            continue
        sample.show(path.stem)
        if ".section" not in text:
            total += sample
    total.show("total without debug")
    print(f"goals: {GOAL_LINES:,} lines/s, {GOAL_PRINT_US:g} us an instruction printed")
    sys.exit(int(total.lines_per_second < GOAL_LINES or total.print_us > GOAL_PRINT_US))


if __name__ == "__main__":
    main()
