"""What is true of a function's code: control flow, dominance, loops, induction variables, trip counts, liveness,
definitions, values, assignment, divergence, linear expressions of registers and addresses,
memory operations.

`analyze(function)` gives all of them, each computed on first use. They describe the function as it was then: after
an edit, ask again.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from attrs import frozen

from ptxgen.ir.analysis.accesses import Access, Accesses, accesses
from ptxgen.ir.analysis.affine import ANY_LAUNCH, Affine, AffineValues, LaunchFacts, affine_values
from ptxgen.ir.analysis.assignment import UnassignedRead, unassigned_reads
from ptxgen.ir.analysis.cfg import ControlFlow, Edge, EdgeKind, control_flow
from ptxgen.ir.analysis.divergence import Divergence, divergence
from ptxgen.ir.analysis.dominators import DominatorTree, dominators, frontiers, post_dominators
from ptxgen.ir.analysis.induction import Induction, Inductions, Recurrence
from ptxgen.ir.analysis.liveness import Liveness, LiveRange, liveness
from ptxgen.ir.analysis.loops import Loop, Loops, natural_loops
from ptxgen.ir.analysis.memory import (
    MemoryAccess,
    MemoryOperation,
    MemoryOperations,
    Order,
    memory_operations,
    waits_for_grids,
)
from ptxgen.ir.analysis.reaching import Definition, ReachingDefinitions, reaching_definitions
from ptxgen.ir.analysis.trips import Comparison, ExitTest, TripCount, Trips
from ptxgen.ir.analysis.values import Place, Values, values
from ptxgen.ir.analysis.versions import Versions, versions
from ptxgen.ir.module import Function, Variable


@frozen(eq=False)
class FunctionAnalysis:
    """The analyses of one function, made on demand and kept. `globals` are the variables of its module."""

    function: Function
    globals: tuple[Variable, ...] = ()

    @cached_property
    def cfg(self) -> ControlFlow:
        return control_flow(self.function)

    @cached_property
    def accesses(self) -> Accesses:
        return accesses(self.function)

    @cached_property
    def dominators(self) -> DominatorTree:
        return dominators(self.cfg)

    @cached_property
    def post_dominators(self) -> DominatorTree:
        return post_dominators(self.cfg)

    @cached_property
    def control_dependence(self) -> tuple[frozenset[int], ...]:
        """For each block, the blocks whose branch decides whether it runs."""
        return frontiers(self.post_dominators, self.cfg.successors)

    @cached_property
    def loops(self) -> Loops:
        return natural_loops(self.cfg, self.dominators)

    @cached_property
    def liveness(self) -> Liveness:
        return liveness(self.cfg, self.accesses)

    @cached_property
    def reaching(self) -> ReachingDefinitions:
        return reaching_definitions(self.cfg, self.accesses)

    @cached_property
    def unassigned(self) -> tuple[UnassignedRead, ...]:
        return unassigned_reads(self.cfg, self.accesses)

    @cached_property
    def values(self) -> Values:
        return values(self.accesses, self.dominators)

    @cached_property
    def versions(self) -> Versions:
        return versions(self.cfg, self.accesses, self.dominators)

    @cached_property
    def affine(self) -> AffineValues:
        return self.affine_under(ANY_LAUNCH)

    def affine_under(self, facts: LaunchFacts) -> AffineValues:
        """The expressions of registers and addresses in a launch of which more is known; computed anew."""
        return affine_values(self.cfg, self.loops, self.versions, self.globals, facts)

    @cached_property
    def inductions(self) -> Inductions:
        return Inductions(self.cfg, self.dominators, self.loops, self.values, self.reaching)

    @cached_property
    def trips(self) -> Trips:
        return Trips(self.inductions)

    @cached_property
    def memory(self) -> MemoryOperations:
        return memory_operations(self.affine)

    @cached_property
    def waits_for_grids(self) -> bool:
        return waits_for_grids(self.function)

    @cached_property
    def divergence(self) -> Divergence:
        return divergence(self.cfg, self.accesses, self.loops, self.control_dependence)


def analyze(function: Function, globals: Iterable[Variable] = ()) -> FunctionAnalysis:
    """The analyses of a function, given the variables of its module; nothing is computed yet."""
    return FunctionAnalysis(function, tuple(globals))


__all__ = [
    "ANY_LAUNCH",
    "Access",
    "Accesses",
    "Affine",
    "AffineValues",
    "Comparison",
    "ControlFlow",
    "Definition",
    "Divergence",
    "DominatorTree",
    "Edge",
    "EdgeKind",
    "ExitTest",
    "FunctionAnalysis",
    "Induction",
    "Inductions",
    "LaunchFacts",
    "LiveRange",
    "Liveness",
    "Loop",
    "Loops",
    "MemoryAccess",
    "MemoryOperation",
    "MemoryOperations",
    "Order",
    "Place",
    "ReachingDefinitions",
    "Recurrence",
    "TripCount",
    "Trips",
    "UnassignedRead",
    "Values",
    "Versions",
    "affine_values",
    "analyze",
    "control_flow",
    "divergence",
    "dominators",
    "frontiers",
    "liveness",
    "memory_operations",
    "natural_loops",
    "post_dominators",
    "reaching_definitions",
    "unassigned_reads",
    "values",
    "versions",
]
