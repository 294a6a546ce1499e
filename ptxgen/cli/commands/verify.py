"""`ptxgen verify`: checked, assembled, run under the emulator's checks, compared with float64."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
from rich.text import Text

from ptxgen import toolchain
from ptxgen.cli.console import examples, messages, output, plain, print_json, progress, row, table
from ptxgen.cli.findings import as_json, show
from ptxgen.cli.kernel_options import KernelCommand, kernel_option, make, sizes
from ptxgen.cli.main import FINDINGS
from ptxgen.cli.numbers import count, number
from ptxgen.cli.sources import display_name, read_ptx
from ptxgen.errors import Diagnostic
from ptxgen.verification import (
    Comparison,
    Conditions,
    Run,
    Verification,
    Workbench,
    verify_kernels,
    verify_text,
)

if TYPE_CHECKING:
    from ptxgen.kernels import Kernel


@click.command(
    "verify",
    cls=KernelCommand,
    epilog=examples(
        "ptxgen verify --kernel q4k_gemv --n 33 --k 512",
        "ptxgen verify --all --json",
        "ptxgen verify kernel.ptx --target sm_90",
    ),
)
@kernel_option
@click.option("--all", "every", is_flag=True, help="Every kernel of `ptxgen list`, at its default sizes.")
@click.option("--target", metavar="SM", help="Emit, assemble and run for this target.")
@click.option("--device", default="emulator", show_default=True, help="emulator, auto, cuda or cuda:1.")
@click.option(
    "-O",
    "level",
    type=click.Choice(["0", "1", "2"]),
    default="2",
    show_default=True,
    help="Passes of kernels.",
)
@click.option("--seed", default=0, show_default=True, help="Of the random inputs.")
@click.option(
    "--sanitize/--no-sanitize",
    default=None,
    help="Run under all sanitizers, on the emulator; --all does unless told otherwise.",
)
@click.option("--schedule", type=int, metavar="SEED", help="Run warps in a random order (on the emulator).")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Kernels verified at once with --all on the emulator. Default: one a core.",
)
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
@click.argument("rest", nargs=-1, type=click.UNPROCESSED, metavar="[FILE.ptx...] [--FIELD VALUE]...")
def command(
    kernel: str | None,
    every: bool,
    target: str | None,
    device: str,
    level: str,
    seed: int,
    sanitize: bool | None,
    schedule: int | None,
    jobs: int | None,
    as_document: bool,
    rest: tuple[str, ...],
) -> None:
    """Prove a kernel: static check, ptxas where it is found, a run under all checks, comparison with float64.

    Give --kernel with its fields, --all, or PTX files. A file is checked and assembled; what it should compute is not
    known, so it is not run (`ptxgen run` does that).
    """
    if sum((kernel is not None, every, bool(rest) and kernel is None)) != 1:
        raise click.UsageError("Give exactly one of --kernel NAME, --all, or PTX files.")
    ptxas = toolchain.find("ptxas")
    if kernel is not None or every:
        found = Workbench.open(device, sanitize=sanitize or False, schedule=schedule).device
        shown_device = found.properties.name
        emulated = found.kind == "emulator"
        if sanitize is None:
            sanitize = every and emulated
        conditions = Conditions(device, sanitize, schedule, target, seed, ptxas, f"O{level}")
        results = list(_kernels(kernel, rest, conditions, jobs or _cores() if emulated else 1))
    else:
        shown_device = None
        results = list(_files(rest, target, ptxas))
    ok = all(verification.ok for verification, _ in results)
    if as_document:
        print_json(
            "verify",
            {
                "ok": ok,
                "device": shown_device,
                "ptxas": ptxas.version if ptxas else None,
                "results": [_as_json(verification, made) for verification, made in results],
            },
        )
    else:
        _print([verification for verification, _ in results], shown_device, ptxas)
    if not ok:
        raise click.exceptions.Exit(FINDINGS)


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _kernels(
    name: str | None, fields: tuple[str, ...], conditions: Conditions, jobs: int
) -> Iterator[tuple[Verification, Kernel | None]]:
    from ptxgen.kernels import registry

    if name:
        made = [make(registry.get(name), fields)]
    else:
        every, target = [each() for each in registry.kernels()], conditions.target
        made = [each for each in every if target is None or target in each.targets()]
        if other := len(every) - len(made):
            messages().print(plain(f"{other} kernels are not for {target} and are left out", "dim"))
    with progress() as bar:
        task = bar.add_task("verifying", total=len(made))
        for kernel, verification in zip(made, verify_kernels(made, conditions, jobs=jobs), strict=True):
            bar.update(task, advance=1, description=f"verified {kernel.name}")
            yield verification, kernel


def _files(
    files: tuple[str, ...], target: str | None, ptxas: toolchain.Tool | None
) -> Iterator[tuple[Verification, Kernel | None]]:
    with progress() as bar:
        for file in bar.track(files, description="verifying"):
            yield verify_text(read_ptx(file), display_name(file), target=target, ptxas=ptxas), None


def _print(results: list[Verification], device: str | None, ptxas: toolchain.Tool | None) -> None:
    console = output()
    columns = ("instructions", "time", "error", "tolerance")
    made = table("", "target", "check", "ptxas", *columns, "result", right=columns)
    for verification in results:
        row(made, plain(verification.name, "bold"), verification.target, *_cells(verification))
    console.print(made)
    for verification in results:
        show(console, findings(verification), verification.name, verification.text.splitlines())
    notes = [
        f"run on {device}"
        if device
        else "files are not run, as what they should compute is not known (`ptxgen run` runs them)"
    ]
    notes.append(f"ptxas {ptxas.version}" if ptxas else "ptxas not found: pip install 'ptxgen[toolchain]'")
    messages().print(plain("; ".join(notes), "dim"))


def findings(verification: Verification) -> list[Diagnostic]:
    """Everything that was found: by the checker, by ptxas, by the run."""
    found = list(verification.diagnostics)
    if verification.assembly:
        found += verification.assembly.diagnostics
    if verification.run:
        found += verification.run.findings
        if verification.run.fault:
            found.append(verification.run.fault)
    return found


def _cells(verification: Verification) -> list[Text | str]:
    worst = _worst(verification.run)
    run = verification.run
    return [
        _mark(verification.checked),
        _ptxas_cell(verification.assembly),
        count(run.thread_instructions) if run and run.thread_instructions is not None else "-",
        f"{run.seconds:.2f} s" if run else "-",
        f"{worst.error:.2e}" if worst else "-",
        f"{worst.tolerance:.2e}" if worst else "-",
        _mark(verification.ok, "passed", "FAILED"),
    ]


def _ptxas_cell(assembly: toolchain.Assembly | None) -> Text:
    if assembly is None:
        return plain("-", "dim")
    if not assembly.accepted or not assembly.resources:
        return _mark(assembly.accepted)
    registers = max(r.registers for r in assembly.resources)
    spilled = sum(r.spill_stores + r.spill_loads for r in assembly.resources)
    if spilled:
        return plain(f"ok, {registers} regs, {spilled} B spilled", "yellow")
    return plain(f"ok, {registers} regs", "green")


def _mark(good: bool, yes: str = "ok", no: str = "FAILED") -> Text:
    return plain(yes, "green") if good else plain(no, "bold red")


def _worst(run: Run | None) -> Comparison | None:
    if run is None or not run.comparisons:
        return None
    return max(run.comparisons, key=lambda c: (c.outside, c.error / c.tolerance if c.tolerance else c.error))


def _as_json(verification: Verification, kernel: Kernel | None) -> dict[str, object]:
    assembly, run = verification.assembly, verification.run
    return {
        "name": verification.name,
        "fields": dict(sizes(kernel)) if kernel else None,
        "target": verification.target,
        "ok": verification.ok,
        "check": {"ok": verification.checked, "diagnostics": as_json(verification.diagnostics)},
        "assemble": assembly
        and {
            "ok": assembly.accepted,
            "diagnostics": as_json(assembly.diagnostics),
            "entries": [
                {
                    "name": r.entry,
                    "registers": r.registers,
                    "spill_bytes": r.spill_stores + r.spill_loads,
                    "shared_bytes": r.shared,
                }
                for r in assembly.resources
            ],
        },
        "run": run
        and {
            "ok": run.ok,
            "fault": as_json([run.fault])[0] if run.fault else None,
            "findings": as_json(run.findings),
            "seconds": round(run.seconds, 6),
            "instructions": run.instructions,
            "thread_instructions": run.thread_instructions,
            "outputs": [
                {
                    "name": c.output,
                    "ok": c.ok,
                    "error": number(c.error),
                    "tolerance": number(c.tolerance),
                    "elements": c.elements,
                    "outside": c.outside,
                }
                for c in run.comparisons
            ],
        },
    }
