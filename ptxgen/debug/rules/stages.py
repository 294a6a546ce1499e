"""Stages of shared memory that asynchronous copies fill: not overwritten too early, not read too early."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.debug.body import Body
from ptxgen.debug.rule import Confidence, Family, Found, Verdict, rule
from ptxgen.debug.stages.clash import Clash
from ptxgen.errors import Severity


def _verdict(body: Body, clash: Clash) -> Verdict:
    """Proved where nothing on the way is conditional: neither the two instructions nor the rounds between them."""
    if clash.sure is not None:
        return Verdict.PROVED if clash.sure else Verdict.UNKNOWN
    steps = (clash.first.step, clash.second.step)
    sure = body.threads.exact and all(
        body.threads.runs(t.step.place, t.thread) for t in (clash.first, clash.second)
    )
    for step in steps:
        loop = body.loop(step.place[0])
        if loop is not None:
            trips = body.analysis.trips.of(loop)
            known = trips.constant if trips is not None else None
            sure = sure and known is not None and known > step.round
    return Verdict.PROVED if sure else Verdict.UNKNOWN


def said(body: Body, clash: Clash, message: str, first: str, second: str) -> Found:
    """A finding about a clash: what its two sides do."""
    rounds = clash.second.step.round - clash.first.step.round
    later = "" if rounds <= 0 else f", {rounds} round{'s' if rounds > 1 else ''} before"
    one, other = clash.first, clash.second
    return Found(
        message,
        other.step.instruction,
        _verdict(body, clash),
        related=((one.step.instruction, f"{first}{later}"),),
        notes=body.threads.conditions,
        acts=(
            (one.step.instruction, str(one.thread), first),
            (other.step.instruction, str(other.thread), second),
        ),
    )


@rule(
    "PTX191",
    "stage overwritten in flight",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="start the copy behind the barrier that follows the last read of its stage, or take one stage more",
    section="9.7.9.25.3",
    confidence=Confidence.HIGH,
)
def overwritten(body: Body) -> Iterator[Found]:
    """A cp.async, or a bulk copy that completes on an mbarrier, fills a stage of shared memory that another warp may
    still be reading, since no barrier stands between the read and the copy; or that an earlier copy is still filling,
    since nothing has waited for it: what the stage holds in the end is chance. The stages of the first rounds are
    counted out, loops of copies round by round. A reader is also out of the way once it has arrived at an mbarrier that
    was waited for.

    wgmma reads its tiles until wgmma.wait_group; a bulk store reads shared memory until the thread that issued it has
    come past cp.async.bulk.wait_group.read, of which other warps learn at a barrier.
    """
    for clash in body.clashes:
        name, (one, other) = clash.second.step.instruction.name, (clash.first.thread, clash.second.thread)
        if clash.kind == "early":
            message = f"{name} of {other} overwrites what {one} may still read: no barrier is between"
            yield said(body, clash, message, "reads the stage", "starts to overwrite it")
        elif clash.kind == "twice":
            message = (
                f"{name} overwrites a stage that an earlier copy is still filling: nothing waited for it"
            )
            yield said(body, clash, message, "starts to fill the stage", "starts to overwrite it")
        elif clash.kind == "product":
            message = (
                f"{name} overwrites a tile that a product may still read: no wgmma.wait_group is between"
            )
            yield said(body, clash, message, "starts to read the tile", "starts to overwrite it")
        elif clash.kind == "sending":
            message = f"{name} overwrites what a bulk store may still read: nothing waited for its group"
            yield said(body, clash, message, "starts to store what is there", "overwrites it")
        elif clash.kind == "sent":
            message = f"{name} of {other} overwrites what {one} stores: no barrier follows the wait"
            yield said(body, clash, message, "starts to store what is there", "overwrites it")


@rule(
    "PTX192",
    "copied data read before it is there",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="wait for the group of the copy (cp.async.wait_group with a smaller number), then a barrier, then read",
    section="9.7.9.25.3.3",
    confidence=Confidence.HIGH,
)
def read_early(body: Body) -> Iterator[Found]:
    """The wait before this read leaves the group of its copy in flight, or no barrier follows the wait, so that copies
    of other warps may still be in flight: a thread waits for its own copies only. Of a bulk copy nobody has waited for
    the mbarrier.
    """
    for clash in body.clashes:
        name, (one, other) = clash.second.step.instruction.name, (clash.first.thread, clash.second.thread)
        if clash.kind == "flying":
            message = f"{name} reads a stage that is still being filled: the wait before it leaves {clash.left} groups"
            yield said(body, clash, message, "starts to fill the stage", "reads it")
        elif clash.kind == "unwaited":
            message = f"{name} reads a stage that is still being filled: nothing waited for the mbarrier of the copy"
            yield said(body, clash, message, "starts to fill the stage", "reads it")
        elif clash.kind == "unmet":
            message = f"{name} of {other} reads what {one} copied, and no barrier follows the wait"
            yield said(body, clash, message, "starts to fill the stage", "reads it")
