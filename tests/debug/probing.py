"""What loops really do: a program with a probe in each block runs in the emulator, and its accesses are counted.

Nothing here is taken from what `explain` does: the times that a block is executed are counted by a load put into it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import define, field

from ptxgen import parse
from ptxgen.debug.body import Body
from ptxgen.debug.dynamic.experiment import Substituted
from ptxgen.debug.measures import Region, bodies, measured
from ptxgen.emulator import Access, Limits, Observer
from ptxgen.emulator.batch import Batch
from ptxgen.emulator.observer import CopyEvent
from ptxgen.ir.analysis import Loop
from ptxgen.isa.spaces import StateSpace
from tests.debug.programs import Source

LIMITS = Limits(thread_steps=60_000)
Key = tuple[str, int, int]
"""An instruction: its function, the number of its block, and its own."""


@define(eq=False, slots=False)
class Probes(Observer):
    """Counts, by line of the probed text: threads that accessed memory, and the bytes of each kind."""

    threads: Counter[int] = field(factory=Counter[int])
    bytes: Counter[tuple[int, str]] = field(factory=Counter[tuple[int, str]])
    cta: int = 0

    def launched(self, batch: Batch) -> None:
        x, y, z = batch.launch.block
        self.cta = x * y * z

    def _count(self, line: int, space: StateSpace, write: bool, amount: int) -> None:
        kind = {StateSpace.SHARED: "shared", StateSpace.LOCAL: "local"}.get(
            space, "stored" if write else "loaded"
        )
        self.bytes[line, kind] += amount

    def loaded(self, access: Access) -> None:
        if access.instruction.name.startswith("atom"):
            return  # counted when it is written
        self.threads[access.instruction.line] += len(access.threads)
        self._count(access.instruction.line, access.space, False, len(access.threads) * access.size)

    def stored(self, access: Access) -> None:
        self.threads[access.instruction.line] += len(access.threads)
        self._count(access.instruction.line, access.space, True, len(access.threads) * access.size)

    def copy_issued(self, copy: CopyEvent) -> None:
        line = copy.instruction.line
        # What one thread asks for is for all threads of the CTA.
        self.threads[line] += (
            self.cta * len(copy.threads) if copy.instruction.form.has("bulk") else len(copy.threads)
        )
        for pieces, write in ((copy.source, False), (copy.target, True)):
            self._count(line, pieces.space, write, int(pieces.sizes.sum()))


@define(eq=False)
class Probed:
    """A program with probes: `bodies` are of the text without them."""

    text: str
    bodies: tuple[Body, ...]
    probes: dict[tuple[str, int], int]
    """The line of the probe of each block."""
    lines: dict[Key, int]
    """The line of each instruction in the probed text."""
    seen: Probes = field(factory=Probes)

    def executed(self, body: Body, block: int) -> int:
        """Threads that came to a block, summed over all times."""
        return self.seen.threads[self.probes[body.function.name, block]]

    def threads(self, body: Body, place: tuple[int, int]) -> int:
        """Threads that accessed memory by an instruction."""
        return self.seen.threads[self.lines[body.function.name, *place]]

    def rounds(self, body: Body, place: tuple[int, int]) -> int:
        """Threads that executed an instruction which accessed memory, if any did."""
        instruction = body.instruction(place)
        accessed = self.threads(body, place)
        # A product of tensor cores is several accesses; what nobody guards all threads execute that come to it.
        alone = instruction.guard is not None or instruction.form.has("bulk")
        return accessed if alone or not accessed else self.executed(body, place[0])

    def bytes(self, body: Body, places: Sequence[tuple[int, int]], kind: str) -> int:
        """The bytes that instructions moved."""
        return sum(self.seen.bytes[self.lines[body.function.name, *p], kind] for p in places)


def probed(text: str) -> Probed:
    """A text with a probe at the beginning of each block."""
    module = parse(parse(text).to_ptx())
    lines = module.to_ptx().splitlines()
    put: dict[int, list[str]] = {}
    where: dict[tuple[str, int], tuple[int, int]] = {}
    for function in module.functions:
        if not function.blocks:
            continue
        brace = next(n for n in range(function.line - 1, len(lines)) if lines[n].strip().endswith("{"))
        size = 4 * len(function.blocks)
        put[brace + 1] = [f".reg .b32 %probe;\n.local .align 4 .b8 __probe[{size}];"]
        for number, block in enumerate(function.blocks):
            if block.instructions:
                at = block.instructions[0].line - 1
                where[function.name, number] = (at, len(put.setdefault(at, [])))
                put[at].append(f"ld.local.u32 %probe, [__probe+{4 * number}];")
    text, moved = _inserted(lines, put)
    probes = {key: moved[at] + _height(put[at][:n]) for key, (at, n) in where.items()}
    places = {
        (f.name, b, i): moved[instruction.line - 1] + _height(put.get(instruction.line - 1, []))
        for f in module.functions
        for b, block in enumerate(f.blocks)
        for i, instruction in enumerate(block.instructions)
    }
    return Probed(text, bodies(module), probes, places)


def _height(texts: Sequence[str]) -> int:
    return sum(text.count("\n") + 1 for text in texts)


def _inserted(lines: Sequence[str], put: dict[int, list[str]]) -> tuple[str, list[int]]:
    """The text with lines put in before others, and where (from 1) what was put before each line begins."""
    out: list[str] = []
    first: list[int] = []
    for number, line in enumerate(lines):
        first.append(_height(out) + 1)
        out += [*put.get(number, []), line]
    return "\n".join(out) + "\n", first


def run(source: Source) -> Probed:
    """A program, run once with probes."""
    made = probed(source.text)
    with Substituted(check=False, sanitize=False, limits=LIMITS, observers=(made.seen,)) as device:
        device.substitute = made.text
        source.results(device, made.text)
    return made


def steady(made: Probed) -> Iterator[tuple[Body, Region, int]]:
    """The regions in which every thread came to all blocks equally often, without any guard, and how often that was."""
    for body in made.bodies:
        for region in measured(body).regions:
            times = {made.executed(body, block) for block, _ in region.places}
            guarded = any(
                body.instruction(p).guard is not None and p not in _branches(body) for p in region.places
            )
            if len(times) == 1 and times != {0} and not guarded:
                yield body, region, times.pop()


def _branches(body: Body) -> frozenset[tuple[int, int]]:
    return frozenset(place for place, _ in body.of("bra", "brx", "exit", "ret"))


def entered(made: Probed, body: Body, loop: Loop) -> int | None:
    """How often threads came into a loop from outside; None where that cannot be told from the blocks before it."""
    before = [
        b
        for b, after in enumerate(body.analysis.cfg.successors)
        if loop.header in after and b not in loop.blocks
    ]
    if any(len(body.analysis.cfg.successors[b]) != 1 for b in before):
        return None
    return sum(made.executed(body, b) for b in before)
