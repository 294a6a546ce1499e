"""What a function does, loop by loop: instructions, bytes, floating-point operations, counted on its text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import prod

from attrs import frozen

from ptxgen.debug.body import Body
from ptxgen.debug.residency import cta_threads, most_alive, static_shared
from ptxgen.ir.checker.views import ModuleView
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Module
from ptxgen.ir.operands import Immediate
from ptxgen.isa import TARGETS
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, Role

_OPEN = (1 << 31) - 2
"""A loop with so many rounds ends at a number that nobody knows."""
BALANCE = 20.0
"""Operations a byte at which a GPU is as busy computing as loading: an H100 SXM does 67 TFLOP/s of FP32 and reads
3.35 TB/s, by its data sheet."""

_ONE = (
    "add",
    "sub",
    "mul",
    "div",
    "rcp",
    "sqrt",
    "rsqrt",
    "ex2",
    "lg2",
    "sin",
    "cos",
    "tanh",
    "min",
    "max",
    "neg",
    "abs",
)
_TWO = ("fma", "mad")
_PRODUCTS = {"mma": 32, "wmma": 32, "wgmma": 128}
_SHAPE = re.compile(r"\.m(\d+)n(\d+)k(\d+)")


@frozen
class Work:
    """What one instruction does for one thread: bytes of global and shared memory, floating-point operations."""

    loaded: int = 0
    stored: int = 0
    shared: int = 0
    flops: float = 0.0


@frozen
class Region:
    """A loop without the loops inside of it, or the code outside of all loops (`depth` 0): work of one round.

    `line` is where it begins; `rounds` the most rounds that follow from the text, None where nobody knows. `flight` are
    the bytes of global memory that a thread can be waiting for at once, in one round.
    """

    name: str
    function: str
    depth: int
    line: int
    instructions: int
    work: Work
    barriers: int
    rounds: int | None
    flight: int = 0

    @property
    def intensity(self) -> float | None:
        """Operations for each byte of global memory; None without such bytes."""
        moved = self.work.loaded + self.work.stored
        return self.work.flops / moved if moved else None

    def bound(self, balance: float = BALANCE) -> str:
        """What limits it on a roofline: memory, compute, or neither."""
        if self.intensity is None:
            return "compute" if self.work.flops else "neither"
        return "memory" if self.intensity < balance else "compute"


@frozen
class Measures:
    """A function: its regions, its shared memory in bytes, the threads of its CTA where something says.

    `largest_live` are the most registers of 32 bits that are alive at one point of the text.
    """

    function: str
    regions: tuple[Region, ...]
    shared: int
    threads: int | None
    largest_live: int

    @property
    def instructions(self) -> int:
        return sum(region.instructions for region in self.regions)


def measured(module: Module) -> tuple[Measures, ...]:
    """The measures of every function with a body, entries first."""
    declared = TARGETS.get(module.target)
    view = ModuleView(module, declared, declared)
    ordered = sorted(view.functions, key=lambda f: not f.function.is_entry)
    return tuple(_measures(Body(function)) for function in ordered)


def work_of(instruction: Instruction) -> Work:
    """What an instruction does for one thread, on the average of those that share it."""
    form = instruction.form
    if (
        form.opcode in _PRODUCTS
        and (shape := _SHAPE.search(instruction.name)) is not None
        and "mma" in form.name
    ):
        if any(part in form.name for part in (".load.", ".store.", "fence", "commit", "wait")):
            return Work()
        return Work(flops=2 * prod(map(int, shape.groups())) / _PRODUCTS[form.opcode])
    moved = _moved(instruction)
    if moved is not None:
        return moved
    type = form.operands[0].type if form.operands else None
    if type is None or not (type.is_float or type.is_packed) or type.is_integer:
        return Work()
    lanes = 2 if type.is_packed else 1
    return Work(flops=lanes * (2 if form.opcode in _TWO else 1 if form.opcode in _ONE else 0))


def _moved(instruction: Instruction) -> Work | None:
    form = instruction.form
    effects = form.row.effects
    if not effects & {Effect.READ, Effect.WRITE, Effect.ATOMIC} or form.opcode == "mbarrier":
        return None
    if instruction.name.startswith(("cp.async.ca", "cp.async.cg")):
        given = instruction.operands[2]
        size = given.value if isinstance(given, Immediate) else 0
        return Work(loaded=size, shared=size)
    data = next((s for s in form.operands if s.role is Role.VALUE), None)
    if data is None or data.type is None or form.space is StateSpace.PARAM:
        return Work()
    size = data.type.bytes * max(1, data.count)
    match form.space:
        case StateSpace.SHARED:
            return Work(shared=size)
        case StateSpace.GLOBAL | StateSpace.GENERIC:
            writes = bool(effects & {Effect.WRITE, Effect.ATOMIC})
            return Work(stored=size) if writes else Work(loaded=size)
        case _:
            return Work()


def _measures(body: Body) -> Measures:
    regions = tuple(_regions(body))
    return Measures(body.function.name, regions, static_shared(body), cta_threads(body), most_alive(body)[0])


def _regions(body: Body) -> Iterator[Region]:
    reachable = body.analysis.cfg.reachable()
    inside = body.analysis.loops.innermost
    outside = [b for b in sorted(reachable) if b not in inside]
    yield _region(body, "outside of loops", 0, outside, 1)
    for loop in body.analysis.loops.loops:
        own = [b for b in sorted(loop.blocks) if inside.get(b) is loop]
        most = body.affine.rounds.get(loop.header)
        rounds = most + 1 if most is not None and most < _OPEN else None
        yield _region(body, f"loop at {body.label(loop.header)}", loop.depth, own, rounds)


def _region(body: Body, name: str, depth: int, blocks: list[int], rounds: int | None) -> Region:
    instructions = [i for b in blocks for i in body.function.blocks[b].instructions]
    each = [work_of(i) for i in instructions]
    total = Work(
        sum(w.loaded for w in each),
        sum(w.stored for w in each),
        sum(w.shared for w in each),
        sum(w.flops for w in each),
    )
    barriers = sum(Effect.BARRIER in i.form.row.effects for i in instructions)
    line = instructions[0].line if instructions else 0
    return Region(
        name, body.function.name, depth, line, len(instructions), total, barriers, rounds, in_flight(instructions),
    )  # fmt: skip


def in_flight(instructions: Sequence[Instruction]) -> int:
    """Bytes of plain global loads that do not wait for each other: the most that are on their way at once.

    However ptxas orders them, a load whose address needs another load's result comes after it.
    """
    depth: dict[str, int] = {}
    waves: Counter[int] = Counter()
    for instruction in instructions:
        behind = max((depth.get(r.name, 0) for r in instruction.reads()), default=0)
        loaded = work_of(instruction).loaded if instruction.opcode == "ld" else 0
        if loaded:
            waves[behind] += loaded
        for register in instruction.writes():
            depth[register.name] = behind + bool(loaded)
    return max(waves.values(), default=0)
