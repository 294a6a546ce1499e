"""Asynchronous matrix products: their registers belong to the tensor core until they were waited for."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.debug.body import Body
from ptxgen.debug.rule import Family, Found, rule
from ptxgen.errors import Severity
from ptxgen.ir.analysis import Place
from ptxgen.ir.instruction import Instruction


@rule(
    "PTX133",
    "accumulator touched before the product is done",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="wgmma.commit_group and wgmma.wait_group 0 before the registers are read or written",
    section="9.7.15.5.2",
)
def touched_early(body: Body) -> Iterator[Found]:
    """wgmma.mma_async returns at once and writes its registers later. On this path nothing waits between the product
    and the access, so the register holds anything.
    """
    reported: set[int] = set()
    for place, product in body.named("wgmma.mma_async"):
        toucher = _next_access(body, place, frozenset(r.name for r in product.writes()))
        if toucher is not None and id(toucher) not in reported:
            reported.add(id(toucher))
            yield Found(
                f"{toucher.name} touches registers of a product that nobody has waited for",
                toucher,
                related=((product, "the product that owns them"),),
            )


def _next_access(body: Body, place: Place, owned: frozenset[str]) -> Instruction | None:
    """The first instruction, before any wait, that accesses a register of a product."""
    seen: set[int] = set()
    stack = [(place[0], place[1] + 1)]
    while stack:
        block, first = stack.pop()
        if block == body.analysis.cfg.exit:
            continue
        for instruction in body.function.blocks[block].instructions[first:]:
            if instruction.name.startswith("wgmma.wait_group"):
                break
            if instruction.opcode == "wgmma":
                continue
            if any(r.name in owned for r in (*instruction.reads(), *instruction.writes())):
                return instruction
        else:
            for target in body.analysis.cfg.successors[block]:
                if target not in seen:
                    seen.add(target)
                    stack.append((target, 0))
    return None


@rule(
    "PTX134",
    "product without a register fence",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="wgmma.fence.sync.aligned in all warps of the warpgroup before the first product",
    section="9.7.15.7.1",
)
def no_fence(body: Body) -> Iterator[Found]:
    """The first wgmma.mma_async of a function, and each one after its registers were written, needs wgmma.fence before
    it; the function has none.
    """
    products = body.named("wgmma.mma_async")
    if products and not body.named("wgmma.fence") and body.function.is_entry and not body.calls:
        yield Found(f"no wgmma.fence comes before {products[0][1].name}", products[0][1])
