"""`ptxgen-debug explain`: what each loop of a file does, and what limits it."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING

import click
from attrs import frozen

from ptxgen.cli.console import examples, output, plain, print_json, row, table
from ptxgen.cli.sources import read_ptx
from ptxgen.debug.errors import DebugError

if TYPE_CHECKING:
    from ptxgen.debug.measures import Measures
    from ptxgen.debug.residency import Residency
    from ptxgen.ir.module import Module


@click.command("explain", epilog=examples("ptxgen emit --kernel tiled_gemm | ptxgen-debug explain -"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True), metavar="FILE")
@click.option(
    "--balance", default=20.0, show_default=True, help="Operations a byte where the roofline bends."
)
@click.option("--block", metavar="X[,Y[,Z]]", help="Threads of a CTA, where the entry does not declare them.")
@click.option(
    "--shared", type=click.IntRange(0), default=0, metavar="BYTES", help="Dynamic shared memory of a CTA."
)
@click.option("--listing", is_flag=True, help="Print the text with what each instruction does.")
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
def command(
    file: str, balance: float, block: str | None, shared: int, listing: bool, as_document: bool
) -> None:
    """Count, for each loop of FILE (- for standard input), instructions, bytes and operations of one thread and round.

    Counted on the text: what a guard skips counts, and caches are not modelled. Registers are those of ptxas where it
    is found, else the most that are alive in the text at once.
    """
    from ptxgen.cli.arguments import parse_dims
    from ptxgen.debug.engine import parsed
    from ptxgen.debug.measures import measured

    text = read_ptx(file)
    module, problem = parsed(text, file)
    if module is None:
        raise DebugError("DBG002", f"{file} cannot be analysed: {problem}")
    functions = measured(module)
    threads = prod(parse_dims(block)) if block else None
    counted = _counted(text, module)
    fits = {f.function: occupancy(f, module, counted, threads, shared) for f in functions}
    if as_document:
        print_json(
            "debug-explain", {"functions": [_document(f, fits[f.function], balance) for f in functions]}
        )
        return
    for function in functions:
        _show(function, fits[function.function], balance)
    if listing:
        _list(text, module)


@frozen
class Fit:
    """How an entry fits an SM; `registers` are by whom `counter` says. `problem` says why nobody knows."""

    registers: int
    counter: str
    held: Residency | None
    problem: str = ""

    def __str__(self) -> str:
        if self.held is None:
            return f"unknown: {self.problem}"
        share = f"{100 * self.held.fraction:.0f} %"
        return (
            f"{self.held.ctas} CTAs of {self.held.threads} threads an SM ({share}), limited by {self.held.limit}; "
            f"{self.registers} registers a thread ({self.counter})"
        )


def occupancy(
    function: Measures, module: Module, counted: Mapping[str, int], threads: int | None, dynamic: int
) -> Fit:
    """How many CTAs fit an SM: by threads, shared memory and registers."""
    from ptxgen.debug.residency import residency

    entries = {entry.name for entry in module.entries}
    registers = counted.get(function.function, function.largest_live)
    counter = "ptxas" if function.function in counted else "alive in the text; ptxas may need more"
    threads = function.threads or threads
    if function.function not in entries:
        return Fit(registers, counter, None, "not an entry")
    if threads is None:
        return Fit(registers, counter, None, "the entry declares no CTA size (.reqntid); give --block")
    held = residency(module.target, threads, function.shared + dynamic, registers)
    return Fit(registers, counter, held, f"{module.target} has no known limits" if held is None else "")


def _counted(text: str, module: Module) -> dict[str, int]:
    """The registers of each entry by ptxas; empty without it, or where it refuses the text."""
    from ptxgen.toolchain import ToolchainError, assemble, find

    if find("ptxas") is None:
        return {}
    try:
        return {r.entry: r.registers for r in assemble(text, module.target).resources}
    except ToolchainError:
        return {}


def _show(function: Measures, fit: Fit, balance: float) -> None:
    console = output()
    console.print(plain(function.function, "bold"))
    console.print(plain(f"{function.instructions} instructions, {function.shared} bytes of shared memory"))
    console.print(plain(f"occupancy: {fit}"), soft_wrap=True)
    made = table(
        "region", "line", "instructions", "loaded", "stored", "in flight", "shared", "flops", "flops/byte", "rounds",
        "limit",
        right=("line", "instructions", "loaded", "stored", "in flight", "shared", "flops", "flops/byte", "rounds"),
    )  # fmt: skip
    for region in function.regions:
        work = region.work
        ratio = "" if region.intensity is None else f"{region.intensity:.2f}"
        rounds = "?" if region.rounds is None else region.rounds
        row(
            made, "  " * region.depth + region.name, region.line or "", region.instructions, work.loaded, work.stored,
            region.flight, work.shared, f"{work.flops:g}", ratio, rounds, region.bound(balance),
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


def _document(function: Measures, fit: Fit, balance: float) -> dict[str, object]:
    return {
        "function": function.function,
        "instructions": function.instructions,
        "shared_bytes": function.shared,
        "occupancy": str(fit),
        "registers": fit.registers,
        "registers_by": fit.counter,
        "ctas_per_sm": None if fit.held is None else fit.held.ctas,
        "regions": [
            {
                "name": r.name, "line": r.line or None, "depth": r.depth, "instructions": r.instructions,
                "loaded": r.work.loaded, "stored": r.work.stored, "in_flight": r.flight, "shared": r.work.shared,
                "flops": r.work.flops,
                "intensity": r.intensity, "rounds": r.rounds, "barriers": r.barriers, "limit": r.bound(balance),
            }
            for r in function.regions
        ],
    }  # fmt: skip
