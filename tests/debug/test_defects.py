"""Seeded defects are found: planted in our kernels and in compiled programs, sampled by seed over all operators."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from ptxgen.debug import Finding, Related, Verdict, every_rule
from tests.debug.defects import Defect, Operator, Where
from tests.debug.equivalent import EQUIVALENT, MISSED
from tests.debug.operators import OPERATORS
from tests.debug.programs import Source, sources
from tests.debug.recall import OTHER, RECALL, Case, alarms, groups, judged, measured, page, sample

PAGE = Path(__file__).parents[2] / "docs" / "debug-recall.md"
QUICK = (
    "transpose",
    "softmax",
    "mma_gemm",
    "nvcc transpose",
    "nvcc histogram",
    "nvcc atomics",
    "triton add.sm_80",
)
"""Programs whose mutants are judged at once."""


def test_there_are_enough_of_all_kinds() -> None:
    everything = sample()
    assert len(everything) >= 150
    assert {case.defect.operator.name for case in everything} == OPERATORS.keys()
    assert Counter(case.source.maker for case in everything).keys() == {"ours", "nvcc", "triton"}
    assert len({kind.family for kind in OPERATORS.values()}) == 5


def few() -> list[Case]:
    """Of each kind the first few sites in programs that run quickly."""
    chosen: list[Case] = []
    for kind in OPERATORS.values():
        fitting = [c for c in sample() if c.source.name in QUICK and c.defect.operator is kind]
        chosen += [c for c in fitting if c.name not in EQUIVALENT | MISSED][:3]
    return chosen


def test_a_sample_of_quick_programs() -> None:
    """Faults of every family, found as the whole sample is."""
    chosen = few()
    assert len(chosen) >= 30
    assert {c.defect.operator.family for c in chosen} == {k.family for k in OPERATORS.values()}
    missed = [c.name for c in chosen if not judged(c)[0]]
    assert not missed


TEXT = """\
.version 9.0
  mov.u32 %r1, 0;
  mov.u32 %r2, %r1;
  st.shared.u32 [%r9], %r2;
  ld.shared.u32 %r3, [%r9];
AGAIN:
  bar.sync 0;
  add.u32 %r4, %r3, %r5;
  @%p1 bra AGAIN;
  cp.async.wait_all;
  ret;
"""


@pytest.mark.parametrize(
    ("where", "line", "right", "wrong"),
    [
        (Where.HERE, 4, [(4,), (9, 4)], [(3,), (0,)]),
        (Where.READERS, 2, [(3,), (4,), (8,)], [(7,), (10,), (0,)]),
        (Where.LOOP, 7, [(6,), (8,)], [(5,), (10,)]),
        (Where.READERS, 4, [(4,), (5,), (8,)], [(3,), (7,)]),
        (Where.AROUND, 4, [(2, 8)], [(2, 3), (8, 9)]),
        (Where.AROUND, 7, [(8,), (2, 10)], [(10,), (2, 3)]),
        (Where.AROUND, 10, [(10,), (8, 11)], [(8, 9), (11,)]),
        (Where.FILE, 1, [(0,), (8,)], []),
    ],
)
def test_which_lines_count(
    where: Where, line: int, right: list[tuple[int, ...]], wrong: list[tuple[int, ...]]
) -> None:
    """A finding of the right rule at lines that have nothing to do with the fault is about something else."""
    rule = every_rule()["PTX150"]
    kind = Operator("some fault", lambda _: iter(()), (rule.id,), where)
    defect = Defect(kind, line, TEXT.splitlines()[line - 1], TEXT)
    for lines, fits in (*((each, True) for each in right), *((each, False) for each in wrong)):
        related = tuple(Related(n, "") for n in lines[1:])
        assert defect.fits(Finding(rule, "", Verdict.PROVED, lines[0], related=related)) is fits, lines
        assert not defect.fits(Finding(every_rule()["PTX151"], "", Verdict.PROVED, lines[0], related=related))


@pytest.mark.parametrize(
    "source",
    [pytest.param(s, marks=() if s.name in QUICK else pytest.mark.slow, id=s.name) for s in sources()],
)
def test_nothing_is_said_before(source: Source) -> None:
    assert not alarms(source)


def test_the_tables_name_mutants_of_the_sample() -> None:
    names = {case.name for case in sample()}
    assert EQUIVALENT.keys() | MISSED.keys() <= names
    assert not EQUIVALENT.keys() & MISSED.keys()
    assert all(reason.endswith(".") for reason in (*EQUIVALENT.values(), *MISSED.values()))


@pytest.mark.slow
def test_seeded_defects_are_found() -> None:
    """Equivalent mutants, which change no bit of any result, are those of the table alone."""
    jobs = os.cpu_count() or 1
    verdicts, others = measured(jobs), measured(jobs, OTHER)
    changed = {v.name: v.changed for v in verdicts if v.by == "equivalent" and v.changed}
    assert not changed, "not equivalent"
    for group, tally in groups(verdicts).items():
        assert tally.share >= RECALL, (group, str(tally), [v.name for v in verdicts if not v.by])
    assert groups(others)["all errors"].share >= RECALL
    assert {v.name for v in verdicts if not v.by} == MISSED.keys()
    assert page(verdicts, others) == PAGE.read_text("utf-8"), (
        "run python -m tests.debug.recall > docs/debug-recall.md"
    )
