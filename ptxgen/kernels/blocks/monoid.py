"""What reductions combine: states of one or several values, an operation on them, and its neutral state."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value, Var

State = tuple["Value", ...]
"""What has been seen of a sequence so far, such as its largest value and where that stands."""

NO_INDEX = 0xFFFFFFFF
"""The index in an `ARGMAX` state that has seen nothing but NaN."""


@frozen
class Monoid:
    """An associative and commutative operation on states.

    `combine` gives the same bits whichever of the two states is first. `neutral` changes no state: a Python number for
    each value.
    """

    combine: Callable[[KernelBuilder, State, State], State]
    neutral: tuple[float, ...]

    def update(self, k: KernelBuilder, state: tuple[Var, ...], other: State) -> None:
        """state = state combined with other, in place."""
        for variable, value in zip(state, self.combine(k, state, other), strict=True):
            variable.set(value)


def _sum(_k: KernelBuilder, a: State, b: State) -> State:
    return tuple(x + y for x, y in zip(a, b, strict=True))


def _max(k: KernelBuilder, a: State, b: State) -> State:
    return tuple(k.max(x, y) for x, y in zip(a, b, strict=True))


def _argmax(k: KernelBuilder, a: State, b: State) -> State:
    (value, index), (other, other_index) = a, b
    wins = (other > value) | ((other == value) & (other_index < index))
    return k.select(wins, other, value), k.select(wins, other_index, index)


SUM = Monoid(_sum, (0.0,))
"""The sum of one value. The order of float additions is the order in which states are combined."""

SUM_PAIR = Monoid(_sum, (0.0, 0.0))
"""The sums of two values."""

MAX = Monoid(_max, (-math.inf,))
"""The largest of one float. NaN loses against every number."""

ARGMAX = Monoid(_argmax, (-math.inf, NO_INDEX))
"""The largest float and its u32 index, the lowest one of equals (-0 equals +0).

The first state of `combine` must hold no NaN; a NaN in the second never wins. Combined states hold none, so
elements are fed in as `update(k, best, (x[i], i))`, in any order. What saw only NaN has the index `NO_INDEX`.
"""
