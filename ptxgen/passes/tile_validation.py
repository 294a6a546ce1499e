"""Tile validation: shapes, alignment and budgets of tiles, before a kernel finds out."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from ptxgen.errors import Severity
from ptxgen.ir.analysis import FunctionAnalysis
from ptxgen.ir.analysis.threads import Threads
from ptxgen.ir.module import Function, Module
from ptxgen.isa import TARGETS
from ptxgen.passes.base import AnalysisManager, Pass, Statistics, size
from ptxgen.passes.errors import PassError
from ptxgen.passes.tile_rules import RULES
from ptxgen.passes.tiles import Broken, TileRule, Tiles

_STEPS = 400


@frozen
class TileFinding:
    """A rule that a function breaks."""

    rule: TileRule
    function: str
    broken: Broken

    def __str__(self) -> str:
        return (
            f"{self.rule.severity.value}[{self.rule.id}] {self.broken.message} (nearest: {self.broken.fix})"
        )


@frozen
class TileValidation(Pass):
    """Checks what tiles must keep to, changes nothing: errors stop the pipeline, warnings are notes of its statistics.

    `conflicts` is the degree of bank conflicts from which on they are noted; `strict` makes errors of warnings. The
    rules are in `tile_rules`. What is not proven is not said.
    """

    name = "tile-validation"
    conflicts: int = 4
    strict: bool = False

    def run(self, module: Module, analyses: AnalysisManager | None = None) -> Statistics:
        findings = tuple(self.findings(module, analyses))
        for finding in findings:
            if self.strict or finding.rule.severity is Severity.ERROR:
                instruction = finding.broken.instruction
                raise PassError(
                    finding.rule.id,
                    f"{finding.function}: {finding.broken.message}",
                    help=f"nearest: {finding.broken.fix}",
                    line=instruction.line if instruction is not None else 0,
                )
        instructions = size(module)
        return Statistics({}, instructions, instructions, tuple(map(str, findings)))

    def findings(self, module: Module, analyses: AnalysisManager | None = None) -> Iterator[TileFinding]:
        """All that is wrong with a module, errors and warnings."""
        analyses = analyses or AnalysisManager()
        target = TARGETS.get(module.target) or TARGETS["sm_90"]
        for function in module.functions:
            if not function.is_entry or not function.blocks:
                continue
            analysis = analyses.of(function, module.globals)
            budget = _STEPS * sum(len(block.instructions) for block in function.blocks)
            tiles = Tiles(analysis, target, Threads(analysis.affine.launch, budget), self.conflicts)
            for rule in RULES:
                for broken in rule.check(tiles):
                    yield TileFinding(rule, function.name, broken)

    def improve(self, function: Function, analysis: FunctionAnalysis) -> dict[str, int]:
        """Tiles belong to a module with a target: `run` checks them."""
        raise NotImplementedError(function.name)
