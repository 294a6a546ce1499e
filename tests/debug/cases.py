"""The fixtures: for each rule texts that it must catch, at the marked lines, and texts on which it must be silent."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ptxgen.debug import FileReport, analyze_text
from ptxgen.ir.analysis import ANY_LAUNCH, LaunchFacts

FIXTURES = Path(__file__).parent / "fixtures"
BEGIN = (
    ".version 9.0 .target sm_90 .address_size 64"
    " .const .align 16 .b8 lut[16]; .global .align 16 .b8 table[16]; .func helper() { ret; }"
    " .visible .entry k(.param .u64 p, .param .u32 n, .param .u64 q) { .shared .align 16 .b8 smem[256];"
    " .reg .pred %p<10>; .reg .b16 %rs<10>; .reg .b32 %r<20>; .reg .b64 %rd<20>; .reg .f32 %f<20>; .reg .f64 %fd<10>;"
)


class Case(NamedTuple):
    """One text. The lines that the rule must name end in `// !`, once for each time.

    `facts` are what is given of the launch of `k`: the words `grid=4 block=64 n=7 p:256` behind the kind of the case,
    where `p:256` says that 256 bytes lie behind p.
    """

    rule: str
    catches: bool
    text: str
    facts: LaunchFacts = ANY_LAUNCH

    @property
    def lines(self) -> list[int]:
        return [n for n, line in enumerate(self.text.splitlines(), 1) for _ in range(line.count("// !"))]

    def report(self, name: str = "<ptx>") -> FileReport:
        return analyze_text(self.text, name, facts=self.facts, entry="k")


def read_cases() -> list[Case]:
    found: list[Case] = []
    for file in sorted(FIXTURES.glob("PTX*.ptx")):
        for part in file.read_text().split("//// ")[1:]:
            head, _, text = part.partition("\n")
            kind, *given = head.split()
            module = f"\n{text}" if text.startswith(".version") else f"{BEGIN}\n{text}}}\n"
            found.append(Case(file.stem, {"catches": True, "silent": False}[kind], module, _facts(given)))
    return found


def _facts(given: list[str]) -> LaunchFacts:
    numbers = {name: int(n) for name, equals, n in (w.partition("=") for w in given) if equals}
    sizes = {name: int(n) for name, colon, n in (w.partition(":") for w in given) if colon}
    grid, block = ((n, 1, 1) if (n := numbers.pop(axis, 0)) else None for axis in ("grid", "block"))
    return LaunchFacts(grid, block, numbers, dict.fromkeys(sizes, 256), sizes) if given else ANY_LAUNCH
