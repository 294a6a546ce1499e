"""The page docs/passes-table.md, and the same as a document: what the passes gain, program by program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from ptxgen import toolchain
from ptxgen.bench.gains import LEVEL, Comparison, Measure
from ptxgen.bench.static import COLUMNS
from ptxgen.passes import LEVELS

_INTRODUCTION = """# What the passes gain

Each program as it is written (-O0) and after the pipeline -{level}, both assembled by ptxas {version}. Written by
`ptxgen bench passes --jobs 2 --list tests/passes/foreign.txt`; no GPU is involved. Where one number stands, both are
equal.

- **PTX**, **SASS**: instructions of the whole module, padding left out. **regs**: of the entry with the most.
  **spills**: bytes spilled in all.
- **per unit**: machine instructions of the hot loop for each unit of work. GEMVs: weight bytes at k = {columns}, as in
  [Static measures](static.md). Others: the loop that moves most bytes of global memory, else the one with most matrix
  products, bytes of shared memory, atomics or float operations; a program without such a loop is counted whole.
- **executed**: PTX instructions that warps issue in the emulator, on the kernel's example inputs or on guessed launches
  of a foreign file; a dash where none of them runs. A division by a constant, which no machine does in one
  instruction, counts in both columns as the product and the shifts that it is made of.
- **gained by**: machine instructions that each pass took away, in pipeline order; a plus where it added some.
  **as ptxas**: the machine code of both is equal, so ptxas would have done the same.

The pipeline: `{pipeline}`.
"""


def page(kernels: Iterable[Comparison], foreign: Iterable[Comparison]) -> str:
    """The page as Markdown."""
    ptxas = toolchain.find("ptxas")
    version = ptxas.version if ptxas else ""
    head = _INTRODUCTION.format(level=LEVEL, version=version, columns=COLUMNS, pipeline=LEVELS[LEVEL])
    return "\n".join([head, *_section("Kernels", kernels), "", *_section("Foreign files", foreign), ""])


def _section(title: str, comparisons: Iterable[Comparison]) -> list[str]:
    found = list(comparisons)
    if not found:
        return []
    head = ("", "PTX", "SASS", "regs", "spills", "per unit", "", "executed", "gained by")
    lines = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *map(_row, found))]
    return [f"## {title}", "", *lines, "", _summary(found)]


def _row(made: Comparison) -> Sequence[str]:
    def pair(get: str) -> str:
        return _pair(getattr(made.plain, get), getattr(made.better, get))

    name = f"`{made.name}`" if made.name.endswith(made.target) else f"`{made.name}` {made.target}"
    return (
        name,
        *(pair(measure) for measure in ("ptx", "sass", "registers", "spilled", "hot")),
        f"per {made.unit}",
        pair("executed"),
        "as ptxas" if made.same_code else _gains(made),
    )


def _pair(before: float | None, after: float | None) -> str:
    words = [_number(before), _number(after)]
    return " → ".join(dict.fromkeys(words))


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.2f}"


def _gains(made: Comparison) -> str:
    total: dict[str, int] = {}
    for gain in made.gains:
        total[gain.name] = total.get(gain.name, 0) + gain.sass
    return ", ".join(f"{name} {-count:+d}" for name, count in total.items() if count)


def _summary(found: Sequence[Comparison]) -> str:
    def change(get: str) -> str:
        pairs = [(getattr(c.plain, get), getattr(c.better, get)) for c in found]
        known = [(a, b) for a, b in pairs if a and b]
        return f"{sum(b / a for a, b in known) / len(known) - 1:+.1%}"

    same = sum(c.same_code for c in found)
    return (
        f"On average: PTX {change('ptx')}, SASS {change('sass')}, machine instructions for a unit of work "
        f"{change('hot')}, executed PTX {change('executed')}. "
        f"Of {len(found)} programs ptxas makes the same code for {same}."
    )


def document(kernels: Iterable[Comparison], foreign: Iterable[Comparison]) -> dict[str, object]:
    """The same numbers for `--json`, without the schema."""
    ptxas = toolchain.find("ptxas")
    return {
        "ptxas": ptxas.version if ptxas else None,
        "pipeline": LEVELS[LEVEL],
        "kernels": [attrs.asdict(c) for c in kernels],
        "foreign": [attrs.asdict(c) for c in foreign],
    }


def worse(made: Comparison, measure: str, by: float = 0.01) -> str:
    """In words, where a measure (a field of `Measure`) is worse by more than that share; empty if it is not."""
    before, after = _of(made.plain, measure), _of(made.better, measure)
    if not before or not after or after <= before * (1 + by):
        return ""
    return f"{made.name}: {measure} {_number(before)} -> {_number(after)} ({after / before - 1:+.1%})"


def _of(measure: Measure, name: str) -> float | None:
    return getattr(measure, name)
