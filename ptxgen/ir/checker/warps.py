"""Lanes and member masks of warp instructions (PTX ISA 9.0, section 9.7.9.6)."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.errors import Severity
from ptxgen.ir.checker.constants import constant
from ptxgen.ir.checker.rule import Finding, function_rule
from ptxgen.ir.checker.views import FunctionView

_CLAMP_AND_SEGMENT = 0x1F1F
_MASKED = ("shfl", "vote", "match", "redux", "bar", "activemask", "elect")


@function_rule(
    "PTX065", "lane out of range", Severity.WARNING, fix="use a lane, distance or clamp from 0 to 31"
)
def lane_out_of_range(view: FunctionView) -> Iterator[Finding]:
    """shfl uses five bits of a lane or distance, and bits 0-4 and 8-12 of the clamp: the rest is ignored."""
    for instruction in view.of("shfl"):
        lane, clamp = constant(instruction, "b"), constant(instruction, "c")
        if lane is not None and not 0 <= lane <= 31:
            yield Finding(f"{instruction.name}: lane operand b is {lane}", instruction)
        if clamp is not None and clamp & ~_CLAMP_AND_SEGMENT:
            yield Finding(
                f"{instruction.name}: clamp operand c is {clamp:#x}",
                instruction,
                "use 0x1f (0 for .up), with the segment mask in bits 8 to 12",
            )


@function_rule(
    "PTX066", "member mask meant as a width", Severity.WARNING, fix="write 0xffffffff (-1) for the whole warp"
)
def mask_as_width(view: FunctionView) -> Iterator[Finding]:
    """31 (0x1f) as a member mask names lanes 0 to 4 only, and 32 names lane 5: the other lanes get undefined values.

    Mostly the size of the warp was meant, as in the clamp operand of shfl.
    """
    for instruction in view.of(*_MASKED):
        mask = constant(instruction, "membermask")
        if mask in (31, 32):
            lanes = "lanes 0 to 4" if mask == 31 else "lane 5"
            yield Finding(f"{instruction.name}: member mask {mask:#x} names only {lanes}", instruction)


@function_rule(
    "PTX073",
    "shuffle that moves nothing",
    Severity.WARNING,
    fix="shfl.sync.idx with lane 0 broadcasts; drop the shuffle if nothing is to move",
)
def idle_shuffle(view: FunctionView) -> Iterator[Finding]:
    """Down, up or xor by 0 gives each lane its own value: it is no broadcast of lane 0."""
    for instruction in view.of("shfl"):
        if (
            instruction.form.modifiers.get("mode") in ("up", "down", "bfly")
            and constant(instruction, "b") == 0
        ):
            yield Finding(f"{instruction.name} by 0 gives each lane its own value", instruction)
