"""Asynchronous matrix products: their registers belong to the tensor core until they were waited for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from operator import itemgetter

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
    others: dict[int, list[tuple[int, Instruction]]] = {}
    for place, product in body.named("wgmma.mma_async"):
        toucher = _next_access(body, place, frozenset(r.name for r in product.writes()), others)
        if toucher is not None and id(toucher) not in reported:
            reported.add(id(toucher))
            yield Found(
                f"{toucher.name} touches registers of a product that nobody has waited for",
                toucher,
                related=((product, "the product that owns them"),),
            )


def _next_access(
    body: Body, place: Place, owned: frozenset[str], others: dict[int, list[tuple[int, Instruction]]]
) -> Instruction | None:
    """The first instruction, before any wait, that accesses a register of a product."""
    seen: set[int] = set()
    stack = [(place[0], place[1] + 1)]
    while stack:
        block, first = stack.pop()
        if block == body.analysis.cfg.exit:
            continue
        if block not in others:
            others[block] = list(_others(body, block))
        marks = others[block]
        for _, instruction in marks[bisect_left(marks, first, key=itemgetter(0)) :]:
            if instruction.opcode == "wgmma":
                break
            if any(r.name in owned for r in (*instruction.reads(), *instruction.writes())):
                return instruction
        else:
            for target in body.analysis.cfg.successors[block]:
                if target not in seen:
                    seen.add(target)
                    stack.append((target, 0))
    return None


def _others(body: Body, block: int) -> Iterator[tuple[int, Instruction]]:
    """The waits of a block and what is no instruction of products, with their positions."""
    for index, instruction in enumerate(body.function.blocks[block].instructions):
        if instruction.opcode != "wgmma" or instruction.name.startswith("wgmma.wait_group"):
            yield index, instruction


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
