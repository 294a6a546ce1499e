"""Sizes written as text: "n", "n*k//256*144", "(rows+15)//16". Integers, names, + - * // % and parentheses."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache

from ptxgen.launch.config import LaunchError

Dim = int | str
"""An extent: a number, a name, or an expression over names."""

_OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def evaluate(dim: Dim, sizes: Mapping[str, int]) -> int:
    """The value of a dimension. LCH010 for an expression that is not one, LCH011 for a name without a value."""
    if isinstance(dim, int):
        return dim
    tree = _parse(dim)
    missing = sorted(names(dim) - sizes.keys())
    if missing:
        raise LaunchError(
            "LCH011",
            f"the size {missing[0]!r} in {dim!r} has no value",
            help=f"known sizes: {', '.join(sorted(sizes)) or 'none'}",
        )
    try:
        return _value(tree, sizes)
    except ZeroDivisionError:
        raise LaunchError("LCH010", f"the size {dim!r} divides by zero") from None


def names(dim: Dim) -> frozenset[str]:
    """The names that a dimension depends on."""
    if isinstance(dim, int):
        return frozenset()
    return frozenset(node.id for node in ast.walk(_parse(dim)) if isinstance(node, ast.Name))


@lru_cache(maxsize=1024)
def _parse(text: str) -> ast.expr:
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise _not_a_size(text) from None
    for node in ast.walk(tree):
        if not _allowed(node):
            raise _not_a_size(text)
    return tree


def _allowed(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=value):
            return type(value) is int
        case ast.BinOp(op=op):
            return type(op) in _OPERATORS
        case ast.UnaryOp(op=ast.USub()):
            return True
        case _:
            return isinstance(node, ast.Name | ast.operator | ast.unaryop | ast.expr_context)


def _value(node: ast.expr, sizes: Mapping[str, int]) -> int:
    match node:
        case ast.Constant(value=int(value)):
            return value
        case ast.Name(id=name):
            return sizes[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_value(left, sizes), _value(right, sizes))
        case ast.UnaryOp(operand=operand):
            return -_value(operand, sizes)
        case _:
            raise TypeError(f"{type(node).__name__} passed the check of expressions")


def _not_a_size(text: str) -> LaunchError:
    return LaunchError(
        "LCH010",
        f"{text!r} is not a size",
        help='a size is an int, a name, or an expression of + - * // % over them: "(n+255)//256"',
    )
