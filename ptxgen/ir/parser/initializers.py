"""Initial values of module variables, flattened to row-major order."""

from __future__ import annotations

from collections.abc import Container

from attrs import define

from ptxgen.ir.operands import Immediate, Symbol
from ptxgen.ir.parser import constants
from ptxgen.ir.parser.errors import Refusal
from ptxgen.ir.parser.nodes import Braced, Expression, Name, Number, Real
from ptxgen.isa.types import Type, f32, f64


@define
class Initializer:
    """Reads the values of one variable. `limit` bounds their number; `known` has the names, besides its own, that
    they may mention.
    """

    variable: str
    type: Type
    limit: int
    known: Container[str]

    def rows(self, node: Expression) -> int:
        """The first extent of `x[] = {...}`."""
        if not isinstance(node, Braced) or not node.items:
            raise Refusal("PTX091", node.at, "an array of unstated size needs an initial value in braces")
        return len(node.items)

    def flat(self, node: Expression, shape: tuple[int, ...]) -> list[Immediate | Symbol]:
        """Row-major values; short rows are padded with zeros, except at the end."""
        if not shape:
            return [self._scalar(node)]
        if not isinstance(node, Braced):
            raise Refusal("PTX091", node.at, "the initial value of an array stands in braces")
        if len(node.items) > shape[0]:
            message = f"{len(node.items)} initial values for an extent of {shape[0]}"
            raise Refusal("PTX091", node.at, message)
        size = 1
        for extent in shape[1:]:
            size *= extent
        values: list[Immediate | Symbol] = []
        for index, item in enumerate(node.items):
            if index * size > self.limit:
                raise Refusal("PTX082", node.at, f"an initialiser has more than {self.limit} values")
            if len(values) < index * size:
                values += [self._zero()] * (index * size - len(values))
            values += self.flat(item, shape[1:])
        return values

    def _zero(self) -> Immediate:
        return Immediate(0, self.type if self.type in (f32, f64) else None)

    def _scalar(self, node: Expression) -> Immediate | Symbol:
        node = constants.ungroup(node)
        match node:
            case Number(value=value) if not self.type.is_float:
                return Immediate(value)
            case Real(bits=bits, type=type) if type.bits == self.type.bits and self._takes_float():
                return Immediate(bits, type)
            case Real(bits=bits, type=type) if self.type.bits in (32, 64) and self._takes_float():
                return constants.converted(Immediate(bits, type), f32 if self.type.bits == 32 else f64)
            case Name(name=name, offset=offset, generic=generic, mask=mask) if not self.type.is_float:
                if name != self.variable and name not in self.known:
                    raise Refusal("PTX083", node.at, f"{name[:80]} is not declared")
                return Symbol(name, offset, generic, mask)
            case _:
                raise Refusal("PTX091", node.at, f"this initial value does not fit the type {self.type}")

    def _takes_float(self) -> bool:
        return self.type.is_float or self.type.is_bits
