"""Faults that stop the machine by themselves, seen as what a sanitizer found: the same fault is never told twice."""

from __future__ import annotations

from ptxgen.emulator import errors
from ptxgen.emulator.memory import Memory
from ptxgen.emulator.sanitizers.findings import Finding, Witness

_KINDS = {
    errors.OUT_OF_BOUNDS: ("memcheck", "out-of-bounds"),
    errors.MISALIGNED: ("memcheck", "misaligned"),
    errors.DIVERGENT_BARRIER: ("synccheck", "divergent-barrier"),
    errors.DEADLOCK: ("synccheck", "deadlock"),
    errors.ABSENT_LANE: ("synccheck", "absent-lane"),
    errors.WRONG_MEMBER_MASK: ("synccheck", "member-mask"),
    errors.BAD_BARRIER: ("synccheck", "barrier-count"),
    errors.UNEQUAL_OPERANDS: ("synccheck", "unequal-operands"),
    errors.BAD_MBARRIER: ("synccheck", "mbarrier"),
    errors.UNEXPECTED_BYTES: ("synccheck", "unexpected-bytes"),
    errors.STEP_LIMIT: ("synccheck", "endless"),
}
_INSTRUCTION = "instruction: "


def finding_of(error: errors.EmulatorError, memory: Memory, entry: str) -> Finding | None:
    """The finding that a fault amounts to; None for faults that are no sanitizer's business."""
    if error.id not in _KINDS:
        return None
    tool, kind = _KINDS[error.id]
    message, buffer = error.message.removeprefix(f"{kind}: "), error.buffer
    if error.address is not None and error.space == "global" and kind == "out-of-bounds":
        freed = memory.freed_at(error.address)
        if freed is not None:
            kind = "use-after-free"
            message = f"{error.message}: {freed} was freed"
            buffer = freed.name or f"buffer {freed.address:#x}"
    return Finding(
        tool,
        kind,
        message,
        _witness(error),
        None,
        error.space,
        error.address,
        error.nbytes,
        buffer,
        entry,
        notes=tuple(n for n in error.notes if not n.startswith((_INSTRUCTION, "entry "))),
    )


def _witness(error: errors.EmulatorError) -> Witness:
    text = next((n.removeprefix(_INSTRUCTION) for n in error.notes if n.startswith(_INSTRUCTION)), "")
    return Witness("executed", text, error.line, error.location, (error.place,) if error.place else ())
