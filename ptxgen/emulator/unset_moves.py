"""How copies carry the masks of unset bytes from their sources to their results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.frame import Frame
from ptxgen.ir.instruction import Instruction, elements
from ptxgen.ir.operands import Immediate, Operand, Register
from ptxgen.isa.types import pred

Array = np.ndarray[Any, Any]


@frozen
class Flags:
    """The masks of registers of a frame, one axis; zeros where all is set."""

    frame: Frame
    find: Callable[[str], Array | None]

    def of(self, operand: Operand) -> Array:
        """The masks of a scalar operand."""
        masks = self.find(operand.name) if isinstance(operand, Register) else None
        return np.zeros(self.frame.lanes.size, np.uint16) if masks is None else masks

    def value(self, register: Register) -> Array:
        """A register's value on each thread, one axis."""
        lanes = self.frame.lanes
        return np.broadcast_to(self.frame.array(register.name), lanes.shape).reshape(-1)


Carries = Callable[[Instruction], set[str]]
Results = Callable[[Instruction, Flags], dict[str, Array]]


@frozen
class Move:
    """`carries`: the registers that an instruction only copies. `results`: the masks of what it defines."""

    carries: Carries
    results: Results


def _names(*operands: Operand) -> set[str]:
    return {e.name for o in operands for e in elements(o) if isinstance(e, Register)}


def _low(bytes: int) -> int:
    return (1 << bytes) - 1


def _mov(instruction: Instruction, flags: Flags) -> dict[str, Array]:
    """Registers, and packing and unpacking of vectors: bytes in order."""
    targets, sources = (elements(o) for o in instruction.operands)
    gathered = np.zeros(flags.frame.lanes.size, np.uint32)
    place = 0
    for source in sources:
        size = _bytes(source, instruction)
        gathered |= (flags.of(source) & np.uint16(_low(size))).astype(np.uint32) << np.uint32(place)
        place += size
    found: dict[str, Array] = {}
    place = 0
    for target in targets:
        size = _bytes(target, instruction)
        if isinstance(target, Register):
            found[target.name] = ((gathered >> np.uint32(place)) & np.uint32(_low(size))).astype(np.uint16)
        place += size
    return found


def _bytes(operand: Operand, instruction: Instruction) -> int:
    if isinstance(operand, Register):
        return max(operand.type.bits // 8, 1)
    slot = instruction.form.operands[0].type
    return slot.bytes if slot is not None else 4


def _selp(instruction: Instruction, flags: Flags) -> dict[str, Array]:
    target, a, b, predicate = instruction.operands
    if not isinstance(target, Register) or not isinstance(predicate, Register):
        return {}
    return {target.name: np.where(flags.value(predicate), flags.of(a), flags.of(b))}


def _prmt(instruction: Instruction, flags: Flags) -> dict[str, Array]:
    """Each result byte is one of eight source bytes (or that byte's sign, eight times)."""
    target, a, b, selection = instruction.operands
    assert isinstance(target, Register)
    assert isinstance(selection, Immediate)
    pool = (flags.of(a) & 15) | ((flags.of(b) & 15) << 4)
    found = np.zeros_like(pool)
    for byte in range(4):
        chosen = (selection.value >> (4 * byte)) & 7
        found |= ((pool >> chosen) & 1) << byte
    return {target.name: found}


def _shift(instruction: Instruction, flags: Flags) -> dict[str, Array]:
    target, a, amount = instruction.operands
    assert isinstance(target, Register)
    assert isinstance(amount, Immediate)
    by = amount.value // 8
    masks = flags.of(a)
    size = max(target.type.bits // 8, 1)
    moved = masks << by if instruction.opcode == "shl" else masks >> by
    return {target.name: (moved & _low(size)).astype(np.uint16)}


def _and(instruction: Instruction, flags: Flags) -> dict[str, Array]:
    """A bit field is written by reading, masking and storing: bytes kept whole stay as they are, others are set."""
    target, a, kept = instruction.operands
    assert isinstance(target, Register)
    return {target.name: flags.of(a) & np.uint16(_whole_bytes(kept))}


def _or(instruction: Instruction, flags: Flags) -> dict[str, Array]:
    target, a, b = instruction.operands
    assert isinstance(target, Register)
    return {target.name: flags.of(a) | flags.of(b)}


def _lop3(instruction: Instruction, flags: Flags) -> dict[str, Array]:
    """The bytes of sources that decide each bit of the result's byte; what a constant takes away in part is set."""
    target, *sources, table = instruction.operands
    assert isinstance(target, Register)
    found = np.zeros(flags.frame.lanes.size, np.uint16)
    for place, source in enumerate(sources):
        found = found | flags.of(source) & np.uint16(_deciding_bytes(sources, place, table))
    return {target.name: found}


def _deciding_bytes(sources: Sequence[Operand], place: int, table: Operand) -> int:
    """In which bytes the result of a `lop3` depends on every bit of a source, whatever the other registers hold."""
    assert isinstance(table, Immediate)
    constants = [s.value if isinstance(s, Immediate) else None for s in sources]

    def decides(bit: int) -> bool:
        known = [None if c is None else c >> bit & 1 for c in constants]
        rows = [
            r
            for r in product(range(2), repeat=3)
            if all(k in (None, v) for k, v in zip(known, r, strict=True))
        ]
        results = {row: table.value >> (row[0] << 2 | row[1] << 1 | row[2]) & 1 for row in rows}
        flipped = [(*row[:place], 1 - row[place], *row[place + 1 :]) for row in rows]
        return any(results[row] != results[other] for row, other in zip(rows, flipped, strict=True))

    if constants[place] is not None:
        return 0
    return sum(1 << byte for byte in range(4) if all(decides(8 * byte + bit) for bit in range(8)))


def _lop3_copies(instruction: Instruction) -> set[str]:
    """The registers of a `lop3` that masks or merges by a constant, of which it takes whole bytes."""
    _, *sources, table = instruction.operands
    if len(sources) != 3 or not any(isinstance(s, Immediate) for s in sources):
        return set()
    return {
        s.name
        for place, s in enumerate(sources)
        if isinstance(s, Register) and _deciding_bytes(sources, place, table)
    }


def _whole_bytes(mask: Operand) -> int:
    """Which bytes a constant mask keeps whole."""
    value = mask.value if isinstance(mask, Immediate) else 0
    return sum(1 << byte for byte in range(8) if (value >> (8 * byte)) & 255 == 255)


def _cvt(instruction: Instruction, flags: Flags) -> dict[str, Array]:
    """Between integers: the low bytes; a sign spreads as the top byte does."""
    target, source = instruction.operands[:2]
    to, of = (slot.type for slot in instruction.form.operands[:2])
    assert isinstance(target, Register)
    assert to is not None
    assert of is not None
    masks = flags.of(source) & _low(of.bytes)
    if to.bytes > of.bytes and of.is_signed:
        spread = _low(to.bytes) & ~_low(of.bytes)
        masks = np.where((masks >> (of.bytes - 1)) & 1 == 1, masks | spread, masks)
    return {target.name: (masks & _low(to.bytes)).astype(np.uint16)}


def _is_whole_shift(instruction: Instruction) -> bool:
    amount = instruction.operands[2]
    return isinstance(amount, Immediate) and amount.value % 8 == 0


def _is_integer_cvt(instruction: Instruction) -> bool:
    types = [slot.type for slot in instruction.form.operands[:2]]
    return (
        len(instruction.operands) == 2
        and all(t is not None and t.is_integer for t in types)
        and not instruction.form.has("sat")
    )


def _carries_if(condition: Callable[[Instruction], bool], *places: int) -> Carries:
    return lambda i: _names(*(i.operands[p] for p in places)) if condition(i) else set()


def _results_if(condition: Callable[[Instruction], bool], results: Results) -> Results:
    return lambda i, flags: results(i, flags) if condition(i) else {}


def _selects_by_constant(instruction: Instruction) -> bool:
    default = all(
        m not in instruction.form.modifiers.values() for m in ("f4e", "b4e", "rc8", "ecl", "ecr", "rc16")
    )
    return default and isinstance(instruction.operands[3], Immediate)


def _move(results: Results, *places: int, when: Callable[[Instruction], bool] = lambda _: True) -> Move:
    return Move(_carries_if(when, *places), _results_if(when, results))


MOVES: dict[str, Move] = {
    "mov": _move(_mov, 1),
    "selp": _move(_selp, 1, 2),
    "prmt": _move(_prmt, 1, 2, when=_selects_by_constant),
    "shl": _move(_shift, 1, when=_is_whole_shift),
    "shr": _move(_shift, 1, when=_is_whole_shift),
    "and": _move(_and, 1, when=lambda i: _whole_bytes(i.operands[2]) != 0),
    "lop3": Move(_lop3_copies, lambda i, flags: _lop3(i, flags) if _lop3_copies(i) else {}),
    "or": _move(_or, 1, 2, when=lambda i: i.form.type is not pred),
    "cvt": _move(_cvt, 1, when=_is_integer_cvt),
}
