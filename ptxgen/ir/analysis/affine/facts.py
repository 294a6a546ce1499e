"""What is known of a launch: nothing but the directives, or a grid, a CTA and arguments."""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd, prod

from attrs import field, frozen

from ptxgen.ir.module import Function, Variable
from ptxgen.isa.spaces import StateSpace

Extent = tuple[int, int, int]
_LARGEST_GRID: Extent = ((1 << 31) - 1, 65535, 65535)
_LARGEST_CTA: Extent = (1024, 1024, 64)


@frozen
class LaunchFacts:
    """Facts about launches, which make questions about addresses concrete.

    `arguments` are the numbers that integer parameters get, by name; `alignments` what the addresses that pointer
    parameters get are multiples of (CUDA allocations: 256), `sizes` the bytes that lie behind them, `boxes` those of a
    box of the tensor map that a parameter holds or points to. What is not given comes from the directives of the entry,
    or stays open.
    """

    grid: Extent | None = None
    block: Extent | None = None
    arguments: Mapping[str, int] = field(factory=dict[str, int])
    alignments: Mapping[str, int] = field(factory=dict[str, int])
    sizes: Mapping[str, int] = field(factory=dict[str, int])
    boxes: Mapping[str, int] = field(factory=dict[str, int])


ANY_LAUNCH = LaunchFacts()
"""Nothing is known."""


@frozen
class Launch:
    """Facts and directives together: bounds of special registers, alignment of parameters."""

    function: Function
    facts: LaunchFacts = ANY_LAUNCH

    @property
    def block(self) -> Extent | None:
        """The extent of a CTA, where it is known."""
        return self.facts.block or self._extent("reqntid")

    def special(self, name: str) -> tuple[int, int] | None:
        """The least and the greatest value of a special register; None for those that are no counts or indices."""
        register, _, axis = name.partition(".")
        position = "xyz".find(axis) if axis else -1
        if register in ("%tid", "%ntid") and position >= 0:
            largest = self.block[position] if self.block else self._most_threads(position)
            if register == "%tid":
                return 0, largest - 1
            return (largest if self.block else 1), largest
        if register in ("%ctaid", "%nctaid") and position >= 0:
            largest = (self.facts.grid or _LARGEST_GRID)[position]
            if register == "%ctaid":
                return 0, largest - 1
            return (largest if self.facts.grid else 1), largest
        return _BOUNDS.get(name)

    def alignment(self, parameter: Variable) -> int:
        """What the address that a parameter holds is a multiple of."""
        declared = parameter.pointee.align if parameter.pointee is not None else 1
        given = self.facts.alignments.get(parameter.name, 1)
        return declared * given // gcd(declared, given) if declared and given else 1

    def _most_threads(self, position: int) -> int:
        """The most threads along an axis. Launches may shape the threads that `.maxntid` allows as they like."""
        allowed = self._extent("maxntid")
        return min(_LARGEST_CTA[position], prod(allowed)) if allowed else _LARGEST_CTA[position]

    def _extent(self, directive: str) -> Extent | None:
        found = self.function.directive(directive)
        if found is None:
            return None
        numbers = [a for a in found.arguments if isinstance(a, int)]
        x, y, z = (*numbers, 1, 1, 1)[:3]
        return x, y, z


_BOUNDS: dict[str, tuple[int, int]] = {
    "%laneid": (0, 31),
    "%warpid": (0, 63),
    "%cluster_ctarank": (0, 15),
    "%cluster_nctarank": (1, 16),
    **{f"%cluster_ctaid.{axis}": (0, 15) for axis in "xyz"},
    **{f"%cluster_nctaid.{axis}": (1, 16) for axis in "xyz"},
}


def pointee_space(parameter: Variable) -> StateSpace | None:
    """Where a parameter declared `.ptr` points; `GENERIC` where the declaration does not say."""
    if parameter.pointee is None:
        return None
    return parameter.pointee.space or StateSpace.GENERIC
