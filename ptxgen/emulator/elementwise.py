"""Operations that compute each thread's result from its own values: one call of a ufunc or a semantics function."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator import addresses
from ptxgen.emulator.code import CARRY, Operation
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.emulator.frame import Frame, Step
from ptxgen.emulator.operands import Operands
from ptxgen.emulator.semantics.floating import CanonicalNan
from ptxgen.emulator.semantics.registry import KNOWS_CONSTANTS, semantics_of
from ptxgen.emulator.semantics.values import bits_of, select
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Guard, Immediate, Negative, Part, Register
from ptxgen.isa.types import Type, pred

Array = np.ndarray[Any, Any]


# Importing `addresses` gives its rows their semantics.
__all__ = ["addresses", "bind", "merge", "place"]


def bind(operation: Operation, guard: Guard | None, operands: Operands, any_nan: bool = False) -> list[Step]:
    """Calls that execute the operation on the operands' frame; where `guard` does not hold, old values stay.

    `any_nan`: nobody looks at which NaN the result is.
    """
    steps: list[Step] = []
    instruction = operation.instruction
    sources: list[Array] = []
    targets: list[tuple[Type, Register | None]] = []
    for slot, operand in zip(instruction.form.operands, instruction.operands, strict=False):
        if slot.writes:
            targets += operands.targets(slot, operand)
        else:
            sources += operands.sources(slot, operand, steps)
    if CARRY in operation.reads:
        sources.append(operands.frame.array(CARRY))
    if CARRY in operation.writes:
        targets.append((pred, Register(CARRY, pred)))
    sources = _needed(sources, targets, operands.frame)
    mask = operands.guard(guard, steps) if guard is not None else None
    function = semantics_of(instruction.form, parts_of(instruction))
    if any_nan and guard is None and isinstance(function, CanonicalNan):
        function = function.ufunc
    outs, results = place(targets, _shape(sources, operands.frame), mask, operands.frame, function)
    out = outs[0] if len(outs) == 1 else tuple(outs)
    steps.append((function, (*sources, out)))
    for target, value in results:
        if mask is None:
            steps.append((np.copyto, (target, value)))
        elif guard is operands.arm and target.itemsize == value.itemsize and target.ndim == mask.ndim:
            steps += _merge_in_arm(target, value, operands)
        else:
            steps.append((merge, (target, value, mask)))
    return steps


def _merge_in_arm(target: Array, value: Array, operands: Operands) -> list[Step]:
    """Assign on the threads of the arm, without branches; its mask serves all its operations."""
    steps: list[Step] = []
    held = operands.arm_bits(target.itemsize, steps)
    old, new = bits_of(target), bits_of(value)
    change = operands.frame.spare(old.shape, old.dtype, 103)
    return [
        *steps,
        (np.bitwise_xor, (old, new, change)),
        (np.bitwise_and, (change, held, change)),
        (np.bitwise_xor, (old, change, old)),
    ]


def parts_of(instruction: Instruction) -> tuple[tuple[str, str], ...]:
    """The selectors and signs of the operands that have them, by the operands' names, and constants that count."""
    kinds = (Part, Negative, Immediate) if instruction.form.row in KNOWS_CONSTANTS else (Part, Negative)
    pairs = zip(instruction.form.operands, instruction.operands, strict=False)
    return tuple((slot.name, _selector(operand)) for slot, operand in pairs if isinstance(operand, kinds))


def _selector(operand: object) -> str:
    if isinstance(operand, Negative):
        return f"-{_selector(operand.source)}"
    if isinstance(operand, Immediate):
        return f"={operand.value}"
    return operand.selector if isinstance(operand, Part) else ""


def _needed(sources: list[Array], targets: list[tuple[Type, Register | None]], frame: Frame) -> list[Array]:
    """The sources on the threads that results are worked out for: these may vary along fewer axes."""
    registers = [register.name for _, register in targets if register is not None]
    if not frame.lanes.is_lattice or len(registers) != 1 or len(targets) != 1:
        return sources
    extents = frame.array(registers[0]).shape[:3]
    if extents == frame.lanes.shape:
        return sources
    corner = tuple(slice(0, extent) for extent in extents)
    return [source if source.ndim < 3 else source[corner] for source in sources]


def _shape(sources: list[Array], frame: Frame) -> tuple[int, ...]:
    """The common shape of the sources, without the last axis of 128-bit values."""
    shapes = {s.shape[:-1] if s.ndim in (2, 4) else s.shape for s in sources} - {()}
    shape = shapes.pop() if len(shapes) == 1 else np.broadcast_shapes(*shapes)
    return (1, 1, 1) if frame.lanes.is_lattice and len(shape) < 3 else shape


def place(
    targets: list[tuple[Type, Register | None]],
    shape: tuple[int, ...],
    mask: Array | None,
    frame: Frame,
    function: object,
) -> tuple[list[Array], list[tuple[Array, Array]]]:
    """Where results of `shape` can be written, and those that are to go from there into the registers: to, from."""
    outs: list[Array] = []
    results: list[tuple[Array, Array]] = []
    for number, (type, register) in enumerate(targets):
        full = shape + (2,) * (type.bits == 128)
        if register is None:
            outs.append(frame.spare(full, dtype_of(type), number))
            continue
        storage = frame.array(register.name)
        fits = register.type.bits == type.bits
        if fits and mask is None and (storage.shape == full or isinstance(function, np.ufunc)):
            outs.append(storage.view(dtype_of(type)))
            continue
        out = frame.spare(full, dtype_of(type), number)
        outs.append(out)
        target = _receiver(storage, type, register.type)
        if not fits and type.is_float:
            out = out.view(f"u{out.itemsize}")
        results.append((target, out))
    return outs, results


def _receiver(storage: Array, type: Type, declared: Type) -> Array:
    """The register's storage as integers that extend a narrower value by its sign or by zeros."""
    if declared is pred or declared.bits == 128:
        return storage
    if declared.bits == type.bits:
        return storage.view(dtype_of(type))
    return storage.view(f"i{storage.itemsize}") if type.is_signed else storage


def merge(target: Array, value: Array, mask: Array) -> None:
    """Assign where the mask holds."""
    held = np.count_nonzero(mask)
    if held == mask.size:
        np.copyto(target, value, casting="unsafe")
    elif held and target.itemsize == value.itemsize and target.ndim == mask.ndim:
        select(mask, value, target, target)
    elif held:
        np.copyto(
            target, value, where=mask if target.ndim == mask.ndim else mask[..., None], casting="unsafe"
        )
