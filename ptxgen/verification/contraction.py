"""Fused multiply-adds taken apart: how a contraction is compared bit for bit."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Module
from ptxgen.ir.operands import Register
from ptxgen.ir.rewriting import made

_TYPES = frozenset({"f16", "f16x2", "bf16", "bf16x2", "f32", "f32x2", "f64"})


def uncontracted(module: Module) -> Module:
    """A copy in which every `fma.rn` is a rounded product and a rounded sum.

    Two modules that differ by contraction alone compute the same bits in this form, provided that the fused
    instructions have the factors, terms, signs, guards and subnormal rules of what they replace. Instructions that
    have no such pair (`.relu`, other roundings, products that the target's table lacks) stay in both.
    """
    functions = [
        evolve(
            function,
            blocks=[
                evolve(block, instructions=[new for i in block.instructions for new in _apart(i)])
                for block in function.blocks
            ],
        )
        for function in module.functions
    ]
    return evolve(module, functions=functions)


def _apart(instruction: Instruction) -> Iterator[Instruction]:
    opcode, *words = instruction.name.split(".")
    if opcode != "fma" or words[-1] not in _TYPES or not {*words[:-1]} <= {"rn", "ftz", "sat"}:
        yield instruction
        return
    destination, a, b, c = instruction.operands
    assert isinstance(destination, Register)
    product = Register(f"%product_of_fma_{destination.type}", destination.type)
    flushing = ".ftz" if "ftz" in words else ""
    saturating = ".sat" if "sat" in words else ""
    # The pair has to exist only in the emulator: bf16 products are younger than bf16 fma.
    multiply = made(f"mul.rn{flushing}.{words[-1]}", (product, a, b), instruction)
    add = made(f"add.rn{flushing}{saturating}.{words[-1]}", (destination, product, c), instruction)
    yield from (instruction,) if multiply is None or add is None else (multiply, add)
