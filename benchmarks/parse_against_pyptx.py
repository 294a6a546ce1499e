"""How fast PTX text is read, beside pyptx on the same files: `python benchmarks/parse_against_pyptx.py [FILE.ptx ...]`.

    python -m venv peers && peers/bin/pip install pyptx
    python benchmarks/parse_against_pyptx.py --peer-python peers/bin/python

Without files it reads the test corpus. Processor time, the median of several runs after one to warm up. A file is
compared only if both find the same instructions in the same order, and ours prints and parses again to an equal module.
The two do not do the same work: ptxgen resolves each instruction against its table and every name to its
declaration, and drops the text; pyptx keeps names, operands and the text.
"""

from __future__ import annotations

import argparse
import platform
import sys
from pathlib import Path

from attrs import define
from parse_speed import CORPUS, median_seconds
from peers import MissingPeerError, ask

from ptxgen.ir import Module
from ptxgen.ir.parser import parse


def names(module: Module) -> list[str]:
    """Full names of the instructions in the order of the text."""
    return [i.name for f in module.functions for i in f.instructions()]


@define
class Total:
    """Lines, and the seconds that each took for them."""

    lines: int = 0
    ours: float = 0.0
    theirs: float = 0.0

    def add(self, lines: int, ours: float, theirs: float) -> None:
        """Count one file."""
        self.lines += lines
        self.ours += ours
        self.theirs += theirs

    def show(self, name: str) -> None:
        """One row, if there was any file."""
        if self.lines:
            speeds = f"{self.lines / self.ours:9,.0f} {self.lines / self.theirs:9,.0f}"
            print(f"{name:32} {self.lines:7} {speeds} {self.theirs / self.ours:6.2f}")


def main() -> None:
    """Measure ours, ask for theirs, print both and the quotient."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    paths = [str(path.resolve()) for path in options.files or sorted(CORPUS.glob("*.ptx"))]
    try:
        peer = ask(options.peer_python, "pyptx_side.py", "pyptx", {"files": paths, "runs": options.runs})
    except MissingPeerError as missing:
        sys.exit(str(missing))

    print(f"Python {platform.python_version()} on {platform.machine()}, pyptx {peer['version']}")
    print(f"{'file':32} {'lines':>7} {'ptxgen':>9} {'pyptx':>9} {'ratio':>6}   lines/s of processor time")
    everything, code = Total(), Total()
    for path in paths:
        text, name = Path(path).read_text("utf-8"), Path(path).stem
        module = parse(text, name)
        if parse(module.to_ptx()) != module:
            sys.exit(f"{name}: printed and parsed again, the module differs; no speed is reported")
        seconds = median_seconds(lambda text=text, name=name: parse(text, name), options.runs)
        count = text.count("\n")
        result = peer["results"][path]
        if "error" in result:
            print(f"{name:32} {count:7} {count / seconds:9,.0f} {'-':>9} {'-':>6}   {result['error'][:60]}")
            continue
        if result["names"] != names(module):
            print(f"{name:32} {count:7} {count / seconds:9,.0f} {'-':>9} {'-':>6}   the instructions differ")
            continue
        speed = (
            f"{count / seconds:9,.0f} {count / result['seconds']:9,.0f} {result['seconds'] / seconds:6.2f}"
        )
        print(f"{name:32} {count:7} {speed}")
        for total in (everything,) if ".section" in text else (everything, code):
            total.add(count, seconds, result["seconds"])
    everything.show("all that were compared")
    code.show("of them without debug sections")


if __name__ == "__main__":
    main()
