"""The body of a function or kernel, parameters and calls; and the builder of device functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ptxgen.errors import BuildError, Diagnostic
from ptxgen.ir.builder.code import Code
from ptxgen.ir.builder.control import ControlFlow
from ptxgen.ir.builder.lints import discarded_results
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.memory import memory_name, variable_type
from ptxgen.ir.builder.pointer import Pointer
from ptxgen.ir.builder.value import Value
from ptxgen.ir.module import Function, Linkage, Pointee, Variable
from ptxgen.ir.operands import Address, Arguments, Symbol
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type, b8, pred, u64

if TYPE_CHECKING:
    from ptxgen.ir.builder.module import ModuleBuilder


class FunctionBody(ControlFlow):
    """What kernels and device functions have in common. Parameters are declared before any branch."""

    def __init__(self, module: ModuleBuilder, function: Function) -> None:
        super().__init__(Code(function))
        self.module = module
        self.loops = []
        self.open_if = None
        self.labels = {}
        self._finished = False

    @property
    def name(self) -> str:
        """The function's name."""
        return self.code.function.name

    @property
    def lints(self) -> list[Diagnostic]:
        """What is legal but probably not meant: results that nothing reads."""
        return discarded_results(self.code.function)

    def param(self, name: str, type: Type) -> Value:
        """A scalar parameter, loaded into a register here."""
        if type is pred:
            raise BuildError(
                "PTX014", "a parameter cannot be a predicate", help="pass u32", location=caller()
            )
        self._declare_param(Variable(name, StateSpace.PARAM, variable_type(type), location=caller()))
        return self._load_param(name, type)

    def pointer(
        self, name: str, type: Type, space: StateSpace = StateSpace.GLOBAL, *, align: int = 16
    ) -> Pointer:
        """A pointer parameter to elements of `type`. The caller promises an address that is a multiple of `align`.

        The generic address that a kernel receives is turned into one of `space` here, once.
        """
        pointee = Pointee(None if space is StateSpace.GENERIC else space, align)
        entry = self.code.function.is_entry
        variable = Variable(
            name, StateSpace.PARAM, u64, pointee=pointee if entry else None, location=caller()
        )
        self._declare_param(variable)
        address = self._load_param(name, u64).register
        generic = Pointer(self, type, StateSpace.GENERIC, address, 0, align)
        return generic if space is StateSpace.GENERIC else generic.to_space(space)

    def unread_param(self, name: str, type: Type) -> None:
        """A parameter that has its place in the list and is not loaded, because the body does not need its value."""
        self._declare_param(Variable(name, StateSpace.PARAM, variable_type(type), location=caller()))

    def param_bytes(self, name: str, size: int, *, align: int = 8) -> Pointer:
        """A struct parameter of `size` bytes, as a pointer into parameter space: `p.at(8).cast(f32).load()`."""
        self._declare_param(Variable(name, StateSpace.PARAM, b8, (size,), align, location=caller()))
        return Pointer(self, b8, StateSpace.PARAM, Symbol(name), 0, align)

    def declare_global(self, variable: Variable) -> None:
        """Add a variable to the module."""
        self.module.declare(variable)

    def check_symbol(self, name: str) -> None:
        """Refuse the name of a variable or function that neither the function nor the module has."""
        if not (self.code.knows(name) or self.module.knows(name)):
            raise BuildError(
                "PTX027",
                f"{self.name} knows no variable {name!r}",
                help="declare it first: k.param(name, type), k.shared(name, type, size)",
                location=caller(),
            )

    def call(self, function: FunctionBuilder | Function, *arguments: Any) -> Any:
        """Call a device function; gives its result, a tuple of several, or None.

        Pointers are passed as generic addresses. A parsed function that returns a struct gives a pointer to its bytes.
        """
        callee = function if isinstance(function, Function) else function.code.function
        if len(arguments) != len(callee.params):
            takes = ", ".join(f"{p.name}: {p.type}" for p in callee.params) or "nothing"
            raise BuildError(
                "PTX034",
                f"{callee.name} takes {takes}; got {len(arguments)} arguments",
                location=caller(),
            )
        passed = [self._pass(callee, p, a) for p, a in zip(callee.params, arguments, strict=True)]
        results = [self._receiver(callee, variable) for variable in callee.returns]
        self._emit_call(callee, passed, results)
        if not results:
            return None
        if isinstance(function, FunctionBuilder):
            parts = [self._load_param(results[0].name, t, at) for t, at in function.results]
            return parts[0] if len(parts) == 1 else tuple(parts)
        if results[0].shape:
            return Pointer(self, b8, StateSpace.PARAM, Symbol(results[0].name), 0, results[0].alignment)
        return self._load_param(results[0].name, results[0].type)

    def _emit_call(self, callee: Function, passed: Sequence[Variable], results: Sequence[Variable]) -> None:
        inputs = Arguments(tuple(Symbol(v.name) for v in passed))
        outputs = Arguments(tuple(Symbol(v.name) for v in results))
        name = Symbol(callee.name)
        if results:
            self.code.emit("call", outputs, name, *([inputs] if passed else []))
        else:
            self.code.emit("call", name, *([inputs] if passed else []))

    def _pass(self, callee: Function, parameter: Variable, argument: Any) -> Variable:
        variable = self._receiver(callee, parameter)
        slot = Pointer(self, parameter.type, StateSpace.PARAM, Symbol(variable.name), 0, variable.alignment)
        self.store(slot, argument.to_generic().address if isinstance(argument, Pointer) else argument)
        return variable

    def _receiver(self, callee: Function, parameter: Variable) -> Variable:
        """A `.param` variable of this function that carries one argument or result of a call."""
        name = self.code.unique_variable(f"{callee.name}_{parameter.name}")
        made = Variable(
            name, StateSpace.PARAM, parameter.type, parameter.shape, parameter.align, location=caller()
        )
        self.code.declare(made)
        return made

    def raw(self, text: str, **operands: Any) -> Any:
        """PTX text, parsed and checked: `k.raw("add.sat.s32 {d}, {a}, {b};", d=s32, a=x, b=1)`.

        Names in braces are replaced by operands; a type makes a new register, which is returned (a tuple of several,
        in the order given). Write `{{` for a brace of PTX.
        """
        from ptxgen.ir.builder.raw import build_raw

        return build_raw(self, text, operands)

    def finish(self) -> Function:
        """The function, ended with `ret` where it falls off its end; unplaced labels are refused."""
        missing = [name for name, placed in self.labels.items() if not placed]
        if missing:
            raise BuildError(
                "PTX028", f"label {missing[0]} of {self.name} is never placed", help="k.place(label)"
            )
        if len(self.code.scopes) > 1:
            raise BuildError(
                "PTX026", f"{self.name} is built inside one of its own with blocks", location=caller()
            )
        self.code.flush()
        if not self._ended():
            self.code.emit("ret")
        return self.code.function

    def _ended(self) -> bool:
        blocks = self.code.function.blocks
        last = blocks[-1].instructions[-1] if blocks and blocks[-1].instructions else None
        return last is not None and last.ends_block and last.guard is None

    def _declare_param(self, variable: Variable) -> None:
        if len(self.code.scopes) > 1 or self.code.deferred is not None:
            raise BuildError(
                "PTX033",
                f"parameter {variable.name!r} is declared inside a branch or loop",
                help="declare parameters first",
                location=caller(),
            )
        self.code.claim(variable.name)
        self.code.function.params.append(variable)

    def _load_param(self, name: str, type: Type, offset: int = 0) -> Value:
        made = self.value(type, self.code.register(type))
        self.code.emit(f"ld.param.{memory_name(type)}", made.register, Address(Symbol(name), offset))
        return made


class FunctionBuilder(FunctionBody):
    """A device function. `ret(value, ...)` returns results of the types that `returns` names.

    PTX functions return one parameter: several results travel as a struct, in order, each naturally aligned.
    `results` has type and byte offset of each.
    """

    def __init__(self, module: ModuleBuilder, name: str, returns: Sequence[Type], linkage: Linkage) -> None:
        self.results, size = _layout(returns)
        variables: list[Variable] = []
        if len(returns) == 1:
            variables = [Variable(f"{name}_result", StateSpace.PARAM, variable_type(returns[0]))]
        elif returns:
            align = max(type.bytes for type in returns)
            variables = [Variable(f"{name}_result", StateSpace.PARAM, b8, (size,), align)]
        super().__init__(module, Function(name, False, [], variables, linkage, location=caller()))
        for variable in variables:
            self.code.claim(variable.name)

    def ret(self, *values: Any) -> None:
        """Return the results."""
        if len(values) != len(self.results):
            raise BuildError(
                "PTX034",
                f"{self.name} returns {len(self.results)} values, got {len(values)}",
                location=caller(),
            )
        for (type, offset), value in zip(self.results, values, strict=True):
            base = Symbol(self.code.function.returns[0].name)
            self.store(Pointer(self, type, StateSpace.PARAM, base, offset, type.bytes), value)
        self.code.emit("ret")


def _layout(types: Sequence[Type]) -> tuple[list[tuple[Type, int]], int]:
    """Each type with its offset in a struct of them, and the size of the struct."""
    fields: list[tuple[Type, int]] = []
    offset = 0
    for type in types:
        offset += -offset % type.bytes
        fields.append((type, offset))
        offset += type.bytes
    return fields, offset
