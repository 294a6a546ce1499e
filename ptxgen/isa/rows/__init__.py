"""The instruction table itself: one module for each section of the manual."""

from __future__ import annotations

from ptxgen.isa.rows import (
    atomics,
    comparison,
    control,
    convert,
    floating,
    integer,
    logic,
    memory,
    movement,
    synchronisation,
    warp,
)

__all__ = [
    "atomics",
    "comparison",
    "control",
    "convert",
    "floating",
    "integer",
    "logic",
    "memory",
    "movement",
    "synchronisation",
    "warp",
]
