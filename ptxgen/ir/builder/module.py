"""The builder of a module: kernels, device functions, globals; version and target."""

from __future__ import annotations

from collections.abc import Sequence

from ptxgen.errors import BuildError, Diagnostic, SourceLocation
from ptxgen.ir.builder.function import FunctionBody, FunctionBuilder
from ptxgen.ir.builder.kernel import KernelBuilder
from ptxgen.ir.builder.literals import Number, immediate
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.memory import variable_type
from ptxgen.ir.builder.pointer import Pointer
from ptxgen.ir.module import Function, Linkage, Module, Variable
from ptxgen.ir.operands import SpecialRegister, Symbol
from ptxgen.isa import PTX_VERSION, SPECIAL_REGISTERS, Requirement
from ptxgen.isa import target as find_target
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Form
from ptxgen.isa.types import Type


class ModuleBuilder:
    """A translation unit for one target. `version` is the smallest that its contents need unless it is given."""

    def __init__(
        self, target: str = "sm_75", version: tuple[int, int] | None = None, *, name: str = ""
    ) -> None:
        self.target = find_target(target)
        self.version = version
        self.name = name
        self._bodies: list[FunctionBody] = []
        self._names: set[str] = set()
        self._globals: list[Variable] = []

    def kernel(self, name: str) -> KernelBuilder:
        """A kernel that the host can launch."""
        self._claim(name)
        made = KernelBuilder(name, module=self)
        self._bodies.append(made)
        return made

    def function(
        self, name: str, *, returns: Type | Sequence[Type] = (), linkage: Linkage = Linkage.PRIVATE
    ) -> FunctionBuilder:
        """A device function, called with `k.call(f, ...)`."""
        self._claim(name)
        results = [returns] if isinstance(returns, Type) else list(returns)
        made = FunctionBuilder(self, name, results, linkage)
        self._bodies.append(made)
        return made

    def adopt(self, kernel: KernelBuilder, name: str) -> None:
        """Take in a kernel that was made on its own."""
        self._claim(name)
        self._bodies.append(kernel)

    def global_array(
        self,
        name: str,
        type: Type,
        *shape: int,
        values: Sequence[Number] = (),
        align: int = 0,
        linkage: Linkage = Linkage.VISIBLE,
    ) -> Global:
        """A variable in global memory, zero unless `values` (row-major) are given."""
        return self._variable(name, StateSpace.GLOBAL, type, shape, values, align, linkage)

    def constant(
        self,
        name: str,
        type: Type,
        *shape: int,
        values: Sequence[Number] = (),
        align: int = 0,
        linkage: Linkage = Linkage.VISIBLE,
    ) -> Global:
        """A variable in constant memory."""
        return self._variable(name, StateSpace.CONST, type, shape, values, align, linkage)

    def _variable(
        self,
        name: str,
        space: StateSpace,
        type: Type,
        shape: tuple[int, ...],
        values: Sequence[Number],
        align: int,
        linkage: Linkage,
    ) -> Global:
        initializer = tuple(immediate(type, value) for value in values)
        variable = Variable(
            name, space, variable_type(type), shape, align, linkage, initializer, location=caller()
        )
        if len(initializer) > variable.count:
            raise BuildError(
                "PTX032",
                f"{name} has {variable.count} elements, got {len(initializer)} values",
                location=caller(),
            )
        self.declare(variable)
        return Global(type, variable)

    def knows(self, name: str) -> bool:
        """Whether the module has a variable or function of this name."""
        return name in self._names

    def declare(self, variable: Variable) -> None:
        """Add a module-scope variable. One extern shared array may be named by several kernels."""
        if variable in self._globals:
            return
        self._claim(variable.name)
        self._globals.append(variable)

    @property
    def lints(self) -> list[Diagnostic]:
        """What is legal but probably not meant, in all functions."""
        return [lint for body in self._bodies for lint in body.lints]

    def build(self) -> Module:
        """The finished module. Raises BuildError (PTX029) where target or version lack something that it uses."""
        functions = [body.finish() for body in self._bodies]
        needed = self.target.ptx_min
        for function in functions:
            needed = max(needed, self._needs(function))
        if self.version is not None and self.version < needed:
            raise BuildError(
                "PTX029",
                f"PTX {_dotted(self.version)} is too old: this module needs {_dotted(needed)}",
                help="leave the version out, and the smallest that will do is taken",
            )
        ordered = sorted(functions, key=lambda f: f.is_entry)
        return Module(
            self.version or needed,
            self.target.name,
            globals=list(self._globals),
            functions=ordered,
            name=self.name,
        )

    def shell(self, function: Function) -> Module:
        """A module in which `function` alone has a body: what its text can name is declared, nothing else is there."""
        others = [
            Function(f.name, False, f.params, f.returns, Linkage.EXTERN)
            for f in (body.code.function for body in self._bodies)
            if f.name != function.name and not f.is_entry
        ]
        return Module(
            PTX_VERSION, self.target.name, globals=list(self._globals), functions=[*others, function]
        )

    def _needs(self, function: Function) -> tuple[int, int]:
        """The PTX version that a function needs; an instruction that the target lacks is refused."""
        version = (1, 0)
        seen: set[Form] = set()
        for instruction in function.instructions():
            form = instruction.form
            if form not in seen:
                seen.add(form)
                self._require(form.requirement, instruction.name, instruction.location)
                version = max(version, form.requirement.ptx)
            if instruction.operands and isinstance(instruction.operands[-1], SpecialRegister):
                name = instruction.operands[-1].name
                requirement = SPECIAL_REGISTERS[name].requirement
                self._require(requirement, name, instruction.location)
                version = max(version, requirement.ptx)
        if function.directive("reqnctapercluster") is not None:
            self._require(_CLUSTERS, ".reqnctapercluster", function.location)
            version = max(version, _CLUSTERS.ptx)
        return version

    def _require(self, requirement: Requirement, what: str, location: SourceLocation | None) -> None:
        if not self.target.supports(requirement):
            wanted = requirement.feature.replace("|", " or ") or f"sm_{requirement.sm}"
            raise BuildError(
                "PTX029",
                f"{what} needs {wanted}, the target is {self.target}",
                help=f"build for a newer target: target={wanted.partition(' ')[0]!r}",
                location=location,
            )

    def _claim(self, name: str) -> None:
        if name in self._names:
            raise BuildError("PTX027", f"the name {name!r} is taken in this module", location=caller())
        self._names.add(name)


class Global:
    """A module-scope variable; `g.pointer(k)` is its address inside a kernel."""

    def __init__(self, type: Type, variable: Variable) -> None:
        self.type = type
        self.variable = variable

    def pointer(self, k: FunctionBody) -> Pointer:
        """A typed pointer to the variable, for code of `k`."""
        variable = self.variable
        return Pointer(
            k, self.type, variable.space, Symbol(variable.name), 0, variable.alignment, variable.shape
        )


_CLUSTERS = Requirement((7, 8), 90)


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


__all__ = ["Global", "ModuleBuilder"]
