"""Division by constants: quotients and remainders by multiplication and shifts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from attrs import define, field, frozen

from ptxgen.ir.analysis import FunctionAnalysis
from ptxgen.ir.fresh import FreshRegisters
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Immediate, Operand, Register
from ptxgen.ir.rewriting import copied, integer_constant, made
from ptxgen.isa.types import Type
from ptxgen.passes.base import Pass
from ptxgen.passes.reciprocals import reciprocal

_NAMES = frozenset(f"{opcode}.{type}" for opcode in ("div", "rem") for type in ("u32", "s32", "u64", "s64"))


@frozen
class ConstantDivision(Pass):
    """`div` and `rem` of 32 and 64 bits by a constant become a multiplication, shifts and additions.

    Both by the same constant share the quotient, where one block has them and registers still hold numerator and
    quotient. Sound for every numerator: the multiplier is the smallest one that is exact for all of them (Granlund and
    Montgomery). Division by 0 and by -1, whose smallest numerator has no quotient, stays. ptxas divides by constants as
    by anything else, in 14 instructions for 32 bits and 65 for 64.
    """

    name = "constant-division"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        fresh = FreshRegisters(function)
        for block in function.blocks:
            new: list[Instruction] = []
            known: _Quotients = {}
            for instruction in block.instructions:
                expansion = _expanded(instruction, fresh, known)
                changes["divisions"] += expansion is not None
                new += expansion or [instruction]
            block.instructions[:] = new
        return +changes


_Quotients = dict[tuple[str, Register, int], Register]
"""Where quotients are, by the type and the two numbers, as long as neither register is written."""


def _expanded(instruction: Instruction, fresh: FreshRegisters, known: _Quotients) -> list[Instruction] | None:
    expansion = _division(instruction, fresh, known)
    _forget(instruction, known)
    if expansion is None or instruction.guard is not None:
        return expansion
    quotient = expansion[-1].operands[0 if instruction.opcode == "div" else 1]
    match instruction.operands:
        case (destination, Register() as n, Immediate(value=d)) if destination != n:
            assert isinstance(quotient, Register)
            known[_key(instruction, n, d)] = quotient
        case _:
            pass
    return expansion


def _forget(instruction: Instruction, known: _Quotients) -> None:
    """Drop the quotients whose registers, or whose numerator's, an instruction writes."""
    written = set(instruction.writes())
    for key in [key for key, quotient in known.items() if not written.isdisjoint((key[1], quotient))]:
        del known[key]


def _key(instruction: Instruction, numerator: Register, divisor: int) -> tuple[str, Register, int]:
    return instruction.name.rpartition(".")[2], numerator, divisor


def _division(instruction: Instruction, fresh: FreshRegisters, known: _Quotients) -> list[Instruction] | None:
    type = instruction.form.type
    if instruction.name not in _NAMES or type is None:
        return None
    match instruction.operands:
        case (Register() as destination, Register() as numerator, Immediate(value=value, type=None)):
            pass
        case _:
            return None
    code = _Code(instruction, type, fresh)
    divisor = code.constant(value).value
    if divisor in (0, 1, -1) or divisor == -1 << (type.bits - 1):
        return None
    quotient = known.get(_key(instruction, numerator, value))
    if quotient is not None and instruction.opcode == "div":
        copy = copied(destination, quotient, instruction)
        return None if copy is None else [copy]
    if quotient is None:
        quotient = code.signed(numerator, divisor) if type.is_signed else code.unsigned(numerator, divisor)
    if instruction.opcode == "rem":
        code.emit("mad.lo", quotient, code.constant(-divisor), numerator)
    return code.ending_in(destination)


@define
class _Code:
    """Instructions in the making, in the place and under the guard of `like`, on numbers of `type`."""

    like: Instruction
    type: Type
    fresh: FreshRegisters
    made: list[Instruction] = field(factory=list[Instruction], init=False)

    def emit(self, name: str, *sources: Operand, suffix: str = "") -> Register:
        """Add an instruction of the type, or of the type's width with another suffix; its result."""
        result = self.fresh(self.type.register)
        kind = f"{suffix}{self.type.bits}" if suffix else self.type.name
        new = made(f"{name}.{kind}", (result, *sources), self.like)
        assert new is not None, name
        self.made.append(new)
        return result

    def ending_in(self, destination: Register) -> list[Instruction]:
        """The instructions, the last of which writes the destination."""
        last = self.made.pop()
        final = made(last.name, (destination, *last.operands[1:]), self.like)
        return [*self.made, final] if final is not None else [self.like]

    def constant(self, value: int) -> Immediate:
        return integer_constant(value, self.type)

    def shifted(self, source: Register, by: int, suffix: str = "") -> Register:
        return self.emit("shr", source, Immediate(by), suffix=suffix) if by else source

    def unsigned(self, n: Register, d: int) -> Register:
        bits = self.type.bits
        power = (d & -d).bit_length() - 1
        if d == 1 << power:
            return self.shifted(n, power)
        found = reciprocal(d, bits, bits)
        if found.multiplier >> bits == 0:
            return self.shifted(self.high(n, found.multiplier), found.shift)
        if power:
            found = reciprocal(d >> power, bits, bits - power)
            return self.shifted(self.high(self.shifted(n, power), found.multiplier), found.shift)
        # The multiplier has one bit more: n + high(n, multiplier) would overflow, half the difference does not.
        product = self.high(n, found.multiplier - (1 << bits))
        half = self.shifted(self.emit("sub", n, product), 1)
        return self.shifted(self.emit("add", half, product), found.shift - 1)

    def signed(self, n: Register, d: int) -> Register:
        bits, size = self.type.bits, abs(d)
        if size.bit_count() == 1:
            quotient = self._by_power(n, size.bit_length() - 1)
            return self.emit("neg", quotient) if d < 0 else quotient
        found = reciprocal(size, bits, bits - 1)
        product = self.high(n, found.multiplier)
        if found.multiplier >> (bits - 1):
            product = self.emit("add", product, n)
        rounded_down = self.shifted(product, found.shift)
        minus_if_negative = self.shifted(n, bits - 1)
        terms: Sequence[Register] = (rounded_down, minus_if_negative)
        return self.emit("sub", *(terms if d > 0 else reversed(terms)))

    def _by_power(self, n: Register, power: int) -> Register:
        """Rounded towards zero: 2^power - 1 is added to negative numbers before the shift."""
        bits = self.type.bits
        sign = self.shifted(n, bits - 1) if power > 1 else n
        return self.shifted(self.emit("add", n, self.shifted(sign, bits - power, "u")), power)

    def high(self, n: Register, multiplier: int) -> Register:
        return self.emit("mul.hi", n, self.constant(multiplier))
