"""What a program of the corpus is: its inputs, its launches, its definition on the host, and how exact it must be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from attrs import field, frozen

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]
Argument = str | int | float | np.generic
"""The name of an array, or a scalar: `int` is a 32-bit integer and `float` single precision."""

HOME = Path(__file__).parents[1]
SEED = 20251120


@frozen
class Variant:
    """One way of compiling every program."""

    mode: str
    target: str

    @property
    def contracts(self) -> bool:
        """Whether the compiler joined products and sums, which changes their rounding."""
        return self.target == "sm_90"

    @property
    def flags(self) -> tuple[str, ...]:
        return (f"-{self.mode}", f"-arch={self.target}", f"-fmad={str(self.contracts).lower()}")

    def __str__(self) -> str:
        return f"{self.mode}.{self.target}"


VARIANTS = tuple(Variant(mode, target) for mode in ("O3", "G") for target in ("sm_80", "sm_90"))


@frozen
class Launch:
    """One launch of an entry."""

    entry: str
    grid: int | tuple[int, ...]
    block: int | tuple[int, ...]
    arguments: tuple[Argument, ...]
    shared_bytes: int = 0


def nothing(_: Arrays) -> Arrays:
    return {}


@frozen
class Program:
    """A program: `arrays` makes all its arrays, inputs drawn from the generator and outputs as they are before.

    `results` are compared bit for bit with what `host` leaves in them, but for what `error` allows (absolute, from the
    arrays with the host's results) and, where the compiler contracted products and sums, `contraction`. `unordered`
    results are sets: their order is the scheduler's.
    """

    name: str
    arrays: Callable[[np.random.Generator], Arrays]
    results: tuple[str, ...]
    launches: tuple[Launch, ...]
    host: tuple[Argument, ...]
    error: Callable[[Arrays], Arrays] = nothing
    contraction: Callable[[Arrays], Arrays] = nothing
    unordered: tuple[str, ...] = ()
    printed: str = field(default="", kw_only=True)

    @property
    def source(self) -> Path:
        return HOME / "programs" / f"{self.name}.cu"

    @property
    def golden(self) -> Path:
        return HOME / "goldens" / f"{self.name}.npz"

    def ptx(self, variant: Variant) -> Path:
        return HOME / "ptx" / f"{self.name}.{variant}.ptx"

    def fresh(self) -> Arrays:
        """The arrays as they are before the first launch."""
        return self.arrays(np.random.default_rng(SEED))
