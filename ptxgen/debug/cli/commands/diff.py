"""`ptxgen-debug diff`: two files side by side: what they do, and what was found in only one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import click

from ptxgen.cli.console import examples, output, plain, print_json, row, table
from ptxgen.cli.lazy import FINDINGS
from ptxgen.cli.sources import read_ptx
from ptxgen.debug.errors import DebugError

_WORSE = (
    "instructions",
    "loaded",
    "stored",
    "shared traffic",
    "shared memory",
    "barriers",
    "registers alive",
)


@click.command("diff", epilog=examples("ptxgen-debug diff before.ptx after.ptx"))
@click.argument("before", type=click.Path(exists=True, dir_okay=False), metavar="BEFORE")
@click.argument("after", type=click.Path(exists=True, dir_okay=False), metavar="AFTER")
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
def command(before: str, after: str, as_document: bool) -> None:
    """Compare two PTX files function by function, in instructions, bytes and findings.

    Measures that grew are marked; a new error or warning gives exit code 1. Bytes and operations are of one round
    of each loop, so a change of trip counts does not show.
    """
    old, new = _figures(before), _figures(after)
    rows = [
        (function, name, old.get(function, {}).get(name), new.get(function, {}).get(name))
        for function in dict.fromkeys((*old, *new))
        for name in dict.fromkeys((*old.get(function, {}), *new.get(function, {})))
    ]
    changed = [r for r in rows if r[2] != r[3]]
    appeared, gone = _findings(before, after)
    if as_document:
        entries = [{"function": f, "measure": m, "before": a, "after": b} for f, m, a, b in changed]
        print_json("debug-diff", {"changed": entries, "new_findings": appeared, "gone_findings": gone})
    else:
        _show(changed, appeared, gone)
    if any(not text.startswith("hint") for text in appeared):
        raise click.exceptions.Exit(FINDINGS)


def _show(
    changed: Sequence[tuple[str, str, float | None, float | None]], appeared: list[str], gone: list[str]
) -> None:
    console = output()
    made = table("function", "measure", "before", "after", "", right=("before", "after"))
    for function, name, old, new in changed:
        worse = old is not None and new is not None and new > old and name in _WORSE
        words = ["" if value is None else f"{value:g}" for value in (old, new)]
        row(made, function, name, *words, plain("more", "yellow") if worse else "")
    console.print(made if changed else plain("the measures are the same"))
    for text in appeared:
        console.print(plain(f"new: {text}", "red"))
    for text in gone:
        console.print(plain(f"gone: {text}", "green"))


def _figures(file: str) -> dict[str, dict[str, float]]:
    """The measures of each function by name."""
    from ptxgen.debug.engine import parsed
    from ptxgen.debug.measures import measured

    module, problem = parsed(read_ptx(file), file)
    if module is None:
        raise DebugError("DBG002", f"{file} cannot be analysed: {problem}")
    return {
        m.function: {
            "instructions": m.instructions,
            "loops": sum(region.depth > 0 for region in m.regions),
            "loaded": sum(region.work.loaded for region in m.regions),
            "stored": sum(region.work.stored for region in m.regions),
            "shared traffic": sum(region.work.shared for region in m.regions),
            "flops": sum(region.work.flops for region in m.regions),
            "barriers": sum(region.barriers for region in m.regions),
            "shared memory": m.shared,
            "registers alive": m.largest_live,
        }
        for m in measured(module)
    }


def _findings(before: str, after: str) -> tuple[list[str], list[str]]:
    """What is found in the second file only, and in the first only: by rule, function and message, not by line."""
    from ptxgen.debug.engine import analyze_text

    def said(file: str) -> Counter[str]:
        report = analyze_text(read_ptx(file), file)
        return Counter(f"{f.severity}[{f.id}] {f.function}: {f.message}" for f in report.findings)

    old, new = said(before), said(after)
    return sorted((new - old).elements()), sorted((old - new).elements())
