"""How many threads of an entry an SM holds: by threads, shared memory and registers."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from attrs import frozen

from ptxgen.debug.body import Body, symbols_in
from ptxgen.ir.instruction import Instruction
from ptxgen.isa import TARGETS
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import pred


@frozen
class Residency:
    """CTAs of `threads` threads on an SM; `fraction` is their share of the threads that it can hold.

    `limit` says what keeps more of them out: registers, shared memory, or threads and CTAs.
    """

    ctas: int
    threads: int
    fraction: float
    limit: str

    @property
    def resident(self) -> int:
        """Threads on an SM."""
        return self.ctas * self.threads


def residency(target: str, threads: int, shared: int, registers: int) -> Residency | None:
    """What fits an SM of a target; None for targets without known limits. `registers` 0 leaves them out."""
    # The driver is slow to import, and most texts do not need it.
    from ptxgen.driver.emulated.properties import emulated_properties
    from ptxgen.driver.occupancy import estimate

    if target not in TARGETS or threads <= 0:
        return None
    device = emulated_properties(target, 1 << 30)
    found = estimate(device, threads, shared, registers)
    limits = {
        "threads and CTAs": estimate(device, threads, 0).ctas_per_sm,
        "shared memory": estimate(device, threads, shared).ctas_per_sm,
        "registers": estimate(device, threads, 0, registers).ctas_per_sm,
    }
    limit = next(name for name, ctas in limits.items() if ctas == found.ctas_per_sm)
    return Residency(found.ctas_per_sm, threads, found.fraction, limit)


def cta_threads(body: Body) -> int | None:
    """Threads of a CTA: of the launch, or the most that directives allow; None where nothing says."""
    if body.facts.block is not None:
        return prod(body.facts.block)
    for name in ("reqntid", "maxntid"):
        directive = body.function.directive(name)
        if directive is not None:
            return prod(a for a in directive.arguments if isinstance(a, int))
    return None


def static_shared(body: Body) -> int:
    """Bytes of shared memory that the text declares and the function has or mentions."""
    mentioned = {name for _, i in body.places for name in symbols_in(i)}
    globals_ = [v for v in body.module.module.globals if v.name in mentioned]
    return sum(v.bytes for v in (*body.function.variables, *globals_) if v.space is StateSpace.SHARED)


def alive(body: Body) -> Iterator[tuple[Instruction, int, int]]:
    """Each reachable instruction with the 32-bit registers and the predicates that are alive just after it."""
    registers = body.analysis.accesses.registers
    predicates = sum(1 << n for n, r in enumerate(registers) if r.type is pred)
    wide = sum(1 << n for n, r in enumerate(registers) if r.type is not pred and r.type.bits > 32)
    for number in body.analysis.cfg.order:
        masks = body.analysis.liveness.masks_after(number)
        for instruction, mask in zip(body.function.blocks[number].instructions, masks, strict=True):
            flags = (mask & predicates).bit_count()
            yield instruction, mask.bit_count() - flags + (mask & wide).bit_count(), flags


def most_alive(body: Body) -> tuple[int, Instruction | None]:
    """The most 32-bit registers that are alive at one point, and where; ptxas may need more or fewer."""
    worst, at = 0, None
    for instruction, words, _ in alive(body):
        if words > worst:
            worst, at = words, instruction
    return worst, at
