"""Fuzz the PTX parser: any bytes give a module or a ParseError, quickly; a module printed and parsed again is equal.

With atheris: `python fuzz/fuzz_parser.py CORPUS_DIR`. Without it, the same target runs on seeded mutations of the
test corpus: `python fuzz/fuzz_parser.py --runs 10000 --seed 1`.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import random
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

ATHERIS: Any = importlib.import_module("atheris") if importlib.util.find_spec("atheris") else None
"""The fuzzer that is led by coverage, where it is installed."""

watched: AbstractContextManager[None] = (
    ATHERIS.instrument_imports(include=["ptxgen"]) if ATHERIS else nullcontext()
)
with watched:
    from ptxgen.errors import ParseError
    from ptxgen.ir.parser import ParseLimits, parse

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "text" / "corpus"
LIMITS = ParseLimits(characters=1 << 20, initializer_values=1 << 14)
SNIPPETS = (
    b"{", b"}", b"(", b")", b"[", b"]", b";", b",", b":", b"<2000000000>", b"[4294967296]", b"/*", b"//", b'"',
    b"#if\n", b"0x", b"0f3F800000", b"1e999", b"-", b"~", b"!", b"|", b"@", b"%r1", b"_", b".reg .b32 %r<9>;", b".v4",
    b"{{{{", b"generic(", b".param .b32 x;", b"ret;", b"$L:", b"\x00", b"\xff", b"99999999999999999999", b".loc 1 1 1",
    b"<<", b".pragma \"nounroll\";", b".align 3", b"= {1, 2}", b"call (x), f, (y);", b".branchtargets a, b;",
)  # fmt: skip


def target(data: bytes) -> bool:
    """Run one input; True if it was PTX. Anything but ParseError, or an unequal round trip, is a finding."""
    try:
        module = parse(data.decode("utf-8", "replace"), limits=LIMITS)
    except ParseError:
        return False
    again = parse(module.to_ptx())
    if again != module:
        raise AssertionError("printed and parsed again, the module differs")
    return True


def mutations(seeds: list[bytes], rng: random.Random) -> Iterator[bytes]:
    """Endless mutants: a window of a seed, with one to four small edits."""
    while True:
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randint(1, 4)):
            _edit(data, rng)
        yield bytes(data)


def _edit(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data) + 1)
    match rng.randrange(5):
        case 0:
            data[at : at + 1] = bytes([rng.randrange(256)])
        case 1:
            del data[at : at + rng.choice((1, 2, 8, 64))]
        case 2:
            data[at:at] = rng.choice(SNIPPETS)
        case 3:
            other = rng.randrange(len(data) + 1)
            data[at:at] = data[other : other + rng.choice((1, 4, 16, 64))]
        case _:
            end = data.find(b"\n", at)
            start = data.rfind(b"\n", 0, at) + 1
            del data[start : end + 1 if end >= 0 else len(data)]


def small_seeds(largest: int) -> list[bytes]:
    """The corpus files that are small enough to mutate many times."""
    files = sorted(CORPUS.glob("*.ptx"))
    return [data for data in (f.read_bytes() for f in files) if len(data) <= largest]


def run(runs: int, seed: int, largest: int = 30_000) -> tuple[int, float]:
    """Seeded mutations; how many were accepted, and the longest time that one took (seconds)."""
    rng = random.Random(seed)
    accepted, slowest = 0, 0.0
    for _, data in zip(range(runs), mutations(small_seeds(largest), rng), strict=False):
        start = time.perf_counter()
        try:
            accepted += target(data)
        except Exception:
            Path("fuzz-finding.ptx").write_bytes(data)
            raise
        slowest = max(slowest, time.perf_counter() - start)
    return accepted, slowest


def quietly(data: bytes) -> None:
    """The target as atheris wants it."""
    target(data)


def main() -> None:
    """Run under atheris if it is installed, else a plain loop."""
    if ATHERIS:
        ATHERIS.Setup(sys.argv, quietly)
        ATHERIS.Fuzz()
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--largest", type=int, default=30_000, metavar="BYTES", help="leave larger files out")
    arguments = parser.parse_args()
    accepted, slowest = run(arguments.runs, arguments.seed, arguments.largest)
    print(f"{arguments.runs} inputs, {accepted} accepted, slowest {slowest:.3f} s")


if __name__ == "__main__":
    main()
