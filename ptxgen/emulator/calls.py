"""Calls of device functions: arguments, results, and the bound on depth (PTX ISA 9.0, section 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ptxgen.emulator.code import Call, Code
from ptxgen.emulator.context import Context
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.emulator.errors import RECURSION_LIMIT
from ptxgen.emulator.faults import fault
from ptxgen.emulator.frame import Frame
from ptxgen.emulator.lattices import Lattices
from ptxgen.emulator.operands import Operands, Resolve
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Variable
from ptxgen.ir.operands import Arguments, Immediate, Register, Symbol
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type

Array = np.ndarray[Any, Any]
Argument = Register | Symbol | Immediate


def handles_of(context: Context, instruction: Instruction) -> Array | None:
    """For an indirect call, the address of the function for each thread; None for a direct one."""
    target = _target(instruction)
    if isinstance(target, Symbol):
        return None
    return np.broadcast_to(context.frame.array(target.name), context.lanes.shape).reshape(-1)


def direct_target(instruction: Instruction) -> str:
    """The name of the function that a direct call calls."""
    return _target(instruction).name


def enter(
    context: Context, end: Call, code: Code, axes: Mapping[str, int], lattices: Lattices, resolve: Resolve
) -> None:
    """Push a frame for the function and pass the arguments. EMU023 if calls are nested too deep."""
    caller = context.frame
    batch, lanes = caller.batch, context.lanes
    limits = batch.launch.limits
    depth = len(context.frames)
    base = caller.base + caller.code.local_bytes
    if depth > limits.call_depth or base + code.local_bytes > limits.local_bytes:
        raise fault(
            RECURSION_LIMIT,
            f"calls are nested {depth} deep with {base + code.local_bytes} bytes of local memory"
            f" (limits: {limits.call_depth} and {limits.local_bytes})",
            end.instruction,
            batch,
            int(lanes.ids[0]),
            help="end the recursion, or raise Limits.call_depth and Limits.local_bytes",
        )
    batch.local.grow(base + code.local_bytes)
    if lanes.is_lattice:
        callee = lattices.frame(code, axes, lanes, base, end.next, depth)
    else:
        callee = Frame(code, batch, lanes, axes, base, end.next)
    pass_arguments(caller, callee, end.instruction, Operands(caller, resolve))
    context.frames.append(callee)
    context.pc = 0


def _target(instruction: Instruction) -> Symbol | Register:
    slot = next(i for i, s in enumerate(instruction.form.operands) if s.name == "func")
    target = instruction.operands[slot]
    assert isinstance(target, Symbol | Register)
    return target


def arguments_of(instruction: Instruction, name: str) -> tuple[Argument, ...]:
    """The elements of the parenthesised list in operand slot `params` or `ret`; empty without it."""
    for slot, operand in zip(instruction.form.operands, instruction.operands, strict=False):
        if slot.name == name and isinstance(operand, Arguments):
            return operand.elements
    return ()


def pass_arguments(caller: Frame, callee: Frame, instruction: Instruction, operands: Operands) -> None:
    """Copy the caller's arguments to where the function looks for its parameters."""
    given = arguments_of(instruction, "params")
    for argument, parameter in zip(given, callee.code.function.params, strict=False):
        _copy(_value(argument, parameter, caller, operands), caller, argument, callee, parameter)


def return_results(callee: Frame, caller: Frame) -> None:
    """Copy the function's results to where the call wants them."""
    instruction = _call_before(caller, callee.back)
    for target, result in zip(arguments_of(instruction, "ret"), callee.code.function.returns, strict=False):
        if isinstance(target, Symbol):
            _move_words(callee, callee.base + callee.code.local[result.name], caller, target, result.bytes)
        elif isinstance(target, Register):
            if result.space is StateSpace.REG:
                caller.array(target.name)[...] = callee.array(result.name)
            else:
                words = _load_words(callee, callee.base + callee.code.local[result.name], result.bytes)
                caller.array(target.name)[...] = _joined(words, result.type).reshape(caller.lanes.shape)


def argument_values(caller: Frame, call: Instruction, resolve: Resolve, types: Sequence[Type]) -> list[Array]:
    """The arguments of a call as one flat array each, unsigned, for functions that are not code of the module."""
    operands = Operands(caller, resolve)
    values: list[Array] = []
    for argument, type in zip(arguments_of(call, "params"), types, strict=True):
        if isinstance(argument, Symbol) and argument.name in caller.code.local:
            words = _load_words(caller, caller.base + caller.code.local[argument.name], type.bytes)
            values.append(_joined(words, type))
        else:
            value = operands.source(type, argument, [])
            values.append(np.broadcast_to(value, caller.lanes.shape).reshape(-1))
    return values


def set_result(caller: Frame, call: Instruction, value: Array) -> None:
    """Give a call its result of 32 or 64 bits, one for each thread."""
    for target in arguments_of(call, "ret"):
        if isinstance(target, Symbol):
            _store_words(caller, caller.base + caller.code.local[target.name], _split(value))
        elif isinstance(target, Register):
            caller.array(target.name)[...] = value.reshape(caller.lanes.shape)


def _call_before(caller: Frame, block: int) -> Instruction:
    for candidate in caller.code.blocks:
        if isinstance(candidate.end, Call) and candidate.end.next == block:
            return candidate.end.instruction
    raise LookupError(f"no call returns to block {block}")


def _value(argument: Argument, parameter: Variable, caller: Frame, operands: Operands) -> Array | None:
    """The argument as an array, unless it is a parameter variable."""
    if isinstance(argument, Symbol) and argument.name in caller.code.local:
        return None
    return operands.source(parameter.type, argument, [])


def _copy(value: Array | None, caller: Frame, argument: Argument, callee: Frame, parameter: Variable) -> None:
    if parameter.space is StateSpace.REG:
        if value is None:
            assert isinstance(argument, Symbol)
            words = _load_words(caller, caller.base + caller.code.local[argument.name], parameter.bytes)
            value = _joined(words, parameter.type).reshape(caller.lanes.shape)
        target = callee.array(parameter.name)
        target[...] = value.view(target.dtype) if value.itemsize == target.itemsize else value
        return
    start = callee.base + callee.code.local[parameter.name]
    if value is None:
        assert isinstance(argument, Symbol)
        words = _load_words(caller, caller.base + caller.code.local[argument.name], parameter.bytes)
    else:
        full = np.ascontiguousarray(np.broadcast_to(value, caller.lanes.shape)).reshape(-1)
        words = _split(full)
    _store_words(callee, start, words)


def _move_words(callee: Frame, start: int, caller: Frame, target: Symbol, nbytes: int) -> None:
    _store_words(caller, caller.base + caller.code.local[target.name], _load_words(callee, start, nbytes))


def _load_words(frame: Frame, start: int, nbytes: int) -> list[Array]:
    local, ids = frame.batch.local, frame.lanes.ids
    return [local.rows[row, ids] for row in range(start // 4, (start + nbytes + 3) // 4)]


def _store_words(frame: Frame, start: int, words: list[Array]) -> None:
    local, ids = frame.batch.local, frame.lanes.ids
    for row, word in enumerate(words, start // 4):
        local.rows[row, ids] = word
        if local.written is not None:
            local.written[row, ids] = 0x01010101


def _split(value: Array) -> list[Array]:
    """Elements as 32-bit words, the low word first."""
    if value.itemsize < 4:
        return [value.view(f"u{value.itemsize}").astype(np.uint32)]
    words = value.view(np.uint32).reshape(len(value), -1)
    return [words[:, i] for i in range(words.shape[1])]


def _joined(words: list[Array], type: Type) -> Array:
    """The register value that words hold."""
    if len(words) == 1:
        return words[0] if type.bytes == 4 else words[0].astype(dtype_of(type.register).str.replace("f", "u"))
    return np.ascontiguousarray(np.stack(words, axis=-1)).view(np.uint64)[:, 0]
