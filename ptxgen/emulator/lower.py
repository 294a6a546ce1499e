"""From IR to `Code`: blocks split where threads may wait or leave, guards on such instructions made branches."""

from __future__ import annotations

from ptxgen.emulator.barriers import is_aligned
from ptxgen.emulator.code import (
    CARRY,
    Abort,
    Await,
    Branch,
    Call,
    Code,
    CodeBlock,
    Jump,
    Kind,
    Leave,
    Operation,
    Switch,
    Wait,
    needs_all_lanes,
)
from ptxgen.emulator.constants import constants
from ptxgen.emulator.errors import NOT_EMULATED, EmulatorError
from ptxgen.emulator.hammocks import find_hammocks
from ptxgen.emulator.liveness import liveness, spans
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Label
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect
from ptxgen.isa.types import Type, pred

_KINDS: dict[str, Kind] = {
    "ld": Kind.LOAD,
    "ldu": Kind.LOAD,
    "st": Kind.STORE,
    "atom": Kind.ATOMIC,
    "red": Kind.ATOMIC,
    "shfl": Kind.EXCHANGE,
    "vote": Kind.EXCHANGE,
    "match": Kind.EXCHANGE,
    "activemask": Kind.EXCHANGE,
    "redux": Kind.EXCHANGE,
    "elect": Kind.EXCHANGE,
    "bar": Kind.EXCHANGE,
    "barrier": Kind.EXCHANGE,
    **dict.fromkeys(("ldmatrix", "stmatrix", "movmatrix", "mma", "wmma", "wgmma"), Kind.TENSOR),
    **dict.fromkeys(("cp", "mbarrier", "getctarank"), Kind.ASYNCHRONOUS),
    **dict.fromkeys(
        ("membar", "fence", "griddepcontrol", "nanosleep", "pmevent", "prefetch", "prefetchu", "applypriority",
         "discard", "setmaxnreg"),
        Kind.NOTHING,
    ),
}  # fmt: skip
_ENDS = frozenset(("bra", "brx", "call", "ret", "exit", "trap", "brkpt"))

MACHINE_OPCODES = frozenset(_KINDS) | _ENDS
"""Opcodes that the machine itself executes; all others have elementwise semantics."""


def lower(function: Function) -> Code:
    """The function as blocks, with liveness and hammocks found. EMU031 for instructions without semantics."""
    builder = _Builder(function)
    registers: dict[str, Type] = {r.name: r.type for r in function.registers().values()}
    for variable in (*function.params, *function.returns):
        if variable.space is StateSpace.REG:
            registers.setdefault(variable.name, variable.type)
    blocks = builder.build()
    if any(CARRY in (*o.reads, *o.writes) for b in blocks for o in b.operations):
        registers[CARRY] = pred
    code = Code(function, blocks, registers)
    _place_locals(code)
    live = liveness(code)
    code.live_in = live.entering()
    code.constants = constants(code)
    find_hammocks(code)
    code.spans = spans(code, live)
    code.plain = [_is_plain(code, block) for block in blocks]
    return code


def _is_plain(code: Code, block: CodeBlock) -> bool:
    arms = block.hammock.arms if block.hammock is not None else ()
    return block.is_plain and all(code.blocks[arm.block].is_plain for arm in arms)


class _Builder:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.blocks: list[CodeBlock] = [CodeBlock()]
        self.labels: dict[str, int] = {}
        self.jumps: list[tuple[int, Instruction]] = []

    def build(self) -> list[CodeBlock]:
        for block in self.function.blocks:
            if block.label is not None and (self.block.operations or self.block.label is not None):
                self._fall()
            if block.label is not None:
                self.labels[block.label] = len(self.blocks) - 1
                self.block.label = block.label
            for instruction in block.instructions:
                self._add(instruction)
        for number, instruction in self.jumps:
            self._aim(number, instruction)
        return self.blocks

    @property
    def block(self) -> CodeBlock:
        return self.blocks[-1]

    def _fall(self) -> None:
        """Begin a block that the current one runs into."""
        self.block.end = Jump(len(self.blocks))
        self.blocks.append(CodeBlock())

    def _add(self, instruction: Instruction) -> None:
        self._refuse(instruction)
        self.block.last = instruction
        self.block.count += 1
        if _is_end(instruction):
            self._end(instruction)
            return
        kind = _kind(instruction)
        self.block.polls |= _polls(instruction)
        effects = instruction.form.row.effects
        operation = Operation(
            instruction,
            kind,
            instruction.guard,
            (*(r.name for r in instruction.reads()), *((CARRY,) if Effect.CARRY_IN in effects else ())),
            (*(r.name for r in instruction.writes()), *((CARRY,) if Effect.CARRY_OUT in effects else ())),
            in_place=kind is not Kind.EXCHANGE,
        )
        if needs_all_lanes(operation):
            operation.guard = None
            self._apart(instruction)
            self.block.operations.append(operation)
            self.block.rendezvous = operation
            if instruction.guard is not None:
                self._fall()
        else:
            self.block.operations.append(operation)

    def _apart(self, instruction: Instruction) -> None:
        """Begin a block for an instruction; threads without its guard go round it, to the block after."""
        here = self.block
        if instruction.guard is None:
            if here.operations:
                here.count -= 1
                self._fall()
                self.block.count = 1
        else:
            self._fall()
            aligned = instruction if is_aligned(instruction) else None
            here.end = Branch(instruction.guard, len(self.blocks) - 1, len(self.blocks), aligned)
        self.block.last = instruction

    def _end(self, instruction: Instruction) -> None:
        if instruction.opcode == "bra":
            self.jumps.append((len(self.blocks) - 1, instruction))
        else:
            # Alone in its block, so that threads can part there without having executed anything of it yet.
            alone = instruction.opcode == "call" or _waits(instruction)
            if instruction.guard is not None or (alone and self.block.operations):
                self._apart(instruction)
            self._close(instruction)
        self.blocks.append(CodeBlock())

    def _close(self, instruction: Instruction) -> None:
        block, next = self.block, len(self.blocks)
        match instruction.opcode:
            case "ret" | "exit":
                block.end = Leave(final=instruction.opcode == "exit")
            case "call":
                block.end = Call(instruction, next)
            case "trap" | "brkpt":
                block.end = Abort(instruction)
            case "brx":
                self.jumps.append((next - 1, instruction))
            case _ if _waits_beside(instruction):
                block.end = Await(instruction, next)
            case _:
                block.end = Wait(instruction, next)

    def _aim(self, number: int, instruction: Instruction) -> None:
        """Resolve the labels of a branch."""
        names = [o.name for o in instruction.operands if isinstance(o, Label)]
        block = self.blocks[number]
        if instruction.opcode == "brx":
            table = next((t for t in self.function.targets if t.label == names[0]), None)
            block.end = Switch(
                instruction, tuple(self._block_of(n, instruction) for n in (table.names if table else ()))
            )
            return
        target = self._block_of(names[0], instruction)
        guard = instruction.guard
        block.end = Jump(target) if guard is None else Branch(guard, target, number + 1)

    def _block_of(self, label: str, instruction: Instruction) -> int:
        if label not in self.labels:
            raise EmulatorError(
                NOT_EMULATED,
                f"label {label} does not exist in {self.function.name}",
                location=instruction.location,
                line=instruction.line,
            )
        return self.labels[label]

    def _refuse(self, instruction: Instruction) -> None:
        reason = instruction.form.not_emulated
        if reason:
            raise EmulatorError(
                NOT_EMULATED,
                f"{instruction.name} is not emulated: {reason}",
                location=instruction.location,
                line=instruction.line,
            )


def _polls(instruction: Instruction) -> bool:
    if instruction.opcode == "atom":
        return True
    return instruction.opcode == "ld" and not {"volatile", "relaxed", "acquire", "mmio"}.isdisjoint(
        instruction.form.modifiers
    )


def _is_end(instruction: Instruction) -> bool:
    return instruction.opcode in _ENDS or _waits(instruction)


def _waits(instruction: Instruction) -> bool:
    """Whether an instruction ends its block because threads may have to wait there."""
    if _waits_beside(instruction):
        return True
    form = instruction.form
    return instruction.opcode in ("bar", "barrier") and not (form.has("warp") or form.has("cluster"))


def _waits_beside(instruction: Instruction) -> bool:
    """Whether it waits for what happens beside the threads."""
    form = instruction.form
    if instruction.opcode == "mbarrier":
        return form.has("test_wait") or form.has("try_wait")
    return instruction.opcode == "barrier" and form.has("cluster") and form.has("wait")


def _kind(instruction: Instruction) -> Kind:
    if instruction.opcode == "barrier" and instruction.form.has("cluster"):
        return Kind.ASYNCHRONOUS
    if instruction.opcode in ("st", "red") and (
        instruction.form.has("bulk") or instruction.form.has("async")
    ):
        return Kind.ASYNCHRONOUS
    return _KINDS.get(instruction.opcode, Kind.ELEMENTWISE)


def _place_locals(code: Code) -> None:
    """Give every local variable and parameter of the function its offset in the frame."""
    function = code.function
    held = [v for v in function.variables if v.space in (StateSpace.LOCAL, StateSpace.PARAM)]
    if not function.is_entry:
        held += [v for v in (*function.params, *function.returns) if v.space is StateSpace.PARAM]
    offset = 0
    for variable in held:
        align = max(variable.alignment, 4)
        offset = -(-offset // align) * align
        code.local[variable.name] = offset
        offset += variable.bytes
    code.local_bytes = -(-offset // 16) * 16
