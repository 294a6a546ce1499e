"""Asynchronous copies: they must be committed and waited for, and the proxies must see each other's writes."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.debug.body import Body
from ptxgen.debug.rule import Family, Found, rule
from ptxgen.debug.rules.stages import said
from ptxgen.errors import Severity
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

_SMALL = ("cp.async.ca", "cp.async.cg")
_WAITS = ("cp.async.wait_group", "cp.async.wait_all", "cp.async.mbarrier.arrive")


def _reads_shared(body: Body) -> Instruction | None:
    for _, instruction in body.of("ld", "ldmatrix", "wmma", "atom"):
        if instruction.form.space is StateSpace.SHARED or instruction.opcode == "ldmatrix":
            return instruction
    return None


@rule(
    "PTX127",
    "copy that nobody waits for",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="cp.async.commit_group, then cp.async.wait_group, then a barrier, before the data is read",
    section="9.7.9.25.3",
)
def never_waited(body: Body) -> Iterator[Found]:
    """cp.async only starts a copy. No instruction of the function waits for it, and shared memory is read: what is
    read may be old.
    """
    copies = body.named(*_SMALL)
    if not copies or body.calls or not body.function.is_entry or body.named(*_WAITS):
        return
    reader = _reads_shared(body)
    if reader is not None:
        yield Found(
            f"nothing waits for {copies[0][1].name}",
            copies[0][1],
            related=((reader, "shared memory is read here"),),
        )


@rule(
    "PTX128",
    "wait without a commit",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="close the group before the wait: cp.async.commit_group (wgmma.commit_group, cp.async.bulk.commit_group)",
    section="9.7.9.25.3.3",
)
def never_committed(body: Body) -> Iterator[Found]:
    """wait_group waits for committed groups only. The function starts copies or products and never commits any, so the
    wait is over at once.
    """
    for started, commit, waiting in (
        (_SMALL, "cp.async.commit_group", "cp.async.wait_group"),
        (("wgmma.mma_async",), "wgmma.commit_group", "wgmma.wait_group"),
        (
            ("cp.async.bulk.global", "cp.async.bulk.tensor"),
            "cp.async.bulk.commit_group",
            "cp.async.bulk.wait_group",
        ),
    ):
        starts, ends = body.named(*started), body.named(waiting)
        starts = [s for s in starts if "mbarrier" not in s[1].name]
        if starts and ends and not body.calls and body.function.is_entry and not body.named(commit):
            related = ((starts[0][1], "started here"),)
            yield Found(
                f"{ends[0][1].name} waits for no group: {commit} is missing", ends[0][1], related=related
            )


@rule(
    "PTX129",
    "missing fence between generic writes and asynchronous reads",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="let the threads that stored execute fence.proxy.async, and then a barrier, before the copy",
    section="8.9",
)
def missing_proxy_fence(body: Body) -> Iterator[Found]:
    """Bulk copies and wgmma read shared memory through the asynchronous proxy, which does not see plain stores before
    a proxy fence. The function stores to shared memory, lets such an operation read it, and has no fence at all; or
    has none between the two, on the way that threads take in step to a bulk store, round by round.
    """
    if body.calls or not body.function.is_entry:
        return
    if body.named("fence.proxy.async"):
        yield from _unseen(body)
        return
    stores = [
        i
        for _, i in body.of("st", "stmatrix")
        if (i.form.space is StateSpace.SHARED or i.opcode == "stmatrix") and "async" not in i.name
    ]
    if not stores:
        return
    from_shared = [i for _, i in body.named("cp.async.bulk", "cp.reduce.async.bulk") if _reads(i)]
    loads = [i for _, i in body.named("cp.async.bulk") if not _reads(i) and "mbarrier" in i.name]
    products = [i for _, i in body.named("wgmma.mma_async")]
    reader = from_shared[0] if from_shared else products[0] if products and not loads else None
    if reader is not None:
        yield Found(
            f"{reader.name} does not see what {stores[0].name} wrote: there is no fence.proxy.async",
            reader,
            related=((stores[0], "written through the generic proxy"),),
        )


def _unseen(body: Body) -> Iterator[Found]:
    for clash in body.clashes:
        if clash.kind == "unseen":
            store, copy = (touch.step.instruction for touch in (clash.first, clash.second))
            message = f"{copy.name} does not see what {store.name} wrote: no fence.proxy.async is between"
            yield said(body, clash, message, "writes through the generic proxy", "reads by another proxy")


def _reads(instruction: Instruction) -> bool:
    """Whether a bulk copy takes its data from shared memory."""
    return (
        "global.shared::cta" in instruction.name
        or instruction.opcode == "cp.reduce"
        or "bulk_group" in (instruction.name)
    )
