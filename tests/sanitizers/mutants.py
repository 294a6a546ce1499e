"""Mechanical mutations of PTX text: each operator yields the line that it changed and the text after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from attrs import frozen


@frozen
class Mutant:
    """A text with one line changed; `line` counts from 1."""

    operator: str
    line: int
    text: str

    @property
    def changed(self) -> str:
        return self.text.splitlines()[self.line - 1].strip()


Change = Callable[[str], Iterator[str]]


def _drop_barrier(line: str) -> Iterator[str]:
    if re.search(r"\bbar\.(warp\.)?sync\b|\bbarrier\.", line):
        yield ""


def _drop_fence(line: str) -> Iterator[str]:
    if re.search(r"\b(fence|membar)\.", line):
        yield ""


def _drop_wait(line: str) -> Iterator[str]:
    if re.search(r"\bcp\.async(\.bulk)?\.wait_", line):
        yield ""


def _shift_offset(line: str) -> Iterator[str]:
    """Addresses of shared memory, four bytes further."""
    match = re.search(r"\.shared\.\w+.*?\[(%?\w+)(\+(\d+))?\]", line)
    if match:
        yield line.replace(match[0], re.sub(r"\[.*\]", f"[{match[1]}+{int(match[3] or 0) + 4}]", match[0]))


def _swap_stage(line: str) -> Iterator[str]:
    """The other one of two stages."""
    match = re.search(r"and\.b32 (%r\d+), (%r\d+), 1;", line)
    if match:
        yield line.replace(match[0], f"{match[0]} xor.b32 {match[1]}, {match[1]}, 1;")


def _one_stage(line: str) -> Iterator[str]:
    """Always the same one of two stages."""
    match = re.search(r"xor\.b32 (%r\d+), (%r\d+), 1;", line)
    if match:
        yield line.replace(match[0], f"mov.u32 {match[1]}, {match[2]};")


def _narrow_mask(line: str) -> Iterator[str]:
    if "0xffffffff" in line:
        yield line.replace("0xffffffff", "0x0000ffff")


def _narrow_count(line: str) -> Iterator[str]:
    match = re.search(r"(bar\.\w+ \d+, )64;", line)
    if match:
        yield line.replace(match[0], f"{match[1]}32;")


def _weaken(line: str) -> Iterator[str]:
    """A plain read and write in the place of an atomic operation."""
    match = re.search(r"red\.(shared|global)\.add\.u32 (\[[^\]]+\]), ([^;]+);", line)
    if match:
        space, place, value = match.groups()
        yield (f"ld.{space}.u32 %r31, {place}; add.u32 %r31, %r31, {value}; st.{space}.u32 {place}, %r31;")


def _flip_phase(line: str) -> Iterator[str]:
    match = re.search(r"mbarrier\.try_wait\.parity\S* %p\d+, \[%r\d+\], (%r\d+);", line)
    if match:
        yield f"xor.b32 %r31, {match[1]}, 1; " + line.replace(f", {match[1]};", ", %r31;")


def _drop_expectation(line: str) -> Iterator[str]:
    """An arrival that does not say how many bytes will come."""
    match = re.search(r"\.expect_tx(\S* _, \[%r\d+\]), \d+;", line)
    if match:
        yield line.replace(match[0], f"{match[1]};")


def _relax(line: str) -> Iterator[str]:
    """A relaxed access in the place of one that releases or acquires."""
    if re.search(r"\b(ld|st|atom|red)\.(acquire|release)\b", line):
        yield re.sub(r"\.(acquire|release)\b", ".relaxed", line, count=1)


OPERATORS: dict[str, Change] = {
    "drop barrier": _drop_barrier,
    "drop fence": _drop_fence,
    "drop wait": _drop_wait,
    "shift offset": _shift_offset,
    "swap stage": _swap_stage,
    "one stage": _one_stage,
    "narrow mask": _narrow_mask,
    "narrow count": _narrow_count,
    "weaken": _weaken,
    "flip phase": _flip_phase,
    "drop expectation": _drop_expectation,
    "relax": _relax,
}


def mutants(text: str) -> Iterator[Mutant]:
    """Every operator at every line where it fits."""
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        for name, change in OPERATORS.items():
            for changed in change(line):
                yield Mutant(name, number, "\n".join((*lines[: number - 1], changed, *lines[number:])) + "\n")
