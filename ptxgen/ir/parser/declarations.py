"""Declarations: from qualifiers and a declarator to a variable, with its initialiser flattened."""

from __future__ import annotations

from collections.abc import Callable, Container

from attrs import define, field

from ptxgen.ir.module import Directive, Linkage, Pointee, Variable
from ptxgen.ir.operands import Immediate, Symbol
from ptxgen.ir.parser import constants
from ptxgen.ir.parser.errors import Refusal, Source
from ptxgen.ir.parser.nodes import Braced, Declarator, Expression, Name, Number, Parameters, Qualifier, Real
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import TYPES, Type, f32, f64, pred

_MAX_BYTES = 1 << 63
_MAX_ALIGN = 1 << 20
_DEFAULT_POINTEE_ALIGN = 4
_INITIALISED = (StateSpace.GLOBAL, StateSpace.CONST)


@define
class Words:
    """What the qualifiers of one declaration say."""

    space: StateSpace | None = None
    type: Type | None = None
    align: int = 0
    vector: int = 1
    linkage: Linkage = Linkage.PRIVATE
    attributes: tuple[Directive, ...] = ()
    pointee: Pointee | None = None
    _seen: set[str] = field(factory=set[str])

    def once(self, kind: str, qualifier: Qualifier) -> None:
        """Refuse a second word of a kind that stands once."""
        if kind in self._seen:
            raise Refusal("PTX091", qualifier.at, f"a second {kind} in one declaration: {qualifier.text}")
        self._seen.add(kind)


def words(qualifiers: tuple[Qualifier, ...]) -> Words:
    """Read qualifiers in order: what follows `.ptr` is about the pointee."""
    found = Words()
    for qualifier in qualifiers:
        _READERS[qualifier.kind](found, qualifier)
    return found


def _space(w: Words, q: Qualifier) -> None:
    space = StateSpace(q.text)
    if w.pointee is not None:
        w.once("pointer space", q)
        w.pointee = Pointee(space, w.pointee.align)
    else:
        w.once("state space", q)
        w.space = space


def _type(w: Words, q: Qualifier) -> None:
    w.once("type", q)
    w.type = TYPES[q.text]


def _align(w: Words, q: Qualifier) -> None:
    value = q.arguments[0]
    if not 1 <= value <= _MAX_ALIGN or value & (value - 1):
        raise Refusal("PTX091", q.at, f".align takes a power of two up to {_MAX_ALIGN}, got {value}")
    if w.pointee is not None:
        w.once("pointer alignment", q)
        w.pointee = Pointee(w.pointee.space, value)
    else:
        w.once("alignment", q)
        w.align = value


def _vector(w: Words, q: Qualifier) -> None:
    w.once("vector size", q)
    w.vector = int(q.text[1:])


def _linkage(w: Words, q: Qualifier) -> None:
    w.once("linkage", q)
    w.linkage = Linkage(q.text)


def _pointer(w: Words, q: Qualifier) -> None:
    w.once(".ptr", q)
    w.pointee = Pointee(None, _DEFAULT_POINTEE_ALIGN)


def _attribute(w: Words, q: Qualifier) -> None:
    if (q.text, len(q.arguments)) not in (("managed", 0), ("unified", 2)):
        raise Refusal("PTX092", q.at, f"unknown attribute .{q.text}", "known: .managed, .unified(a, b)")
    w.attributes += (Directive(q.text, q.arguments),)


def _opaque(w: Words, q: Qualifier) -> None:
    raise Refusal("PTX093", q.at, f"opaque type .{q.text} is not supported", "pass a .u64 handle instead")


_READERS: dict[str, Callable[[Words, Qualifier], None]] = {
    "space": _space,
    "type": _type,
    "align": _align,
    "vector": _vector,
    "linkage": _linkage,
    "pointer": _pointer,
    "attribute": _attribute,
    "opaque": _opaque,
}


def variable(
    w: Words, declarator: Declarator, line: int, limit: int = 0, known: Container[str] = frozenset()
) -> Variable:
    """A variable. `limit` bounds the elements of an initialiser; `known` has the names that it may mention."""
    name, at = declarator.name, declarator.at
    if w.space is None or w.type is None:
        raise Refusal("PTX091", at, f"{name} needs a state space and a type, as in .shared .b32 {name};")
    if w.type is pred and w.space is not StateSpace.REG:
        raise Refusal("PTX090", at, "a predicate lives in a register only", "declare it .u8 and convert")
    if declarator.count is not None:
        raise Refusal("PTX091", at, f"{name}<{declarator.count}>: only registers are declared as a range")
    shape = _shape(declarator)
    values: tuple[Immediate | Symbol, ...] = ()
    if declarator.initializer is not None:
        if w.space not in _INITIALISED:
            raise Refusal("PTX091", at, f"a .{w.space} variable cannot have an initial value")
        reader = _Initializer(w.type, limit, known)
        dimensions = shape if w.vector == 1 else (*shape, w.vector)
        if shape and shape[0] == 0:
            rows = reader.rows(declarator.initializer)
            shape, dimensions = (rows, *shape[1:]), (rows, *dimensions[1:])
        values = tuple(reader.flat(declarator.initializer, dimensions))
    result = Variable(
        name, w.space, w.type, shape, w.align, w.linkage, values, w.pointee, w.vector, w.attributes, line=line
    )
    if result.bytes > _MAX_BYTES:
        raise Refusal("PTX082", at, f"{name} is larger than {_MAX_BYTES} bytes")
    return result


def parameters(node: Parameters | None, source: Source) -> list[Variable]:
    """The parameters or results of a function; those of a `.func` may be registers."""
    found: list[Variable] = []
    for qualifiers, declarator in node.items if node is not None else ():
        w = words(qualifiers)
        if w.space not in (StateSpace.PARAM, StateSpace.REG):
            raise Refusal("PTX091", declarator.at, f"parameter {declarator.name} must be .param or .reg")
        if declarator.initializer is not None:
            raise Refusal("PTX091", declarator.at, "a parameter cannot have an initial value")
        found.append(variable(w, declarator, source.line(declarator.at)))
    return found


def _shape(declarator: Declarator) -> tuple[int, ...]:
    shape: list[int] = []
    for place, extent in enumerate(declarator.extents):
        if extent is None:
            if place:
                raise Refusal("PTX091", declarator.at, "only the first extent of an array may be left out")
            shape.append(0)
            continue
        value = constants.integer(extent, "an array extent")
        if not 0 < value < _MAX_BYTES:
            raise Refusal("PTX091", extent.at, f"an array extent must be positive, got {value}")
        shape.append(value)
        if len(shape) > 16:
            raise Refusal("PTX082", declarator.at, "an array has more than 16 dimensions")
    return tuple(shape)


@define
class _Initializer:
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
                if name not in self.known:
                    raise Refusal("PTX083", node.at, f"{name[:80]} is not declared")
                return Symbol(name, offset, generic, mask)
            case _:
                raise Refusal("PTX091", node.at, f"this initial value does not fit the type {self.type}")

    def _takes_float(self) -> bool:
        return self.type.is_float or self.type.is_bits
