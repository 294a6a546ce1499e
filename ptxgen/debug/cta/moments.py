"""Moments of a run: in which round a loop is, and what unknowns are then."""

from __future__ import annotations

from functools import cached_property

from attrs import define

from ptxgen.debug.body import Body
from ptxgen.debug.cta.rotation import Rotation
from ptxgen.ir.analysis import Loop
from ptxgen.ir.analysis.affine import Atom, Kind


@define(eq=False)
class Moment:
    """A round of one loop, counted from 0, and the first round of every other loop."""

    body: Body
    loop: Loop | None = None
    round: int = 0

    @cached_property
    def _rotation(self) -> Rotation | None:
        return Rotation(self.body, self.loop) if self.loop is not None else None

    def known(self, atom: Atom) -> int | None:
        """How often a loop has come back, or what a register that all threads share holds; None if not known."""
        if atom.kind is Kind.ROUND:
            own = self.loop is not None and atom.name == f"round of block {self.loop.header}"
            return self.round if own else 0
        key = self.body.affine.versions.get(atom) if self._rotation is not None else None
        return (
            None
            if key is None or self._rotation is None
            else self._rotation.value(key[2], key[:2], self.round)
        )
