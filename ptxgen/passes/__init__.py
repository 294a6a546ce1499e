"""How a module gets better: one pass a file, a pipeline that checks between them."""

from __future__ import annotations

from ptxgen.passes.base import AnalysisManager, Pass, Statistics
from ptxgen.passes.errors import PassError
from ptxgen.passes.pipeline import Hook, Pipeline, Step, Transition, dump, snapshot
from ptxgen.passes.text import LEVELS, PASSES

__all__ = [
    "LEVELS",
    "PASSES",
    "AnalysisManager",
    "Hook",
    "Pass",
    "PassError",
    "Pipeline",
    "Statistics",
    "Step",
    "Transition",
    "dump",
    "snapshot",
]
