"""Addresses, conditions and paths in single threads: what linear expressions are once the thread is given.

Concrete answers, on the first CTA and in the first round of each loop, where nothing else is asked. An answer is given
only if everything that the expression depends on is known.
"""

from __future__ import annotations

from functools import cached_property
from itertools import islice, product
from math import prod

from attrs import define, field, frozen

from ptxgen.debug.body import Body
from ptxgen.ir.analysis import Affine, AffineValues, Place
from ptxgen.ir.analysis.affine import Atom, Comparison, Constancy, Kind
from ptxgen.ir.analysis.affine.evaluation import evaluate
from ptxgen.ir.operands import Guard

Extent = tuple[int, int, int]
WARP = 32
TWO_WARPS: Extent = (64, 1, 1)
"""The CTA that is looked at where its size is not known."""
_RELATIONS = {
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "lt": lambda a, b: a < b, "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b,
}  # fmt: skip


@frozen
class Thread:
    """A thread: its indices, its number in the CTA, and the CTA."""

    index: Extent
    number: int
    cta: Extent = (0, 0, 0)

    @property
    def warp(self) -> int:
        return self.number // WARP

    def __str__(self) -> str:
        return f"CTA {self.cta}, thread {self.index}" if any(self.cta) else f"thread {self.index}"


@define(eq=False)
class Threads:
    """The threads of a launch of one function. `exact` says that the size of the CTA is known, not assumed."""

    body: Body
    _running: dict[tuple[int, Thread], bool | None] = field(
        factory=dict[tuple[int, Thread], "bool | None"], init=False
    )

    @cached_property
    def affine(self) -> AffineValues:
        return self.body.affine

    @cached_property
    def exact(self) -> bool:
        return self.affine.launch.block is not None

    @cached_property
    def block(self) -> Extent:
        return self.affine.launch.block or TWO_WARPS

    @cached_property
    def all(self) -> tuple[Thread, ...]:
        """The threads of the first CTA, at most 1024 of them."""
        x, y, z = self.block
        if prod(self.block) > 1 << 16:
            x, y, z = min(x, 1024), 1, 1
        order = ((i, j, k) for k, j, i in product(range(z), range(y), range(x)))
        return tuple(Thread(index, number) for number, index in enumerate(islice(order, 1024)))

    def at(self, e: Affine, thread: Thread) -> int | None:
        """The sum in one thread, before it wraps."""
        return evaluate(e, lambda atom: self.known(atom, thread))

    def relative(self, e: Affine, thread: Thread) -> int | None:
        """The part of the sum that may differ between the threads of a CTA."""
        terms = tuple((a, c) for a, c in e.terms if a.constancy > Constancy.CTA)
        return self.at(Affine(e.bits, e.constant, terms), thread)

    def uniform(self, e: Affine) -> tuple[tuple[Atom, int], ...]:
        """The terms that all threads of a CTA share."""
        return tuple((a, c) for a, c in e.terms if a.constancy <= Constancy.CTA)

    def runs(self, place: Place, thread: Thread) -> bool | None:
        """Whether a thread runs an instruction at least once; None where nobody knows."""
        block = self._block_runs(place[0], thread)
        guard = self.body.instruction(place).guard
        if guard is None or block is False:
            return block
        holds = self.holds(guard, place, thread)
        if holds is None or block is None:
            return False if holds is False else None
        return holds

    def holds(self, guard: Guard, at: Place, thread: Thread) -> bool | None:
        """Whether a guard holds in a thread, in the first round."""
        condition = self.affine.condition(guard.register, at)
        if condition is None:
            return None
        value = self._compared(condition, thread)
        return None if value is None else value != guard.negated

    def _compared(self, condition: Comparison, thread: Thread) -> bool | None:
        left, right = self.at(condition.left, thread), self.at(condition.right, thread)
        if left is None or right is None or condition.operation not in _RELATIONS:
            return None
        numbers = [
            _read(v, e.bits, condition.signed) for v, e in ((left, condition.left), (right, condition.right))
        ]
        return _RELATIONS[condition.operation](*numbers)

    def _block_runs(self, block: int, thread: Thread) -> bool | None:
        key = (block, thread)
        if key not in self._running:
            self._running[key] = None
            self._running[key] = self._solved(block, thread)
        return self._running[key]

    def _solved(self, block: int, thread: Thread) -> bool | None:
        analysis = self.body.analysis
        if analysis.post_dominators.dominates(block, 0):
            return True
        answers: list[bool | None] = []
        for decider in analysis.control_dependence[block]:
            if decider == block or analysis.dominators.dominates(block, decider):
                continue  # the end of a loop around it: that asks for another round only
            answers.append(self._leads(decider, block, thread))
        if any(answers):
            return True
        return False if answers and all(a is False for a in answers) else None

    def _leads(self, decider: int, block: int, thread: Thread) -> bool | None:
        analysis = self.body.analysis
        above = self._block_runs(decider, thread)
        if above is not True:
            return above
        leading = [
            e
            for e in analysis.cfg.edges[decider]
            if e.target != analysis.cfg.exit and analysis.post_dominators.dominates(block, e.target)
        ]
        if len(leading) != 1 or leading[0].condition is None:
            return None
        last = len(self.body.function.blocks[decider].instructions) - 1
        return self.holds(leading[0].condition, (decider, last), thread)

    def known(self, atom: Atom, thread: Thread) -> int | None:
        """What an unknown is in a thread, in the first round of every loop; None where nobody can say."""
        if atom.kind is Kind.ROUND:
            return 0
        if atom.kind is not Kind.SPECIAL:
            return None
        register, _, axis = atom.name.partition(".")
        if register == "%laneid":
            return thread.number % WARP
        if axis not in ("x", "y", "z"):
            return None
        position = "xyz".index(axis)
        match register:
            case "%tid" if self.exact or not position:
                return thread.index[position]
            case "%ctaid":
                return thread.cta[position]
            case "%ntid" if self.exact:
                return self.block[position]
            case _:
                return None


def _read(value: int, bits: int, signed: bool) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if signed and value >> (bits - 1) else value
