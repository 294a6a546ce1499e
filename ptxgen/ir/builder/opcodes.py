"""Every opcode of the instruction table as a method. The stub `opcodes.pyi` lists them for editors and checkers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ptxgen.errors import BuildError
from ptxgen.ir.builder.code import Code
from ptxgen.ir.builder.encode import foreign, is_result
from ptxgen.ir.builder.kinds import kind_of
from ptxgen.ir.builder.literals import immediate
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.resolve import Recipe, Result, find
from ptxgen.ir.builder.spelling import split
from ptxgen.ir.builder.value import Value, Var
from ptxgen.ir.operands import Address, Operand, Pair, Register, Sink, Symbol, TensorAddress, Vector
from ptxgen.isa.table import ROWS, Role
from ptxgen.isa.types import Type

if TYPE_CHECKING:
    from ptxgen.ir.builder.scalar import Scalars

Built = Value | tuple[Any, ...] | None
"""What an instruction gives: a value, a tuple where it has several results or a vector, or nothing."""

_recipes: dict[object, Recipe] = {}


class Opcodes:
    """Methods made from the table on first use: `k.bfe(u32, a, b, c)`, `k.atom_add(p, 1)`.

    Leading types fill the type positions; what they leave open comes from the operands. Keywords name modifiers
    (`ftz=True`, `rnd="rz"`); `into=` writes a variable in place of a new value; `both=True` asks for the second
    result of instructions where it is optional. Defaults: `.lo` for integer products, `.rn` for float arithmetic.
    """

    def __init__(self, code: Code) -> None:
        self.code = code

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or split(name)[0] not in ROWS:
            raise AttributeError(f"{type(self).__name__} has no method {name!r}, and PTX no such instruction")

        def method(self: Opcodes, *args: Any, into: Any = None, **modifiers: Any) -> Built:
            return self.apply(name, args, modifiers, into)

        method.__name__ = name
        setattr(Opcodes, name, method)
        return getattr(self, name)

    def op(self, name: str, *sources: Any, into: Any = None, result: Type | None = None) -> Any:
        """Build an instruction by its full PTX name from its sources: `k.op("add.rz.f32", a, b)`.

        `result` says what the result holds where the name does not: `k.op("ld.global.b16", x, result=f16)`.
        """
        return self.apply(name, sources, {}, into, result)

    def emit(self, name: str, *operands: Any) -> None:
        """Build an instruction by its full PTX name from all its operands, results included, as PTX orders them."""
        self.code.emit(name, *(self._operand(operand) for operand in operands))

    def apply(
        self,
        name: str,
        args: Sequence[Any],
        modifiers: Mapping[str, Any],
        into: Any = None,
        result: Type | None = None,
    ) -> Built:
        """What every instruction method stands on: find the recipe (remembered by name and kinds), then run it."""
        key = (name, tuple(map(kind_of, args)), tuple(modifiers.items()) if modifiers else (), result)
        recipe = _recipes.get(key)
        if recipe is None:
            recipe = _recipes[key] = find(name, key[1], modifiers, result)
        sources = args[recipe.skip :] if recipe.skip else args
        k: Scalars = self  # pyright: ignore[reportAssignmentType]
        encoded = [encode(k, source) for encode, source in zip(recipe.encoders, sources, strict=True)]
        code = self.code
        kind = recipe.single
        if kind is None:
            return self._several(recipe, encoded, into)
        if into is None:
            register = code.register(kind)
            code.append(recipe.name, (register, *encoded), recipe.form)
            return Value(k, kind, register, code.scope.serial)
        code.append(recipe.name, (self._target(into, kind), *encoded), recipe.form)
        return into

    def _several(self, recipe: Recipe, encoded: list[Operand], into: Any) -> Built:
        """Instructions with no result, a vector, or a pair."""
        made: list[Any] = [
            self._result(result, target)
            for result, target in zip(recipe.results, self._targets(recipe, into), strict=True)
        ]
        results, sources = iter(made), iter(encoded)
        operands: list[Operand] = []
        taken = 0
        for slot in recipe.form.operands:
            if slot.role is Role.SINK:
                operands.append(Sink())
                continue
            if not is_result(slot):
                if taken < len(encoded):
                    operands.append(next(sources))
                taken += 1
                continue
            first = next(results)
            whole = Vector(tuple(value.register for value in first)) if slot.count else first.register
            pair = slot.second is not None and len(made) > 1
            operands.append(Pair(whole, next(results).register) if pair else whole)
        self.code.append(recipe.name, tuple(operands), recipe.form)
        if not made:
            return None
        return made[0] if len(made) == 1 else tuple(made)

    def _targets(self, recipe: Recipe, into: Any) -> Sequence[Any]:
        if into is None:
            return (None,) * len(recipe.results)
        return (into,) if len(recipe.results) == 1 else tuple(into)

    def _result(self, result: Result, target: Any) -> Any:
        if result.count:
            targets = target if target is not None else (None,) * result.count
            return tuple(self._result(Result(result.type), t) for t in targets)
        if target is not None:
            self._target(target, result.type)
            return target
        return self.value(result.type, self.code.register(result.type))

    def _target(self, into: Any, type: Type) -> Register:
        """The register of the variable that takes a result."""
        if not isinstance(into, Var):
            raise BuildError(
                "PTX031",
                f"into= takes a variable, got {into!r}",
                help="k.var(type, value)",
                location=caller(),
            )
        if into.k.code is not self.code:
            raise foreign(into)
        if into.type is not type and not (type.is_bits and into.type.bits == type.bits):
            raise BuildError(
                "PTX014",
                f"the result is {type}, the variable {into!r} holds {into.type}",
                help=f"convert the result: x.set(k.cvt({into.type}, value))",
                location=caller(),
            )
        return into.register

    def value(self, type: Type, register: Register) -> Value:
        """A value of this function that lives in `register`."""
        k: Scalars = self  # pyright: ignore[reportAssignmentType]
        return Value(k, type, register, self.code.scope.serial)

    def check_symbol(self, name: str) -> None:
        """Refuse the name of a variable that is not declared; the builder of a function knows them."""
        raise NotImplementedError

    def _operand(self, source: Any) -> Operand:
        """An operand as `emit` takes it: fluent objects become what they stand for, numbers constants."""
        if isinstance(source, Value):
            return source.register
        if isinstance(source, int | float):
            return immediate(None, source)
        if source is None:
            return Sink()
        operand = source.operand() if hasattr(source, "operand") else source
        named = operand.base if isinstance(operand, Address | TensorAddress) else operand
        if isinstance(named, Symbol):
            self.check_symbol(named.name)
        return operand
