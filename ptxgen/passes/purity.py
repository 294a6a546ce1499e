"""What an instruction does beyond its registers: whether it may be left out, or replaced by an equal one's result."""

from __future__ import annotations

from ptxgen.ir.analysis import FunctionAnalysis
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Address, SpecialRegister, Symbol
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, Scope

_PURE = frozenset(
    (
        "abs", "add", "and", "bfe", "bfi", "bfind", "bmsk", "brev", "clz", "cnot", "copysign", "cos", "cvt", "cvta",
        "div", "dp2a", "dp4a", "ex2", "fma", "fns", "isspacep", "lg2", "lop3", "mad", "mad24", "max", "min", "mov",
        "mul", "mul24", "neg", "not", "or", "popc", "prmt", "rcp", "rem", "rsqrt", "sad", "selp", "set", "setp",
        "shf", "shl", "shr", "sin", "slct", "sqrt", "sub", "szext", "tanh", "testp", "xor",
    )
)  # fmt: skip
"""Opcodes whose result is a function of their operands alone, as far as the form has no effects."""

_STEADY = frozenset(
    f"%{name}{axis}"
    for name in (
        "tid",
        "ntid",
        "ctaid",
        "nctaid",
        "clusterid",
        "nclusterid",
        "cluster_ctaid",
        "cluster_nctaid",
    )
    for axis in (".x", ".y", ".z")
) | {"%laneid", "%lanemask_eq", "%lanemask_le", "%lanemask_lt", "%lanemask_ge", "%lanemask_gt"}
"""Special registers that a thread reads alike as long as it lives."""

_WEAK = frozenset({"ss", "type", "vec", "weak", "nc", "global", "cop"})
"""Modifiers of loads and stores that order nothing and hint nothing beyond a cache operator."""


_READS = frozenset({Effect.READ})
_WRITES = frozenset({Effect.WRITE})


def is_pure(instruction: Instruction) -> bool:
    """Whether the results depend on the operands alone, and nothing else happens."""
    row = instruction.form.row
    return (
        row.opcode in _PURE
        and row.scope is Scope.THREAD
        and not row.effects
        and all(o.name in _STEADY for o in instruction.operands if isinstance(o, SpecialRegister))
    )


def is_constant_load(instruction: Instruction, function: Function) -> bool:
    """Whether it loads what nobody can change while the kernel runs: a parameter of an entry, or constant memory.

    Other `.param` variables are written between calls.
    """
    form = instruction.form
    if form.opcode != "ld" or form.row.effects != _READS:
        return False
    if form.space is StateSpace.CONST:
        return True
    own = {variable.name for variable in function.params}
    bases = [o.base for o in instruction.operands if isinstance(o, Address)]
    named = all(isinstance(base, Symbol) and base.name in own for base in bases)
    return form.space is StateSpace.PARAM and function.is_entry and named


def is_invariable_load(instruction: Instruction, analysis: FunctionAnalysis) -> bool:
    """Whether it is a `.nc` load: the program says that nobody writes there while the kernel runs.

    A function that waits for other grids may run before they have written.
    """
    form = instruction.form
    invariable = form.opcode == "ld" and form.has("nc") and form.row.effects == _READS
    return invariable and not analysis.waits_for_grids


def is_plain_store(instruction: Instruction) -> bool:
    """Whether it is a store by the thread itself that orders nothing."""
    form = instruction.form
    return form.opcode == "st" and form.row.effects == _WRITES and form.modifiers.keys() <= _WEAK


def is_removable(instruction: Instruction) -> bool:
    """Whether it may go when nobody needs its results: pure, or a load that orders nothing."""
    form = instruction.form
    if form.opcode == "ld":
        return form.row.effects == _READS and form.modifiers.keys() <= _WEAK
    return is_pure(instruction)
