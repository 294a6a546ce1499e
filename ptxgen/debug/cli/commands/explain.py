"""`ptxgen-debug explain`: what each loop of a file does, and what limits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ptxgen.cli.console import examples, output, plain, print_json, row, table
from ptxgen.cli.sources import read_ptx
from ptxgen.debug.errors import DebugError

if TYPE_CHECKING:
    from ptxgen.debug.measures import Measures
    from ptxgen.ir.module import Module


@click.command("explain", epilog=examples("ptxgen emit --kernel tiled_gemm | ptxgen-debug explain -"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True), metavar="FILE")
@click.option(
    "--balance", default=20.0, show_default=True, help="Operations a byte where the roofline bends."
)
@click.option("--listing", is_flag=True, help="Print the text with what each instruction does.")
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
def command(file: str, balance: float, listing: bool, as_document: bool) -> None:
    """Count, for each loop of FILE (- for standard input), instructions, bytes and operations of one thread and round.

    Counted on the text: what a guard skips counts, and caches are not modelled.
    """
    from ptxgen.debug.engine import parsed
    from ptxgen.debug.measures import measured

    text = read_ptx(file)
    module, problem = parsed(text, file)
    if module is None:
        raise DebugError("DBG002", f"{file} cannot be analysed: {problem}")
    functions = measured(module)
    if as_document:
        print_json("debug-explain", {"functions": [_document(f, module, balance) for f in functions]})
        return
    for function in functions:
        _show(function, module, balance)
    if listing:
        _list(text, module)


def occupancy(function: Measures, module: Module) -> str:
    """How many CTAs fit an SM by threads and shared memory, where the CTA's size is declared."""
    from ptxgen.driver.emulated.properties import emulated_properties
    from ptxgen.driver.occupancy import estimate
    from ptxgen.isa import TARGETS

    if function.threads is None or module.target not in TARGETS:
        return "unknown: the entry declares no CTA size (.reqntid)"
    found = estimate(emulated_properties(module.target, 1 << 30), function.threads, function.shared)
    share = f"{100 * found.fraction:.0f} %"
    return f"{found.ctas_per_sm} CTAs of {function.threads} threads an SM ({share}), registers not counted"


def _show(function: Measures, module: Module, balance: float) -> None:
    console = output()
    console.print(plain(function.function, "bold"))
    console.print(plain(f"{function.instructions} instructions, {function.shared} bytes of shared memory"))
    console.print(plain(f"occupancy: {occupancy(function, module)}"))
    made = table(
        "region", "line", "instructions", "loaded", "stored", "shared", "flops", "flops/byte", "rounds", "limit",
        right=("line", "instructions", "loaded", "stored", "shared", "flops", "flops/byte", "rounds"),
    )  # fmt: skip
    for region in function.regions:
        work = region.work
        ratio = "" if region.intensity is None else f"{region.intensity:.2f}"
        rounds = "?" if region.rounds is None else region.rounds
        row(
            made, "  " * region.depth + region.name, region.line or "", region.instructions, work.loaded, work.stored,
            work.shared, f"{work.flops:g}", ratio, rounds, region.bound(balance),
        )  # fmt: skip
    console.print(made)


def _list(text: str, module: Module) -> None:
    from ptxgen.debug.measures import work_of

    notes: dict[int, str] = {}
    for function in module.functions:
        for instruction in function.instructions():
            work = work_of(instruction)
            parts = [
                f"{amount:g} {what}"
                for amount, what in (
                    (work.loaded, "B in"), (work.stored, "B out"), (work.shared, "B shared"), (work.flops, "flop"),
                )
                if amount
            ]  # fmt: skip
            if parts:
                notes[instruction.line] = ", ".join(parts)
    console = output()
    for number, line in enumerate(text.splitlines(), 1):
        console.print(plain(f"{number:>6} {notes.get(number, ''):>16} | {line.rstrip()}"), soft_wrap=True)


def _document(function: Measures, module: Module, balance: float) -> dict[str, object]:
    return {
        "function": function.function,
        "instructions": function.instructions,
        "shared_bytes": function.shared,
        "occupancy": occupancy(function, module),
        "regions": [
            {
                "name": r.name, "line": r.line or None, "depth": r.depth, "instructions": r.instructions,
                "loaded": r.work.loaded, "stored": r.work.stored, "shared": r.work.shared, "flops": r.work.flops,
                "intensity": r.intensity, "rounds": r.rounds, "barriers": r.barriers, "limit": r.bound(balance),
            }
            for r in function.regions
        ],
    }  # fmt: skip
