"""`ptxgen-debug explain`: what each loop of a file does, and what limits it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import click
from attrs import evolve, frozen
from rich.padding import Padding

from ptxgen.cli.console import examples, output, plain, print_json, row, table
from ptxgen.cli.sources import display_name, read_ptx
from ptxgen.debug.errors import DebugError

if TYPE_CHECKING:
    from ptxgen.debug.body import Body
    from ptxgen.debug.measures import Balance, Measures, Region
    from ptxgen.debug.residency import Residency
    from ptxgen.debug.work import Work
    from ptxgen.ir.module import Module

POSITIVE = click.FloatRange(min=0, min_open=True)


@click.command(
    "explain",
    epilog=examples(
        "ptxgen-debug explain kernel.ptx --block 256 --listing",
        "ptxgen emit --kernel tiled_gemm | ptxgen-debug explain -",
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True), metavar="FILE")
@click.option(
    "--balance",
    type=POSITIVE,
    default=20.0,
    show_default=True,
    help="Arithmetic operations a byte at which the roofline bends.",
)
@click.option(
    "--tensor-balance",
    type=POSITIVE,
    default=295.0,
    show_default=True,
    help="The same for operations of tensor cores.",
)
@click.option("--block", metavar="X[,Y[,Z]]", help="Threads of a CTA, where the entry does not declare them.")
@click.option(
    "--shared", type=click.IntRange(0), default=0, metavar="BYTES", help="Dynamic shared memory of a CTA."
)
@click.option("--listing", is_flag=True, help="Print the text with what each instruction does.")
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
def command(
    file: str,
    balance: float,
    tensor_balance: float,
    block: str | None,
    shared: int,
    listing: bool,
    as_document: bool,
) -> None:
    """Count, for each loop of FILE (- for standard input), instructions, bytes and operations of one thread and round.

    Counted on the text: what a guard skips counts, calls are not followed, and caches are not modelled. What threads do
    together (mma, bulk copies) is shared out among them. Registers are those of ptxas where it is found, else the most
    that are alive in the text at once.
    """
    from ptxgen.debug.engine import parsed
    from ptxgen.debug.measures import Balance, bodies, measured

    text = read_ptx(file)
    module, problem = parsed(text, display_name(file))
    if module is None:
        raise DebugError("DBG002", f"{display_name(file)} cannot be analysed: {problem}")
    given = [_with_block(body, _extent(block)) for body in bodies(module)]
    counted = _counted(text, module)
    bend = Balance(balance, tensor_balance)
    functions = [(f, occupancy(f, module, counted, shared)) for f in map(measured, given)]
    if as_document:
        print_json("debug-explain", {"functions": [_document(f, fit, bend) for f, fit in functions]})
        return
    for function, fit in functions:
        _show(function, fit, bend)
    if listing:
        _list(text, given)


def _extent(block: str | None) -> tuple[int, int, int] | None:
    from ptxgen.cli.arguments import parse_dims

    if block is None:
        return None
    x, y, z = (*parse_dims(block), 1, 1)[:3]
    return x, y, z


def _with_block(body: Body, block: tuple[int, int, int] | None) -> Body:
    """The body of an entry that does not declare the threads of its CTA, with these."""
    from ptxgen.debug.residency import cta_threads
    from ptxgen.ir.analysis import LaunchFacts

    if block is None or not body.function.is_entry or cta_threads(body) is not None:
        return body
    return evolve(body, facts=LaunchFacts(block=block))


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
        many = "" if self.held.ctas == 1 else "s"
        return (
            f"{self.held.ctas} CTA{many} of {self.held.threads} threads an SM ({self.held.fraction:.0%}), "
            f"limited by {self.held.limit}; {self.registers} registers a thread ({self.counter})"
            + (f"; {self.problem}" if self.problem else "")
        )


def occupancy(function: Measures, module: Module, counted: Mapping[str, int], dynamic: int) -> Fit:
    """How many CTAs fit an SM: by threads, shared memory and registers."""
    from ptxgen.debug.residency import residency

    entries = {entry.name for entry in module.entries}
    registers = counted.get(function.function, function.largest_live)
    counter = "ptxas" if function.function in counted else "alive in the text; ptxas may need more"
    if function.function not in entries:
        return Fit(registers, counter, None, "not an entry")
    if function.threads is None:
        return Fit(registers, counter, None, "the entry declares no CTA size (.reqntid); give --block")
    held = residency(module.target, function.threads, function.shared + dynamic, registers)
    if held is None:
        return Fit(registers, counter, None, f"{module.target} has no known limits")
    missing = function.dynamic and not dynamic
    return Fit(
        registers, counter, held, "without its dynamic shared memory: give --shared" if missing else ""
    )


def _counted(text: str, module: Module) -> dict[str, int]:
    """The registers of each entry by ptxas; empty without it, or where it refuses the text."""
    from ptxgen.toolchain import ToolchainError, assemble, find

    if find("ptxas") is None:
        return {}
    try:
        return {r.entry: r.registers for r in assemble(text, module.target).resources}
    except ToolchainError:
        return {}


def _show(function: Measures, fit: Fit, balance: Balance) -> None:
    console = output()
    console.print(plain(function.function, "bold"), soft_wrap=True)
    memory = f"{function.shared} bytes of shared memory{' and what the launch adds' * function.dynamic}"
    console.print(plain(f"{function.instructions} instructions, {memory}"), soft_wrap=True)
    console.print(plain(f"occupancy: {fit}"), soft_wrap=True)
    columns = {name: [amount(region) for region in function.regions] for name, amount in _COLUMNS.items()}
    told = {
        name: cells
        for name, cells in columns.items()
        if name in _ALWAYS or any(cell not in ("", "0") for cell in cells)
    }
    made = table("region", *told, "limit", right=told)
    for number, region in enumerate(function.regions):
        cells = [column[number] for column in told.values()]
        row(made, "  " * region.depth + region.name, *cells, region.bound(balance))
    if console.measure(made, options=console.options.update(width=1000)).maximum <= console.width:
        console.print(made)
        return
    for number, region in enumerate(function.regions):
        console.print(plain("  " * region.depth + region.name), soft_wrap=True)
        cells = [f"{name} {column[number]}" for name, column in told.items() if column[number]]
        said = plain(", ".join([*cells, f"limit {region.bound(balance)}"]))
        console.print(Padding(said, (0, 0, 0, 2 * region.depth + 2)))


def _amount(value: float, unknown: int = 0) -> str:
    """A number, and a question mark where something of unknown size comes on top."""
    digits = f"{value:.1f}".removesuffix(".0")
    return (f"{digits}+?" if value else "?") if unknown else digits


_COLUMNS: dict[str, Callable[[Region], str]] = {
    "line": lambda r: str(r.line or ""),
    "instructions": lambda r: str(r.instructions),
    "loaded": lambda r: _amount(r.work.loaded, r.work.unsized),
    "stored": lambda r: _amount(r.work.stored),
    "in flight": lambda r: _amount(r.flight),
    "shared": lambda r: _amount(r.work.shared),
    "local": lambda r: _amount(r.work.local),
    "operations": lambda r: _amount(r.work.operations, r.work.shapeless),
    "ops/byte": lambda r: "" if r.intensity is None else f"{r.intensity:.2f}",
    "most rounds": lambda r: "?" if r.rounds is None else str(r.rounds),
}
_ALWAYS = ("line", "instructions", "operations", "most rounds")
"""Columns that stand there though they say nothing of any region."""


def _list(text: str, given: Sequence[Body]) -> None:
    from ptxgen.debug.work import work_of

    notes: dict[int, str] = {}
    for body in given:
        for place, instruction in body.places:
            said = _said(work_of(body, place))
            if said:
                notes[instruction.line] = said
    console = output()
    for number, line in enumerate(text.splitlines(), 1):
        console.print(plain(f"{number:>6} {notes.get(number, ''):>22} | {line.rstrip()}"), soft_wrap=True)


def _said(work: Work) -> str:
    """What an instruction does, in few words."""
    parts = [
        f"{_amount(amount)} {what}"
        for amount, what in (
            (work.loaded, "B in"),
            (work.stored, "B out"),
            (work.shared, "B shared"),
            (work.local, "B local"),
            (work.operations, "op"),
        )
        if amount
    ]
    return ", ".join(parts + ["? B"] * work.unsized + ["? op"] * work.shapeless)


def _document(function: Measures, fit: Fit, balance: Balance) -> dict[str, object]:
    return {
        "function": function.function,
        "instructions": function.instructions,
        "shared_bytes": function.shared,
        "dynamic_shared": function.dynamic,
        "occupancy": str(fit),
        "registers": fit.registers,
        "registers_by": fit.counter,
        "ctas_per_sm": None if fit.held is None else fit.held.ctas,
        "regions": [
            {
                "name": r.name, "line": r.line or None, "depth": r.depth, "instructions": r.instructions,
                "loaded": r.work.loaded, "stored": r.work.stored, "in_flight": r.flight, "shared": r.work.shared,
                "local": r.work.local, "operations": r.work.operations, "tensor_operations": r.work.products,
                "copies_of_unknown_size": r.work.unsized, "products_of_unknown_shape": r.work.shapeless,
                "intensity": r.intensity, "most_rounds": r.rounds,
                "barriers": r.barriers, "limit": r.bound(balance),
            }
            for r in function.regions
        ],
    }  # fmt: skip
