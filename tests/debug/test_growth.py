"""The work on a text grows as its length does, whatever is in it.

Counted are the calls of functions, of Python's own ones as well: the same number on every machine, however busy. What a
loop does without a call, and how long arrays are, is not seen: `benchmarks/debug_speed.py` measures seconds.
"""

from __future__ import annotations

import cProfile
from collections.abc import Callable
from itertools import pairwise

import pytest

from ptxgen.debug import analyze_text
from tests.debug.large import KINDS

SHORT = (400, 800, 1600)
LONG = (1000, 2000, 4000)
"""Some rules compare the first accesses of a function pair by pair: all sizes lie beyond that."""
MOST_A_LINE = 3000
"""Calls for a line on the average: those of 2,000 lines take about a second then."""
MOST_AT_FIRST = 2_500_000
"""Calls for the first hundred lines, of which some rules compare all pairs, or follow all threads."""
OFTEN = (
    "straight",
    "exits, 1024 threads",
    "diamonds",
    "nest around a barrier",
    "one switch",
    "extremes",
    "functions",
)
"""Kinds that are looked at in every run of the tests."""


def calls(work: Callable[[], object]) -> int:
    """How many calls of functions some work makes."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


def analyzed(name: str, lines: int) -> int:
    """The calls that the analysis of a text makes."""
    analyze_text(KINDS[name](30))  # tables of its instructions
    text = KINDS[name](lines)

    def work() -> None:
        assert not analyze_text(text).problem

    return calls(work)


def grows_evenly(work: Callable[[int], int], sizes: tuple[int, int, int]) -> None:
    """Twice as many more lines cost about twice as much more; what is the same for all texts does not count."""
    made = [work(size) for size in sizes]
    first, second = (later - earlier for earlier, later in pairwise(made))
    assert second <= 2.4 * max(first, 10 * sizes[0]), made


@pytest.mark.parametrize("name", OFTEN)
def test_short_texts(name: str) -> None:
    grows_evenly(lambda lines: analyzed(name, lines), SHORT)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_analyzed(name: str) -> None:
    assert analyzed(name, 100) <= MOST_AT_FIRST


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_long_texts(name: str) -> None:
    made = {lines: analyzed(name, lines) for lines in LONG}
    grows_evenly(made.__getitem__, LONG)
    assert made[2000] <= 2000 * MOST_A_LINE


def test_a_quadratic_step_shows() -> None:
    def pairs(lines: int) -> int:
        return calls(lambda: [abs(one - other) for one in range(lines) for other in range(lines)])

    with pytest.raises(AssertionError):
        grows_evenly(pairs, SHORT)


def test_a_report_splits_its_text_once() -> None:
    """Every finding asks for its line."""
    report = analyze_text(KINDS["undefined"](100))
    assert report.lines is report.lines
