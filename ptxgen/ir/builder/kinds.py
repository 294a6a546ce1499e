"""What a source is, as far as the choice of an instruction's form depends on it."""

from __future__ import annotations

from functools import cache
from typing import Any

from attrs import frozen

from ptxgen.ir.builder.value import Value, Var
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type


@frozen(eq=False)
class PointerKind:
    """What a pointer is to the table: element type and space. One object each, compared by identity."""

    element: Type
    space: StateSpace

    def __str__(self) -> str:
        return f"a pointer to {self.space} {self.element}"


@cache
def pointer_kind(element: Type, space: StateSpace) -> PointerKind:
    """The one `PointerKind` of these."""
    return PointerKind(element, space)


Kind = Type | PointerKind | str | type | tuple["Kind", ...]
"""What a source is, as far as the choice of the form depends on it: a value's type, a pointer's kind, the name of
a type given as such, a Python class, or a tuple of these for a vector."""


def kind_of(source: Any) -> Kind:
    """The kind of a source."""
    cls: type = source.__class__
    found: Kind = cls
    if cls is Value or cls is Var:
        found = source.type
    elif cls is Type:
        found = source.name
    elif cls is tuple or cls is list:
        found = tuple(kind_of(element) for element in source)
    elif cls is not int and cls is not float:
        found = getattr(source, "kind", cls)
    return found


def describe(kind: Kind) -> str:
    """A kind in words."""
    if isinstance(kind, tuple):
        return f"({', '.join(describe(k) for k in kind)})"
    if isinstance(kind, type):
        if kind in (int, float, bool):
            return f"a Python {kind.__name__}"
        return "None" if kind is type(None) else f"a {kind.__name__}"
    if isinstance(kind, str):
        return f"the type {kind}"
    return str(kind)
