"""Instructions of a warp: the lanes that the mask names must all come."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.debug.body import Body, operand
from ptxgen.debug.cta.participation import WARP, Participation
from ptxgen.debug.rule import Confidence, Family, Found, rule
from ptxgen.errors import Severity
from ptxgen.ir.instruction import Instruction

_EXCHANGES = ("shfl", "vote", "match", "redux")


@rule(
    "PTX124",
    "member mask names lanes that do not come",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="move the exchange out of the branch, or name the lanes that run it (lanes that have exited may be named)",
    section="9.7.9.6",
    confidence=Confidence.HIGH,
)
def absent_lanes(body: Body) -> Iterator[Found]:
    """A warp instruction waits for every lane of its mask that has not exited. Here lanes that it names take another
    path, meet no such instruction there and come back behind it: the program hangs, or mixes up two exchanges.
    """
    participation = Participation(body)
    for place, exchange in body.of(*_EXCHANGES):
        if place[0] not in body.analysis.divergence.blocks and exchange.guard is None:
            continue
        mask = _mask(body, place, exchange)
        running = participation.runs(place[0])
        if exchange.guard is not None and running is not None:
            held = participation.held(exchange.guard, *place)
            running = None if held is None else tuple(r and h for r, h in zip(running, held, strict=True))
        if mask is None or running is None:
            continue
        missing = _missing(mask, running)
        if missing and not _elsewhere(body, participation, place[0], exchange):
            yield Found(
                f"{exchange.name} waits for lane {missing[0]}, which does not come here",
                exchange,
                token=str(operand(exchange, "membermask")),
                notes=(f"lanes that the mask {mask:#010x} names and that stay away: {_listed(missing)}",),
            )


def _mask(body: Body, place: tuple[int, int], exchange: Instruction) -> int | None:
    given = operand(exchange, "membermask")
    value = None if given is None else body.constant(given, place)
    return None if value is None else value & 0xFFFFFFFF


def _missing(mask: int, running: tuple[bool, ...]) -> list[int]:
    """Lanes that a warp with some lane here misses."""
    for start in range(0, len(running), WARP):
        lanes = running[start : start + WARP]
        if any(lanes):
            missing = [n for n, runs in enumerate(lanes) if mask >> n & 1 and not runs]
            if missing:
                return missing
    return []


def _elsewhere(body: Body, participation: Participation, block: int, exchange: Instruction) -> bool:
    """Whether the other lanes exit, or meet an exchange of the same name, before they come back."""
    if exchange.guard is not None and not list(participation.decisions(block)):
        return False
    analysis = body.analysis
    for decision in participation.decisions(block):
        joined = analysis.post_dominators.immediate[decision.block]
        seen: set[int] = set()
        stack = [
            e.target
            for e in analysis.cfg.edges[decision.block]
            if e.target == analysis.cfg.exit or not analysis.post_dominators.dominates(block, e.target)
        ]
        while stack:
            number = stack.pop()
            if number in seen or number == joined:
                continue
            seen.add(number)
            if number == analysis.cfg.exit or number == block:
                return True
            if any(i.name == exchange.name for i in body.function.blocks[number].instructions):
                return True
            stack += analysis.cfg.successors[number]
        if joined == analysis.cfg.exit:
            return True
    return False


def _listed(lanes: list[int]) -> str:
    shown = ", ".join(map(str, lanes[:8]))
    return shown if len(lanes) <= 8 else f"{shown} and {len(lanes) - 8} more"


@rule(
    "PTX125",
    "shuffle from a lane that does not take part",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="name the source lane in the member mask, and let it run the shuffle",
    section="9.7.9.6",
)
def unlisted_source(body: Body) -> Iterator[Found]:
    """The value comes from a lane that the member mask does not name: it is undefined. Lanes that the mask names read
    from inside of their segment, so the whole segment must be named.
    """
    for place, shuffle in body.of("shfl"):
        mask = _mask(body, place, shuffle)
        distance, clamp = operand(shuffle, "b"), operand(shuffle, "c")
        if mask in (None, 0, 0xFFFFFFFF, 31, 32) or distance is None or clamp is None:
            continue
        by, limits = body.lanes.values(distance, place), body.constant(clamp, place)
        if by is None or limits is None:
            continue
        mode = shuffle.form.modifiers["mode"]
        for lane, far in enumerate(by[:WARP]):
            source = _source(mode, lane, int(far), limits)
            if mask >> lane & 1 and not mask >> source & 1:
                yield Found(
                    f"lane {lane} takes the value of lane {source}, which the mask {mask:#010x} does not name",
                    shuffle,
                    token=str(operand(shuffle, "membermask")),
                )
                break


def _source(mode: str, lane: int, by: int, limits: int) -> int:
    """The lane that a lane reads from (pseudo-code of the manual)."""
    segment, clamp, by = limits >> 8 & 31, limits & 31, by & 31
    highest = (lane & segment) | (clamp & ~segment)
    lowest = lane & segment
    match mode:
        case "up":
            source, inside = lane - by, lane - by >= highest
        case "down":
            source, inside = lane + by, lane + by <= highest
        case "bfly":
            source, inside = lane ^ by, lane ^ by <= highest
        case _:
            source = lowest | (by & ~segment)
            inside = source <= highest
    return source & 31 if inside else lane
