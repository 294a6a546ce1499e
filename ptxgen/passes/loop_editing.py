"""How passes rewrite loops: copies of a loop's blocks, blocks put where control enters it, fresh names.

PTX registers are variables, so a copy computes the same with the same registers. What lives inside one iteration gets
registers of its own in a copy all the same: the analyses follow a register with one definition through the function.
Instructions keep their places in the author's source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from attrs import define, evolve, field

from ptxgen.ir.analysis import EdgeKind, FunctionAnalysis, Loop
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block, Function
from ptxgen.ir.operands import Guard, Label, Operand, Register
from ptxgen.ir.rewriting import made, with_guard, with_registers
from ptxgen.isa.row import Scope
from ptxgen.passes.block_tidying import tidy, unreached
from ptxgen.passes.errors import PassError
from ptxgen.passes.fresh_names import FreshNames
from ptxgen.passes.loop_copies import Copy, aimed, carrying_nothing, decided


@define(eq=False)
class LoopEditor:
    """Edits of the loops of one function, planned on one analysis and made at once by `apply`.

    Loops that are edited together must not overlap; `candidates` are the innermost ones that can be copied. Until
    `apply` the blocks hold what the analysis knows, of which more may be asked for the next loop.
    """

    function: Function
    analysis: FunctionAnalysis
    names: FreshNames = field(init=False)
    _entries: dict[str, tuple[Loop, list[Block]]] = field(
        factory=dict[str, tuple[Loop, list[Block]]], init=False
    )
    _bodies: dict[int, list[Instruction]] = field(factory=dict[int, list[Instruction]], init=False)
    _gone: set[int] = field(factory=set[int], init=False)
    _edited: set[int] = field(factory=set[int], init=False)
    _made: set[str] = field(factory=set[str], init=False)

    def __attrs_post_init__(self) -> None:
        self.names = FreshNames.of(self.function, self.analysis.accesses.registers)

    def label(self, stem: str) -> str:
        """A label that nothing in the function has."""
        return self.names.label(stem)

    def register(self, like: Register, prefix: str = "") -> Register:
        """A register of the same type that nothing in the function has."""
        return self.names.register(like, prefix)

    def candidates(self) -> Iterator[Loop]:
        """The innermost loops that copies can be made of: entered by plain branches, without branch tables."""
        loops, cfg = self.analysis.loops, self.analysis.cfg
        parents = {id(loop.parent) for loop in loops.loops}
        tangled = {block for edge in loops.irreducible for block in edge}
        for loop in loops.loops:
            edges = (*loop.entering(cfg), *(e for b in loop.blocks for e in cfg.edges[b]))
            if (
                id(loop) not in parents
                and not tangled & loop.blocks
                and all(edge.kind is not EdgeKind.INDIRECT for edge in edges)
            ):
                yield loop

    def size(self, loop: Loop) -> int:
        """The instructions of a loop."""
        return sum(len(self.function.blocks[block].instructions) for block in loop.blocks)

    def converges(self, loop: Loop) -> bool:
        """Whether an instruction of the loop waits for or exchanges with other threads.

        All threads must then come to the same copy of it: who decides between copies must be uniform.
        """
        return any(
            i.form.row.scope is not Scope.THREAD or i.opcode in ("activemask", "call")
            for block in loop.blocks
            for i in self.function.blocks[block].instructions
        )

    def body(self, block: int) -> list[Instruction]:
        """What a block will hold, to be edited. Copies of a loop are made of what it holds now."""
        return self._bodies.setdefault(block, list(self.function.blocks[block].instructions))

    def label_of(self, block: int) -> Label:
        """The label of a block of the function, which gets one if it has none."""
        found = self.function.blocks[block].label
        if found is None:
            found = self.function.blocks[block].label = self.label("block")
            self._made.add(found)
        return Label(found)

    def enter_by(self, loop: Loop, blocks: Iterable[Block]) -> None:
        """Put blocks where control enters a loop; after the last one it goes on at the header."""
        header = self.label_of(loop.header)
        before = loop.header - 1
        if before in loop.blocks and any(
            e.kind is EdgeKind.FALLTHROUGH and e.target == loop.header
            for e in self.analysis.cfg.edges[before]
        ):
            self.body(before).append(self.jump(header, loop))
        self._entries[header.name] = loop, [Block(self.label("enter")), *blocks]

    def replace(self, loop: Loop, blocks: Iterable[Block]) -> None:
        """Put blocks in place of a loop. Control never falls out of the last one."""
        self.enter_by(loop, blocks)
        self._gone |= loop.blocks

    def decide(self, loop: Loop, register: Register, holds: bool) -> None:
        """In the loop itself, a predicate is known."""
        for block in loop.blocks:
            self.body(block)[:] = decided(self.body(block), register, holds)
        self._edited |= loop.blocks

    def copy(self, loop: Loop, *, back: str = "") -> Copy:
        """A copy of a loop whose back edges go to the label `back`, to its own header if none is given.

        Edges out of the loop go where they went.
        """
        order = [loop.header, *(b for b in sorted(loop.blocks) if b != loop.header)]
        labels = {block: self.label("copy") for block in order}
        renamed = {r.name: self.register(r) for r in carrying_nothing(self.analysis, loop)}
        targets = {self.label_of(block).name: Label(label) for block, label in labels.items()}
        if back:
            targets[self.label_of(loop.header).name] = Label(back)
        made: dict[int, Block] = {}
        for position, block in enumerate(order):
            instructions = [
                aimed(with_registers(i, lambda r: renamed.get(r.name, r)), targets)
                for i in self.function.blocks[block].instructions
            ]
            falls = next(
                (e.target for e in self.analysis.cfg.edges[block] if e.kind is EdgeKind.FALLTHROUGH), None
            )
            if falls is not None and order[position + 1 : position + 2] != [falls]:
                instructions.append(self._onward(falls, targets, loop))
            made[block] = Block(labels[block], instructions, list(self.function.blocks[block].pragmas))
        return Copy(made, renamed)

    def jump(self, target: Label, loop: Loop, guard: Guard | None = None) -> Instruction:
        """A branch, said to stand where the loop's first instruction does."""
        return evolve(self.made("bra", (target,), self._like(loop)), guard=guard)

    def made(self, name: str, operands: tuple[Operand, ...], like: Instruction) -> Instruction:
        """A new instruction without a guard, from the same line of the author's source."""
        found = made(name, operands, with_guard(like, None))
        if found is None:
            raise PassError("PAS010", f"there is no instruction {name} {', '.join(map(str, operands))}")
        return found

    def apply(self) -> None:
        """Make the planned edits."""
        blocks: list[Block] = []
        inserted: set[int] = set()
        # What control cannot reach may name labels of loops that go.
        gone = self._gone | unreached(self.function, self.analysis) if self._gone else self._gone
        for number, instructions in self._bodies.items():
            self.function.blocks[number].instructions[:] = instructions
        for number, block in enumerate(self.function.blocks):
            loop, new = self._entries.get(block.label or "", (None, []))
            self._redirect(new, lambda entered, owner=loop: entered is owner)
            self._redirect([block], lambda entered, number=number: number in entered.blocks)
            inserted |= {id(b) for b in (*new, *([block] if number in self._edited else []))}
            self._made.update(b.label for b in new if b.label is not None)
            blocks += new
            if number not in gone:
                blocks.append(block)
            elif block.marks:
                blocks.append(Block(marks=block.marks))
        self.function.blocks[:] = blocks
        tidy(self.function, inserted, self._made)

    def _redirect(self, blocks: list[Block], inside: Callable[[Loop], bool]) -> None:
        """Branches from outside a loop to its header go to the blocks before it."""
        targets = {
            header: Label(new[0].label or "")
            for header, (loop, new) in self._entries.items()
            if not inside(loop)
        }
        for block in blocks:
            for index, instruction in enumerate(block.instructions):
                if instruction.ends_block:
                    block.instructions[index] = aimed(instruction, targets)

    def _onward(self, block: int, targets: dict[str, Label], loop: Loop) -> Instruction:
        """What stands where control fell through, in a place where it cannot."""
        if block == self.analysis.cfg.exit:
            return self.made("ret", (), self._like(loop))
        label = self.label_of(block)
        return self.jump(targets.get(label.name, label), loop)

    def _like(self, loop: Loop) -> Instruction:
        return next(
            i for b in (loop.header, *sorted(loop.blocks)) for i in self.function.blocks[b].instructions
        )
