"""Induction variables: the registers that change by the same step in every iteration of a loop, and what follows them.

PTX registers are variables, so one is found by its writes: exactly one instruction of the loop writes it, in every
iteration once, and what it writes is the old value plus a step. A compiler that left static single assignment writes
`add %t, %i, 4` and copies `%t` to `%i` at the end of the iteration, which is followed, too.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, evolve, field, frozen

from ptxgen.ir.analysis.cfg import ControlFlow
from ptxgen.ir.analysis.dominators import DominatorTree
from ptxgen.ir.analysis.loops import Loop, Loops
from ptxgen.ir.analysis.reaching import ReachingDefinitions
from ptxgen.ir.analysis.values import Place, Values
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Immediate, Operand, Register

_FOLLOWED = 32
"""How many definitions are followed from a read back to an induction variable."""


@frozen(eq=False)
class Induction:
    """A register that begins iteration k (from 0) with `start + k * step`, modulo its width.

    `step` is a signed number, or a register that the loop does not write. `start` is None where it is not a constant;
    before the loop the register itself holds it. `update` is the instruction that leaves the next value in it.
    """

    loop: Loop
    register: Register
    step: int | Register
    start: int | None
    update: Place

    @property
    def bits(self) -> int:
        return self.register.type.bits


@frozen
class Recurrence:
    """`scale * v + offset + symbol` modulo the width, where v is what the variable held when the iteration began.

    `symbol` is a register that the loop does not write, if there is one. With `advanced`, v is one step further: that
    is only kept apart where the step is a register.
    """

    variable: Induction = field(eq=id)
    scale: int = 1
    offset: int = 0
    symbol: Register | None = None
    advanced: bool = False

    @property
    def stride(self) -> int | None:
        """What an iteration adds; None if the step is a register."""
        step = self.variable.step
        return self.scale * step if isinstance(step, int) else None

    def plus(self, constant: int) -> Recurrence:
        return evolve(self, offset=self.offset + constant)

    def plus_register(self, symbol: Register) -> Recurrence | None:
        return evolve(self, symbol=symbol) if self.symbol is None else None

    def times(self, constant: int) -> Recurrence | None:
        if self.symbol is not None and constant != 1:
            return None
        return evolve(self, scale=self.scale * constant, offset=self.offset * constant)


@define(eq=False)
class Inductions:
    """The induction variables of every loop of a function, found loop by loop on demand."""

    cfg: ControlFlow
    dominators: DominatorTree
    loops: Loops
    values: Values
    reaching: ReachingDefinitions
    _found: dict[int, dict[str, Induction]] = field(factory=dict[int, dict[str, Induction]], init=False)
    _written: dict[int, dict[str, list[Place]]] = field(factory=dict[int, dict[str, list[Place]]], init=False)

    def of(self, loop: Loop) -> Mapping[str, Induction]:
        """The induction variables of a loop by their registers' names, in order of their updates."""
        known = self._found.get(loop.header)
        if known is None:
            known = self._found[loop.header] = self._search(loop)
        return known

    def writes(self, loop: Loop) -> Mapping[str, list[Place]]:
        """Where a loop, inner loops included, writes each register that it writes, in textual order."""
        known = self._written.get(loop.header)
        if known is None:
            known = self._written[loop.header] = {}
            accesses = self.values.accesses
            for block in sorted(loop.blocks):
                for index, access in enumerate(accesses.blocks[block]):
                    for number in dict.fromkeys(access.writes):
                        known.setdefault(accesses.registers[number].name, []).append((block, index))
        return known

    def is_invariant(self, operand: Operand, loop: Loop) -> bool:
        """Whether a constant, or a register that the loop does not write."""
        return isinstance(operand, Immediate) or (
            isinstance(operand, Register) and operand.name not in self.writes(loop)
        )

    def recurrence(self, register: Register, at: Place, loop: Loop) -> Recurrence | None:
        """What the instruction at `at`, inside the loop, reads in a register, in terms of an induction variable."""
        return self._recurrence(register, at, loop, _FOLLOWED)

    def constant(self, register: Register, at: Place) -> int | None:
        """The integer that the instruction at `at` surely reads in a register."""
        for _ in range(_FOLLOWED):
            place = self.values.definition(register, at)
            instruction = None if place is None else self.at(place)
            if place is None or instruction is None or instruction.opcode != "mov":
                return None
            source = instruction.operands[1]
            if isinstance(source, Immediate):
                return source.value if source.type is None else None
            if not isinstance(source, Register) or not isinstance(instruction.operands[0], Register):
                return None
            register, at = source, place
        return None

    def at(self, place: Place) -> Instruction:
        """The instruction at a place."""
        return self.cfg.blocks[place[0]].instructions[place[1]]

    def runs_each_iteration(self, block: int, loop: Loop) -> bool:
        """Whether a block of the loop runs exactly once in every iteration that comes to its end."""
        return self.loops.innermost.get(block) is loop and all(
            self.dominators.dominates(block, latch) for latch in loop.latches
        )

    def _search(self, loop: Loop) -> dict[str, Induction]:
        found: dict[str, Induction] = {}
        if any(source in loop.blocks or target in loop.blocks for source, target in self.loops.irreducible):
            return found
        for name, places in self.writes(loop).items():
            if len(places) != 1 or not self.runs_each_iteration(places[0][0], loop):
                continue
            variable = self._variable(name, places[0], loop)
            if variable is not None:
                found[name] = variable
        return found

    def _variable(self, name: str, update: Place, loop: Loop) -> Induction | None:
        instruction = self.at(update)
        register = instruction.operands[0] if instruction.operands else None
        if not isinstance(register, Register) or register.name != name or instruction.guard is not None:
            return None
        step = self._step(register, update, loop)
        if step is None or step == 0:
            return None
        return Induction(loop, register, step, self._start(register, loop), update)

    def _step(self, register: Register, at: Place, loop: Loop) -> int | Register | None:
        """What all additions together add between a register's old value and the write at `at`."""
        constant, symbol = 0, None
        for _ in range(_FOLLOWED):
            parts = sum_of(self.at(at), register.type.bits)
            if parts is None:
                return None
            source, added = parts
            if isinstance(added, Register) and self.is_invariant(source, loop):
                source, added = added, source
            if isinstance(added, int):
                constant += added
            elif symbol is None and self.is_invariant(added, loop):
                symbol = added
            else:
                return None
            if source == register:
                if symbol is None:
                    return wrapped(constant, register.type.bits, signed=True)
                return symbol if constant == 0 else None
            place = self.values.definition(source, at)
            if place is None or place[0] not in loop.blocks:
                return None
            at = place
        return None

    def _start(self, register: Register, loop: Loop) -> int | None:
        arriving = [d for d in self.reaching.reaching(loop.header, 0, register) if d.block not in loop.blocks]
        if len(arriving) != 1 or arriving[0].guarded:
            return None
        place = (arriving[0].block, arriving[0].index)
        instruction = self.at(place)
        if instruction.opcode != "mov" or not isinstance(instruction.operands[0], Register):
            return None
        source = instruction.operands[1]
        if isinstance(source, Immediate):
            return source.value if source.type is None else None
        return self.constant(source, place) if isinstance(source, Register) else None

    def _recurrence(self, register: Register, at: Place, loop: Loop, budget: int) -> Recurrence | None:
        variable = self.of(loop).get(register.name)
        if variable is not None:
            # Every iteration runs the update, so what it does not dominate runs before it.
            advanced = self.values.dominates(variable.update, at)
            if isinstance(variable.step, int):
                return Recurrence(variable, 1, variable.step if advanced else 0)
            return Recurrence(variable, advanced=advanced)
        place = self.values.definition(register, at)
        if budget == 0 or place is None or place[0] not in loop.blocks:
            return None
        return self._result(self.at(place), place, loop, budget - 1)

    def _result(self, instruction: Instruction, place: Place, loop: Loop, budget: int) -> Recurrence | None:
        type = instruction.form.type
        destination = instruction.operands[0]
        if type is None or not isinstance(destination, Register) or type.bits != destination.type.bits:
            return None
        parts = sum_of(instruction, type.bits)
        if parts is not None:
            return self._sum(parts[0], parts[1], place, loop, budget)
        factors = product_of(instruction)
        inner = None if factors is None else self._recurrence(factors[0], place, loop, budget)
        product = None if inner is None or factors is None else inner.times(factors[1])
        return None if product is None or factors is None else product.plus(factors[2])

    def _sum(
        self, a: Register, b: int | Register, place: Place, loop: Loop, budget: int
    ) -> Recurrence | None:
        if isinstance(b, Register) and self.is_invariant(a, loop):
            a, b = b, a
        inner = self._recurrence(a, place, loop, budget)
        if inner is None or isinstance(b, int):
            return None if inner is None or not isinstance(b, int) else inner.plus(b)
        return inner.plus_register(b) if self.is_invariant(b, loop) else None


def wrapped(value: int, bits: int, *, signed: bool) -> int:
    """A number modulo 2^bits, in the range of the type."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if signed and value >> (bits - 1) else value


def sum_of(instruction: Instruction, bits: int) -> tuple[Register, int | Register] | None:
    """`(a, b)` of an integer instruction that leaves a + b: an addition, a subtraction of a constant, a copy."""
    form, sources = instruction.form, instruction.operands[1:]
    type = form.type
    if type is None or type.bits != bits or not (type.is_integer or type.is_bits):
        return None
    match form.opcode, *sources:
        case "mov", Register() as a:
            return (a, 0) if a.type.bits == bits else None
        case "sub", Register() as a, Immediate(value=b):
            parts = a, -b
        case ("add", Register() as a, Immediate(value=b)) | ("add", Immediate(value=b), Register() as a):
            parts = a, b
        case "add", Register() as a, Register() as b:
            parts = a, b
        case _:
            return None
    return parts if set(form.modifiers) == {"type"} and not form.row.effects else None


def product_of(instruction: Instruction) -> tuple[Register, int, int] | None:
    """`(a, b, c)` of an integer instruction that leaves a * b + c, with constants b and c, in the width of a."""
    form = instruction.form
    match form.opcode, *instruction.operands[1:]:
        case "shl", Register() as a, Immediate(value=amount):
            parts = (a, 1 << amount, 0) if amount < a.type.bits else None
        case ("mul", Register() as a, Immediate(value=b)) | ("mul", Immediate(value=b), Register() as a):
            parts = a, b, 0
        case "mad", Register() as a, Immediate(value=b), Immediate(value=c):
            parts = a, b, c
        case _:
            return None
    plain = form.modifiers.keys() <= {"type", "mode"} and form.modifiers.get("mode", "lo") == "lo"
    return parts if plain and not form.row.effects else None
