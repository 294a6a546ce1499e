"""From operand text, or an expression node, to an operand of the IR."""

from __future__ import annotations

import re
from collections.abc import Hashable
from difflib import get_close_matches
from itertools import islice
from typing import TypeVar

from ptxgen.ir.operands import (
    Address,
    Arguments,
    Immediate,
    Label,
    Negative,
    Not,
    Operand,
    Pair,
    Part,
    Register,
    Sink,
    SpecialRegister,
    Symbol,
    TensorAddress,
    Vector,
)
from ptxgen.ir.parser import constants
from ptxgen.ir.parser.errors import Refusal, Source
from ptxgen.ir.parser.grammar import expression_node
from ptxgen.ir.parser.lexer import Span
from ptxgen.ir.parser.nodes import (
    Braced,
    Bracketed,
    Either,
    Expression,
    Grouped,
    Inverted,
    Name,
    Negated,
    Number,
    Real,
)
from ptxgen.ir.parser.scopes import FunctionNames, Scope

_SIMPLE = re.compile(
    r"""\s*+(?:
      (?P<name>[A-Za-z_$%][\w$%]*+(?:\.[a-z])?+)
    | (?P<number>-?\d\w*+(?:\.\d*+(?:[eE][+-]?\d++)?+)?+)
    | \[\s*+(?P<base>[A-Za-z_$%][\w$%]*+)(?:\s*+(?P<offset>\+\s*+-?\d++|-\s*+\d++))?+\s*+\]
    )\s*+""",
    re.VERBOSE | re.ASCII,
)
_NAME = r"(?:[A-Za-z_]|[$%](?=[\w$%]))[\w$%]*+"
_NAMES = re.compile(rf"\s*+\{{\s*+{_NAME}(?:\s*+,\s*+{_NAME})*+\s*+\}}\s*+", re.ASCII)
_ELEMENT = re.compile(_NAME, re.ASCII)
"""A vector of names, which the matrix instructions are full of, and one of them."""
Wanted = TypeVar("Wanted", bound=Operand)


def operand_of_text(source: Source, start: int, end: int, names: FunctionNames, scope: Scope) -> Operand:
    """The operand written at an offset of the source."""
    return operand_of(_node(source, start, end), names, scope)


def _node(source: Source, start: int, end: int) -> Expression:
    match = _SIMPLE.fullmatch(source.text, start, end)
    if match is None and _NAMES.fullmatch(source.text, start, end):
        elements = _ELEMENT.finditer(source.text, start, end)
        items = tuple(constants.name(element[0], element.start()) for element in elements)
        return Braced(items, items[0].at)
    if match is None:
        return expression_node(Span(source, start, end))
    name, number, base, offset = match.groups()
    if name is not None:
        return constants.name(name, match.start("name"))
    at = match.start(match.lastgroup or 0)
    if number is not None:
        if number[0] != "-":
            return constants.literal(number, at)
        return constants.unary("-", constants.literal(number[1:], at + 1), at)
    at = match.start("base")
    shift = _offset(offset, at) if offset is not None else 0
    return Bracketed((Name(base, at, shift),), at)


def _offset(text: str, at: int) -> int:
    """`+ 4`, `+-4`, `-4`"""
    digits = text.lstrip("+- \t\r\n")
    value = constants.integer(constants.literal(digits, at), "an offset")
    return -value if "-" in text else value


def operand_of(node: Expression, names: FunctionNames, scope: Scope, *, call: bool = False) -> Operand:
    """The operand that a node means in a scope. In a `call`, parentheses are argument lists."""
    match node:
        case Number(value=value):
            return Immediate(value)
        case Real(bits=bits, type=type):
            return Immediate(bits, type)
        case Name():
            return _named(node, names, scope)
        case Inverted(name=name, at=at):
            return Not(_only(Register, "a negated predicate", _named(name, names, scope), at))
        case Negated(name=name, at=at):
            return Negative(_source(_named(name, names, scope), at))
        case Either(first=first, second=second, at=at):
            left, right = operand_of(first, names, scope), _half(operand_of(second, names, scope), at)
            return Pair(left if isinstance(left, Vector) else _half(left, at), right)
        case Braced(items=items):
            return Vector(tuple(_element(operand_of(i, names, scope), i.at) for i in items))
        case Bracketed(items=items, at=at):
            return _address(items, at, names, scope)
        case Grouped(items=items) if call:
            return Arguments(tuple(_argument(operand_of(i, names, scope), i.at) for i in items))
        case Grouped(at=at):
            inner = constants.ungroup(node)
            if not isinstance(inner, Number | Real):
                raise Refusal(
                    "PTX080", at, "parentheses stand around constants and a parenthesised list only in a call"
                )
            return operand_of(inner, names, scope)


def _named(node: Name, names: FunctionNames, scope: Scope) -> Operand:
    if node.generic or node.mask:
        raise Refusal("PTX080", node.at, "generic(name) and mask(name) stand only in initialisers")
    if node.name == "_":
        return Sink()
    found = names.find(scope, node.name)
    if found is None:
        found = _part(node.name, names, scope)
    if found is None:
        raise undeclared(node, names, scope)
    if not node.offset:
        return found
    if not isinstance(found, Symbol):
        raise Refusal("PTX088", node.at, f"an offset stands with {node.name} only inside brackets")
    return Symbol(found.name, node.offset)


_SELECTOR = re.compile(r"[bh]\d{1,4}")


def _part(name: str, names: FunctionNames, scope: Scope) -> Part | None:
    """`%r1.b0`"""
    stem, _, selector = name.rpartition(".")
    register = names.find(scope, stem) if _SELECTOR.fullmatch(selector) else None
    return Part(register, selector) if isinstance(register, Register) else None


def undeclared(node: Name, names: FunctionNames, scope: Scope) -> Refusal:
    """The refusal of a name that nothing declares."""
    near = islice(names.visible(scope), 2000) if len(node.name) < 80 else ()
    close = get_close_matches(node.name, near, n=1)
    return Refusal(
        "PTX083", node.at, f"{node.name[:80]} is not declared", f"did you mean {close[0]}?" if close else ""
    )


def _address(
    items: tuple[Expression, ...], at: int, names: FunctionNames, scope: Scope
) -> Address | TensorAddress:
    node = items[0]
    if len(items) == 1 and isinstance(constant := constants.ungroup(node), Number):
        return Address(None, constant.value)
    if not isinstance(node, Name) or node.name == "_":
        raise Refusal("PTX080", at, "an address is [register], [variable] or [constant], with an offset")
    base = _place(node, names, scope)
    if len(items) == 1:
        return Address(base, node.offset)
    if len(items) > 3:
        raise Refusal(
            "PTX080", at, "an address with coordinates is [map, {x, y}] or [texture, sampler, {x, y}]"
        )
    last = items[len(items) - 1]
    coordinates = operand_of(last, names, scope)
    if not isinstance(coordinates, Vector):
        coordinates = Vector((_element(coordinates, last.at),))
    sampler = items[1] if len(items) == 3 else None
    if sampler is not None and not isinstance(sampler, Name):
        raise Refusal("PTX080", at, "a sampler is a register or a variable")
    return TensorAddress(
        base, coordinates, None if sampler is None else _place(sampler, names, scope), node.offset
    )


def _place(node: Name, names: FunctionNames, scope: Scope) -> Register | Symbol:
    """What an address starts from."""
    base = _named(node._replace(offset=0), names, scope)
    if not isinstance(base, Register | Symbol):
        raise Refusal("PTX080", node.at, f"{node.name} cannot be an address: it is no register or variable")
    return base


def _only(kind: type[Wanted], what: str, operand: Operand, at: int) -> Wanted:
    if not isinstance(operand, kind):
        raise Refusal("PTX080", at, f"{what} must be a {kind.__name__.lower()}, got {operand}")
    return operand


def _source(operand: Operand, at: int) -> Register | Part:
    return operand if isinstance(operand, Part) else _only(Register, "what has a sign", operand, at)


def _half(operand: Operand, at: int) -> Register | Sink:
    return operand if isinstance(operand, Sink) else _only(Register, "half of a pair", operand, at)


def _element(operand: Operand, at: int) -> Register | Immediate | Sink:
    if isinstance(operand, Sink | Immediate):
        return operand
    return _only(Register, "an element of a vector", operand, at)


def _argument(operand: Operand, at: int) -> Register | Symbol | Immediate:
    if isinstance(operand, Symbol | Immediate):
        return operand
    return _only(Register, "an argument", operand, at)


def kind_of(operand: Operand) -> Hashable:
    """All that the choice of a form depends on: operands of equal kinds select the same form."""
    match operand:
        case Register(type=declared):
            return declared
        case Immediate(value=value, type=constant):
            return (constant, value)
        case Address(base=base):
            return (Address, base.type if isinstance(base, Register) else None)
        case TensorAddress(base=base, coordinates=coordinates, sampler=sampler):
            places = (p.type if isinstance(p, Register) else type(p) for p in (base, sampler))
            return (TensorAddress, *places, kind_of(coordinates))
        case Part(register=register, selector=selector):
            return (Part, register.type, selector)
        case Negative(source=source):
            return (Negative, kind_of(source))
        case Vector(elements=elements):
            return (Vector, *map(kind_of, elements))
        case Pair(first=first, second=second):
            return (Pair, kind_of(first), kind_of(second))
        case Not() | Sink() | SpecialRegister() | Symbol() | Label() | Arguments():
            return (type(operand),)
