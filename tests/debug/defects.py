"""Seeded defects: operators that plant one fault at each place of a correct text where they fit.

Each says which rules or sanitizers must find it, and at which lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum

from attrs import frozen

from ptxgen.debug import Family, Finding, every_rule
from ptxgen.debug.dynamic import SANITIZER_RULES

Sites = Callable[[list[str]], Iterator[tuple[int, str]]]


class Where(Enum):
    """Which lines a finding must name, itself or beside its own, to be about a fault."""

    HERE = "the changed line"
    READERS = (
        "a line that takes the register or memory whose value is missing, or what that is moved or stored to"
    )
    LOOP = "a line of a loop around the changed line"
    AROUND = "lines on both sides of the changed line, in a loop with it, or of its kind"
    FILE = "any line: the whole file is at fault"


@frozen
class Operator:
    """A kind of fault. `expected` are the ids of which one must be found.

    `slow` faults cost time only: the rules say them as hints, and nothing can witness them.
    """

    name: str
    sites: Sites
    expected: tuple[str, ...]
    where: Where
    slow: bool = False

    @property
    def family(self) -> Family:
        """The family of the rule that the fault is named after."""
        return {**every_rule(), **SANITIZER_RULES}[self.expected[0]].family


@frozen
class Defect:
    """A text with one fault. `line` counts from 1; `before` is what stood there."""

    operator: Operator
    line: int
    before: str
    text: str

    def fits(self, finding: Finding) -> bool:
        """Whether a finding is about this fault: one of the expected rules, at the right lines."""
        named = {finding.line, *(r.line for r in finding.related)} - {0}
        return finding.id in self.operator.expected and _LINES[self.operator.where](self, named)


def _readers(defect: Defect, named: set[int]) -> bool:
    lines = defect.text.splitlines()
    store = re.search(r"\bst(\.\w+)", defect.before)
    if store is not None and any(store[1] in lines[n - 1] for n in named):
        return True
    first = _loaded(defect.text, {store[1][1:]}) if store else {re.findall(r"%\w+", defect.before)[0]}
    copies = _copies(first, defect.text)
    return any(copies & _registers(lines[n - 1]) for n in named)


def _copies(registers: set[str], text: str) -> set[str]:
    """Registers and those that their values may come to: by moves, and by stores and loads of one space."""
    moves = re.findall(r"\bmov\.\w+\s+(%\w+), (%\w+);", text)
    stores = re.findall(r"\bst\.(\w+)[^\n\[]*\[[^\]]*\],([^;]*);", text)
    found: set[str] = set()
    while registers - found:
        found |= registers
        through = _loaded(text, {space for space, values in stores if _registers(values) & found})
        registers = {to for to, source in moves if source in found} | through
    return found


def _loaded(text: str, spaces: set[str]) -> set[str]:
    loads = re.findall(r"\bld(matrix|\.\w+)[\w.:]*\s([^\[;]*)\[", text)
    named = ((("shared" if kind == "matrix" else kind[1:]), _registers(values)) for kind, values in loads)
    return {register for space, values in named if space in spaces for register in values}


def _registers(text: str) -> set[str]:
    return set(re.findall(r"%\w+", text))


def _looped(defect: Defect, named: set[int]) -> bool:
    around = [span for span in loops(defect.text.splitlines()) if span[0] <= defect.line <= span[1]]
    return any(first <= n <= last for n in named for first, last in around)


def _around(defect: Defect, named: set[int]) -> bool:
    both = any(n < defect.line for n in named) and any(n > defect.line for n in named)
    lines = defect.text.splitlines()
    kind = re.search(r"\b(cp\.async|wgmma|mbarrier)\b", defect.before)
    alike = kind is not None and any(kind[0] in lines[n - 1] for n in named)
    return both or alike or _looped(defect, named)


def loops(lines: Sequence[str]) -> list[tuple[int, int]]:
    """From which line to which (from 1) each branch goes back."""
    labels = {
        line.split(":")[0].strip(): n for n, line in enumerate(lines, 1) if re.match(r"\s*[$\w]+:", line)
    }
    branches = [
        (n, m[1]) for n, line in enumerate(lines, 1) if (m := re.search(r"\bbra(?:\.uni)?\s+([$\w]+);", line))
    ]
    return [(labels[target], n) for n, target in branches if labels.get(target, n) < n]


_LINES: dict[Where, Callable[[Defect, set[int]], bool]] = {
    Where.HERE: lambda defect, named: defect.line in named,
    Where.READERS: _readers,
    Where.LOOP: _looped,
    Where.AROUND: _around,
    Where.FILE: lambda defect, named: True,
}

OPERATORS: dict[str, Operator] = {}


def operator(name: str, *expected: str, where: Where, slow: bool = False) -> Callable[[Sites], Sites]:
    """Declare an operator: what makes its sites, the changed lines (from 0) with their new text."""

    def declare(sites: Sites) -> Sites:
        OPERATORS[name] = Operator(name, sites, expected, where, slow)
        return sites

    return declare


def planted(text: str, kind: Operator, choose: Callable[[int], Iterable[int]] = range) -> list[Defect]:
    """The fault at every place where it fits, or at those that `choose` takes of so many."""
    lines = text.splitlines()
    sites = list(kind.sites(lines))
    made: list[Defect] = []
    for number, changed in (sites[n] for n in choose(len(sites))):
        mutant = "\n".join([*lines[:number], changed, *lines[number + 1 :]]) + "\n"
        made.append(Defect(kind, number + 1, lines[number], mutant))
    return made
