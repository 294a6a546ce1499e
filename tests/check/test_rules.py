"""Each rule of the checker against texts that it must catch, at the marked lines, and texts on which it must be silent.

A case file is named after its rule. `//// catches` and `//// silent` begin a case; a case that is no module by itself
is the body of the kernel below. The lines that the rule must name end in `// !`, once for each time.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from ptxgen import check, parse
from ptxgen.ir.checker import RULES

CASES = Path(__file__).parent / "cases"
BEGIN = (
    ".version 9.0 .target sm_90 .address_size 64"
    " .const .align 16 .b8 lut[16]; .global .align 16 .b8 table[16]; .func helper() { ret; }"
    " .visible .entry k(.param .u64 p, .param .u32 n) { .shared .align 16 .b8 smem[256];"
    " .reg .pred %p<10>; .reg .b16 %rs<10>; .reg .b32 %r<10>; .reg .b64 %rd<10>; .reg .f32 %f<10>;"
)
BY_HAND = {
    "PTX001", "PTX002", "PTX003", "PTX014", "PTX015", "PTX016", "PTX017", "PTX040", "PTX041", "PTX042", "PTX043",
    "PTX044", "PTX051", "PTX054", "PTX055", "PTX077", "PTX078", "PTX019",
}  # fmt: skip
"""Rules for what text cannot say, or the parser refuses first: caught in test_edited.py."""


class Case(NamedTuple):
    rule: str
    catches: bool
    text: str

    @property
    def lines(self) -> list[int]:
        return [n for n, line in enumerate(self.text.splitlines(), 1) for _ in range(line.count("// !"))]


def read_cases() -> list[Case]:
    found: list[Case] = []
    for file in sorted(CASES.glob("PTX*.ptx")):
        for part in file.read_text().split("//// ")[1:]:
            kind, _, text = part.partition("\n")
            whole = text.startswith(".version")
            module = f"\n{text}" if whole else f"{BEGIN}\n{text}}}\n"
            found.append(Case(file.stem, {"catches": True, "silent": False}[kind], module))
    return found


@pytest.mark.parametrize(
    "case", read_cases(), ids=lambda c: f"{c.rule}-{'catches' if c.catches else 'silent'}"
)
def test_rule(case: Case) -> None:
    found = [d for d in check(parse(case.text)) if d.id == case.rule]
    assert [d.line for d in found] == case.lines
    assert bool(found) == case.catches
    for diagnostic in found:
        assert diagnostic.severity is RULES[case.rule].severity
        assert diagnostic.help


def test_every_rule_has_both_kinds_of_cases() -> None:
    kinds = {(case.rule, case.catches) for case in read_cases()}
    assert not {id for id in RULES if id not in BY_HAND and not {(id, True), (id, False)} <= kinds}
