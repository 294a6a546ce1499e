"""What rules look at: one function of a module, with its analyses and the questions that several rules ask."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import field, frozen

from ptxgen.debug.cta.lanes import Lanes
from ptxgen.ir.analysis import (
    ANY_LAUNCH,
    AffineValues,
    FunctionAnalysis,
    LaunchFacts,
    Loop,
    MemoryOperations,
    Place,
    memory_operations,
)
from ptxgen.ir.analysis.affine import Atom, Constancy
from ptxgen.ir.checker.views import FunctionView, ModuleView
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Address, Immediate, Operand, Register, Symbol
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, OperandForm

if TYPE_CHECKING:
    from ptxgen.debug.conflicts.encounters import Encounter
    from ptxgen.debug.cta.threads import Threads
    from ptxgen.debug.memory import MemoryAccess
    from ptxgen.debug.protocol.outcome import Outcome
    from ptxgen.debug.stages.clash import Clash


@frozen(eq=False)
class Body:
    """A function with a body. `view` is how the static checker sees it, `facts` what is known of its launch."""

    view: FunctionView
    facts: LaunchFacts = ANY_LAUNCH
    left_out: dict[str, None] = field(factory=dict[str, None], init=False)
    """What rules did not look at, so that large functions stay quick: the reader is told."""

    def leaves_out(self, what: str) -> None:
        """Note what is not looked at."""
        self.left_out[f"not looked at in {self.function.name}: {what}"] = None

    @property
    def module(self) -> ModuleView:
        return self.view.module

    @property
    def function(self) -> Function:
        return self.view.function

    @property
    def analysis(self) -> FunctionAnalysis:
        return self.view.analysis

    @cached_property
    def places(self) -> tuple[tuple[Place, Instruction], ...]:
        """The instructions that control can reach, with their places, in textual order."""
        reachable = self.analysis.cfg.reachable()
        return tuple(
            ((number, index), instruction)
            for number, block in enumerate(self.function.blocks)
            if number in reachable
            for index, instruction in enumerate(block.instructions)
        )

    @cached_property
    def _by_opcode(self) -> dict[str, list[tuple[Place, Instruction]]]:
        found: dict[str, list[tuple[Place, Instruction]]] = {}
        for place, instruction in self.places:
            found.setdefault(instruction.opcode, []).append((place, instruction))
        return found

    def of(self, *opcodes: str) -> Iterator[tuple[Place, Instruction]]:
        """The reachable instructions with one of these opcodes."""
        for opcode in opcodes:
            yield from self._by_opcode.get(opcode, ())

    def named(self, *prefixes: str) -> list[tuple[Place, Instruction]]:
        """The reachable instructions whose full name begins so."""
        opcodes = dict.fromkeys(prefix.partition(".")[0] for prefix in prefixes)
        return [(p, i) for p, i in self.of(*opcodes) if i.name.startswith(prefixes)]

    def instruction(self, place: Place) -> Instruction:
        """The instruction at a place."""
        return self.function.blocks[place[0]].instructions[place[1]]

    def definition(self, register: Register, at: Place) -> tuple[Place, Instruction] | None:
        """The one instruction whose value the instruction at `at` surely reads in a register."""
        place = self.analysis.values.definition(register, at)
        return None if place is None else (place, self.instruction(place))

    @cached_property
    def lanes(self) -> Lanes:
        """What registers hold in the threads of a CTA, where that follows from the thread alone."""
        return Lanes(self.function, self.analysis)

    @cached_property
    def affine(self) -> AffineValues:
        """Registers and addresses as linear expressions, under the facts of the launch."""
        return self.analysis.affine if self.facts == ANY_LAUNCH else self.analysis.affine_under(self.facts)

    @cached_property
    def memory(self) -> MemoryOperations:
        """What each instruction reads and writes."""
        return memory_operations(self.affine)

    @cached_property
    def threads(self) -> Threads:
        """Addresses, conditions and paths in single threads."""
        from ptxgen.debug.cta.threads import Threads

        return Threads(self)

    @cached_property
    def presumed(self) -> tuple[int, int, int] | None:
        """The CTA that the text seems to be written for, where nothing says what it is."""
        from ptxgen.debug.cta.presumed import presumed_block

        return presumed_block(self)

    @cached_property
    def accesses(self) -> tuple[MemoryAccess, ...]:
        """The plain memory accesses, with their addresses."""
        from ptxgen.debug.memory import memory_accesses

        return memory_accesses(self)

    @cached_property
    def shared(self) -> tuple[MemoryAccess, ...]:
        """The accesses of shared memory whose object is known, rows of matrices among them, in textual order."""
        from ptxgen.debug.memory import matrix_accesses

        plain = (a for a in self.accesses if a.space is StateSpace.SHARED and a.base is not None)
        return tuple(sorted((*plain, *matrix_accesses(self)), key=lambda a: a.place))

    @cached_property
    def encounters(self) -> tuple[Encounter, ...]:
        """Accesses of shared memory by threads of different warps that nothing orders."""
        from ptxgen.debug.conflicts.encounters import Encounters

        return tuple(Encounters(self, (a for a in self.shared if not a.ordered)))

    @cached_property
    def clashes(self) -> tuple[Clash, ...]:
        """What goes wrong between asynchronous copies and reads of shared memory."""
        from ptxgen.debug.stages.group_stages import clashes

        return tuple(clashes(self))

    @cached_property
    def protocol(self) -> Outcome:
        """What goes wrong at mbarriers and named barriers, where threads can be followed."""
        from ptxgen.debug.protocol.outcome import Outcome
        from ptxgen.debug.protocol.relevance import worth

        if not worth(self):
            return Outcome()
        # Following needs the emulator's semantics, which take longer to import than most texts to look at.
        from ptxgen.debug.protocol.follower import followed

        return followed(self)

    def constant(self, operand: Operand, at: Place) -> int | None:
        """The integer that an operand surely is."""
        match operand:
            case Immediate(value=value, type=None):
                return value
            case Register():
                return self.lanes.constant(operand, at)
            case _:
                return None

    @cached_property
    def calls(self) -> bool:
        """Whether code outside of this function may run in the middle of it."""
        return any(Effect.CALL in i.form.row.effects for _, i in self.places)

    def agrees_on(self, atom: Atom, loop: Loop | None = None) -> bool:
        """Whether all threads of a CTA surely have the same in an unknown, in all rounds of a loop, too."""
        if atom.constancy <= Constancy.CTA:
            return True
        key = self.affine.versions.get(atom)
        if key is None or (loop is not None and key[0] in loop.blocks):
            return False
        register = self.analysis.versions.accesses.registers[key[2]]
        return self.analysis.divergence.is_uniform(register)

    def loop(self, block: int) -> Loop | None:
        """The innermost loop around a block."""
        return self.analysis.loops.innermost.get(block)

    def written_in(self, loop: Loop) -> frozenset[str]:
        """The names of the registers that some instruction of a loop writes."""
        return frozenset(
            r.name for b in loop.blocks for i in self.function.blocks[b].instructions for r in i.writes()
        )

    def label(self, block: int) -> str:
        """What to call a block."""
        label = self.function.blocks[block].label
        return label if label is not None else f"block {block}"

    def pointer_space(self, name: str) -> StateSpace | None:
        """The space of the variable with this name, where there is one."""
        variable = self.view.variable(name)
        return variable.space if variable is not None else None


def operand(instruction: Instruction, name: str) -> Operand | None:
    """The operand of that name in the manual's syntax line; None where it was left out."""
    for slot, given in zip(instruction.form.operands, instruction.operands, strict=False):
        if slot.name == name:
            return given
    return None


def address_of(instruction: Instruction) -> tuple[OperandForm, Address] | None:
    """The first address that an instruction takes."""
    for slot, given in zip(instruction.form.operands, instruction.operands, strict=False):
        if isinstance(given, Address):
            return slot, given
    return None


def symbols_in(instruction: Instruction) -> Iterator[str]:
    """The names of the variables and functions that an instruction mentions."""
    for given in instruction.operands:
        match given:
            case Symbol(name=name) | Address(base=Symbol(name=name)):
                yield name
            case _:
                pass
