"""Array alignment: arrays of shared and local memory begin at multiples of 16 bytes, so that accesses may be joined."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen

from ptxgen.ir.module import Function, Linkage, Module, Variable
from ptxgen.isa.spaces import StateSpace
from ptxgen.passes.base import AnalysisManager, Pass, Statistics, size

_ALIGNMENT = 16
_ROOM = 47 * 1024
"""Static shared memory ends at 48 KB: arrays are not moved apart where that is near."""


@frozen
class ArrayAlignment(Pass):
    """Private shared and local arrays of 16 bytes and more are declared `.align 16`, for vectorisation to use.

    Sound since no program may rely on where such an array lies, but for its alignment. Padding costs at most 15 bytes
    an array; arrays without a size begin where the launch says, and those that other modules see are left alone.
    """

    name = "array-alignment"

    def run(self, module: Module, analyses: AnalysisManager | None = None) -> Statistics:
        functions = [function for function in module.functions if function.blocks]
        shared = [v for v in (*module.globals, *(v for f in functions for v in f.variables)) if _is_shared(v)]
        room = sum(v.bytes + _ALIGNMENT for v in shared) <= _ROOM
        aligned = 0
        # New lists: the old ones may be those of a snapshot, too.
        module.globals, moved = _aligned(module.globals, room)
        aligned += moved
        for function in functions:
            function.variables, moved = _aligned(function.variables, room)
            aligned += moved
        if aligned and analyses is not None:
            for function in module.functions:
                analyses.invalidate(function)
        instructions = size(module)
        return Statistics({"aligned arrays": aligned} if aligned else {}, instructions, instructions)

    def improve(self, function: Function, analysis: object) -> dict[str, int]:
        raise NotImplementedError("arrays belong to the module: run it on one")


def _is_shared(variable: Variable) -> bool:
    return variable.space is StateSpace.SHARED


def _aligned(variables: Sequence[Variable], room: bool) -> tuple[list[Variable], int]:
    """The variables with those aligned that may be, and how many these are."""
    new = [evolve(v, align=_ALIGNMENT) if _movable(v, room) else v for v in variables]
    return new, sum(a is not b for a, b in zip(variables, new, strict=True))


def _is_private(variable: Variable) -> bool:
    """Whether no other module declares it, too: declarations must agree."""
    return variable.linkage is Linkage.PRIVATE


def _movable(variable: Variable, room: bool) -> bool:
    return (
        (variable.space is StateSpace.LOCAL or (room and _is_shared(variable)))
        and _is_private(variable)
        and variable.bytes >= _ALIGNMENT
        and variable.alignment < _ALIGNMENT
    )
