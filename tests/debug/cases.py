"""The fixtures: for each rule texts that it must catch, at the marked lines, and texts on which it must be silent."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FIXTURES = Path(__file__).parent / "fixtures"
BEGIN = (
    ".version 9.0 .target sm_90 .address_size 64"
    " .const .align 16 .b8 lut[16]; .global .align 16 .b8 table[16]; .func helper() { ret; }"
    " .visible .entry k(.param .u64 p, .param .u32 n, .param .u64 q) { .shared .align 16 .b8 smem[256];"
    " .reg .pred %p<10>; .reg .b16 %rs<10>; .reg .b32 %r<20>; .reg .b64 %rd<20>; .reg .f32 %f<20>; .reg .f64 %fd<10>;"
)


class Case(NamedTuple):
    """One text. The lines that the rule must name end in `// !`, once for each time."""

    rule: str
    catches: bool
    text: str

    @property
    def lines(self) -> list[int]:
        return [n for n, line in enumerate(self.text.splitlines(), 1) for _ in range(line.count("// !"))]


def read_cases() -> list[Case]:
    found: list[Case] = []
    for file in sorted(FIXTURES.glob("PTX*.ptx")):
        for part in file.read_text().split("//// ")[1:]:
            kind, _, text = part.partition("\n")
            module = f"\n{text}" if text.startswith(".version") else f"{BEGIN}\n{text}}}\n"
            found.append(Case(file.stem, {"catches": True, "silent": False}[kind.strip()], module))
    return found
