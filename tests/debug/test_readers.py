"""Readers of stages, kept in arrays, beside the same told one by one."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.debug.stages.cells import Numbers, Touched, warp_of
from ptxgen.debug.stages.readers import FirstReaders, LastReaders

_CELLS = 5


def _step(rng: np.random.Generator, number: int) -> Touched:
    """Some threads of a step, each at one or two cells of its own."""
    threads = np.sort(rng.choice(256, int(rng.integers(1, 40)), replace=False))
    cells = [
        (int(cell), 1024 * number + int(thread))
        for thread in threads
        for cell in rng.choice(_CELLS, int(rng.integers(1, 3)), replace=False)
    ]
    return Touched(np.array([c for c, _ in cells]), np.array([t for _, t in cells]))


def _warp(touch: int) -> int:
    return touch % 1024 // 32


class _First:
    def __init__(self) -> None:
        self.readers: dict[int, list[int]] = {}

    def add(self, cell: int, touch: int) -> None:
        readers = self.readers.setdefault(cell, [])
        if len(readers) < 2 and all(_warp(r) != _warp(touch) for r in readers):
            readers.append(touch)


class _Last:
    def __init__(self) -> None:
        self.readers: dict[int, list[int]] = {}

    def add(self, cell: int, touch: int) -> None:
        others = [r for r in self.readers.get(cell, []) if _warp(r) != _warp(touch)]
        self.readers[cell] = [*others[:1], touch]

    def drop(self, until: Numbers) -> None:
        for cell, readers in self.readers.items():
            self.readers[cell] = [r for r in readers if r // 1024 >= until[_warp(r)]]


def _against(told: _First | _Last, here: Touched) -> list[int]:
    pairs = zip(here.cells.tolist(), here.touches.tolist(), strict=True)
    return [
        next((r for r in told.readers.get(cell, []) if _warp(r) != _warp(touch)), -1) for cell, touch in pairs
    ]


@pytest.mark.parametrize("seed", range(30))
def test_readers_are_those_of_one_after_another(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, last = FirstReaders(), LastReaders()
    told = _First(), _Last()
    for number in range(12):
        here = _step(rng, number)
        assert first.against(here).tolist() == _against(told[0], here)
        assert last.against(here).tolist() == _against(told[1], here)
        first.add(here)
        last.add(here)
        for cell, touch in zip(here.cells.tolist(), here.touches.tolist(), strict=True):
            told[0].add(cell, touch)
            told[1].add(cell, touch)
        if rng.random() < 0.4:
            until = rng.integers(0, number + 2, 32)
            last.drop(until)
            told[1].drop(until)


def test_warps_of_touches() -> None:
    assert warp_of(np.array([0, 31, 32, 1024 + 63, 5 * 1024 + 1023])).tolist() == [0, 0, 1, 1, 31]
