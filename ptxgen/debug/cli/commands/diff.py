"""`ptxgen-debug diff`: two files side by side: what they do, and what was found in only one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click
from attrs import asdict, frozen

from ptxgen.cli.console import examples, output, plain, print_json, row, table
from ptxgen.cli.lazy import FINDINGS
from ptxgen.cli.sources import display_name, read_ptx
from ptxgen.debug.errors import DebugError
from ptxgen.errors import Severity

if TYPE_CHECKING:
    from ptxgen.debug.findings import FileReport, Finding
    from ptxgen.debug.measures import Measures, Region

_WORSE = frozenset(
    (
        "instructions",
        "loaded",
        "stored",
        "shared traffic",
        "local traffic",
        "shared memory",
        "barriers",
        "registers alive",
    )
)
"""Measures that had better not grow."""
_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)


@click.command(
    "diff",
    epilog=examples(
        "ptxgen-debug diff before.ptx after.ptx",
        "ptxgen emit --kernel softmax | ptxgen-debug diff softmax.ptx -",
    ),
)
@click.argument("before", type=_FILE, metavar="BEFORE")
@click.argument("after", type=_FILE, metavar="AFTER")
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
def command(before: str, after: str, as_document: bool) -> None:
    """Compare two PTX files function by function, in instructions, bytes and findings; one may be - (standard input).

    Measures that grew are marked; a new error or warning gives exit code 1. Bytes and operations are of one round
    of each loop, so a change of trip counts does not show.
    """
    if before == after == "-":
        raise click.UsageError("standard input cannot be both files")
    old, new = _Side.read(before), _Side.read(after)
    gone, added = _apart(old, new), _apart(new, old)
    renamed = {gone[0]: added[0]} if len(gone) == len(added) == 1 else {}
    if renamed:
        gone, added = [], []
    changed = [
        _Change(renamed.get(function, function), *pair)
        for function, figures in old.figures.items()
        if function not in gone
        for pair in _pairs(figures, new.figures[renamed.get(function, function)])
        if pair[2] != pair[3]
    ]
    back = {new_name: old_name for old_name, new_name in renamed.items()}
    appeared, vanished = (
        list(_more(new.report, old.report, back)),
        list(_more(old.report, new.report, renamed)),
    )
    if as_document:
        print_json(
            "debug-diff",
            {
                "renamed_functions": renamed,
                "new_functions": added,
                "gone_functions": gone,
                "changed": [asdict(change) | {"worse": change.worse} for change in changed],
                "new_findings": [_words(finding) for finding in appeared],
                "gone_findings": [_words(finding) for finding in vanished],
            },
        )
    else:
        _show(
            changed,
            [*(f"function {name}" for name in added), *map(_words, appeared)],
            [*(f"function {name}" for name in gone), *map(_words, vanished)],
            renamed,
        )
    if any(finding.severity is not Severity.HINT for finding in appeared):
        raise click.exceptions.Exit(FINDINGS)


Figures = Mapping[tuple[str, str], float]
"""What was measured, by region (empty: the whole function) and measure."""


@frozen
class _Change:
    """A measure that is not the same. `region` is empty for the whole function."""

    function: str
    region: str
    measure: str
    before: float | None
    after: float | None

    @property
    def worse(self) -> bool:
        return self.measure in _WORSE and (self.after or 0) > (self.before or 0)


@frozen
class _Side:
    """One of the files: the figures of its functions by name, and what was found in it."""

    figures: Mapping[str, Figures]
    report: FileReport

    @staticmethod
    def read(file: str) -> _Side:
        """DBG002 if the file is no PTX."""
        from ptxgen.debug.engine import analyze_text, parsed
        from ptxgen.debug.measures import bodies, measured

        text, name = read_ptx(file), display_name(file)
        module, problem = parsed(text, name)
        if module is None:
            raise DebugError("DBG002", f"{name} cannot be analysed: {problem}")
        figures = {m.function: dict(_figures(m)) for m in map(measured, bodies(module))}
        return _Side(figures, analyze_text(text, name))


def _apart(side: _Side, other: _Side) -> list[str]:
    """The functions that only one of the files has."""
    return [name for name in side.figures if name not in other.figures]


def _figures(function: Measures) -> Iterator[tuple[tuple[str, str], float]]:
    yield ("", "loops"), len(function.regions) - 1
    yield ("", "shared memory"), function.shared
    yield ("", "registers alive"), function.largest_live
    for number, region in enumerate(function.regions):
        name = f"loop {number}" if number else "outside of loops"
        for measure, value in _of_region(region):
            yield (name, measure), value


def _of_region(region: Region) -> Iterator[tuple[str, float]]:
    yield "instructions", region.instructions
    yield "loaded", region.work.loaded
    yield "stored", region.work.stored
    yield "shared traffic", region.work.shared
    yield "local traffic", region.work.local
    yield "operations", region.work.operations
    yield "barriers", region.barriers


def _pairs(old: Figures, new: Figures) -> Iterator[tuple[str, str, float | None, float | None]]:
    """Each measure twice; those of loops one by one only where both have as many of them, else added up."""
    if old["", "loops"] != new["", "loops"]:
        old, new = _whole(old), _whole(new)
    for region, measure in new:
        yield region, measure, old.get((region, measure)), new[region, measure]


def _whole(figures: Figures) -> Figures:
    sums: dict[tuple[str, str], float] = {}
    for (_, measure), value in figures.items():
        sums["", measure] = sums.get(("", measure), 0) + value
    return sums


def _more(report: FileReport, other: FileReport, names: Mapping[str, str]) -> Iterator[Finding]:
    """What a file has more of than the other, whose functions have other `names`.

    Registers are called otherwise and lines move, so that findings of a rule are counted, function by function.
    """
    known = {f.message for f in other.findings}
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in report.findings:
        groups.setdefault(_key(finding), []).append(finding)
    for key, found in groups.items():
        there = (key[0], key[1], names.get(key[2], key[2]))
        more = len(found) - sum(_key(f) == there for f in other.findings)
        yield from sorted(found, key=lambda f: f.message in known)[: max(more, 0)]


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.id, finding.severity.value, finding.function


def _words(finding: Finding) -> str:
    where = f" line {finding.line}" if finding.line else ""
    return f"{finding.severity}[{finding.id}] {finding.function}{where}: {finding.message}"


def _show(
    changed: Sequence[_Change], appeared: Sequence[str], gone: Sequence[str], renamed: Mapping[str, str]
) -> None:
    console = output()
    for before, after in renamed.items():
        console.print(plain(f"{before} is compared with {after}"), soft_wrap=True)
    made = table("function", "region", "measure", "before", "after", "", right=("before", "after"))
    for change in changed:
        words = ["" if value is None else f"{value:g}" for value in (change.before, change.after)]
        more = plain("more", "yellow") if change.worse else ""
        row(made, change.function, change.region or "whole", change.measure, *words, more)
    console.print(made if changed else plain("no function of both files has other measures"))
    for text in appeared:
        console.print(plain(f"new: {text}", "red"), soft_wrap=True)
    for text in gone:
        console.print(plain(f"gone: {text}", "green"), soft_wrap=True)
