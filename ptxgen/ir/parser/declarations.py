"""Declarations: from qualifiers and a declarator to a variable or registers."""

from __future__ import annotations

from collections.abc import Container

from ptxgen.ir.module import Linkage, Variable
from ptxgen.ir.operands import Immediate, Symbol
from ptxgen.ir.parser import constants
from ptxgen.ir.parser.errors import Refusal, Source
from ptxgen.ir.parser.initializers import Initializer
from ptxgen.ir.parser.nodes import Declarator, Number, Parameters
from ptxgen.ir.parser.qualifiers import Words, words
from ptxgen.ir.parser.scopes import FunctionNames, Scope
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type, f16x2, pred

_MAX_BYTES = 1 << 63
_MAX_DIMENSIONS = 16
_INITIALISED = (StateSpace.GLOBAL, StateSpace.CONST)
_VECTOR_BITS = 128
_PARAMETER_ALIGN = 128
_ONLY_IN_INSTRUCTIONS = {"bf16", "bf16x2", "tf32", "u16x2", "s16x2", "f32x2", "e4m3x2", "e5m2x2"}
"""PTX ISA 9.0, section 5.2.3: values of these types live in registers and memory of untyped bits."""


def variable(
    w: Words,
    declarator: Declarator,
    line: int,
    limit: int = 0,
    known: Container[str] = frozenset(),
    *,
    open_size: bool = False,
) -> Variable:
    """A variable. `limit` bounds the elements of an initialiser; `known` has the names that it may mention.

    Only an `.extern` array, or one where `open_size` says so, may leave its size to others.
    """
    name, at = declarator.name, declarator.at
    if w.space is None or w.type is None:
        raise Refusal("PTX091", at, f"{name} needs a state space and a type, as in .shared .b32 {name};")
    if w.type is pred and w.space is not StateSpace.REG:
        raise Refusal("PTX090", at, "a predicate lives in a register only", "declare it .u8 and convert")
    _check_type(w.type, w, at)
    if w.space is StateSpace.PARAM and (w.vector > 1 or w.type is f16x2):
        raise Refusal("PTX090", at, f"parameter {name} cannot be a vector", "declare an aligned array of .b8")
    if declarator.registers is not None:
        raise Refusal("PTX091", at, f"{name}<{declarator.registers}>: only registers are declared as a range")
    shape = _shape(declarator, open_size)
    if (
        None in declarator.extents
        and declarator.initializer is None
        and not (open_size or w.linkage is Linkage.EXTERN)
    ):
        raise Refusal("PTX091", at, f"the size of {name} is not given", "write it, or declare it .extern")
    values: tuple[Immediate | Symbol, ...] = ()
    if declarator.initializer is not None:
        if w.space not in _INITIALISED:
            raise Refusal("PTX091", at, f"a .{w.space} variable cannot have an initial value")
        reader = Initializer(name, w.type, limit, known)
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


def _check_type(type: Type, w: Words, at: int) -> None:
    """Some types only instructions have; vectors end at 128 bits."""
    if type.name in _ONLY_IN_INSTRUCTIONS:
        message = f".{type} is a type of instructions, not of variables"
        raise Refusal("PTX090", at, message, f"declare it .b{type.bits}")
    if w.vector * type.bits > _VECTOR_BITS:
        raise Refusal("PTX091", at, f"a vector has at most {_VECTOR_BITS} bits, got .v{w.vector} .{type}")


def parameters(node: Parameters | None, source: Source, *, entry: bool = False) -> list[Variable]:
    """The parameters or results of a function; those of a `.func` may be registers, the last one an open array."""
    found: list[Variable] = []
    items = node.items if node is not None else ()
    spaces = (StateSpace.PARAM,) if entry else (StateSpace.PARAM, StateSpace.REG)
    for number, (qualifiers, declarator) in enumerate(items, 1):
        w = words(qualifiers)
        if w.space not in spaces:
            wanted = " or ".join(f".{space}" for space in spaces)
            raise Refusal("PTX091", declarator.at, f"parameter {declarator.name} must be {wanted}")
        if w.align > _PARAMETER_ALIGN and not entry:
            raise Refusal(
                "PTX091",
                declarator.at,
                f"parameters of a .func are aligned to {_PARAMETER_ALIGN} bytes at most, got {w.align}",
            )
        if _is_open(declarator) and (entry or number < len(items)):
            raise Refusal(
                "PTX091", declarator.at, "only the last parameter of a .func can be an array of open size"
            )
        if declarator.initializer is not None:
            raise Refusal("PTX091", declarator.at, "a parameter cannot have an initial value")
        found.append(variable(w, declarator, source.line(declarator.at), open_size=True))
    return found


def declare_register(names: FunctionNames, scope: Scope, w: Words, declarator: Declarator) -> None:
    """`.reg` in a body or among the parameters of a function."""
    name, at = declarator.name, declarator.at
    if w.type is None:
        raise Refusal("PTX091", at, f"register {name} needs a type, as in .reg .b32 {name};")
    _check_type(w.type, w, at)
    if declarator.extents or declarator.initializer is not None:
        raise Refusal("PTX091", at, f"register {name} cannot be an array or have an initial value")
    if declarator.registers is None:
        names.declare_register(scope, name, w.type, w.vector, at)
    elif w.vector > 1:
        raise Refusal("PTX093", at, "a range of vector registers is not supported", "declare each one")
    else:
        names.declare_range(scope, name, declarator.registers, w.type, at)


def _is_open(declarator: Declarator) -> bool:
    """Whether an array's size is left out: `[]`, or `[0]`."""
    first = declarator.extents[0] if declarator.extents else None
    return None in declarator.extents or (isinstance(first, Number) and first.value == 0)


def _shape(declarator: Declarator, open_size: bool) -> tuple[int, ...]:
    shape: list[int] = []
    for place, extent in enumerate(declarator.extents):
        if extent is None:
            if place:
                raise Refusal("PTX091", declarator.at, "only the first extent of an array may be left out")
            shape.append(0)
            continue
        value = constants.integer(extent, "an array extent")
        if not (0 < value < _MAX_BYTES or (value == 0 and open_size and not place)):
            raise Refusal("PTX091", extent.at, f"an array extent must be positive, got {value}")
        shape.append(value)
        if len(shape) > _MAX_DIMENSIONS:
            raise Refusal("PTX082", declarator.at, "an array has more than 16 dimensions")
    return tuple(shape)
