"""A copy of a loop that runs as long as several more iterations are certain, before the loop itself.

The copy is entered, and repeated, under a bound that leaves room: `i < n - slack` stands for `i < n` now and after
so many more steps. What the copy leaves over, the original loop does, from whatever the registers hold then: so the
copy needs no claim about the rest, not even that the counter never wraps around.
"""

from __future__ import annotations

from attrs import frozen

from ptxgen.ir.analysis import Comparison, ExitTest, FunctionAnalysis, Loop
from ptxgen.ir.analysis.induction import wrapped
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block
from ptxgen.ir.operands import Guard, Immediate, Label, Operand, Register
from ptxgen.ir.rewriting import integer_constant
from ptxgen.isa.types import Type, pred
from ptxgen.passes.loop_copies import Copy, branch_of, carrying_nothing
from ptxgen.passes.loop_editing import LoopEditor

_OPPOSITE = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt"}


@frozen(eq=False)
class Countdown:
    """An ordered exit test whose subject is the loop's variable, before or after its update, running to the bound."""

    loop: Loop
    test: ExitTest
    step: int
    compare: Instruction
    type: Type

    @property
    def variable(self) -> Register:
        return self.test.stays.subject.variable.register

    @property
    def stays(self) -> Comparison:
        return self.test.stays


def countdown(analysis: FunctionAnalysis, loop: Loop) -> Countdown | None:
    """The test of a loop that `bounded` can sharpen, if it has one."""
    for test in analysis.trips.tests(loop):
        stays = test.stays
        subject, step = stays.subject, stays.subject.variable.step
        if subject.scale != 1 or subject.symbol is not None or not isinstance(step, int):
            continue
        if stays.relation not in (("lt", "le") if step > 0 else ("gt", "ge")):
            continue
        compare = analysis.inductions.at(stays.place)
        type = compare.form.type
        if type is not None and subject.offset in (0, step) and stays.bits == subject.variable.bits:
            return Countdown(loop, test, step, compare, type)
    return None


@frozen
class Limit:
    """The bound of a copy, and the instructions that make it; they go to the loop itself where there is no room."""

    operand: Operand
    instructions: tuple[Instruction, ...]


def limit(editor: LoopEditor, down: Countdown, slack: int) -> Limit | None:
    """The bound that `slack` more steps cannot pass; None if that is never so."""
    stays, distance = down.stays, slack * down.step
    bound = stays.bound
    if isinstance(bound, int):
        value = wrapped(bound, stays.bits, signed=stays.signed) - distance
        if not stays.lowest <= value <= stays.highest:
            return None
        return Limit(integer_constant(value, down.type), ())
    if distance == 0:
        return Limit(bound, ())
    edge = stays.lowest + distance if down.step > 0 else stays.highest + distance
    if not stays.lowest <= edge <= stays.highest:
        return None
    name = down.type.name
    register = editor.register(bound)
    short = compared(editor, down, "lt" if down.step > 0 else "gt", bound, integer_constant(edge, down.type))
    away = editor.made(
        f"{'sub' if distance > 0 else 'add'}.{name}",
        (register, bound, Immediate(abs(distance))),
        down.compare,
    )
    return Limit(register, (*short.leaving(editor, down.loop), away))


@frozen
class Test:
    """A `setp` and the predicate that it leaves."""

    instruction: Instruction
    predicate: Register

    def leaving(self, editor: LoopEditor, loop: Loop) -> tuple[Instruction, Instruction]:
        """The test, and a branch to the loop itself where it holds."""
        return self.instruction, editor.jump(editor.label_of(loop.header), loop, Guard(self.predicate))


def compared(editor: LoopEditor, down: Countdown, relation: str, a: Operand, b: Operand) -> Test:
    """A comparison in the type of the loop's own test."""
    predicate = editor.register(Register("%p", pred), "%p")
    instruction = editor.made(f"setp.{relation}.{down.type.name}", (predicate, a, b), down.compare)
    return Test(instruction, predicate)


def bounded(
    editor: LoopEditor, down: Countdown, bound: Limit, times: int = 1
) -> tuple[list[Block], list[Copy]]:
    """Blocks that run copies of a loop, so many in turn, as long as its variable is within a bound; and the copies.

    The bound must leave `slack(down, times)` steps. All tests of the copies are gone but the last one of a loop
    that is tested at its end, which decides between another round, the rest, and the way out.
    """
    header = editor.label_of(down.loop.header).name
    inside = down.stays.relation
    outside = compared(editor, down, _OPPOSITE[inside], down.variable, bound.operand)
    check = Block(editor.label("check"), [*outside.leaving(editor, down.loop)])
    copies: list[Copy] = []
    back = header if _tests_last(down) else check.label or ""
    for _ in range(times):
        copies.insert(0, editor.copy(down.loop, back=back))
        back = copies[0].head
    leaving = down.test.edge
    staying = next(e for e in editor.analysis.cfg.edges[leaving.source] if e is not leaving)
    for copy in copies[: -1 if _tests_last(down) else times]:
        copy.keep(staying)
    if _tests_last(down):
        again = compared(editor, down, inside, down.variable, bound.operand)
        repeat = editor.jump(Label(copies[0].head), down.loop, Guard(again.predicate))
        end = copies[-1].blocks[leaving.source].instructions
        later = _only_decides(editor, down)
        moved = [end.pop(down.stays.place[1])] if later else []
        end[branch_of(end) : branch_of(end)] = [again.instruction, repeat, *moved]
    enter = Block(None, list(bound.instructions))
    return [enter, check, *(block for copy in copies for block in copy.blocks.values())], copies


def slack(down: Countdown, times: int) -> int:
    """How many steps of room so many iterations need whose tests are not made."""
    late = not _tests_last(down) and down.stays.subject.offset != 0
    return times - 1 + late


def _only_decides(editor: LoopEditor, down: Countdown) -> bool:
    """Whether the loop's own comparison may be made just before its branch, and serves nothing else."""
    block, index = down.stays.place
    analysis, loop = editor.analysis, down.loop
    predicate = down.compare.writes()[0]
    if block != down.test.edge.source or predicate not in carrying_nothing(editor.analysis, loop):
        return False
    rest = editor.function.blocks[block].instructions[index + 1 :]
    changed = {register for i in rest for register in i.writes()}
    return analysis.values.reads(predicate) == 1 and changed.isdisjoint(down.compare.reads())


def _tests_last(down: Countdown) -> bool:
    return down.loop.latches == (down.test.edge.source,)
