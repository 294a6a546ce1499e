"""What tiles cost: shared memory, registers, and the time of shared memory's banks."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from ptxgen.ir.analysis import Affine
from ptxgen.ir.analysis.affine import Constancy
from ptxgen.ir.analysis.banks import wavefronts
from ptxgen.isa.spaces import StateSpace
from ptxgen.passes.tiles import Broken, Tiles


def residency(tiles: Tiles) -> Iterator[Broken]:
    """What `.minnctapersm` promises fits the shared memory and the registers of an SM."""
    function, target = tiles.analysis.function, tiles.target
    directive = function.directive("minnctapersm")
    ctas = next((a for a in directive.arguments if isinstance(a, int)), 1) if directive else 1
    used = sum(v.bytes for v in function.variables if v.space is StateSpace.SHARED) + target.shared_reserved
    if directive and ctas * used > target.shared_per_sm:
        yield Broken(
            f"{function.name} promises {ctas} CTAs an SM, of {used} bytes of shared memory each: "
            f"{target} has {target.shared_per_sm}",
            f".minnctapersm {max(1, target.shared_per_sm // used)}",
        )


def registers(tiles: Tiles) -> Iterator[Broken]:
    """Values that are needed at once have registers: else they spill to memory."""
    function, target, block = tiles.analysis.function, tiles.target, tiles.threads.launch.block
    directive = function.directive("minnctapersm")
    ctas = next((a for a in directive.arguments if isinstance(a, int)), 1) if directive else 1
    budget = target.registers_per_thread
    if block is not None:
        budget = min(budget, target.registers_per_sm // (ctas * (-(-prod(block) // 32) * 32)) // 8 * 8)
    needed = tiles.analysis.liveness.pressure()
    # ptxas orders instructions anew, which needs fewer: what is a quarter above the budget cannot be hidden.
    if needed * 4 > budget * 5:
        yield Broken(
            f"{function.name} holds up to {needed} registers at once, {budget} are there for {ctas} CTAs an SM",
            "hold smaller tiles a thread, or promise fewer CTAs",
        )


def bank_conflicts(tiles: Tiles) -> Iterator[Broken]:
    """Lanes that want different words of a bank wait for each other: CUDA C++ Best Practices Guide, shared memory."""
    block = tiles.threads.launch.block
    if block is None or prod(block) < 32:
        return
    for operation, access in tiles.of("ld", "st", "ldmatrix", "stmatrix"):
        e = access.address
        if access.space is not StateSpace.SHARED or e is None:
            continue
        own = tuple(term for term in e.terms if term[0].constancy is Constancy.THREAD)
        column = tiles.threads.column(Affine(e.bits, 0, own))
        if column is None:
            continue
        degree = wavefronts(column[:32], access.size or 16)
        if degree >= tiles.conflicts:
            yield Broken(
                f"{operation.instruction.name} at {e} has a {degree}-way bank conflict",
                "pad rows by one access, or swizzle columns",
                operation.instruction,
            )
