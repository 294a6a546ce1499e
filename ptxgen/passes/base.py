"""What a pass is: a frozen description of one improvement, with a name, typed options and `run`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import ClassVar

from attrs import define, field, fields, frozen

from ptxgen.ir.analysis import FunctionAnalysis, analyze
from ptxgen.ir.module import Function, Module, Variable


@frozen
class Statistics:
    """What one run of a pass did: how often each kind of change, and the instructions before and after.

    `notes` are what it has to say of a module that it did not change.
    """

    changes: Mapping[str, int]
    before: int
    after: int
    notes: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return any(self.changes.values())

    def __str__(self) -> str:
        counts = ", ".join(f"{n} {what}" for what, n in sorted(self.changes.items())) or "nothing"
        return "\n".join((f"{counts}; {self.before} -> {self.after} instructions", *self.notes))


@define(eq=False)
class AnalysisManager:
    """The analyses of the functions of a module: computed on demand, kept until the function is edited."""

    _known: dict[int, FunctionAnalysis] = field(factory=dict[int, FunctionAnalysis], init=False)

    def of(self, function: Function, globals: Iterable[Variable] = ()) -> FunctionAnalysis:
        """The analyses of a function, as it is since the last `invalidate`, given the variables of its module."""
        known = self._known.get(id(function))
        if known is None:
            # The analysis holds the function, so that no other one can get its id.
            known = self._known[id(function)] = analyze(function, globals)
        return known

    def invalidate(self, function: Function) -> None:
        """The function was edited: forget what was known."""
        self._known.pop(id(function), None)


@frozen
class Pass:
    """The base of all passes. A subclass has a `name`, options as fields, and `improve`.

    A pass is sound: on any module that the checker accepts, the edited module computes what the module computed. Its
    docstring says when it acts and why that is so.
    """

    name: ClassVar[str]

    def run(self, module: Module, analyses: AnalysisManager | None = None) -> Statistics:
        """Edit a module in place, function by function."""
        analyses = analyses or AnalysisManager()
        before = size(module)
        changes: Counter[str] = Counter()
        for function in module.functions:
            if not function.blocks:
                continue
            made = self.improve(function, analyses.of(function, module.globals))
            if made:
                function.divide()
                analyses.invalidate(function)
                changes.update(made)
        return Statistics(dict(changes), before, size(module))

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Mapping[str, int]:
        """Edit one function; how often each kind of change was made, nothing if the function is as it was."""
        raise NotImplementedError(f"{type(self).__name__} has no improve")

    def __str__(self) -> str:
        """The pass in a textual pipeline: its name, and the options that differ from their defaults."""
        given = [
            f"{f.name}={str(value).lower() if isinstance(value, bool) else value}"
            for f in fields(type(self))
            if (value := getattr(self, f.name)) != f.default
        ]
        return f"{self.name}{{{';'.join(given)}}}" if given else self.name


def size(module: Module) -> int:
    """How many instructions a module has."""
    return sum(len(block.instructions) for function in module.functions for block in function.blocks)
