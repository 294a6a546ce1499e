"""What a function does, loop by loop: instructions, bytes and operations of a thread, counted on its text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from ptxgen.debug.body import Body, symbols_in
from ptxgen.debug.residency import cta_threads, most_alive, static_shared
from ptxgen.debug.work import NOTHING, Work, expected, work_of
from ptxgen.ir.analysis import Place
from ptxgen.ir.checker.views import ModuleView
from ptxgen.ir.module import Module
from ptxgen.isa import TARGETS
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect

_OPEN = 1 << 24
"""A loop of which only so high a bound is known ends at a number that nobody knows."""


@frozen
class Balance:
    """Operations a byte at which a GPU is as busy computing as loading: by its arithmetic, and by its tensor cores.

    The defaults are an H100 SXM's, by its data sheet: 67 TFLOP/s of FP32 and 989 of dense FP16 products at 3.35 TB/s.
    """

    arithmetic: float = 20.0
    products: float = 295.0


@frozen
class Region:
    """A loop without the loops inside of it, or the code outside of all loops (`depth` 0): work of one round.

    `line` is where it begins; `rounds` the most rounds that follow from the text, None where nobody knows. `flight` are
    the bytes of global memory that a thread can be waiting for at once, in one round. `places` are its instructions.
    """

    name: str
    function: str
    depth: int
    line: int
    places: tuple[Place, ...]
    work: Work
    barriers: int
    rounds: int | None
    flight: float = 0

    @property
    def instructions(self) -> int:
        return len(self.places)

    @property
    def intensity(self) -> float | None:
        """Operations for each byte of global memory; None without such bytes, or where not all is known."""
        return self.work.operations / self.work.moved if self.work.moved and not self.unknown else None

    @property
    def unknown(self) -> bool:
        """Whether the text does not say how many bytes or operations there are."""
        return bool(self.work.unsized or self.work.shapeless)

    def bound(self, balance: Balance) -> str:
        """What limits it on a roofline: memory, compute, neither, or unknown where more of the other would decide."""
        computing = self.work.arithmetic / balance.arithmetic + self.work.products / balance.products
        memory = self.work.moved > computing
        if self.work.shapeless if memory else self.work.unsized:
            return "unknown"
        if memory:
            return "memory"
        if self.work.shapeless:
            return "compute"
        return "compute" if computing else "neither"


@frozen
class Measures:
    """A function: its regions, its static shared memory in bytes, the threads of its CTA where something says.

    `dynamic` says whether it has shared memory whose size the launch decides. `largest_live` are the most registers of
    32 bits that are alive at one point of the text.
    """

    function: str
    regions: tuple[Region, ...]
    shared: int
    dynamic: bool
    threads: int | None
    largest_live: int

    @property
    def instructions(self) -> int:
        return sum(region.instructions for region in self.regions)


def bodies(module: Module) -> tuple[Body, ...]:
    """Every function with a body, entries first."""
    declared = TARGETS.get(module.target)
    view = ModuleView(module, declared, declared)
    return tuple(Body(f) for f in sorted(view.functions, key=lambda f: not f.function.is_entry))


def measured(body: Body) -> Measures:
    """The measures of one function. A CTA has the threads that the facts of the body or directives say."""
    return Measures(
        body.function.name,
        tuple(_regions(body)),
        static_shared(body),
        _dynamic(body),
        cta_threads(body),
        most_alive(body)[0],
    )


def _dynamic(body: Body) -> bool:
    mentioned = {name for _, i in body.places for name in symbols_in(i)}
    every = (*body.function.variables, *(v for v in body.module.module.globals if v.name in mentioned))
    return any(v.space is StateSpace.SHARED and v.bytes == 0 for v in every)


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
    places = tuple((b, n) for b in blocks for n in range(len(body.function.blocks[b].instructions)))
    total = sum((work_of(body, place) for place in places), NOTHING)
    if total.unsized:
        total = _awaited(body, places, total)
    barriers = sum(Effect.BARRIER in body.instruction(p).form.row.effects for p in places)
    line = body.instruction(places[0]).line if places else 0
    return Region(
        name, body.function.name, depth, line, places, total, barriers, rounds, in_flight(body, places),
    )  # fmt: skip


def _awaited(body: Body, places: Sequence[Place], total: Work) -> Work:
    """The size of a box is the tensor map's, but what an mbarrier is told to wait for is what loads must bring."""
    unsized = [p for p in places if work_of(body, p).unsized]
    waited = [amount for p in places if (amount := expected(body, p)) is not None]
    counted = all("mbarrier" in body.instruction(p).name for p in unsized)
    known = sum(work_of(body, p).loaded for p in places if body.instruction(p).form.has("bulk"))
    if not (counted and waited) or sum(waited) < known:
        return total
    more = sum(waited) - known
    return evolve(total, loaded=total.loaded + more, shared=total.shared + more, unsized=0)


def in_flight(body: Body, places: Sequence[Place]) -> float:
    """Bytes of plain global loads that do not wait for each other: the most that are on their way at once.

    However ptxas orders them, a load whose address needs another load's result comes after it.
    """
    depth: dict[str, int] = {}
    waves: Counter[int] = Counter()
    for place in places:
        instruction = body.instruction(place)
        behind = max((depth.get(r.name, 0) for r in instruction.reads()), default=0)
        loaded = work_of(body, place).loaded if instruction.opcode == "ld" else 0
        if loaded:
            waves[behind] += int(loaded)
        for register in instruction.writes():
            depth[register.name] = behind + bool(loaded)
    return max(waves.values(), default=0)
