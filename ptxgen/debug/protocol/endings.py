"""Why nobody can go on: the phase, or the barrier, that somebody waits for and that can never be over."""

from __future__ import annotations

from ptxgen.debug.protocol.barriers import MBarrier
from ptxgen.debug.protocol.groups import Group, State, Wait
from ptxgen.debug.protocol.outcome import Fault, mismatch
from ptxgen.debug.protocol.state import Situation


def ended(situation: Situation, copying: frozenset[int]) -> None:
    """Note what is at fault where threads wait for ever, if it is not the outcome of another fault.

    copying: the blocks from which control may come to a copy.
    """
    _unmade(situation)
    stuck = [(g, g.wait) for g in situation.groups if g.state is State.WAITING and g.wait is not None]
    if situation.lost or situation.outcome.kind or not stuck:
        return
    sure = not any(g.assumed for g in situation.groups) and not any(
        b.assumed for b in situation.mbarriers.values()
    )
    group, wait = min(stuck, key=lambda each: _first(*each, copying))
    others = tuple(
        (w.instruction, f"{_who(situation, g)} waits as well")
        for g, w in stuck
        if w.instruction is not wait.instruction
    )
    if wait.meeting is not None:
        barrier = wait.meeting
        whole = situation.present if barrier.count is None else barrier.count
        message = (
            f"{barrier.came} of {whole} threads come to {wait.instruction.name} at barrier {barrier.number}: the "
            "others never do"
        )
        situation.outcome.fault(Fault("endless", wait.instruction, message, sure, others))
        return
    barrier, parity = next((b, p) for b, p in wait.phases if not b.passes(p))
    who = _who(situation, group)
    if barrier.pending == 0 and barrier.bytes and barrier.expecting is not None:
        situation.outcome.fault(_bytes(barrier, wait, sure))
        return
    missing = f"{barrier.pending} of {barrier.count} arrivals never come"
    notes: tuple[str, ...] = ()
    if barrier.phase == 0 and not barrier.arrived and not barrier.expected:
        notes = ("a new mbarrier lets a wait for parity 1 pass: the phase before its first is over",)
    situation.outcome.fault(
        Fault(
            "endless",
            wait.instruction,
            f"{who} waits for ever: phase {barrier.phase} of the mbarrier (parity {parity}) is never over, {missing}",
            sure,
            ((barrier.made, f"made for {barrier.count} arrivals a phase"), *others),
            notes,
        )
    )


def _unmade(situation: Situation) -> None:
    """An mbarrier that somebody uses, and that nobody makes: neither those who were followed nor those who wait."""
    lost = [g for g in situation.groups if g.state is State.LOST]
    if any(g.missing is None for g in lost):
        return
    for group in lost:
        assert group.missing is not None
        use, address = group.missing
        if address not in situation.mbarriers:
            others = tuple(
                (b.made, "another one is made here") for b in list(situation.mbarriers.values())[:1]
            )
            message = f"{use.name} uses an mbarrier that nobody has initialised"
            situation.outcome.fault(Fault("unmade", use, message, not group.assumed, others))
            return


def _bytes(barrier: MBarrier, wait: Wait, sure: bool) -> Fault:
    assert barrier.expecting is not None
    return mismatch(
        barrier.expecting, barrier.phase, barrier.expected, barrier.brought, sure, wait.instruction
    )


def _first(group: Group, wait: Wait, copying: frozenset[int]) -> tuple[int, bool, bool, int]:
    """Who is to blame of those that wait for one another.

    Whoever waits for the earliest phase: one for which something has come, of which more is missing, or else whoever
    would copy next; and of these who has waited longest.
    """
    open = [b for b, p in wait.phases if not b.passes(p)]
    phase = min((b.phase for b in open), default=1 << 30)
    begun = any(b.arrived or b.brought for b in open)
    return phase, not begun, group.block not in copying, wait.since


def _who(situation: Situation, group: Group) -> str:
    first = situation.launch.threads[int(group.numbers[0])]
    more = len(group.numbers) - 1
    return f"{first} and {more} more" if more else str(first)
