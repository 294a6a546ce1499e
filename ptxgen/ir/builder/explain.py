"""How to say that operands do not fit an instruction."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ptxgen.ir.builder.kinds import Kind, describe
from ptxgen.isa.table import Form, OperandForm, Role


@frozen
class Problem:
    """Why a source does not fit: id, what to say, how to mend it."""

    id: str
    message: str
    help: str = ""


def explain(
    form: Form, slots: Sequence[OperandForm], kinds: Sequence[Kind], index: int, problem: Problem
) -> Problem:
    """The problem with the whole signature: `add.rn.f32 takes two f32 operands, got f32 and u32 (operand b)`."""
    if problem.id in ("PTX016", "PTX022") or (
        problem.id == "PTX003" and problem.message.startswith(form.name)
    ):
        return problem
    wanted = [_wanted(slot) for slot in slots[: len(kinds)]]
    given = " and ".join(describe(kind) for kind in kinds)
    if len(set(wanted)) == 1 and 1 < len(wanted) < len(_COUNTS):
        takes = f"{_COUNTS[len(wanted)]} {wanted[0]} operands"
    else:
        takes = ", ".join(f"{slot.name}: {text}" for slot, text in zip(slots, wanted, strict=False))
    message = f"{form.name} takes {takes}, got {given} (operand {slots[index].name})"
    return Problem(problem.id, message, problem.help or problem.message)


_COUNTS = ("no", "one", "two", "three", "four", "five")
_ROLE_WORDS = {
    Role.LABEL: "label",
    Role.FUNCTION: "function",
    Role.SYMBOL: "variable",
    Role.ARGUMENTS: "argument list",
    Role.IMMEDIATE: "integer constant",
    Role.ADDRESS: "address",
    Role.SINK: "nothing",
}


def _wanted(slot: OperandForm) -> str:
    if slot.role is not Role.VALUE:
        return _ROLE_WORDS[slot.role]
    name = str(slot.type) if slot.type is not None else "any"
    return f"{slot.count} x {name}" if slot.count else name
