"""Linear expressions over unknowns, modulo a power of two: what an integer register holds.

A register of w bits whose expression is E holds E modulo 2^w. Unknowns are whole numbers with a range and a divisor;
where the range of E shows that it does not wrap, the register holds E itself, and may be widened term by term.
"""

from __future__ import annotations

import enum
from functools import cached_property
from math import gcd

from attrs import field, frozen

from ptxgen.isa.spaces import StateSpace


class Constancy(enum.IntEnum):
    """Over what an unknown stays the same: the whole grid, a CTA, the life of a thread, or one execution only."""

    GRID = 0
    CTA = 1
    THREAD = 2
    EXECUTION = 3


class Kind(enum.Enum):
    """Where an unknown comes from."""

    SPECIAL = "special register"
    PARAMETER = "parameter"
    VARIABLE = "address of a variable"
    WINDOW = "start of a state space in generic addresses"
    ROUND = "rounds of a loop since it was entered"
    DERIVED = "function of other expressions"
    OPAQUE = "unknown"


@frozen(eq=False)
class Atom:
    """An unknown whole number, `low` to `high` (both included) and a multiple of `divisor`.

    Atoms are compared by identity: inside one analysis, what is one atom is one number. `name` says which it is;
    `space` is where the address of a variable, or a parameter declared `.ptr`, points. A derived one is `operation`
    of `operands`.
    """

    number: int
    kind: Kind
    name: str
    low: int
    high: int
    divisor: int = 1
    constancy: Constancy = Constancy.EXECUTION
    space: StateSpace | None = None
    operation: str = ""
    operands: tuple[Affine, ...] = ()
    depth: int = 0

    @property
    def is_base(self) -> bool:
        """Whether it is where a variable, or what a parameter points to, begins."""
        return self.kind is Kind.VARIABLE or (self.kind is Kind.PARAMETER and self.space is not None)

    @cached_property
    def leaves(self) -> frozenset[Atom]:
        """The unknowns that it is derived from; itself, if it is not derived."""
        if not self.operands:
            return frozenset((self,))
        return frozenset[Atom]().union(*(leaves(operand) for operand in self.operands))

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.operands))})" if self.operands else self.name


@frozen
class Affine:
    """`constant` + the sum of `coefficient * atom`, modulo 2^`bits`. Terms are in order of their atoms."""

    bits: int
    constant: int
    terms: tuple[tuple[Atom, int], ...] = field(default=())

    @cached_property
    def low(self) -> int:
        """The least number that the sum can be, before it wraps."""
        return self.constant + sum(a.low * c if c > 0 else a.high * c for a, c in self.terms)

    @cached_property
    def high(self) -> int:
        """The greatest number that the sum can be, before it wraps."""
        return self.constant + sum(a.high * c if c > 0 else a.low * c for a, c in self.terms)

    @cached_property
    def stride(self) -> int:
        """What the sum without its constant is a multiple of; 0 for a constant. It divides a power of two last."""
        return gcd(0, *(a.divisor * c for a, c in self.terms))

    @property
    def is_constant(self) -> bool:
        return not self.terms

    @property
    def divisor(self) -> int:
        """The greatest power of two that surely divides the value, at most 2^bits."""
        return lowest_bit(gcd(self.stride, self.constant, 1 << self.bits))

    @property
    def constancy(self) -> Constancy:
        """Over what the value stays the same."""
        return max((a.constancy for a, _ in self.terms), default=Constancy.GRID)

    @property
    def depth(self) -> int:
        return max((a.depth for a, _ in self.terms), default=0)

    def is_multiple(self, divisor: int) -> bool:
        """Whether the sum before it wraps is surely a multiple; for powers of two, the value as well."""
        return self.stride % divisor == 0 and self.constant % divisor == 0

    def coefficient(self, atom: Atom) -> int:
        return next((c for a, c in self.terms if a is atom), 0)

    def __add__(self, other: Affine | int) -> Affine:
        if isinstance(other, int):
            return Affine(self.bits, balanced(self.constant + other, self.bits), self.terms)
        if not other.terms:
            return self + other.constant
        total: dict[Atom, int] = dict(self.terms)
        for atom, coefficient in other.terms:
            total[atom] = total.get(atom, 0) + coefficient
        return combined(self.bits, self.constant + other.constant, total)

    def __mul__(self, factor: int) -> Affine:
        return combined(self.bits, self.constant * factor, {a: c * factor for a, c in self.terms})

    def __neg__(self) -> Affine:
        return self * -1

    def __sub__(self, other: Affine | int) -> Affine:
        return self + -other

    def of_bits(self, bits: int) -> Affine:
        """The low bits of the value (or, where it surely fits both, the same number in more)."""
        return combined(bits, self.constant, dict(self.terms))

    def __str__(self) -> str:
        parts = [f"{a}" if c == 1 else f"{c}*{a}" for a, c in self.terms]
        if self.constant or not parts:
            parts.append(str(self.constant))
        return " + ".join(parts).replace("+ -", "- ")


def leaves(e: Affine) -> frozenset[Atom]:
    """The unknowns that a value is made of, those inside of derived ones included."""
    return frozenset[Atom]().union(*(atom.leaves for atom, _ in e.terms))


def combined(bits: int, constant: int, terms: dict[Atom, int]) -> Affine:
    """The expression with these terms: numbers made small, zeros dropped, in order."""
    kept = [(a, b) for a, c in terms.items() if (b := balanced(c, bits))]
    if len(kept) > 1:
        kept.sort(key=_order)
    return Affine(bits, balanced(constant, bits), tuple(kept))


def _order(term: tuple[Atom, int]) -> int:
    return term[0].number


def balanced(value: int, bits: int) -> int:
    """The number nearest to zero that is the same modulo 2^bits."""
    half = 1 << (bits - 1)
    return value if -half <= value < half else ((value + half) & ((1 << bits) - 1)) - half


def lowest_bit(value: int) -> int:
    """The greatest power of two that divides a number; the number must not be 0."""
    return value & -value
