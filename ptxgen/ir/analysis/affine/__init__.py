"""Integer registers and addresses as linear expressions: over thread and CTA indices, parameters, variables, rounds
of loops and unknowns, with ranges and alignment.

32-bit arithmetic wraps before it is widened: `mul.wide` and `cvt.u64.u32` distribute over a sum only where ranges
show that it does not wrap. An expression speaks of one execution: between two places it may be compared as long as
none of its versions is made again on the way (inside a block, always).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from attrs import frozen

from ptxgen.ir.analysis.affine.arithmetic import Arithmetic
from ptxgen.ir.analysis.affine.atoms import Atoms
from ptxgen.ir.analysis.affine.demand import demanded
from ptxgen.ir.analysis.affine.expression import Affine, Atom, Constancy, Kind, leaves
from ptxgen.ir.analysis.affine.facts import ANY_LAUNCH, Launch, LaunchFacts
from ptxgen.ir.analysis.affine.induction import Inductions
from ptxgen.ir.analysis.affine.scan import Comparison, Scan
from ptxgen.ir.analysis.cfg import ControlFlow
from ptxgen.ir.analysis.loops import Loops
from ptxgen.ir.analysis.values import Place
from ptxgen.ir.analysis.versions import Versions
from ptxgen.ir.module import Function, Variable
from ptxgen.ir.operands import Address, Register
from ptxgen.isa.types import u64


@frozen(eq=False)
class AffineValues:
    """The expressions of a function's addresses, and of the integer registers that they, comparisons and barriers
    depend on; any other register is an unknown.
    """

    function: Function
    launch: Launch
    _scan: Scan
    rounds: dict[int, int | None]
    """The most rounds that a loop comes back after its first, by header; None or absent where nobody knows."""

    @property
    def arithmetic(self) -> Arithmetic:
        return self._scan.arithmetic

    def of(self, register: Register, at: Place) -> Affine:
        """What the instruction at `at` reads in an integer register."""
        versions = self._scan.versions
        number = versions.accesses.numbers[register.name]
        return self._scan.value(number, versions.read(number, at), at[0])

    def written(self, register: Register, at: Place) -> Affine:
        """What the instruction at `at` leaves in an integer register that it writes."""
        return self._scan.values[(*at, self._scan.versions.accesses.numbers[register.name])]

    @cached_property
    def versions(self) -> Mapping[Atom, tuple[int, int, int]]:
        """The unknowns that are one version of a register each: block, index (-1: where writes meet), register."""
        found: dict[Atom, tuple[int, int, int]] = {}
        for key, value in self._scan.values.items():
            alone = len(value.terms) == 1 and value.terms[0][1] == 1 and not value.constant
            if alone and value.terms[0][0].kind is Kind.OPAQUE:
                found.setdefault(value.terms[0][0], key)
        return found

    def condition(self, predicate: Register, at: Place) -> Comparison | None:
        """The comparison whose outcome the instruction at `at` reads in a predicate, if it is one of integers."""
        versions = self._scan.versions
        number = versions.accesses.numbers[predicate.name]
        version = versions.read(number, at)
        return self._scan.comparisons.get((*version, number)) if version is not None else None

    def address(self, address: Address, at: Place) -> Affine:
        """Where an access at `at` begins, in the state space of the access, modulo 2^bits of the address register.

        An access that is in bounds is where this expression says, whether or not a sum of 32 bits wrapped on the way.
        """
        match address.base:
            case None:
                return Affine(64, address.offset)
            case Register() as base:
                return self.of(base, at) + address.offset
            case symbol:
                base = self._scan.operand(symbol, at, u64)
                return (Affine(64, 0) if base is None else base) + address.offset


def affine_values(
    cfg: ControlFlow,
    loops: Loops,
    versions: Versions,
    globals: Iterable[Variable],
    facts: LaunchFacts = ANY_LAUNCH,
) -> AffineValues:
    """Walk over a function, twice where it has loops. `globals` are the module's variables."""
    function = cfg.function
    launch = Launch(function, facts)
    variables = {v.name: v for v in (*globals, *function.params, *function.returns, *function.variables)}
    followed = demanded(function, versions.accesses)
    scan = Scan(cfg, loops, versions, variables, followed, Atoms(launch))
    scan.run()
    rounds: dict[int, int | None] = {}
    if loops.loops:
        inductions = Inductions(scan, {loop.header: loop for loop in loops.loops})
        scan = Scan(cfg, loops, versions, variables, followed, Atoms(launch), inductions)
        scan.run()
        rounds = inductions.most
    return AffineValues(function, launch, scan, rounds)


__all__ = [
    "ANY_LAUNCH",
    "Affine",
    "AffineValues",
    "Arithmetic",
    "Atom",
    "Comparison",
    "Constancy",
    "Kind",
    "Launch",
    "LaunchFacts",
    "affine_values",
    "leaves",
]
