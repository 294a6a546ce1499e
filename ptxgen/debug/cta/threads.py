"""Addresses, conditions and paths in single threads: what linear expressions are once the thread is given.

Concrete answers, on the first CTA and in the first round of each loop, where nothing else is asked. An answer is given
only if everything that the expression depends on is known, or is assumed where all threads share it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from itertools import islice, product
from math import prod

import numpy as np
from attrs import Factory, define, field, frozen
from numpy.typing import NDArray

from ptxgen.debug.body import Body
from ptxgen.debug.cta.columns import Column, Columns, Value, signed, unsigned
from ptxgen.debug.cta.moments import Moment
from ptxgen.ir.analysis import Affine, AffineValues, Loop, Place
from ptxgen.ir.analysis.affine import Atom, Comparison, Constancy, Kind, leaves
from ptxgen.ir.analysis.affine.evaluation import evaluate
from ptxgen.ir.operands import Guard, Register

Extent = tuple[int, int, int]
WARP = 32
TWO_WARPS: Extent = (64, 1, 1)
"""The CTA that is looked at where nothing tells its size."""
_RELATIONS: dict[str, Callable[..., Column]] = {
    "eq": np.equal, "ne": np.not_equal,
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
}  # fmt: skip
_DEPTH = 8
"""Predicates that are followed backwards, one behind another."""


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


Answers = tuple["bool | None", ...]
"""An answer for each thread of a CTA; None where nobody knows."""
FIRST: Extent = (0, 0, 0)


@define(eq=False)
class Threads:
    """The threads of a launch of one function. `exact` says that the size of the CTA is known, not assumed.

    What is asked of one thread is answered for all threads of its CTA at once, and kept. `moment` is when it is asked;
    with `lenient`, a condition that all threads share and nobody knows is taken to lead to what is asked for, and so is
    a comparison with what all threads share, such as a bound. Of a warp that elects a lane, it is the first one.
    `shape` is a CTA to suppose where none is known.
    """

    body: Body
    moment: Moment = field(default=Factory(lambda self: Moment(self.body), takes_self=True))
    lenient: bool = False
    shape: Extent | None = None
    _blocks: dict[tuple[int, Extent], Answers] = field(
        factory=dict[tuple[int, Extent], "Answers"], init=False
    )
    _places: dict[tuple[Place, Extent], Answers] = field(
        factory=dict[tuple[Place, Extent], "Answers"], init=False
    )
    _columns: dict[Extent, Columns] = field(factory=dict[Extent, "Columns"], init=False)
    _apart: dict[tuple[int, frozenset[Atom]], Columns] = field(
        factory=dict[tuple[int, frozenset[Atom]], "Columns"], init=False
    )

    _there: dict[int, tuple[Answers, NDArray[np.int64] | None]] = field(
        factory=dict[int, tuple["Answers", "NDArray[np.int64] | None"]], init=False
    )

    @cached_property
    def affine(self) -> AffineValues:
        return self.body.affine

    @cached_property
    def _everyone(self) -> Answers:
        return (True,) * len(self.all)

    @cached_property
    def exact(self) -> bool:
        return self.affine.launch.block is not None

    @cached_property
    def block(self) -> Extent:
        return self.affine.launch.block or self._supposed or TWO_WARPS

    @cached_property
    def _supposed(self) -> Extent | None:
        """The CTA that is supposed, where none is known."""
        return self.shape or self.body.presumed

    @cached_property
    def _shaped(self) -> bool:
        return self.exact or self._supposed is not None

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """What is supposed of the launch, for notes."""
        if self.exact:
            return ()
        if self._supposed in (None, TWO_WARPS):
            return ("if the CTA has more than one warp",)
        return (
            f"if the CTA has {'x'.join(map(str, self._supposed))} threads, as the text seems to be meant",
        )

    @cached_property
    def all(self) -> tuple[Thread, ...]:
        """The threads of the first CTA, at most 1024 of them."""
        return numbered(self.block)

    def at(self, e: Affine, thread: Thread) -> int | None:
        """The sum in one thread, before it wraps."""
        return evaluate(e, lambda atom: self.known(atom, thread))

    def column(self, e: Affine, cta: Extent = FIRST) -> Column | None:
        """The sum in each thread of a CTA, before it wraps; None if something in it is not known."""
        return self._in(cta).of(e)

    def _in(self, cta: Extent) -> Columns:
        if cta not in self._columns:
            self._columns[cta] = Columns(len(self.all), lambda atom: self._told(atom, cta))
        return self._columns[cta]

    def relative(self, e: Affine) -> Column | None:
        """The part of the sum that may differ between the threads of a CTA, in each of them."""
        terms = tuple((a, c) for a, c in e.terms if a.constancy > Constancy.CTA)
        return self.column(Affine(e.bits, e.constant, terms))

    def apart(self, e: Affine, round: int, nothing: frozenset[Atom]) -> Column | None:
        """The sum in each thread of the first CTA, in a round of all loops, with 0 for some unknowns."""
        if not round and not nothing:
            return self.column(e)
        key = (round, nothing)
        if key not in self._apart:

            def told(atom: Atom) -> Value | None:
                if atom in nothing:
                    return 0
                return round if atom.kind is Kind.ROUND else self._told(atom, FIRST)

            self._apart[key] = Columns(len(self.all), told)
        return self._apart[key].of(e)

    def uniform(self, e: Affine) -> tuple[tuple[Atom, int], ...]:
        """The terms that all threads of a CTA share."""
        return tuple((a, c) for a, c in e.terms if a.constancy <= Constancy.CTA)

    def runs(self, place: Place, thread: Thread) -> bool | None:
        """Whether a thread runs an instruction in the round of the moment; None where nobody knows."""
        return self.running(place, thread.cta)[thread.number]

    def running(self, place: Place, cta: Extent = FIRST) -> Answers:
        """Whether the threads of a CTA run an instruction in the round of the moment."""
        key = (place, cta)
        if key not in self._places:
            block = self._block_runs(place[0], cta)
            guard = self.body.instruction(place).guard
            held = self._holds(guard, place, cta) if guard is not None else ()
            if (
                self.lenient
                and guard is not None
                and self.body.analysis.divergence.is_uniform(guard.register)
            ):
                held = tuple(h is not False for h in held)
            self._places[key] = self._both(block, held) if held else block
        return self._places[key]

    def there(self, place: Place, cta: Extent = FIRST) -> NDArray[np.int64] | None:
        """The numbers of the threads of a CTA that run an instruction; None if that is not known of all."""
        answers = self.running(place, cta)
        # Those of one block have the same answers, and there may be many of them.
        if id(answers) not in self._there:
            numbers = None if None in answers else np.flatnonzero(np.array(answers, bool))
            self._there[id(answers)] = answers, numbers
        return self._there[id(answers)][1]

    def _both(self, one: Answers, other: Answers) -> Answers:
        return other if one == self._everyone else tuple(map(_and, one, other))

    def staying(self, loop: Loop) -> Answers:
        """Whether the threads of the first CTA go on to the next round of a loop."""
        answers = self._everyone
        for edge in loop.exits:
            last = (edge.source, len(self.body.function.blocks[edge.source].instructions) - 1)
            there = self._block_runs(edge.source, FIRST)
            if edge.condition is None:
                stays = tuple(map(_not, there))
            else:
                stays = self._holds(Guard(edge.condition.register, not edge.condition.negated), last, FIRST)
                if there != self._everyone:
                    stays = tuple(map(_any, map(_not, there), stays))
            answers = self._both(answers, stays)
        return answers

    def _told(self, atom: Atom, cta: Extent) -> Value | None:
        """What threads read in a special register, or what there is before the second round of a loop."""
        first = self.known(atom, Thread(FIRST, 0, cta))
        if first is None or not atom.name.startswith(("%tid", "%laneid")):
            return first
        return np.array([self.known(atom, t) or 0 for t in self.all], np.int64)

    def _holds(self, guard: Guard, at: Place, cta: Extent) -> Answers:
        """In which threads a guard holds, at the moment."""
        held = self._true(guard.register, at, cta, not guard.negated)
        return held if not guard.negated else tuple(map(_not if None in held else operator.not_, held))

    def _true(self, predicate: Register, at: Place, cta: Extent, wanted: bool, depth: int = 0) -> Answers:
        """In which threads a predicate is true: a comparison, an election, or what is made of several.

        What all threads share is `wanted` for a lenient answer.
        """
        condition = self.affine.condition(predicate, at)
        held = self._compared(condition, cta) if condition is not None else None
        if held is None:
            held = self._made(predicate, at, cta, wanted, depth + 1) if depth < _DEPTH else None
        if held is None and self.lenient and self._open(predicate, condition):
            held = (wanted,) * len(self.all)
        return (None,) * len(self.all) if held is None else tuple(held)

    def _open(self, predicate: Register, condition: Comparison | None) -> bool:
        """Whether all threads may find a predicate so or so: it is the same for all, or compares with what is."""
        uniform = self.body.analysis.divergence.is_uniform
        if uniform(predicate) or condition is None:
            return uniform(predicate)
        atoms = [a for e in (condition.left, condition.right) for a in leaves(e)]
        unknown = [a for a in atoms if self._told(a, FIRST) is None]
        return bool(unknown) and all(self.body.agrees_on(a) for a in unknown)

    def _made(
        self, predicate: Register, at: Place, cta: Extent, wanted: bool, depth: int
    ) -> Iterable[bool | None] | None:
        made = self.body.definition(predicate, at)
        if made is None or made[1].guard is not None:
            return None
        place, instruction = made
        if instruction.opcode == "elect":
            return (t.number % WARP == 0 for t in self.all)
        sources = [o for o in instruction.operands[1:] if isinstance(o, Register)]
        if instruction.opcode not in _LOGIC or len(sources) != len(instruction.operands) - 1:
            return None
        wanted ^= instruction.opcode == "not"
        parts = (self._true(source, place, cta, wanted, depth) for source in sources)
        return map(_LOGIC[instruction.opcode], *parts)

    def _compared(self, condition: Comparison, cta: Extent) -> list[bool] | None:
        left, right = self.column(condition.left, cta), self.column(condition.right, cta)
        if left is None or right is None or condition.operation not in _RELATIONS:
            return None
        read = signed if condition.signed else unsigned
        numbers = read(left, condition.left.bits), read(right, condition.right.bits)
        return _RELATIONS[condition.operation](*numbers).tolist()

    def _block_runs(self, block: int, cta: Extent) -> Answers:
        """Whether threads run a block: first of those that decide it, however many stand one behind another."""
        known, opened = self._blocks, set[int]()
        stack = [block]
        while stack:
            number = stack[-1]
            wanted = [d for d in self._deciders(number) if (d, cta) not in known and d not in opened]
            if (number, cta) not in known and wanted and number not in opened:
                opened.add(number)
                stack += wanted
                continue
            stack.pop()
            if (number, cta) not in known:
                known[(number, cta)] = self._solved(number, cta)
        return known[(block, cta)]

    def _deciders(self, block: int) -> list[int]:
        """The branches that decide whether a block runs at all."""
        analysis = self.body.analysis
        if analysis.post_dominators.dominates(block, 0):
            return []
        # The end of a loop around it asks for another round only.
        return [
            d
            for d in analysis.control_dependence[block]
            if d != block and not analysis.dominators.dominates(block, d)
        ]

    def _solved(self, block: int, cta: Extent) -> Answers:
        if self.body.analysis.post_dominators.dominates(block, 0):
            return self._everyone
        ways = [self._leads(decider, block, cta) for decider in self._deciders(block)]
        if len(ways) == 1:
            return ways[0]
        return tuple(map(_any, *ways)) if ways else (None,) * len(self.all)

    def _leads(self, decider: int, block: int, cta: Extent) -> Answers:
        nobody: Answers = (None,) * len(self.all)
        analysis = self.body.analysis
        above = self._blocks.get((decider, cta), nobody)
        leading = [
            e
            for e in analysis.cfg.edges[decider]
            if e.target != analysis.cfg.exit and analysis.post_dominators.dominates(block, e.target)
        ]
        held = nobody
        if len(leading) == 1 and leading[0].condition is not None:
            last = len(self.body.function.blocks[decider].instructions) - 1
            held = self._holds(leading[0].condition, (decider, last), cta)
        if above == self._everyone:
            return held
        return tuple([h if a else a for a, h in zip(above, held, strict=True)])

    def known(self, atom: Atom, thread: Thread) -> int | None:
        """What an unknown is in a thread, at the moment; None where nobody can say."""
        if atom.kind in (Kind.ROUND, Kind.OPAQUE):
            return self.moment.known(atom)
        if atom.kind is not Kind.SPECIAL:
            return None
        register, _, axis = atom.name.partition(".")
        if register == "%laneid":
            return thread.number % WARP
        if axis not in ("x", "y", "z"):
            return None
        position = "xyz".index(axis)
        match register:
            case "%tid" if self._shaped or not position:
                return thread.index[position]
            case "%ctaid":
                return thread.cta[position]
            case "%ntid" if self._shaped:
                return self.block[position]
            case _:
                return None


@lru_cache(maxsize=8)
def numbered(block: Extent) -> tuple[Thread, ...]:
    """The first threads of a CTA: the same at each moment."""
    x, y, z = block
    if prod(block) > 1 << 16:
        x, y, z = min(x, 1024), 1, 1
    order = ((i, j, k) for k, j, i in product(range(z), range(y), range(x)))
    return tuple(Thread(index, number) for number, index in enumerate(islice(order, 1024)))


def _and(one: bool | None, other: bool | None) -> bool | None:
    return other if one else one if one is False or other is not False else False


def _any(*answers: bool | None) -> bool | None:
    return True if True in answers else None if None in answers else False


def _not(one: bool | None) -> bool | None:
    return None if one is None else not one


_LOGIC: dict[str, Callable[..., bool | None]] = {"and": _and, "or": _any, "not": _not}
"""What instructions make of predicates, where some are not known."""
