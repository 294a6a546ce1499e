"""A trivial interpreter, one thread after the other: an independent oracle for control flow and counting.

It knows a handful of instructions on 32-bit registers and predicates, and shares no code with the emulator.
"""

from __future__ import annotations

from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Address, Immediate, Label, Register, SpecialRegister

MASK = 0xFFFFFFFF


def signed(value: int) -> int:
    return value - (1 << 32) if value & 0x80000000 else value


BINARY = {
    "add.u32": lambda a, b: a + b,
    "add.s32": lambda a, b: a + b,
    "sub.u32": lambda a, b: a - b,
    "mul.lo.u32": lambda a, b: a * b,
    "and.b32": lambda a, b: a & b,
    "or.b32": lambda a, b: a | b,
    "xor.b32": lambda a, b: a ^ b,
    "min.u32": min,
    "max.u32": max,
}
COMPARE = {
    "setp.eq.u32": lambda a, b: a == b,
    "setp.ne.u32": lambda a, b: a != b,
    "setp.lt.u32": lambda a, b: a < b,
    "setp.ge.u32": lambda a, b: a >= b,
    "setp.lt.s32": lambda a, b: signed(a) < signed(b),
}


class Thread:
    """One thread's registers. `executed` counts instructions, those with a false guard included."""

    def __init__(self, function: Function, specials: dict[str, int], memory: dict[int, int]) -> None:
        self.function = function
        self.memory = memory
        self.specials = specials
        self.registers: dict[str, int] = {}
        self.stores: dict[int, int] = {}
        self.executed = 0

    def run(self, limit: int = 100_000) -> Thread:
        labels = {b.label: i for i, b in enumerate(self.function.blocks) if b.label}
        block, index = 0, 0
        while block < len(self.function.blocks):
            instructions = self.function.blocks[block].instructions
            if index >= len(instructions):
                block, index = block + 1, 0
                continue
            instruction = instructions[index]
            index += 1
            self.executed += 1
            assert self.executed < limit
            guard = instruction.guard
            if guard is not None and bool(self.registers[guard.register.name]) == guard.negated:
                continue
            if instruction.opcode in ("ret", "exit"):
                break
            if instruction.opcode == "bra":
                (label,) = instruction.operands
                assert isinstance(label, Label)
                block, index = labels[label.name], 0
                continue
            self.execute(instruction)
        return self

    def value(self, operand: object) -> int:
        match operand:
            case Register(name=name):
                return self.registers[name]
            case Immediate(value=value):
                return value & MASK
            case SpecialRegister(name=name):
                return self.specials[name]
            case _:
                raise TypeError(operand)

    def execute(self, instruction: Instruction) -> None:
        name, operands = instruction.name, instruction.operands
        if instruction.opcode == "st":
            address, data = operands
            assert isinstance(address, Address)
            self.stores[self.value(address.base) + address.offset] = self.value(data)
            return
        target = operands[0]
        assert isinstance(target, Register)
        if name in BINARY:
            result = BINARY[name](self.value(operands[1]), self.value(operands[2])) & MASK
        elif name in COMPARE:
            result = int(COMPARE[name](self.value(operands[1]), self.value(operands[2])))
        elif name == "selp.b32":
            result = self.value(operands[1]) if self.value(operands[3]) else self.value(operands[2])
        elif name.startswith("mov."):
            result = self.value(operands[1])
        elif name == "mad.wide.u32":
            result = self.value(operands[1]) * self.value(operands[2]) + self.value(operands[3])
        elif name == "ld.global.u32":
            address = operands[1]
            assert isinstance(address, Address)
            where = self.value(address.base) + address.offset
            result = self.stores.get(where, self.memory.get(where, 0))
        elif name.startswith("ld.param"):
            result = self.specials["param"]
        else:
            raise NotImplementedError(name)
        self.registers[target.name] = result
