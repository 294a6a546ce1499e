"""The instruction table itself: one module for each section of the manual."""

from __future__ import annotations

from ptxgen.isa.rows import (
    atomics,
    cache,
    comparison,
    control,
    convert,
    convert_packed,
    extended,
    floating,
    half,
    integer,
    logic,
    memory,
    movement,
    synchronisation,
    warp,
)

__all__ = [
    "atomics",
    "cache",
    "comparison",
    "control",
    "convert",
    "convert_packed",
    "extended",
    "floating",
    "half",
    "integer",
    "logic",
    "memory",
    "movement",
    "synchronisation",
    "warp",
]
