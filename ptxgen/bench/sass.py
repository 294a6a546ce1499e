"""Machine code as nvdisasm lists it: instructions, loops, and the loop that does a kernel's work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from attrs import field, frozen

_SECTION = re.compile(r"^\.text\.(?P<name>[^:]+):$")
_LABEL = re.compile(r"^(?P<label>\.L_\w+):$")
_INSTRUCTION = re.compile(
    r"^\s*/\*[0-9a-f]+\*/\s+(?:\{\s*)?(?P<guard>@!?\w+\s+)?(?P<opcode>[A-Z][\w.]*)(?P<operands>[^;]*);"
)
_TARGET = re.compile(r"\.L_\w+")
_JUMPS = ("BRA", "BRX", "JMP")
_ENDS = ("EXIT", "RET", *_JUMPS)


@frozen
class Instruction:
    """One machine instruction: the opcode with its modifiers, its operands as text, whether a predicate guards it."""

    opcode: str
    operands: str = ""
    guarded: bool = field(default=False, eq=False)

    def is_a(self, *stems: str) -> bool:
        """Whether the opcode, without its modifiers, is one of these."""
        return self.opcode.partition(".")[0] in stems


@frozen
class Loop:
    """A loop's instructions in the order of the listing, from the target of the backward branch to the branch."""

    first: int
    instructions: tuple[Instruction, ...]

    def count(self, wanted: Callable[[Instruction], int]) -> int:
        """How many instructions are such, or the sum of what each counts."""
        return sum(map(wanted, self.instructions))


@frozen
class Listing:
    """One function: its instructions, and the position of each label."""

    name: str
    instructions: tuple[Instruction, ...]
    labels: dict[str, int]

    def loops(self) -> list[Loop]:
        """Every stretch from the target of a backward branch to the last branch to it, outer ones included.

        What ptxas puts behind the function's end, such as a shuffle of a warp whose threads parted, jumps backward as
        well: a loop is what is entered at the target alone.
        """
        ends: dict[int, int] = {}
        for position, instruction in enumerate(self.instructions):
            # The jump to itself behind the last instruction is padding.
            for start in self._targets(instruction):
                if instruction.is_a(*_JUMPS) and start < position and not self._reaches(position, start):
                    ends[start] = position
        return [Loop(start, self.instructions[start : end + 1]) for start, end in sorted(ends.items())]

    def _targets(self, instruction: Instruction) -> list[int]:
        """Where control may go, or will meet again, according to the operands."""
        found = (self.labels.get(label) for label in _TARGET.findall(instruction.operands))
        return [position for position in found if position is not None]

    def _reaches(self, position: int, without: int) -> bool:
        """Whether control comes from the function's start to an instruction without passing another one."""
        seen = {without}
        waiting = [0]
        while waiting:
            here = waiting.pop()
            if here == position:
                return here not in seen
            if here in seen or here >= len(self.instructions):
                continue
            seen.add(here)
            instruction = self.instructions[here]
            waiting += self._targets(instruction)
            # `BRA.DIV UR4, ...` and `BRA.U UP0, ...` are taken on a condition of their own.
            sure = not instruction.is_a("BRA") or instruction.operands.startswith("`")
            if instruction.guarded or not sure or not instruction.is_a(*_ENDS):
                waiting.append(here + 1)
        return False


def inside(inner: Loop, outer: Loop) -> bool:
    """Whether a loop is part of another one."""
    end, outer_end = inner.first + len(inner.instructions), outer.first + len(outer.instructions)
    return inner != outer and outer.first <= inner.first and end <= outer_end


def listings(text: str) -> dict[str, Listing]:
    """The functions of a listing (`toolchain.disassemble`), by name."""
    return {listing.name: listing for listing in _listings(text.splitlines())}


def _listings(rows: Sequence[str]) -> Iterator[Listing]:
    name, instructions, labels = "", list[Instruction](), dict[str, int]()
    for row in rows:
        if match := _SECTION.match(row):
            if name:
                yield Listing(name, tuple(instructions), labels)
            name, instructions, labels = match["name"], [], {}
        elif match := _LABEL.match(row):
            labels[match["label"]] = len(instructions)
        elif match := _INSTRUCTION.match(row):
            instructions.append(Instruction(match["opcode"], match["operands"].strip(), bool(match["guard"])))
    if name:
        yield Listing(name, tuple(instructions), labels)


def loads_constant_data(instruction: Instruction) -> bool:
    """A load through the path for data that no thread writes, as `ld.global.nc` makes it: how kernels read weights."""
    return instruction.is_a("LDG") and "CONSTANT" in instruction.opcode


def loads_shared(instruction: Instruction) -> bool:
    """A load from shared memory. Those to nowhere, which the assembler puts before asynchronous copies, are none."""
    return instruction.is_a("LDS") and not instruction.operands.startswith("RZ")


def hot_loop(listing: Listing, wanted: Callable[[Instruction], int]) -> Loop | None:
    """Of the innermost loops with such instructions the one with the most, or None; loops inside it are left out."""
    loops = [loop for loop in listing.loops() if loop.count(wanted)]
    innermost = [loop for loop in loops if not any(inside(other, loop) for other in loops)]
    chosen = max(innermost, key=lambda loop: loop.count(wanted), default=None)
    if chosen is None:
        return None
    return _own(chosen, [other for other in listing.loops() if inside(other, chosen)])


def _own(loop: Loop, inner: Sequence[Loop]) -> Loop:
    left_out = {
        position for other in inner for position in range(other.first, other.first + len(other.instructions))
    }
    kept = [i for position, i in enumerate(loop.instructions, loop.first) if position not in left_out]
    return Loop(loop.first, tuple(kept))
