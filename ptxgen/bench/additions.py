"""What a pass would gain that is not in the level: each program at the level, and at the level with the pass added."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path

from attrs import frozen

from ptxgen.bench.gains import LEVEL, Code, Measure, Subject, each, executed, subject_of
from ptxgen.ir.module import Module
from ptxgen.passes import LEVELS, Pipeline, snapshot
from ptxgen.passes.base import size
from ptxgen.passes.text import parse_passes

PLACES = {
    "sccp": "",
    "live-range-reordering": "",
    "predicate-simplification": "fma-fusion",
    "load-hoisting": "fma-fusion",
    "software-pipelining": "fma-fusion",
    "loop-unroll": "fma-fusion",
    "loop-split": "fma-fusion",
    "loop-peel": "fma-fusion",
    "loop-unswitch": "fma-fusion",
    "loop-strength-reduction": "fma-fusion",
}
"""The pass of the level before which an addition stands, by its first pass; `dce` for others, none for the end."""


@frozen
class Change:
    """A program whose text an addition alters: at the level, and with the addition. `unit` is that of the hot loop."""

    name: str
    unit: str
    before: Measure
    after: Measure

    def ratio(self, measure: str) -> float | None:
        """A measure (a field of `Measure`) with the addition, as a share of what it was; None where nothing ran."""
        before, after = getattr(self.before, measure), getattr(self.after, measure)
        return after / before if before and after is not None else None


@frozen
class Addition:
    """One or more passes that were added, and the programs that they alter, of so many."""

    passes: str
    pipeline: str
    programs: int
    changes: tuple[Change, ...]


def level_with(passes: str) -> str:
    """The level's pipeline with others in their place, as text. PAS001, PAS002, PAS003."""
    added = parse_passes(passes)
    before = PLACES.get(added[0].name, "dce")
    known = list(parse_passes(LEVELS[LEVEL]))
    at = max((n for n, pass_ in enumerate(known) if pass_.name == before), default=len(known))
    return str(Pipeline((*known[:at], *added, *known[at:])))


def additions(texts: Sequence[str], programs: Sequence[str | Path], jobs: int = 1) -> Iterator[Addition]:
    """Add each of these to the level, and measure kernels (by name) and PTX files: see `each`."""
    pipelines = tuple(map(level_with, texts))
    found = list(each(partial(_changes, pipelines), programs, jobs))
    for number, (text, pipeline) in enumerate(zip(texts, pipelines, strict=True)):
        changes = (of_program[number] for of_program in found)
        yield Addition(text, pipeline, len(programs), tuple(c for c in changes if c is not None))


def _changes(pipelines: Sequence[str], program: str | Path) -> list[Change | None]:
    subject = subject_of(program)
    level = _Version.of(subject, Pipeline.level(LEVEL).contracting(subject.contraction))
    return [
        _change(subject, level, Pipeline.parse(pipeline).contracting(subject.contraction))
        for pipeline in pipelines
    ]


@frozen(eq=False)
class _Version:
    """A program after a pipeline."""

    subject: Subject
    pipeline: Pipeline
    module: Module

    @staticmethod
    def of(subject: Subject, pipeline: Pipeline) -> _Version:
        module = snapshot(subject.module)
        pipeline.run(module)
        return _Version(subject, pipeline, module)

    @cached_property
    def text(self) -> str:
        return self.module.to_ptx()

    @cached_property
    def code(self) -> Code:
        return Code.of(self.text, self.subject.target)

    @cached_property
    def executed(self) -> int | None:
        return executed(self.subject, self.pipeline)

    def measure(self, hot: float) -> Measure:
        return Measure.of(size(self.module), self.code, hot, self.executed)


def _change(subject: Subject, level: _Version, pipeline: Pipeline) -> Change | None:
    other = _Version.of(subject, pipeline)
    if other.text == level.text:
        return None
    # Where ptxas makes the same machine code of both, no loop is counted anew.
    same = level.code.listings == other.code.listings
    unit, before, after = subject.hot(
        level.code, other.code, level.pipeline, level.pipeline if same else pipeline
    )
    return Change(subject.name, unit, level.measure(before), other.measure(after))


def table(found: Sequence[Addition]) -> str:
    """One row an addition, as Markdown."""
    head = ("added", "acts in", *_COLUMNS)
    rows = [head, ["---"] * len(head), *map(_row, found)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(added: Addition) -> Sequence[str]:
    cells = (cell(added.changes) for cell in _COLUMNS.values())
    return (f"`{added.passes}`", f"{len(added.changes)} of {added.programs}", *cells)


def _shares(measure: str) -> Callable[[Sequence[Change]], str]:
    """How many have less and how many more by over 1 %, and the best and the worst of them."""

    def cell(changes: Sequence[Change]) -> str:
        ratios = [(ratio, change.name) for change in changes if (ratio := change.ratio(measure)) is not None]
        less, more = [r for r in ratios if r[0] < 0.99], [r for r in ratios if r[0] > 1.01]
        ends = [end(some) for some, end in ((less, min), (more, max)) if some]
        named = ", ".join(f"{ratio - 1:+.1%} `{name}`" for ratio, name in ends)
        return f"{len(less)} less, {len(more)} more" + (f" ({named})" if named else "")

    return cell


def _counts(measure: str) -> Callable[[Sequence[Change]], str]:
    """How many have less and how many more, and the worst as it was and is."""

    def cell(changes: Sequence[Change]) -> str:
        apart = [(getattr(c.after, measure) - getattr(c.before, measure), c) for c in changes]
        less, more = sum(d < 0 for d, _ in apart), [(d, c) for d, c in apart if d > 0]
        worst = max(more, key=lambda pair: pair[0], default=None)
        words = f"{less} less, {len(more)} more"
        if worst is None:
            return words
        before, after = (getattr(m, measure) for m in (worst[1].before, worst[1].after))
        return f"{words} ({before} -> {after} `{worst[1].name}`)"

    return cell


_COLUMNS: dict[str, Callable[[Sequence[Change]], str]] = {
    "SASS": _shares("sass"),
    "hot loop": _shares("hot"),
    "registers": _counts("registers"),
    "spilled": _counts("spilled"),
    "executed": _shares("executed"),
}
