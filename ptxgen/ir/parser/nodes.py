"""What the grammar yields: declarations, statements and expressions with offsets, names not yet looked up."""

from __future__ import annotations

import re
from typing import NamedTuple

from ptxgen.isa.types import Type


class Number(NamedTuple):
    """An integer constant; `unsigned` decides how `/`, `%`, `>>` and comparisons treat it."""

    value: int
    unsigned: bool
    at: int


class Real(NamedTuple):
    """A floating constant as bits of `type` (`f32` or `f64`)."""

    bits: int
    type: Type
    at: int


class Name(NamedTuple):
    """A name, perhaps with an offset; `generic(name)` and `0xFF00(name)` in initialisers."""

    name: str
    at: int
    offset: int = 0
    generic: bool = False
    mask: int = 0


class Inverted(NamedTuple):
    """`!p`"""

    name: Name
    at: int


class Negated(NamedTuple):
    """`-%r1`"""

    name: Name
    at: int


class Either(NamedTuple):
    """`p|q`, `{r, g, b, a}|p`"""

    first: Name | Braced
    second: Name
    at: int


class Grouped(NamedTuple):
    """`(a, b)`"""

    items: tuple[Expression, ...]
    at: int


class Bracketed(NamedTuple):
    """`[a]`"""

    items: tuple[Expression, ...]
    at: int


class Braced(NamedTuple):
    """`{a, b}`"""

    items: tuple[Expression, ...]
    at: int


Expression = Number | Real | Name | Inverted | Negated | Either | Grouped | Bracketed | Braced


class Qualifier(NamedTuple):
    """A word before a declared name: its kind (`linkage`, `space`, `type`, `vector`, `align`, `pointer`,
    `attribute`, `opaque`) and what it says.
    """

    kind: str
    text: str
    at: int
    arguments: tuple[int, ...] = ()


class Declarator(NamedTuple):
    """`name[4][2] = {...}`, or `name<registers>` for a range. An extent of None is `[]`."""

    name: str
    at: int
    extents: tuple[Expression | None, ...] = ()
    initializer: Expression | None = None
    registers: int | None = None


class Variables(NamedTuple):
    """`qualifiers a, b, c;`"""

    qualifiers: tuple[Qualifier, ...]
    declarators: tuple[Declarator, ...]
    at: int


class Parameter(NamedTuple):
    """One parameter or result of a function."""

    qualifiers: tuple[Qualifier, ...]
    declarator: Declarator


class Parameters(NamedTuple):
    """A parenthesised list of parameters."""

    items: tuple[Parameter, ...]
    at: int


class Words(NamedTuple):
    """A directive with its arguments; `name` has no dot."""

    name: str
    arguments: tuple[int | str, ...]
    at: int


class Code(NamedTuple):
    """A run of statements that the fast pattern matched (see `pattern.py`)."""

    matches: list[re.Match[str]]


class Statement(NamedTuple):
    """An instruction that came through the grammar."""

    name: str
    operands: tuple[Expression, ...]
    guard: str
    negated: bool
    at: int


class LabelMark(NamedTuple):
    """`name:`"""

    name: str
    at: int


class Inlined(NamedTuple):
    """`, function_name name+offset, inlined_at file line column`"""

    name: str
    offset: int
    file: int
    line: int
    column: int


class Loc(NamedTuple):
    """`.loc file line column`"""

    file: int
    line: int
    column: int
    inlined: Inlined | None
    at: int


class Targets(NamedTuple):
    """`.branchtargets` or `.calltargets`: its label is the one before it."""

    kind: str
    names: tuple[str, ...]
    at: int


class Prototype(NamedTuple):
    """`.callprototype (returns) _ (params) directives;`: its label is the one before it."""

    returns: Parameters | None
    params: Parameters | None
    directives: tuple[Words, ...]
    at: int


class Body(NamedTuple):
    """`{ ... }`: a function's body or a scope inside one."""

    statements: tuple[BodyItem, ...]
    at: int


BodyItem = Variables | Code | Statement | LabelMark | Loc | Words | Targets | Prototype | Body


class FunctionNode(NamedTuple):
    """An entry or function, with or without a body."""

    qualifiers: tuple[Qualifier, ...]
    is_entry: bool
    name: str
    returns: Parameters | None
    params: Parameters | None
    directives: tuple[Words, ...]
    body: Body | None
    at: int


class SectionNode(NamedTuple):
    """A whole debug section, as it stands in the text."""

    text: str
    at: int


Item = Variables | FunctionNode | Words | SectionNode


class ModuleNode(NamedTuple):
    """Everything, in textual order."""

    items: tuple[Item, ...]
