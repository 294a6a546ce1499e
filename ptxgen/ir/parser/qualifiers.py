"""The words before a declared name: linkage, state space, alignment, vector size, type, `.ptr`, attributes."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, field

from ptxgen.ir.module import Directive, Linkage, Pointee
from ptxgen.ir.parser.errors import Refusal
from ptxgen.ir.parser.nodes import Qualifier
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import TYPES, Type

_MAX_ALIGN = 1 << 20
_DEFAULT_POINTEE_ALIGN = 4
"""PTX ISA 9.0, section 5.1.6.3."""


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
        if qualifier.kind == "opaque":
            message = f"opaque type .{qualifier.text} is not supported"
            raise Refusal("PTX093", qualifier.at, message, "pass a .u64 handle instead")
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


_READERS: dict[str, Callable[[Words, Qualifier], None]] = {
    "space": _space,
    "type": _type,
    "align": _align,
    "vector": _vector,
    "linkage": _linkage,
    "pointer": _pointer,
    "attribute": _attribute,
}
