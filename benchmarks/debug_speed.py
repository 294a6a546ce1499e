"""How long ptxgen-debug takes for large texts of every kind, beside what 2,000 and 20,000 lines may take.

Usage: python benchmarks/debug_speed.py [KIND ...]
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from ptxgen.debug import analyze_text
from tests.debug.large import KINDS

LIMITS = {2_000: 1.0, 20_000: 10.0}
"""Seconds for so many lines."""


def seconds(text: str) -> float:
    """The processor time of one analysis, parsing included."""
    gc.collect()
    gc.freeze()
    start = time.process_time()
    analyze_text(text)
    return time.process_time() - start


def main(names: Sequence[str]) -> None:
    """Print a table."""
    if unknown := [name for name in names if name not in KINDS]:
        sys.exit(f"no kind {', '.join(unknown)}; the kinds are: {', '.join(KINDS)}")
    for warm in ("straight", "mbarriers"):  # imports and tables, of what follows threads as well
        analyze_text(KINDS[warm](100))
    print(
        "| kind | "
        + " | ".join(f"{lines:,} lines | of {limit:g} s" for lines, limit in LIMITS.items())
        + " |"
    )
    print("|---|" + "---:|" * (2 * len(LIMITS)))
    for name in names or KINDS:
        cells: list[str] = []
        for lines, limit in LIMITS.items():
            taken = seconds(KINDS[name](lines))
            cells += [f"{taken:.2f} s", f"{taken / limit:.0%}"]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
