"""Which function computes a row of the instruction table.

A factory is given a form and returns `f(*sources, out)`. Sources are arrays of the operands' dtypes (`dtype_of`), one
for each scalar, vector elements one after the other, all broadcastable; immediates are arrays too. `out` has the
broadcast shape and is filled completely; it is a tuple where the form writes several values. A row that reads the
carry flag gets it as its last source, one that writes it as the last of its outs, both booleans
(`Effect.CARRY_IN`, `Effect.CARRY_OUT`).

A source of which only a part counts (`%r1.b0`) is given whole, and as it is where its sign is to be changed. Which
part that is, a `-` before it, and which part of a result is meant, stands in the modifiers of the form that the factory
gets, under the operand's name: `{"a": "-b0"}`. So do constants, for the rows in `KNOWS_CONSTANTS`: `{"c": "=29760"}`.

Functions are meant to run under `np.errstate(all="ignore")`: PTX has no floating-point traps. `out` may be one of the
sources: it is written when they have been read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import evolve

from ptxgen.emulator.errors import NOT_EMULATED, EmulatorError
from ptxgen.isa.rows import movement
from ptxgen.isa.table import Form, Row

Array = np.ndarray[Any, Any]
Function = Callable[..., Any]
Factory = Callable[[Form], Function]

_FACTORIES: dict[Row, Factory] = {}


def semantics(*rows: Row) -> Callable[[Factory], Factory]:
    """Register a factory for these rows. A row has one factory: a second one is an error of the author."""

    def register(factory: Factory) -> Factory:
        for row in rows:
            if row in _FACTORIES:
                raise ValueError(f"{row.line} already has semantics: {_FACTORIES[row].__name__}")
            _FACTORIES[row] = factory
        return factory

    return register


def has_semantics(row: Row) -> bool:
    """Whether a row is computed elementwise."""
    return row in _FACTORIES


KNOWS_CONSTANTS: frozenset[Row] = frozenset((movement.PRMT,))
"""Rows whose factories are told of operands that are constants, to prepare for them."""


def constant_operand(form: Form, name: str) -> int | None:
    """What an operand always is; None if that is not known."""
    text = form.modifiers.get(name, "")
    return int(text[1:]) if text.startswith("=") else None


@lru_cache(maxsize=4096)
def semantics_of(form: Form, parts: tuple[tuple[str, str], ...] = ()) -> Function:
    """The function of a form, with the parts and signs of its operands that are meant: name and selector.

    Raises EMU031, with the reason where one is known, for a row that has none.
    """
    factory = _FACTORIES.get(form.row)
    if factory is None:
        reason = form.row.not_emulated or "it has no elementwise semantics"
        raise EmulatorError(NOT_EMULATED, f"{form.name} is not emulated: {reason}")
    return factory(evolve(form, modifiers={**form.modifiers, **dict(parts)}) if parts else form)
