"""The instruction table: rows (one syntax line of the manual each) and the forms that names resolve to.

The builder, the parser, the checker, the emulator and the documentation all read this table. A new
instruction is one `instruction(...)` call in `ptxgen/isa/rows/` and one semantics function in the emulator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache

from ptxgen.isa.legality import broken_rule
from ptxgen.isa.resolution import form_of, forms_of
from ptxgen.isa.row import Effect, Form, OperandForm, Requirement, Role, Row, Scope
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.syntax import Shape, read_syntax
from ptxgen.isa.types import Type

type_or_name = str | Type


ROWS: dict[str, list[Row]] = {}
"""Opcode -> its rows, in the manual's order."""


def instruction(
    line: str,
    *,
    section: str,
    doc: str,
    operands: str = "",
    ptx: tuple[int, int] = (1, 0),
    sm: int | str = 0,
    scope: Scope = Scope.THREAD,
    effects: tuple[Effect, ...] = (),
    space: StateSpace | None = None,
    needs: Mapping[str, tuple[tuple[int, int], int | str]] | None = None,
    resolve: Callable[[Mapping[str, str]], Mapping[str, str]] | None = None,
    legal: tuple[str, ...] = (),
    tied: Mapping[str, str] | None = None,
    allowed: Mapping[str, str] | None = None,
    not_emulated: str = "",
    not_emulated_with: Mapping[str, str] | None = None,
    slots: Mapping[str, tuple[type_or_name, ...]] | None = None,
    **named_slots: tuple[type_or_name, ...],
) -> Row:
    """Declare one syntax line.

    `named_slots` (or `slots`, for names that are not Python identifiers) lists what each slot may hold.
    `operands` is `"d:type a:type b:u32"`; a leading `=` marks a written operand (`d` is written by default), `*` one
    that is read and written. `needs`
    raises the requirement where a condition on the modifiers holds: `{"bf16": ((7, 8), 90)}`, `"slot=value"` where a
    value is ambiguous. `legal` excludes combinations that the slots alone would allow: `("sat -> type=s32",)`. `tied`
    gives the condition that an optional operand stands with, as `{"cache-policy": "level::cache_hint"}`; `allowed` the
    one without which it may not stand. `not_emulated_with` gives the reason why some forms of an emulated row are not.
    """
    alternatives = {name: _names(values) for name, values in {**(slots or {}), **named_slots}.items()}
    row = Row(
        line=line,
        section=section,
        doc=doc,
        syntax=read_syntax(line, alternatives),
        types=dict(part.split(":", 1) for part in operands.split()),
        requirement=_requirement(ptx, sm),
        needs={key: _requirement(*value) for key, value in (needs or {}).items()},
        scope=scope,
        effects=frozenset(effects),
        space=space,
        resolve=resolve,
        legal=legal,
        tied=tied or {},
        allowed=allowed or {},
        not_emulated=not_emulated,
        not_emulated_with=not_emulated_with or {},
    )
    declared = {name for o in row.syntax.operands for name in (o.name, o.second) if name}
    if declared != {name.lstrip("=*") for name in row.types}:
        raise ValueError(f"operands {sorted(declared)} of {line!r} do not agree with {operands!r}")
    ROWS.setdefault(row.opcode, []).append(row)
    return row


@cache
def _names(values: tuple[type_or_name, ...]) -> tuple[str, ...]:
    """Alternatives as text. Rows share them: the selectors of bytes are thousands."""
    return tuple(value.name if isinstance(value, Type) else value for value in values)


def _requirement(ptx: tuple[int, int], sm: int | str) -> Requirement:
    if isinstance(sm, int):
        return Requirement(ptx, sm)
    digits = re.search(r"\d+", sm)
    if digits is None:
        raise ValueError(f"sm must be a number or a name such as 'sm_90a', got {sm!r}")
    return Requirement(ptx, int(digits[0]), sm)


@lru_cache(maxsize=1 << 15)
def forms(name: str) -> tuple[Form, ...]:
    """All forms that a full dotted name can mean, most specific row first; empty if the table has none.

    Several rows can share a name and differ in operands: `mov.b64 d, a` and `mov.b64 d, {a, b}`. A name whose
    modifiers stand in another order than the manual's is understood where no row has it as it is.
    """
    opcode, dot, rest = name.partition(".")
    rows = ROWS.get(opcode, ())
    return tuple(_forms(name, rows, lambda row: row.syntax.modifiers_of(dot + rest))) or tuple(
        _forms(name, rows, lambda row: row.syntax.reordered(dot + rest))
    )


def _forms(name: str, rows: Iterable[Row], read: Callable[[Row], dict[str, str] | None]) -> Iterator[Form]:
    for row in rows:
        modifiers = read(row)
        if modifiers is not None and broken_rule(row.legal, modifiers) is None:
            yield from forms_of(name, row, modifiers)


def refusal(name: str) -> str | None:
    """The rule of `Row.legal` that keeps `name` from being a form, if its modifiers fit a row otherwise."""
    opcode, dot, rest = name.partition(".")
    for row in ROWS.get(opcode, ()):
        modifiers = row.syntax.modifiers_of(dot + rest)
        if modifiers is not None and (rule := broken_rule(row.legal, modifiers)):
            return rule
    return None


__all__ = [
    "ROWS", "Effect", "Form", "OperandForm", "Requirement", "Role", "Row", "Scope", "Shape", "form_of", "forms",
    "forms_of", "instruction", "refusal",
]  # fmt: skip
