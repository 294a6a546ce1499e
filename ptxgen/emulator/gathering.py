"""Flat contexts: threads taken out of others and put together, in frames that are kept because binding is slow.

A kept frame has one of few sizes. Places without a thread of their own are *padding*: they hold a copy of the state of
the thread before them (the first ones: after them), its number included, and do what it does a second time. That
changes nothing in blocks that only compute, load, store and branch (`CodeBlock.plain`): a value stored twice to one
place is the same value, and the order of threads stays ascending. All other blocks run in frames without padding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.context import Context
from ptxgen.emulator.frame import Frame
from ptxgen.emulator.lanes import Lanes

Array = np.ndarray[Any, Any]
Source = tuple[Context, Array]
"""A context, and places of threads in it."""

SMALLEST = 32
"""Places of the smallest kept frame; each size is twice the one before."""


class Gathering:
    """Makes the flat contexts of a batch."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._kept: dict[tuple[Any, ...], list[list[Frame]]] = {}

    def gather(self, sources: Sequence[Source], pc: int) -> Context:
        """The threads of contexts with equal calls as one context at `pc`, padded if the block there allows it."""
        first, places = sources[0]
        if len(sources) == 1:
            order = places
            ids = first.lanes.ids
        else:
            ids = np.concatenate([context.lanes.ids[places] for context, places in sources])
            order = np.argsort(ids, kind="stable")
        count, own = len(order), None
        kept = first.frame.code.is_plain(pc)
        if kept and count != (size := _size(count)):
            own = np.arange(size) < count
            order = np.concatenate([order, np.full(size - count, order[-1])])
        lanes = Lanes.flat(ids[order], first.lanes.columns, own)
        frames = self._frames(first.frames, lanes, kept=kept)
        for depth, frame in enumerate(frames):
            names = dict.fromkeys(name for context, _ in sources for name in context.live(depth, pc))
            if len(sources) == 1:
                _copy(first.frames[depth], order, frame, names)
            else:
                _join([(c.frames[depth], places) for c, places in sources], order, frame, names)
        steps = max(context.steps for context, _ in sources)
        patience = max(context.patience for context, _ in sources)
        return Context(lanes, frames, pc, steps, None, patience, kept=kept)

    def keep(self, context: Context) -> None:
        """All threads of a context have ended or are elsewhere: its frames may serve others."""
        if context.kept:
            self._kept.setdefault(_key(context.frames, context.lanes.size), []).append(context.frames)
            context.kept = False

    def leave(self, context: Context, leaving: Array, gone: Array, pc: int) -> None:
        """The threads at the places `gone` of a kept context are elsewhere; the others go on at `pc` where they are.

        leaving: the mask of these places and of their padding.
        """
        left = leaving.nonzero()[0]
        twins = _neighbours(left)
        lanes = context.lanes
        for depth, frame in enumerate(context.frames):
            values = [frame.arrays[name] for name in context.live(depth, pc)]
            for array in (*values, *frame.specials.values()):
                if len(array) == lanes.size:
                    array[left] = array[twins]
        context.pc = pc
        context.lanes = lanes.without(gone, left, twins, held=bool(self.batch.launch.observers))
        for frame in context.frames:
            frame.lanes = context.lanes

    def _frames(self, like: Iterable[Frame], lanes: Lanes, *, kept: bool) -> list[Frame]:
        like = list(like)
        free = self._kept.get(_key(like, lanes.size)) if kept else None
        if not free:
            return [Frame(f.code, self.batch, lanes, f.axes, f.base, f.back) for f in like]
        frames = free.pop()
        for frame, model in zip(frames, like, strict=True):
            frame.reuse(lanes, model.back)
        return frames


def _neighbours(places: Array) -> Array:
    """For each of some places, ascending, the next one before it that is not among them; the one after, if none is."""
    begins = np.ones(len(places), np.bool_)
    np.not_equal(places[1:], places[:-1] + 1, begins[1:])
    runs = begins.cumsum() - 1
    before = places[begins] - 1
    if before[0] < 0:
        before[0] = np.count_nonzero(runs == 0)
    return before[runs]


def _size(count: int) -> int:
    """The size of a kept frame for so many threads."""
    return max(SMALLEST, 1 << (count - 1).bit_length())


def _key(frames: Iterable[Frame], size: int) -> tuple[Any, ...]:
    return (size, *((frame.code, frame.base) for frame in frames))


def _copy(source: Frame, places: Array, frame: Frame, names: Iterable[str]) -> None:
    """Bring registers of the threads at some places of a frame into another one."""
    for name in names:
        if name in frame.code.constants:
            frame.assign(name, source.arrays[name].reshape(frame.array(name).shape))
        else:
            frame.assign(name, source.values(name, places))


def _join(sources: list[tuple[Frame, Array]], order: Array, frame: Frame, names: Iterable[str]) -> None:
    """Bring registers of threads at places of several frames into one frame, in an order of all of them."""
    for name in names:
        having = [source for source, _ in sources if name in source.arrays]
        if name in frame.code.constants:
            frame.assign(name, having[0].arrays[name].reshape(frame.array(name).shape))
            continue
        like = having[0].values(name, order[:0])
        # A context that never had the register has threads that never wrote it: its value is undefined, here zero.
        pieces = [
            source.values(name, places)
            if source in having
            else np.zeros((len(places), *like.shape[1:]), like.dtype)
            for source, places in sources
        ]
        frame.assign(name, np.concatenate(pieces)[order])
