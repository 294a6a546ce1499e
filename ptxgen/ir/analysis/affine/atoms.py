"""The unknowns of a function: each made once, so that the same number is the same object."""

from __future__ import annotations

from collections.abc import Hashable

from attrs import define, field

from ptxgen.ir.analysis.affine.expression import Affine, Atom, Constancy, Kind
from ptxgen.ir.analysis.affine.facts import Launch, pointee_space
from ptxgen.ir.module import Variable
from ptxgen.isa.spaces import StateSpace

_SHARED_BYTES = 1 << 18
"""More than the shared memory of any CTA, 228 KB with what the system takes."""

_CONSTANCY = {
    "%tid": Constancy.THREAD,
    "%laneid": Constancy.THREAD,
    "%ctaid": Constancy.CTA,
    "%clusterid": Constancy.CTA,
    "%cluster_ctaid": Constancy.CTA,
    "%cluster_ctarank": Constancy.CTA,
    "%ntid": Constancy.GRID,
    "%nctaid": Constancy.GRID,
    "%nclusterid": Constancy.GRID,
    "%cluster_nctaid": Constancy.GRID,
    "%cluster_nctarank": Constancy.GRID,
}


@define(eq=False)
class Atoms:
    """The unknowns met so far, by what makes them the same."""

    launch: Launch
    _known: dict[Hashable, Atom] = field(factory=dict[Hashable, Atom], init=False)

    def special(self, name: str, bits: int) -> Affine | None:
        """A special register; None for one that may change while the thread runs."""
        constancy = _CONSTANCY.get(name.partition(".")[0])
        if constancy is None:
            return None
        low, high = self.launch.special(name) or (0, (1 << bits) - 1)
        if low == high:
            return Affine(bits, low)
        return self._one(bits, name, Kind.SPECIAL, name, low, high, constancy=constancy)

    def parameter(self, variable: Variable, offset: int, bits: int, low: int, high: int) -> Affine:
        """What an entry's parameter holds at an offset, as a number from `low` to `high`."""
        whole = offset == 0 and variable.type.bits == bits and not variable.shape
        given = self.launch.facts.arguments.get(variable.name) if whole else None
        if given is not None:
            return Affine(bits, given) if given < 1 << (bits - 1) else Affine(bits, given - (1 << bits))
        name = f"{variable.name}+{offset}" if offset else variable.name
        return self._one(
            bits, (name, bits, low), Kind.PARAMETER, name, low, high,
            divisor=self.launch.alignment(variable) if whole else 1,
            constancy=Constancy.GRID, space=pointee_space(variable) if whole else None,
        )  # fmt: skip

    def variable(self, variable: Variable, bits: int) -> Affine:
        """The address of a variable in its own state space. Shared arrays without a size all begin at one address."""
        shared = variable.space is StateSpace.SHARED
        dynamic = shared and variable.bytes == 0
        high = _SHARED_BYTES - 1 if shared else (1 << bits) - 1
        constancy = Constancy.THREAD if variable.space is StateSpace.LOCAL else Constancy.GRID
        return self._one(
            bits, "dynamic" if dynamic else ("&", variable.name), Kind.VARIABLE, variable.name, 0, high,
            divisor=max(1, variable.alignment), constancy=constancy, space=variable.space,
        )  # fmt: skip

    def window(self, space: StateSpace) -> Affine:
        """Where a state space begins in generic addresses: a place that no alignment of shared memory exceeds."""
        constancy = Constancy.THREAD if space is StateSpace.LOCAL else Constancy.CTA
        return self._one(
            64, ("window", space), Kind.WINDOW, f"window of {space}", 0, (1 << 64) - 1,
            divisor=1 << 16, constancy=constancy, space=space,
        )  # fmt: skip

    def rounds(self, header: int, most: int | None) -> Affine:
        """How often a loop has come back to its header since it was entered."""
        high = (1 << 64) - 1 if most is None else most
        return self._one(64, ("rounds", header), Kind.ROUND, f"round of block {header}", 0, high)

    def opaque(
        self,
        key: Hashable,
        name: str,
        bits: int,
        low: int,
        high: int,
        divisor: int = 1,
        *,
        once: bool = False,
    ) -> Affine:
        """Something of which only the range is known; it may differ whenever it is computed, unless that is `once`."""
        if low == high:
            return Affine(bits, low)
        constancy = Constancy.THREAD if once else Constancy.EXECUTION
        return self._one(bits, key, Kind.OPAQUE, name, low, high, divisor=divisor, constancy=constancy)

    def derived(
        self, operation: str, operands: tuple[Affine, ...], bits: int, low: int, high: int, divisor: int = 1
    ) -> Affine:
        """A function of other expressions: the same one for the same operands."""
        if low == high:
            return Affine(bits, low)
        key = (operation, tuple((o.bits, o.constant, o.terms) for o in operands))
        return self._one(
            bits, key, Kind.DERIVED, operation, low, high, divisor=divisor,
            constancy=max(o.constancy for o in operands), operation=operation, operands=operands,
            depth=1 + max(o.depth for o in operands),
        )  # fmt: skip

    def _one(
        self, bits: int, key: Hashable, kind: Kind, name: str, low: int, high: int, *,
        divisor: int = 1, constancy: Constancy = Constancy.EXECUTION, space: StateSpace | None = None,
        operation: str = "", operands: tuple[Affine, ...] = (), depth: int = 0,
    ) -> Affine:  # fmt: skip
        atom = self._known.get(key)
        if atom is None:
            atom = self._known[key] = Atom(
                len(self._known), kind, name, low, high, divisor, constancy, space, operation, operands, depth
            )
        return Affine(bits, 0, ((atom, 1),))
