"""One tiny kernel for one instruction: each thread loads its sources, executes it, and stores what it gives.

The same text runs on the emulator and on a GPU.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from ptxgen.isa import TYPES, Effect, Form, OperandForm, Role, Shape, Type
from ptxgen.isa.types import u32

PRED = TYPES["pred"]
FIRST = 75
"""The oldest target that there is."""


@frozen
class Scalar:
    """One value that an instruction reads or writes. Constants stand in the text: they have no register."""

    type: Type
    constant: bool = False

    @property
    def bytes(self) -> int:
        return max(self.type.bits // 8, 1)

    @property
    def register(self) -> Type:
        return self.type.register

    @property
    def memory(self) -> str:
        """The type of its load and its store; predicates travel as bytes."""
        return f"b{8 * self.bytes}" if self.bytes > 1 else "u8"


def scalars(form: Form, *, written: bool) -> list[Scalar]:
    """The values that a form reads or writes, in order, carry flags included."""
    found: list[Scalar] = []
    for operand in form.operands:
        halves: Sequence[OperandForm] = (operand, operand.second) if operand.second else (operand,)
        for half in halves:
            if half.writes == written:
                constant = half.role is Role.IMMEDIATE
                found += [Scalar(half.type or u32, constant)] * (half.count or 1)
    if (Effect.CARRY_OUT if written else Effect.CARRY_IN) in form.row.effects:
        found.append(Scalar(PRED))
    return found


def target_of(form: Form) -> str:
    """The oldest target that has a form."""
    feature = form.requirement.feature.partition("|")[0]
    return feature or f"sm_{max(form.requirement.sm, FIRST)}"


def kernel_of(form: Form, constants: Sequence[int], target: str, parts: Sequence[str] = ()) -> str:
    """The kernel `k(in..., out..., n)`; `constants` are those of the form, `parts` selectors of its operands."""
    sources, results = scalars(form, written=False), scalars(form, written=True)
    names = [f"in{i}" for i, s in enumerate(sources) if not s.constant] + [
        f"out{i}" for i in range(len(results))
    ]
    return "\n".join(
        [
            ".version 9.0",
            f".target {target}",
            ".address_size 64",
            f".visible .entry k({', '.join(f'.param .u64 {name}' for name in names)}, .param .u32 n)",
            "{",
            ".reg .b32 %i<4>; .reg .b64 %a; .reg .pred %stop; .reg .b16 %t;",
            *(f".reg .{s.register} %s{i};" for i, s in enumerate(sources) if not s.constant),
            *(f".reg .{r.register} %d{i};" for i, r in enumerate(results)),
            "mov.u32 %i0, %ctaid.x; mov.u32 %i1, %ntid.x; mov.u32 %i2, %tid.x; mad.lo.u32 %i0, %i0, %i1, %i2;",
            "ld.param.u32 %i1, [n]; setp.ge.u32 %stop, %i0, %i1; @%stop bra DONE;",
            *(line for i, s in enumerate(sources) if not s.constant for line in _load(s, i)),
            *_instruction(form, iter(constants), parts),
            *(line for i, r in enumerate(results) for line in _store(r, i)),
            "DONE: ret;",
            "}",
            "",
        ]
    )


def _place(name: str, bytes: int) -> str:
    return f"ld.param.u64 %a, [{name}]; mad.wide.u32 %a, %i0, {bytes}, %a;"


def _load(scalar: Scalar, number: int) -> Iterator[str]:
    yield _place(f"in{number}", scalar.bytes)
    if scalar.type is PRED:
        yield f"ld.global.u8 %t, [%a]; setp.ne.b16 %s{number}, %t, 0;"
    else:
        yield f"ld.global.{scalar.memory} %s{number}, [%a];"


def _store(scalar: Scalar, number: int) -> Iterator[str]:
    yield _place(f"out{number}", scalar.bytes)
    if scalar.type is PRED:
        yield f"selp.b16 %t, 1, 0, %d{number}; st.global.u8 [%a], %t;"
    else:
        yield f"st.global.{scalar.memory} [%a], %d{number};"


def _instruction(form: Form, constants: Iterator[int], parts: Sequence[str]) -> Iterator[str]:
    """The instruction itself, between what sets the carry flag and what reads it."""
    effects = form.row.effects
    read = iter(range(len(scalars(form, written=False))))
    written = iter(range(len(scalars(form, written=True))))
    selectors = iter(parts)
    operands = [_operand(o, read, written, constants, next(selectors, "")) for o in form.operands]
    borrows = form.opcode.startswith("sub")
    if Effect.CARRY_IN in effects:
        # flag + (2^32 - 1) carries, and 0 - flag borrows, if the flag is set.
        flag = f"%s{next(read)}"
        yield f"selp.u32 %i2, 1, 0, {flag};"
        yield "sub.cc.u32 %i3, 0, %i2;" if borrows else "add.cc.u32 %i3, %i2, -1;"
    yield f"{form.name} {', '.join(operands)};"
    if Effect.CARRY_OUT in effects:
        yield "subc.u32 %i3, 0, 0;" if borrows else "addc.u32 %i3, 0, 0;"
        yield f"setp.ne.u32 %d{next(written)}, %i3, 0;"


def _operand(
    slot: OperandForm, read: Iterator[int], written: Iterator[int], constants: Iterator[int], part: str
) -> str:
    if slot.shape is Shape.PAIR:
        return f"%d{next(written)}|%d{next(written)}"
    if slot.role is Role.IMMEDIATE:
        next(read)
        return str(next(constants))
    names = [f"%d{next(written)}" if slot.writes else f"%s{next(read)}" for _ in range(slot.count or 1)]
    return f"{{{', '.join(names)}}}" if slot.count else _signed(names[0], part)


def _signed(name: str, part: str) -> str:
    """A register with its sign and selector: `-b0` asks for `-%s1.b0`."""
    selector = part.removeprefix("-")
    return part[: len(part) - len(selector)] + name + (f".{selector}" if selector else "")
