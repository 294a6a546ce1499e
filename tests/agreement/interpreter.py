"""One thread after the other, on Python integers: what the random modules compute, without the emulator.

Threads are generators; they stop at what a warp or CTA does together (shuffles, votes, barriers), and go on with its
result when all have come. Registers hold bits.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from attrs import define, field

from ptxgen.ir import Module
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import (
    Address,
    Arguments,
    Immediate,
    Label,
    Not,
    Operand,
    Register,
    SpecialRegister,
    Symbol,
    Vector,
)
from tests.agreement import exact
from tests.agreement.exact import FORMATS

Thread = Generator[tuple[str, tuple[int, ...]], int, None]
SHARED_BYTES = 4096
LOCAL_BYTES = 256


def width(type: str) -> int:
    return 1 if type == "pred" else 32 if type == "f16x2" else int(type[1:])


def mask(type: str) -> int:
    return (1 << width(type)) - 1


def integer(bits: int, type: str) -> int:
    """The number that bits stand for."""
    size = width(type)
    return bits - (1 << size) if type[0] == "s" and bits >> (size - 1) else bits


@define
class Frame:
    """A function being run by one thread."""

    function: Function
    registers: dict[str, int] = field(factory=dict[str, int])
    params: dict[str, int] = field(factory=dict[str, int])


@define
class Runner:
    """A thread: its special registers, and the memories that it sees by space. Addresses are offsets in these."""

    module: Module
    specials: dict[str, int]
    memories: dict[str, bytearray]

    def run(self, frame: Frame) -> Thread:
        blocks = frame.function.blocks
        labels = {b.label: i for i, b in enumerate(blocks) if b.label}
        block = 0
        while block < len(blocks):
            following = block + 1
            for instruction in blocks[block].instructions:
                guard = instruction.guard
                if guard is not None and bool(frame.registers[guard.register.name]) == guard.negated:
                    continue
                if instruction.opcode == "ret":
                    return
                if instruction.opcode == "bra":
                    (label,) = instruction.operands
                    assert isinstance(label, Label)
                    following = labels[label.name]
                    break
                yield from self.execute(instruction, frame)
            block = following

    def execute(self, instruction: Instruction, frame: Frame) -> Thread:
        words = instruction.name.split(".")
        match words[0]:
            case "call":
                yield from self.call(instruction, frame)
            case "bar":
                yield instruction.name, ()
            case "shfl" | "vote" | "match":
                destination, *sources = instruction.operands
                values = tuple(self.value(s, "b32", frame) for s in sources)
                write(frame, destination, (yield instruction.name, values))
            case "ld" | "st" | "atom" | "red":
                self.access(words, instruction.operands, frame)
            case "mov" if any(isinstance(o, Vector) for o in instruction.operands):
                self.repack(words[-1], instruction.operands, frame)
            case _:
                destination, *sources = instruction.operands
                types = source_types(words, len(sources))
                values = [self.value(s, t, frame) for s, t in zip(sources, types, strict=True)]
                write(frame, destination, compute(words, values))

    def value(self, operand: Operand, type: str, frame: Frame) -> int:
        match operand:
            case Register(name=name):
                return frame.registers[name]
            case Not(register=register):
                return 1 - frame.registers[register.name]
            case Immediate(value=value):
                return int(value != 0) if type == "pred" else value & mask(type)
            case SpecialRegister(name=name):
                return self.specials[name]
            case Symbol():
                return operand.offset  # one variable in each space
            case _:
                raise TypeError(operand)

    def call(self, instruction: Instruction, frame: Frame) -> Thread:
        results, name, arguments = instruction.operands
        assert isinstance(results, Arguments)
        assert isinstance(arguments, Arguments)
        inner = Frame(self.module.function(str(name)))
        for formal, actual in zip(inner.function.params, arguments.elements, strict=True):
            inner.params[formal.name] = frame.params[str(actual)]
        yield from self.run(inner)
        for formal, actual in zip(inner.function.returns, results.elements, strict=True):
            frame.params[str(actual)] = inner.params[formal.name]

    def access(self, words: list[str], operands: tuple[Operand, ...], frame: Frame) -> None:
        """`ld`, `st`, `atom`, `red`; a vector's elements lie one after another."""
        type, space, load = words[-1], words[1], words[0] in ("ld", "atom")
        (address,) = (o for o in operands if isinstance(o, Address))
        others = [o for o in operands if o is not address]
        if space == "param":
            assert isinstance(address.base, Symbol)
            if load:
                write(frame, others[0], frame.params[address.base.name])
            else:
                frame.params[address.base.name] = self.value(others[0], type, frame)
            return
        assert address.base is not None
        where = self.value(address.base, "b64", frame) + address.offset
        memory, size = self.memories[space], width(type) // 8
        if words[0] in ("atom", "red"):
            old = int.from_bytes(memory[where : where + size], "little")
            new = UPDATE[words[2]](old, self.value(others[-1], type, frame)) & mask(type)
            memory[where : where + size] = new.to_bytes(size, "little")
            if load:
                write(frame, others[0], old)
            return
        for number, element in enumerate(elements(others[0])):
            at = where + number * size
            if load:
                write(frame, element, int.from_bytes(memory[at : at + size], "little"))
            else:
                memory[at : at + size] = (self.value(element, type, frame) & mask(type)).to_bytes(
                    size, "little"
                )

    def repack(self, type: str, operands: tuple[Operand, ...], frame: Frame) -> None:
        destination, source = operands
        if isinstance(destination, Vector):
            whole = self.value(source, type, frame)
            step = width(type) // len(destination.elements)
            for number, element in enumerate(destination.elements):
                write(frame, element, whole >> (number * step) & ((1 << step) - 1))
        else:
            parts = elements(source)
            step = width(type) // len(parts)
            values = (self.value(part, f"b{step}", frame) for part in parts)
            write(frame, destination, sum(v << (i * step) for i, v in enumerate(values)))


UPDATE: dict[str, Callable[[int, int], int]] = {
    "add": lambda a, b: a + b,
    "min": min,
    "max": max,
    "exch": lambda a, b: b,
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
}


def elements(operand: Operand) -> tuple[Any, ...]:
    return operand.elements if isinstance(operand, Vector) else (operand,)


def write(frame: Frame, destination: Operand, value: int) -> None:
    assert isinstance(destination, Register)
    frame.registers[destination.name] = value


def source_types(words: list[str], count: int) -> list[str]:
    """The types that constants among the sources have."""
    type = words[-1]
    match words[0]:
        case "selp":
            return [type, type, "pred"]
        case "shl" | "shr":
            return [type, "u32"]
        case "mad" | "mul" if "wide" in words:
            return [type, type, f"{type[0]}{2 * width(type)}"][:count]
        case _:
            return [type] * count


def compute(words: list[str], v: list[int]) -> int:
    """One instruction without side effects, on bits."""
    type = words[-1]
    if words[0] == "setp":
        relation = words[1]
        if type in FORMATS:
            return int(exact.compare(relation, *(exact.decode(x, FORMATS[type]) for x in v)))
        return int(exact.ORDER[relation](*(integer(x, type) for x in v)))
    if words[0] == "cvt":
        return convert(words, v[0])
    if words[0] in OTHERS:
        return OTHERS[words[0]](words, v)
    if type == "f16x2":
        low, high = ([x >> shift & 0xFFFF for x in v] for shift in (0, 16))
        scalar = [*words[:-1], "f16"]
        return compute(scalar, low) | compute(scalar, high) << 16
    if type in FORMATS:
        return floating(words, v)
    numbers = [integer(x, type) for x in v]
    wide = "wide" in words
    if "hi" in words:
        return (numbers[0] * numbers[1] >> width(type)) & mask(type)
    if wide and len(v) == 3:
        numbers[2] = v[2]
    return INTEGER[words[0]](*numbers) & (mask(type) if not wide else (1 << 2 * width(type)) - 1)


INTEGER: dict[str, Callable[..., int]] = {
    **UPDATE,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "mad": lambda a, b, c: a * b + c,
    "div": lambda a, b: abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1),
    "rem": lambda a, b: abs(a) % abs(b) * (-1 if a < 0 else 1),
    "not": lambda a: ~a,
    "neg": lambda a: -a,
    "shl": lambda a, b: a << min(b, 64),
    "shr": lambda a, b: a >> min(b, 64),
}


def permute(_: list[str], v: list[int]) -> int:
    pool = (v[0] | v[1] << 32).to_bytes(8, "little")
    found = 0
    for lane in range(4):
        code = v[2] >> (4 * lane) & 15
        byte = pool[code & 7]
        found |= (byte if code < 8 else 255 * (byte >> 7)) << (8 * lane)
    return found


def dot(_: list[str], v: list[int]) -> int:
    bytes_of = [x.to_bytes(4, "little") for x in v[:2]]
    return (v[2] + sum(a * b for a, b in zip(*bytes_of, strict=True))) & 0xFFFFFFFF


def table(_: list[str], v: list[int]) -> int:
    return sum(
        (v[3] >> ((v[0] >> i & 1) << 2 | (v[1] >> i & 1) << 1 | (v[2] >> i & 1)) & 1) << i for i in range(32)
    )


def funnel(words: list[str], v: list[int]) -> int:
    both, count = v[0] | v[1] << 32, v[2] & 31
    return (both >> (32 - count) if words[1] == "l" else both >> count) & 0xFFFFFFFF


OTHERS: dict[str, Callable[[list[str], list[int]], int]] = {
    "mov": lambda w, v: v[0],
    "cvta": lambda w, v: v[0],
    "selp": lambda w, v: v[0] if v[2] else v[1],
    "popc": lambda w, v: v[0].bit_count(),
    "bfe": lambda w, v: v[0] >> (v[1] & 255) & ((1 << (v[2] & 255)) - 1),
    "prmt": permute,
    "dp4a": dot,
    "lop3": table,
    "shf": funnel,
}


def floating(words: list[str], v: list[int]) -> int:
    format = FORMATS[words[-1]]
    mode = next((w for w in words if w in ("rn", "rz", "rm", "rp")), "rn")
    sign = 1 << (format.bits - 1)
    if words[0] in ("neg", "abs"):
        return v[0] ^ sign if words[0] == "neg" else v[0] & ~sign
    x = [exact.decode(bits, format) for bits in v]
    match words[0]:
        case "add":
            result = exact.add(x[0], x[1], mode)
        case "sub":
            result = exact.add(x[0], exact.negated(x[1]), mode)
        case "mul":
            result = exact.multiply(x[0], x[1])
        case "fma":
            result = exact.add(exact.multiply(x[0], x[1]), x[2], mode)
        case "div":
            result = exact.divide(x[0], x[1])
        case "sqrt":
            result = exact.root(x[0])
        case "min" | "max":
            result = exact.smaller(x[0], x[1], larger=words[0] == "max")
        case _:
            raise NotImplementedError(".".join(words))
    return exact.encode(result, format, mode)


def convert(words: list[str], bits: int) -> int:
    to, given = words[-2:]
    mode = words[1] if len(words) == 4 else "rn"
    if to in FORMATS:
        value = (
            exact.decode(bits, FORMATS[given])
            if given in FORMATS
            else exact.from_integer(integer(bits, given))
        )
        return exact.encode(value, FORMATS[to], mode)
    if given not in FORMATS:
        return integer(bits, given) & mask(to)
    number = exact.to_integer(exact.decode(bits, FORMATS[given]), mode)
    low, high = (-(1 << (width(to) - 1)), (1 << (width(to) - 1)) - 1) if to[0] == "s" else (0, mask(to))
    return min(max(number, low), high) & mask(to)


def together(name: str, values: list[tuple[int, ...]]) -> list[int]:
    """What each thread of a full warp gets from an operation that all of them do."""
    words, lanes, first = name.split("."), range(len(values)), [v[0] if v else 0 for v in values]
    match words[0], next((w for w in words[1:] if w != "sync"), ""):
        case "shfl", "bfly":
            return [first[lane ^ values[lane][1]] for lane in lanes]
        case "shfl", "down":
            return [
                first[source] if (source := lane + values[lane][1]) < 32 else first[lane] for lane in lanes
            ]
        case "vote", "ballot":
            return [sum(p << lane for lane, p in enumerate(first))] * len(first)
        case "vote", how:
            verdict = {"any": any(first), "all": all(first), "uni": len(set(first)) == 1}[how]
            return [int(verdict)] * len(first)
        case "match", "any":
            return [sum(1 << lane for lane in lanes if first[lane] == mine) for mine in first]
        case "bar", _:
            return first
        case _:
            raise NotImplementedError(name)


def run(module: Module, entry: str, ctas: int, threads: int, memory: bytearray, params: list[int]) -> None:
    """Run a grid on one global memory; `params` are the values of the entry's parameters."""
    function = module.function(entry)
    values = {variable.name: value for variable, value in zip(function.params, params, strict=True)}
    for cta in range(ctas):
        shared = bytearray(SHARED_BYTES)
        running: list[Thread] = []
        for thread in range(threads):
            memories = {"global": memory, "shared": shared, "local": bytearray(LOCAL_BYTES)}
            runner = Runner(module, {"%tid.x": thread, "%ctaid.x": cta}, memories)
            running.append(runner.run(Frame(function, params=dict(values))))
        answers: list[int | None] = [None] * threads
        while True:
            asked = [ask(thread, answer) for thread, answer in zip(running, answers, strict=True)]
            if asked[0] is None:
                assert not any(asked), "threads end apart"
                break
            names, operands = zip(*(a for a in asked if a is not None), strict=True)
            assert len(names) == threads
            assert len(set(names)) == 1, "threads meet at different instructions"
            answers = list(together(names[0], list(operands)))


def ask(thread: Thread, answer: int | None) -> tuple[str, tuple[int, ...]] | None:
    """What a thread waits for next; None when it has ended."""
    try:
        return next(thread) if answer is None else thread.send(answer)
    except StopIteration:
        return None
