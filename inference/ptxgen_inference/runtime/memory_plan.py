"""Where the values of a trace are in memory: decided once, so that running it allocates nothing.

Values whose lives do not overlap may share bytes: "greedy by size" of Pisarchyk and Lee, "Efficient Memory Management
for Deep Neural Net Inference" (2020): largest first, each at the lowest place that is free while it lives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, frozen

from ptxgen.kernels import Copy
from ptxgen_inference.runtime.trace import Call
from ptxgen_inference.runtime.values import Value

ALIGNMENT = 256
"""Of every value: what the memory allocators of CUDA give."""


@frozen
class Span:
    """`bytes` of memory from call number `first` to call number `last`."""

    bytes: int
    first: int
    last: int


@frozen(eq=False)
class MemoryPlan:
    """`calls` to run, `offsets` of values in one buffer of so many `bytes`, and of each call's workspace arrays."""

    calls: tuple[Call, ...]
    offsets: Mapping[Value, int]
    workspaces: Sequence[Mapping[str, int]]
    bytes: int

    @staticmethod
    def of(calls: Sequence[Call], kept: Iterable[Value], *, share: bool = True) -> MemoryPlan:
        """A plan in which the values `kept` are still there at the end. Without `share` all are.

        Calls that neither they nor the memory of others (a cache) depend on are left out.
        """
        wanted = set(kept)
        calls = _needed(calls, {_whole(value) for value in wanted})
        calls = _without_conflicts(calls, {_whole(value) for value in wanted}, share)
        places = _places(calls, wanted)
        spans = _spans(calls, places, {places[value][0] for value in wanted} if share else None)
        scratch = [
            {name: Span(space.bytes, i, i) for name, space in call.kernel.plan().workspace.items()}
            for i, call in enumerate(calls)
        ]
        every = [*spans.values(), *(span for arrays in scratch for span in arrays.values())]
        starts, total = place(every)
        of_span = {id(span): start for span, start in zip(every, starts, strict=True)}
        roots = {value: of_span[id(span)] for value, span in spans.items()}
        return MemoryPlan(
            tuple(calls),
            {value: roots[root] + offset for value, (root, offset) in places.items()},
            [{name: of_span[id(span)] for name, span in arrays.items()} for arrays in scratch],
            total,
        )


def place(spans: Sequence[Span]) -> tuple[list[int], int]:
    """Where each span begins, so that no two that live at once overlap, and the bytes of all."""
    starts = [0] * len(spans)
    placed: list[tuple[int, int, Span]] = []
    for index in sorted(range(len(spans)), key=lambda i: -spans[i].bytes):
        span, start = spans[index], 0
        for low, high, other in sorted(placed, key=lambda entry: entry[0]):
            if other.first <= span.last and span.first <= other.last:
                if start + span.bytes <= low:
                    break
                start = max(start, high)
        starts[index] = start
        end = start + -(-span.bytes // ALIGNMENT) * ALIGNMENT
        placed.append((start, end, span))
    return starts, max((end for _, end, _ in placed), default=0)


def _needed(calls: Sequence[Call], kept: set[Value]) -> list[Call]:
    """The calls that write to memory outside of the plan, or what a needed one or the caller reads."""
    read, needed = set(kept), list[Call]()
    for call in reversed(calls):
        if call.writes_outside or any(_whole(value) in read for value in call.results.values()):
            needed.append(call)
            read |= {_whole(value) for value in call.reads}
    return needed[::-1]


def _places(calls: Sequence[Call], kept: Iterable[Value]) -> dict[Value, tuple[Value, int]]:
    """The value whose memory each value is in, and the offset there: of views, and of updated values."""
    places: dict[Value, tuple[Value, int]] = {}

    def of(value: Value) -> tuple[Value, int]:
        if value not in places:
            root, offset = (value, 0) if value.base is None else of(value.base)
            places[value] = (root, offset + value.offset)
        return places[value]

    for call in calls:
        for value in call.reads:
            of(value)
        for before, after in call.updates:
            places[after] = of(before)
        for value in call.results.values():
            of(value)
    for value in kept:
        of(value)
    return places


def _spans(
    calls: Sequence[Call], places: Mapping[Value, tuple[Value, int]], kept: set[Value] | None
) -> dict[Value, Span]:
    """The life of each value that has memory of its own; `kept` None: all live to the end."""
    lives: dict[Value, tuple[int, int]] = {}
    for i, call in enumerate(calls):
        for value in (*call.reads, *call.results.values()):
            root, _ = places[value]
            first, _ = lives.get(root, (i, i))
            lives[root] = (first, i)
    end = len(calls)
    return {
        root: Span(root.bytes, first, end if kept is None or root in kept else last)
        for root, (first, last) in lives.items()
    }


def _without_conflicts(calls: Sequence[Call], kept: set[Value], share: bool) -> list[Call]:
    """The calls, with a copy before each update of a value that somebody still reads as it was before."""
    last_read: dict[Value, int] = {}
    for i, call in enumerate(calls):
        for value in call.reads:
            last_read[_whole(value)] = i
    result: list[Call] = []
    for i, call in enumerate(calls):
        for before, after in list(call.updates):
            needed = last_read[_whole(before)] > i or not share or _whole(before) in kept
            if needed or sum(_whole(value) is _whole(before) for value in call.reads) > 1:
                copied = Value(before.shape, before.type)
                result.append(Call(Copy(n=before.bytes), {"x": before}, {"y": copied}))
                name = next(name for name, made in call.results.items() if made is after)
                call = evolve(call, operands={**call.operands, name: copied})
        result.append(call)
    return result


def _whole(value: Value) -> Value:
    """What a view is a view of."""
    return value if value.base is None else _whole(value.base)
