"""What rules look at: a module and its functions with names resolved and analyses at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from attrs import frozen

from ptxgen.ir.analysis import FunctionAnalysis, analyze
from ptxgen.ir.checker.provenance import Pointer, pointers
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function, Module, Variable
from ptxgen.ir.operands import Address, Arguments, Operand, Symbol, TensorAddress
from ptxgen.isa import Target
from ptxgen.isa.table import Form


@frozen(eq=False)
class ModuleView:
    """A module as rules see it.

    `target` is the processor to judge limits for, `declared` the one of the module's `.target` line (None: unknown).
    """

    module: Module
    target: Target | None
    declared: Target | None
    analyses: Callable[[Function, Iterable[Variable]], FunctionAnalysis] = analyze

    @cached_property
    def functions(self) -> tuple[FunctionView, ...]:
        """The functions that have a body."""
        return tuple(FunctionView(self, f) for f in self.module.functions if f.blocks)

    @cached_property
    def by_name(self) -> dict[str, FunctionView]:
        """The functions that have a body by name."""
        return {view.function.name: view for view in self.functions}

    @cached_property
    def forms(self) -> dict[str, Form]:
        """The forms of all instructions of the module by their full names."""
        return {i.name: i.form for view in self.functions for i in view.instructions}

    @cached_property
    def globals(self) -> dict[str, Variable]:
        """Module-scope variables by name."""
        return {v.name: v for v in reversed(self.module.globals)}

    @cached_property
    def callables(self) -> dict[str, Function]:
        """Functions by name; the definition wins over declarations."""
        return {f.name: f for f in sorted(self.module.functions, key=lambda f: bool(f.blocks))}


@frozen(eq=False)
class FunctionView:
    """A function with a body, as rules see it."""

    module: ModuleView
    function: Function

    @cached_property
    def analysis(self) -> FunctionAnalysis:
        return self.module.analyses(self.function, self.module.module.globals)

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        return tuple(self.function.instructions())

    @cached_property
    def by_opcode(self) -> dict[str, list[Instruction]]:
        """The instructions of each opcode, in textual order."""
        found: dict[str, list[Instruction]] = {}
        for instruction in self.instructions:
            found.setdefault(instruction.opcode, []).append(instruction)
        return found

    def of(self, *opcodes: str) -> Iterator[Instruction]:
        """The instructions with one of these opcodes."""
        for opcode in opcodes:
            yield from self.by_opcode.get(opcode, ())

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """Parameters, returned parameters and body variables by name."""
        function = self.function
        return {v.name: v for v in (*function.params, *function.returns, *function.variables)}

    @cached_property
    def labels(self) -> frozenset[str]:
        """Names that a label operand may have."""
        blocks = {block.label for block in self.function.blocks if block.label is not None}
        return frozenset(blocks | {target.label for target in self.function.targets})

    @cached_property
    def pointers(self) -> dict[str, Pointer]:
        """What is known about the registers that hold addresses of variables, by register name."""
        return pointers(self.instructions, self.variable)

    def variable(self, name: str) -> Variable | None:
        """The variable that a name means here: the function's own first, then the module's."""
        return self.variables.get(name) or self.module.globals.get(name)

    def resolve(self, name: str) -> Variable | Function | None:
        """The variable or function that a name means here."""
        return self.variable(name) or self.module.callables.get(name)


def symbols(operands: Iterable[Operand]) -> Iterator[Symbol]:
    """Every symbol that operands mention."""
    for operand in operands:
        match operand:
            case Symbol():
                yield operand
            case Address(base=Symbol() as base):
                yield base
            case TensorAddress(base=base, sampler=sampler):
                yield from (place for place in (base, sampler) if isinstance(place, Symbol))
            case Arguments(elements=elements):
                yield from (e for e in elements if isinstance(e, Symbol))
            case _:
                pass
