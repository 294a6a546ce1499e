"""How often loops run: what their exit tests compare, when each fails, and whether a counter may wrap around."""

from __future__ import annotations

from math import gcd

from attrs import define, evolve, field, frozen

from ptxgen.ir.analysis.cfg import Edge
from ptxgen.ir.analysis.induction import Induction, Inductions, Recurrence, wrapped
from ptxgen.ir.analysis.loops import Loop
from ptxgen.ir.analysis.values import Place
from ptxgen.ir.operands import Guard, Immediate, Operand, Register

_RELATIONS = {"lo": "lt", "ls": "le", "hi": "gt", "hs": "ge"}
_NEGATED = {"lt": "ge", "ge": "lt", "le": "gt", "gt": "le", "eq": "ne", "ne": "eq"}
_SWAPPED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}


@frozen
class Comparison:
    """`subject relation bound`, where the subject follows an induction variable and the loop does not write the bound.

    `relation` is lt, le, gt, ge, eq or ne, on signed or unsigned numbers of `bits` bits; `place` is the `setp`.
    """

    subject: Recurrence
    relation: str
    bound: int | Register
    signed: bool
    bits: int
    place: Place

    @property
    def negated(self) -> Comparison:
        return evolve(self, relation=_NEGATED[self.relation])

    @property
    def lowest(self) -> int:
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def highest(self) -> int:
        return (1 << (self.bits - self.signed)) - 1

    def __str__(self) -> str:
        s = self.subject
        scaled = f"{s.scale} * {s.variable.register}" if s.scale != 1 else str(s.variable.register)
        step = f" + {s.variable.step}" if s.advanced else ""
        symbol = f" + {s.symbol}" if s.symbol is not None else ""
        offset = f" {'-' if s.offset < 0 else '+'} {abs(s.offset)}" if s.offset else ""
        return f"{scaled}{step}{symbol}{offset} {self.relation} {self.bound}"


@frozen
class ExitTest:
    """An edge that leaves a loop, and what holds as long as it is not taken. Every iteration comes to the test once."""

    edge: Edge
    stays: Comparison


@frozen
class TripCount:
    """How often a loop takes a back edge: the iterations that go on. A loop tested at its end runs one more time.

    The loop has no other way out than `test`.
    """

    test: ExitTest

    @property
    def constant(self) -> int | None:
        """The number, where start, step and bound are constants; None too if the loop does not end so."""
        subject, bound = self.test.stays.subject, self.test.stays.bound
        variable = subject.variable
        if variable.start is None or not isinstance(bound, int) or not isinstance(variable.step, int):
            return None
        return self.evaluate() if subject.symbol is None else None

    def evaluate(self, start: int = 0, bound: int = 0, step: int = 0, symbol: int = 0) -> int | None:
        """The number for values of what is not constant in the text; None if the test never fails.

        None as well where an ordered test would fail only after a wrap around.
        """
        stays = self.test.stays
        subject, variable = stays.subject, stays.subject.variable
        start = start if variable.start is None else variable.start
        bound = stays.bound if isinstance(stays.bound, int) else bound
        step = variable.step if isinstance(variable.step, int) else step
        first = subject.scale * (start + (step if subject.advanced else 0)) + subject.offset
        first += symbol if subject.symbol is not None else 0
        return count(
            wrapped(first, stays.bits, signed=stays.signed),
            wrapped(subject.scale * step, stays.bits, signed=True),
            wrapped(bound, stays.bits, signed=stays.signed),
            stays,
        )

    def __str__(self) -> str:
        variable = self.test.stays.subject.variable
        start = variable.register if variable.start is None else variable.start
        return f"while {self.test.stays}, {variable.register} from {start} by {variable.step}"


def count(first: int, stride: int, bound: int, like: Comparison) -> int | None:
    """How many of `first`, `first + stride`, ... pass the relation of a comparison before the first that does not."""
    match like.relation:
        case "eq":
            return None if stride == 0 and first == bound else int(first == bound)
        case "ne":
            return _until_equal(bound - first, stride, 1 << like.bits)
        case "lt" | "le":
            last = bound - (like.relation == "lt")
            if first > last:
                return 0
            passed = (last - first) // stride + 1 if stride > 0 else None
        case _:
            last = bound + (like.relation == "gt")
            if first < last:
                return 0
            passed = (first - last) // -stride + 1 if stride < 0 else None
    if passed is None or not like.lowest <= first + passed * stride <= like.highest:
        return None
    return passed


def _until_equal(distance: int, stride: int, modulus: int) -> int | None:
    """The least k >= 0 with k * stride = distance modulo a power of two."""
    common = gcd(stride % modulus, modulus)
    if distance % common:
        return None
    rest = modulus // common
    return (distance // common) * pow(stride // common, -1, rest) % rest if rest > 1 else 0


@define(eq=False)
class Trips:
    """The comparisons, exit tests and trip counts of the loops of a function."""

    inductions: Inductions
    _tests: dict[int, tuple[ExitTest, ...]] = field(factory=dict[int, tuple[ExitTest, ...]], init=False)

    def tests(self, loop: Loop) -> tuple[ExitTest, ...]:
        """The exits that a comparison of an induction variable decides in every iteration."""
        known = self._tests.get(loop.header)
        if known is None:
            known = self._tests[loop.header] = tuple(
                ExitTest(edge, compared.negated)
                for edge in loop.exits
                if edge.condition is not None
                and self.inductions.runs_each_iteration(edge.source, loop)
                and (compared := self.comparison(edge.condition, self.end(edge.source), loop)) is not None
            )
        return known

    def of(self, loop: Loop) -> TripCount | None:
        """The trip count of a loop with one exit, decided by a comparison; None for any other."""
        tests = self.tests(loop)
        return TripCount(tests[0]) if len(loop.exits) == 1 and tests else None

    def comparison(self, guard: Guard, at: Place, loop: Loop) -> Comparison | None:
        """What holds where the instruction at `at`, inside the loop, finds its guard to hold."""
        place = self.inductions.values.definition(guard.register, at)
        if place is None or place[0] not in loop.blocks:
            return None
        instruction = self.inductions.at(place)
        form = instruction.form
        if form.opcode == "not" and isinstance(instruction.operands[1], Register):
            return self.comparison(Guard(instruction.operands[1], not guard.negated), place, loop)
        type = form.type
        if form.opcode != "setp" or set(form.modifiers) != {"CmpOp", "type"} or type is None:
            return None
        if not (type.is_integer or type.is_bits) or not isinstance(instruction.operands[0], Register):
            return None
        relation = form.modifiers["CmpOp"]
        relation = _RELATIONS.get(relation, relation)
        sides = self._sides(instruction.operands[1], instruction.operands[2], place, loop)
        if sides is None:
            return None
        subject, bound, swapped = sides
        relation = _SWAPPED[relation] if swapped else relation
        found = Comparison(subject, relation, bound, type.is_signed, type.bits, place)
        return found.negated if guard.negated else found

    def never_wraps(self, variable: Induction, *, signed: bool) -> bool:
        """Whether no update surely ever carries the variable past the ends of its range, read as signed or not.

        That holds for constant counts, and where an ordered test keeps the variable away from the end it runs to.
        """
        step = variable.step
        if not isinstance(step, int):
            return False
        lowest = -(1 << (variable.bits - 1)) if signed else 0
        highest = (1 << (variable.bits - signed)) - 1
        if variable.start is not None:
            start = wrapped(variable.start, variable.bits, signed=signed)
            trips = self.of(variable.loop)
            turns = None if trips is None else trips.constant
            if turns is not None:
                return lowest <= start + (turns + 1) * step <= highest
            if not lowest <= start + step <= highest:
                return False
        return any(self._keeps(test, variable, step, signed) for test in self.tests(variable.loop))

    def _keeps(self, test: ExitTest, variable: Induction, step: int, signed: bool) -> bool:
        """Whether a test leaves room for one more step before every update."""
        stays = test.stays
        subject = stays.subject
        if subject.variable is not variable or subject.scale != 1 or subject.symbol is not None:
            return False
        if stays.bits != variable.bits or stays.signed != signed:
            return False
        if stays.relation not in (("lt", "le") if step > 0 else ("gt", "ge")):
            return False
        bound = stays.bound
        slack = int(stays.relation in ("lt", "gt"))
        if isinstance(bound, int):
            bound = wrapped(bound, stays.bits, signed=signed)
            room = stays.highest - bound + slack if step > 0 else bound + slack - stays.lowest
        else:
            room = slack
        if room < abs(step):
            return False
        if subject.offset == 0:
            return self.inductions.values.dominates(self.end(test.edge.source), variable.update)
        # Tested after its update: the first update has no test before it.
        return subject.offset == step and variable.start is not None

    def end(self, block: int) -> Place:
        """The last instruction of a block."""
        return block, len(self.inductions.cfg.blocks[block].instructions) - 1

    def _sides(
        self, a: Operand, b: Operand, at: Place, loop: Loop
    ) -> tuple[Recurrence, int | Register, bool] | None:
        for one, other, swapped in ((a, b, False), (b, a, True)):
            if not isinstance(one, Register) or not self.inductions.is_invariant(other, loop):
                continue
            subject = self.inductions.recurrence(one, at, loop)
            if subject is None:
                continue
            if isinstance(other, Immediate):
                return subject, other.value, swapped
            if isinstance(other, Register):
                known = self.inductions.constant(other, at)
                return subject, other if known is None else known, swapped
        return None
