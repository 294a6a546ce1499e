"""One walk over a function: the expression of every integer register at every write and every meeting of writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import gcd

from attrs import define, field, frozen

from ptxgen.ir.analysis.affine.arithmetic import Arithmetic
from ptxgen.ir.analysis.affine.atoms import Atoms
from ptxgen.ir.analysis.affine.expression import Affine
from ptxgen.ir.analysis.affine.transfer import RULES, result
from ptxgen.ir.analysis.cfg import ControlFlow
from ptxgen.ir.analysis.loops import Loops
from ptxgen.ir.analysis.values import Place
from ptxgen.ir.analysis.versions import Versions
from ptxgen.ir.instruction import Instruction, elements
from ptxgen.ir.module import Variable
from ptxgen.ir.operands import Address, Immediate, Operand, Register, SpecialRegister, Symbol
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import TYPES, Type

Key = tuple[int, int, int]
"""A version of a register: block, index, number of the register."""


@frozen
class Comparison:
    """What a predicate says: `operation` (lt, le, gt, ge, eq, ne) of two values, read as signed or unsigned."""

    operation: str
    left: Affine
    right: Affine
    signed: bool


_MOST_TERMS = 12
"""Longer sums are data, not addresses."""
_RELATIONS = {"lo": "lt", "ls": "le", "hi": "gt", "hs": "ge"}
AtHeader = Callable[["Scan", int, int], "Affine | None"]
"""What a register holds at the header of a loop (block, register), if more is known than that it is unknown."""


@define(eq=False)
class Scan:
    """The state of the walk; `values` and `comparisons` are its results."""

    cfg: ControlFlow
    loops: Loops
    versions: Versions
    variables: Mapping[str, Variable]
    followed: frozenset[int]
    atoms: Atoms
    at_header: AtHeader | None = None
    values: dict[Key, Affine] = field(factory=dict[Key, Affine], init=False)
    comparisons: dict[Key, Comparison] = field(factory=dict[Key, Comparison], init=False)
    arithmetic: Arithmetic = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.arithmetic = Arithmetic(self.atoms)

    def run(self) -> None:
        headers = {loop.header for loop in self.loops.loops} | {
            target for _, target in self.loops.irreducible
        }
        for block in self.cfg.order:
            for register in self.versions.meetings.get(block, ()):
                if register in self.followed and _holds_integer(self.versions.accesses.registers[register]):
                    self.values[block, -1, register] = self._met(block, register, block in headers)
            for index, instruction in enumerate(self.cfg.blocks[block].instructions):
                access = self.versions.accesses.blocks[block][index]
                if access.writes:
                    self._write(instruction, (block, index), access.writes)

    def value(self, register: int, version: Place | None, block: int) -> Affine:
        """The expression of a version of a register; an unknown for one that has none."""
        if version is not None:
            known = self.values.get((*version, register))
            if known is not None:
                return known
        name = self.versions.accesses.registers[register]
        bits = max(8, name.type.bits)
        return self.atoms.opaque((version or block, register), name.name, bits, 0, (1 << bits) - 1)

    def joined(self, key: Key, parts: Sequence[Affine]) -> Affine:
        """One of several values, nobody knows which."""
        if all(part == parts[0] for part in parts):
            return parts[0]
        divisor = gcd(*(part.divisor for part in parts))
        return self.unknown(key, min(p.low for p in parts), max(p.high for p in parts), divisor)

    def unknown(self, key: Key, low: int, high: int, divisor: int = 1) -> Affine:
        """A new unknown for a version; a range that no representation has is forgotten."""
        register = self.versions.accesses.registers[key[2]]
        bits = register.type.bits
        if low < -(1 << (bits - 1)) or high >= 1 << bits:
            low, high = 0, (1 << bits) - 1
        once = key[0] not in self.loops.innermost and not self.loops.irreducible
        return self.atoms.opaque(key, register.name, bits, low, high, divisor, once=once)

    def entering(self, register: int, block: int, sources: Sequence[int]) -> list[Affine]:
        """What a register holds at the ends of blocks, as far as the walk has been there."""
        return [self.value(register, self.versions.leaving(register, source), source) for source in sources]

    def _met(self, block: int, register: int, header: bool) -> Affine:
        if header:
            known = self.at_header(self, block, register) if self.at_header is not None else None
            return known if known is not None else self.unknown((block, -1, register), 0, 1 << 64)
        sources = [p for p in self.cfg.predecessors[block] if p in self.versions.dominators]
        return self.joined((block, -1, register), self.entering(register, block, sources))

    def _write(self, instruction: Instruction, at: Place, writes: Sequence[int]) -> None:
        registers = self.versions.accesses.registers
        if instruction.opcode == "setp":
            self._compare(instruction, at, writes[0])
            return
        destination = instruction.operands[0]
        for number in writes:
            if number not in self.followed or not _holds_integer(registers[number]):
                continue
            key = (*at, number)
            new = None
            if isinstance(destination, Register):
                new = self._computed(instruction, at, destination)
            if new is None:
                new = self.unknown(key, *_range(instruction, registers[number]))
            if instruction.guard is not None:
                old = self.value(number, self.versions.read(number, at), at[0])
                new = self.joined(key, (old, new))
            self.values[key] = new

    def _computed(self, instruction: Instruction, at: Place, destination: Register) -> Affine | None:
        form = instruction.form
        bits = destination.type.bits
        slot = form.operands[0].type
        if form.opcode in _SPECIAL_RULES:
            made = _SPECIAL_RULES[form.opcode](self, instruction, at)
        elif form.opcode in RULES and not form.row.effects:
            sources = self._sources(instruction, at)
            made = result(self.arithmetic, form, sources) if sources is not None else None
        else:
            return None
        if made is None or len(made.terms) > _MOST_TERMS:
            return None
        if slot is None or slot.bits == bits:
            return made
        return self.arithmetic.number(made, slot.is_signed).of_bits(bits) if slot.bits < bits else None

    def _sources(self, instruction: Instruction, at: Place) -> tuple[Affine, ...] | None:
        found: list[Affine] = []
        for slot, operand in zip(instruction.form.operands[1:], instruction.operands[1:], strict=False):
            source = self.operand(operand, at, slot.type) if slot.type is not None else None
            if source is None:
                return None
            found.append(source)
        return tuple(found)

    def operand(self, operand: Operand, at: Place, type: Type) -> Affine | None:
        """A source in the width that the instruction reads it in."""
        match operand:
            case Immediate(value=value, type=None):
                return Affine(type.bits, 0) + value
            case Register() if _holds_integer(operand) and operand.type.bits >= type.bits:
                number = self.versions.accesses.numbers[operand.name]
                value = self.value(number, self.versions.read(number, at), at[0])
                return value if value.bits == type.bits else value.of_bits(type.bits)
            case SpecialRegister(name=name):
                return self.atoms.special(name, type.bits)
            case Symbol(name=name, offset=offset) if name in self.variables:
                return self.atoms.variable(self.variables[name], type.bits) + offset
            case _:
                return None

    def _compare(self, instruction: Instruction, at: Place, predicate: int) -> None:
        type = instruction.form.type
        if instruction.guard is not None or type is None or len(instruction.operands) != 3:
            return
        if type.is_float or type.is_packed or "BoolOp" in instruction.form.modifiers:
            return
        sides = [self.operand(operand, at, type) for operand in instruction.operands[1:]]
        operation = instruction.form.modifiers["CmpOp"]
        left, right = sides
        if left is not None and right is not None:
            relation = _RELATIONS.get(operation, operation)
            self.comparisons[(*at, predicate)] = Comparison(relation, left, right, type.is_signed)

    def parameter(self, instruction: Instruction, at: Place) -> Affine | None:
        """`ld.param` of an entry, which nobody changes."""
        form, address = instruction.form, instruction.operands[1]
        if not self.cfg.function.is_entry or form.space is not StateSpace.PARAM or form.has("vec"):
            return None
        type = form.type
        if type is None or not isinstance(address, Address) or not isinstance(address.base, Symbol):
            return None
        # A `.param` variable of the body is what a call returned.
        variable = next((p for p in self.cfg.function.params if p.name == address.base.name), None)
        if variable is None or type.bits > 64 or type.is_float:
            return None
        low, high = (-(1 << (type.bits - 1)), (1 << (type.bits - 1)) - 1)
        if not type.is_signed or type.bits >= 32:
            low, high = 0, (1 << type.bits) - 1
        return self.atoms.parameter(variable, address.offset + address.base.offset, type.bits, low, high)

    def moved(self, instruction: Instruction, at: Place) -> Affine | None:
        type = instruction.form.type
        return self.operand(instruction.operands[1], at, type) if type is not None else None

    def converted(self, instruction: Instruction, at: Place) -> Affine | None:
        """cvta: generic addresses of global memory are its addresses; other spaces have a window."""
        space = instruction.form.space
        type = TYPES[instruction.form.modifiers["size"]]
        source = self.operand(instruction.operands[1], at, type)
        if source is None or space in (None, StateSpace.GLOBAL) or type.bits != 64:
            return source
        window = self.atoms.window(space)
        return source - window if instruction.form.has("to") else source + window

    def chosen(self, instruction: Instruction, at: Place) -> Affine | None:
        type = instruction.form.type
        if type is None:
            return None
        sides = [self.operand(operand, at, type) for operand in instruction.operands[1:3]]
        number = next(iter(self.versions.accesses.blocks[at[0]][at[1]].writes))
        known = [side for side in sides if side is not None]
        return self.joined((*at, number), known) if len(known) == 2 else None


_SPECIAL_RULES: dict[str, Callable[[Scan, Instruction, Place], Affine | None]] = {
    "ld": Scan.parameter,
    "mov": Scan.moved,
    "cvta": Scan.converted,
    "selp": Scan.chosen,
}


def _holds_integer(register: Register) -> bool:
    return (register.type.is_integer or register.type.is_bits) and register.type.bits in (16, 32, 64)


def _range(instruction: Instruction, register: Register) -> tuple[int, int]:
    """The numbers that a result of an instruction can be, by the type that it is written as."""
    slot = next((s for s, o in zip(instruction.form.operands, instruction.operands, strict=False)
                 if s.writes and register in elements(o)), None)  # fmt: skip
    type = slot.type if slot is not None else None
    if type is None or type.bits > register.type.bits:
        return 0, (1 << register.type.bits) - 1
    if instruction.opcode in ("popc", "clz"):
        return 0, 64
    if type.is_signed and type.bits < register.type.bits:
        return -(1 << (type.bits - 1)), (1 << (type.bits - 1)) - 1
    return 0, (1 << type.bits) - 1
