"""Common subexpressions: what was computed is not computed again."""

from __future__ import annotations

import enum
from collections import Counter

from attrs import frozen

from ptxgen.ir.analysis import FunctionAnalysis, Place, Values
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Operand, Register
from ptxgen.ir.rewriting import copied
from ptxgen.isa.types import pred
from ptxgen.passes.base import Pass
from ptxgen.passes.purity import is_constant_load, is_pure

_COMMUTATIVE = frozenset({"add", "mul", "and", "or", "xor", "min", "max"})
_Key = tuple[str, tuple[Operand, ...]]


class Reach(enum.Enum):
    """How far apart equal instructions may stand."""

    BLOCK = "block"
    FUNCTION = "function"

    def __str__(self) -> str:
        return self.value


@frozen
class CommonSubexpressions(Pass):
    """An instruction whose operands an equal one had before, and whose result is still there, becomes a copy of it.

    Sound where the earlier instruction dominates, every register that it read still holds what it read, and its
    result is unchanged. Only unguarded instructions with one scalar result and no effects take part, and loads of
    parameters and constants in entries. `mov` does not: keeping a constant alive costs more than making it.

    With reach `block` both stand in one block. Across blocks results live longer, and ptxas, which would have found
    the same, then judges the unrolling of loops otherwise: the table of the passes shows both signs.
    """

    name = "cse"

    reach: Reach = Reach.FUNCTION

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        values = analysis.values
        earlier: dict[_Key, list[tuple[Place, Register]]] = {}
        changes: Counter[str] = Counter()
        for number in analysis.cfg.order:
            if self.reach is Reach.BLOCK:
                earlier.clear()
            block = function.blocks[number]
            for index, instruction in enumerate(block.instructions):
                destination = _candidate(instruction, function)
                if destination is None:
                    continue
                place, key = (number, index), _key(instruction)
                source = _available(instruction, earlier.get(key, []), place, values)
                copy = copied(destination, source, instruction) if source is not None else None
                if copy is not None:
                    block.instructions[index] = copy
                    changes["repeated instructions"] += 1
                elif destination not in instruction.reads():
                    earlier.setdefault(key, []).append((place, destination))
        return changes


def _candidate(instruction: Instruction, function: Function) -> Register | None:
    """The one scalar result of an instruction that may take part."""
    if instruction.guard is not None or instruction.opcode == "mov":
        return None
    if not (is_pure(instruction) or is_constant_load(instruction, function)):
        return None
    destination = instruction.operands[0]
    if not isinstance(destination, Register) or len(tuple(instruction.writes())) != 1:
        return None
    return None if instruction.form.operands[0].updates else destination


def _key(instruction: Instruction) -> _Key:
    sources = instruction.operands[1:]
    type = instruction.form.type
    # The payload of a NaN may depend on the order of float operands.
    exact = type is not None and (type.is_integer or type.is_bits or type is pred)
    if exact and instruction.opcode in _COMMUTATIVE and len(sources) == 2:
        sources = tuple(sorted(sources, key=str))
    return instruction.name, sources


def _available(
    instruction: Instruction, earlier: list[tuple[Place, Register]], at: Place, values: Values
) -> Register | None:
    """The register that holds what the instruction is about to compute."""
    wanted = instruction.operands[0]
    for place, result in reversed(earlier):
        if (
            isinstance(wanted, Register)
            and result.type is wanted.type
            and values.holds(result, place, at, after=True)
            and all(values.holds(read, place, at) for read in instruction.reads())
            and values.dominates(place, at)
        ):
            return result
    return None
