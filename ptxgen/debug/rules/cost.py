"""What costs time without a fault: slow types, slow address spaces, registers, branches."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.debug.body import Body
from ptxgen.debug.cta.participation import Participation, splits_a_warp
from ptxgen.debug.residency import alive, cta_threads, most_alive
from ptxgen.debug.rule import Confidence, Family, Found, rule
from ptxgen.errors import Severity
from ptxgen.ir.analysis.affine import Kind
from ptxgen.ir.operands import Register
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import f64

_FEW = 8
"""Instructions that a divergent side may have without a word."""
_PREDICATES = 7


@rule(
    "PTX163",
    "generic access of global memory",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="cvta.to.global once, then ld.global and st.global",
    section="5.1",
)
def generic_access(body: Body) -> Iterator[Found]:
    """A pointer parameter is used without naming its state space: the hardware finds out at each access where it
    points. Reported once a function.
    """
    found = [
        a
        for a in body.accesses
        if a.instruction.form.space is StateSpace.GENERIC
        and a.base is not None
        and a.base.kind is Kind.PARAMETER
    ]
    if found and body.function.is_entry:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        yield Found(f"{found[0].instruction.name} does not name its state space{more}", found[0].instruction)


@rule(
    "PTX164",
    "double precision by accident",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="write the constant or the function in single precision (1.0f, expf)",
    section="9.7.3",
)
def accidental_double(body: Body) -> Iterator[Found]:
    """A single-precision value is widened, computed with in double precision, and rounded back: on most GPUs that is 32
    or 64 times as slow. Reported once a function.
    """
    for place, narrowing in body.of("cvt"):
        if narrowing.form.modifiers.get("dtype") != "f32" or narrowing.form.modifiers.get("atype") != "f64":
            continue
        source = narrowing.operands[1]
        made = body.definition(source, place) if isinstance(source, Register) else None
        if made is None or made[1].form.operands[0].type is not f64 or made[1].opcode in ("ld", "cvt", "mov"):
            continue
        for operand in made[1].operands[1:]:
            widened = body.definition(operand, made[0]) if isinstance(operand, Register) else None
            if widened is not None and widened[1].name == "cvt.f64.f32":
                yield Found(
                    f"{made[1].name} computes in double precision what was single and becomes single again",
                    made[1],
                    related=((widened[1], "widened here"), (narrowing, "rounded back here")),
                )
                return


@rule(
    "PTX165",
    "address converted in each round of a loop",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="convert it once, before the loop",
    section="9.7.9.20",
)
def cvta_in_loop(body: Body) -> Iterator[Found]:
    """cvta of an address that the loop does not change gives the same result each time."""
    for place, convert in body.of("cvta"):
        loop = body.loop(place[0])
        if loop is None:
            continue
        written = body.written_in(loop)
        if not any(r.name in written for r in convert.reads()):
            yield Found(f"{convert.name} has the same result in each round", convert)


@rule(
    "PTX166",
    "local memory",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="index arrays by constants (unroll), or keep them in shared memory",
    section="5.1.5",
)
def local_memory(body: Body) -> Iterator[Found]:
    """The function keeps arrays in local memory, which lies in global memory and is slow where it misses the cache."""
    arrays = [v for v in body.function.variables if v.space is StateSpace.LOCAL and v.bytes]
    if arrays and body.function.is_entry:
        total = sum(v.bytes for v in arrays)
        yield Found(f"{body.function.name} has {total} bytes of local memory a thread", arrays[0])


@rule(
    "PTX167",
    "divergent branch in a loop",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="let whole warps take the same side, or compute both and select",
    confidence=Confidence.HIGH,
)
def hot_divergence(body: Body) -> Iterator[Found]:
    """The condition parts each warp, so both sides run one after another, in each round of the loop."""
    participation = Participation(body)
    for number in sorted(body.analysis.divergence.branches):
        block = body.function.blocks[number]
        branch = block.instructions[-1] if block.instructions else None
        if branch is None or branch.guard is None or body.loop(number) is None:
            continue
        held = participation.held(branch.guard, number, len(block.instructions) - 1)
        if held is None or splits_a_warp(held) is None:
            continue
        sizes = [
            sum(
                len(body.function.blocks[b].instructions)
                for b, deciders in enumerate(body.analysis.control_dependence[: len(body.function.blocks)])
                if number in deciders and body.analysis.post_dominators.dominates(b, edge.target)
            )
            for edge in body.analysis.cfg.edges[number]
            if edge.target != body.analysis.cfg.exit
        ]
        if len(sizes) == 2 and min(sizes) > _FEW:
            yield Found(f"both sides of this branch run, {sizes[0]} and {sizes[1]} instructions", branch)


@rule(
    "PTX168",
    "more registers than a thread has",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="keep fewer values alive at once: smaller tiles, less unrolling, or .maxntid with fewer threads",
    section="11.4.4",
)
def register_pressure(body: Body) -> Iterator[Found]:
    """At one point more values are alive than registers can be given to a thread: some will be spilled to local memory.
    Counted on PTX, so ptxas may do better or worse.
    """
    limit = _registers(body)
    worst, at = most_alive(body)
    if worst > limit:
        yield Found(f"{worst} registers are alive here, a thread can have {limit}", at)


def _registers(body: Body) -> int:
    """The registers of a thread when a CTA of the largest size is to fit an SM at all."""
    limit = min(255, 65536 // max(32, cta_threads(body) or 0))
    given = body.function.directive("maxnreg")
    if given is not None and given.arguments and isinstance(given.arguments[0], int):
        limit = min(limit, given.arguments[0])
    return limit


@rule(
    "PTX169",
    "more predicates than the hardware has",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="combine conditions, or use each one where it is computed",
)
def predicate_pressure(body: Body) -> Iterator[Found]:
    """A thread has 7 predicates; where more are alive, ptxas packs some into registers and takes them out again."""
    for at, _, count in alive(body):
        if count > _PREDICATES:
            yield Found(f"{count} predicates are alive here, the hardware has {_PREDICATES}", at)
            return
