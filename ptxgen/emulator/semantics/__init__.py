"""What instructions compute: one function of arrays for each elementwise row of the instruction table."""

from __future__ import annotations

from ptxgen.emulator.semantics import (
    approximate,
    bits,
    comparison,
    convert,
    convert_packed,
    extended,
    floating,
    half,
    integer,
    logic,
    movement,
    video,
)
from ptxgen.emulator.semantics.registry import has_semantics, semantics, semantics_of

__all__ = [
    "approximate",
    "bits",
    "comparison",
    "convert",
    "convert_packed",
    "extended",
    "floating",
    "half",
    "has_semantics",
    "integer",
    "logic",
    "movement",
    "semantics",
    "semantics_of",
    "video",
]
