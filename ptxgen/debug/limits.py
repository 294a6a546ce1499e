"""How tangled control flow may be, so that an answer comes in seconds whatever the text is."""

from __future__ import annotations

from itertools import accumulate

from ptxgen.ir.analysis import ControlFlow, analyze, control_flow
from ptxgen.ir.analysis.loops import DEEPEST
from ptxgen.ir.module import Module

_HOPELESS = 8 * DEEPEST
"""Loops around one another, or jumps that look so, at which not even dominators are made."""


def too_deep(module: Module) -> str:
    """Why a module is not looked at: a function with deeper nests of loops than the analyses take; empty for others."""
    for function in module.functions:
        around = _returns(control_flow(function))
        if around > _HOPELESS or (around > DEEPEST and analyze(function).loops.deeper):
            return (
                f"loops of {function.name} are nested more than {DEEPEST} deep: make functions of inner ones"
            )
    return ""


def _returns(cfg: ControlFlow) -> int:
    """How many loops lie around one another at most, if each jump back in the text makes one with its target."""
    last: dict[int, int] = {}
    for source, targets in enumerate(cfg.successors):
        last.update((target, source) for target in targets if target <= source)
    changes = [0] * (len(cfg.blocks) + 1)
    for first, end in last.items():
        changes[first] += 1
        changes[end + 1] -= 1
    return max(accumulate(changes))
