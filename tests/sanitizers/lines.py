"""At which lines the fault of a mutant may be reported: the right ones."""

from __future__ import annotations

import re

import ptxgen
from ptxgen.emulator.sanitizers import Finding
from ptxgen.ir.instruction import Instruction
from tests.sanitizers.mutants import Mutant


def right_lines(original: str, mutant: Mutant) -> set[int]:
    """The changed line, those that depend on what it computes, and those that take part in handovers of any of them."""
    return _with_handovers(original, {mutant.line} | _dependent(original, mutant))


def names_one(finding: Finding, lines: set[int]) -> bool:
    """Whether a finding names one of these lines: as an instruction's, or as where somebody waits."""
    return any(int(line) in lines for line in re.findall(r"ptx line (\d+)", str(finding)))


def _words(line: str) -> set[str]:
    return set(line.partition("//")[2].split())


def _with_handovers(text: str, chosen: set[int]) -> set[int]:
    """Lines, and those whose comments share a word with one of theirs."""
    lines = text.splitlines()
    words = {word for line in chosen for word in _words(lines[line - 1])}
    return chosen | {number for number, line in enumerate(lines, 1) if words & _words(line)}


def _instructions(text: str) -> list[Instruction]:
    (function,) = ptxgen.parse(text).functions
    return list(function.instructions())


def _dependent(original: str, mutant: Mutant) -> set[int]:
    """Instructions that use what the line computes, on any way through registers, and those that it lets execute."""
    instructions = _instructions(original)
    changed = {r.name for i in instructions if i.line == mutant.line for r in i.writes()}
    lines: set[int] = set()
    while True:
        using = [i for i in instructions if changed & {r.name for r in i.reads()}]
        more = {r.name for i in using for r in i.writes()} - changed
        lines |= {i.line for i in using}
        if not more:
            break
        changed |= more
    texts = original.splitlines()
    labels = {line.split(":")[0].strip(): n for n, line in enumerate(texts, 1) if line.strip().endswith(":")}
    for line in (*lines, mutant.line):
        target = texts[line - 1].partition(" bra ")[2].partition(";")[0]
        if target:
            first, last = sorted((line, labels[target]))
            lines |= set(range(first, last + 1))
    return lines
