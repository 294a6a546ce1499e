"""The programs of the corpus."""

from __future__ import annotations

from tests.corpus.cases import cooperation, floats, integers, memory, tensors
from tests.corpus.cases.program import HOME, VARIANTS, Arrays, Launch, Program, Variant

PROGRAMS = (
    *integers.PROGRAMS,
    *floats.PROGRAMS,
    *memory.PROGRAMS,
    *cooperation.PROGRAMS,
    *tensors.PROGRAMS,
)

__all__ = ["HOME", "PROGRAMS", "VARIANTS", "Arrays", "Launch", "Program", "Variant"]
