"""Trials of a module that nobody described: launches with random arguments, guessed from its entries."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
from attrs import frozen

from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function, Module, Variable
from ptxgen.ir.operands import Address, Register, Symbol
from ptxgen.isa.spaces import StateSpace

Triple = tuple[int, int, int]
BUFFER_BYTES = 1 << 16
"""The size of what a pointer parameter points to."""
_FOLLOWED = ("mov", "cvta", "add", "sub", "mad", "selp", "shl")


@frozen
class Scalar:
    """The bytes of a parameter."""

    bytes: bytes


@frozen
class Content:
    """What lies in a buffer before the launch."""

    bytes: bytes


@frozen
class Trial:
    """One launch. An argument is the bytes of a scalar, or the content of a buffer whose address is passed."""

    entry: str
    grid: Triple
    block: Triple
    arguments: tuple[Scalar | Content, ...]
    shared_bytes: int = 0


def guessed(module: Module, count: int, seed: int) -> Iterator[Trial]:
    """Trials of every entry: `count` each. The same module and seed give the same trials."""
    for function in module.entries:
        rng = np.random.default_rng(seed)
        pointers = _pointers(function)
        for content in islice(_kinds(), count):
            arguments = tuple(_argument(p, p.name in pointers, content, rng) for p in function.params)
            yield Trial(
                function.name, (2, 1, 1), _block(function), arguments, _dynamic_shared(module, function)
            )


def _kinds() -> Iterator[str]:
    """What buffers hold, in turn: no kind of number suits every program."""
    while True:
        yield from ("f4", "small", "f2", "bytes")


def _numbers(kind: str, size: int, rng: np.random.Generator) -> bytes:
    match kind:
        case "small":
            return rng.integers(0, 16, size // 4, np.uint32).tobytes()
        case "bytes":
            return rng.bytes(size)
        case _:
            return rng.standard_normal(size // int(kind[1:])).astype(kind).tobytes()


def _argument(parameter: Variable, points: bool, kind: str, rng: np.random.Generator) -> Scalar | Content:
    if points:
        return Content(_numbers(kind, BUFFER_BYTES, rng))
    if parameter.type.is_float and parameter.count == 1 and parameter.type.bits > 16:
        return Scalar(np.array(rng.standard_normal(), f"f{parameter.type.bytes}").tobytes())
    size = parameter.bytes
    words = 1 if size <= 8 else -(-size // 4)
    return Scalar(rng.integers(1, 65, words, np.uint32).tobytes().ljust(size, b"\0")[:size])


def _block(function: Function) -> Triple:
    """The CTA that the entry asks for; 64 threads where it does not say."""
    for name in ("reqntid", "maxntid"):
        directive = function.directive(name)
        if directive is not None:
            x, y, z = (*(int(a) for a in directive.arguments), 1, 1)[:3]
            return (x, y, z)
    return (64, 1, 1)


def _dynamic_shared(module: Module, function: Function) -> int:
    unsized = any(
        v.space is StateSpace.SHARED and v.bytes == 0 for v in (*module.globals, *function.variables)
    )
    return 1 << 15 if unsized else 0


def _pointers(function: Function) -> frozenset[str]:
    """The parameters from which an address is reckoned somewhere, without multiplying."""
    holds: dict[str, set[str]] = {}
    found: set[str] = {p.name for p in function.params if p.pointee is not None}
    wide = {p.name for p in function.params if p.bytes == 8}
    for instruction in function.instructions():
        for operand in instruction.operands:
            if isinstance(operand, Address) and isinstance(operand.base, Register):
                found |= holds.get(operand.base.name, set())
        sources = _sources(instruction, holds) & wide
        for register in instruction.writes() if sources else ():
            holds.setdefault(register.name, set()).update(sources)
    return frozenset(found)


def _sources(instruction: Instruction, holds: dict[str, set[str]]) -> set[str]:
    """The parameters that an instruction's result may be an address of."""
    if instruction.opcode == "ld" and instruction.form.space is StateSpace.PARAM:
        return {
            o.base.name for o in instruction.operands if isinstance(o, Address) and isinstance(o.base, Symbol)
        }
    if instruction.opcode not in _FOLLOWED:
        return set()
    reads = instruction.operands[3:] if instruction.opcode == "mad" else instruction.operands[1:]
    return {name for o in reads if isinstance(o, Register) for name in holds.get(o.name, ())}
