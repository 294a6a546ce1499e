"""`ptxgen bench`: kernels proven and then timed, on whatever is here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click
from rich.text import Text

from ptxgen.cli.console import examples, messages, output, plain, print_json, progress, row, table
from ptxgen.cli.main import FINDINGS
from ptxgen.cli.sources import InputError
from ptxgen.driver import Device, open_device

if TYPE_CHECKING:
    from ptxgen.bench.ceilings import Ceilings
    from ptxgen.bench.results import Result
    from ptxgen.kernels import Kernel


@click.group("bench", epilog=examples("ptxgen bench run --family gemv"))
def command() -> None:
    """Prove kernels and time them beside their peers."""


@command.command(
    "run",
    epilog=examples(
        "ptxgen bench run --out results.json",
        "ptxgen bench run --family gemv --family rows",
        "ptxgen bench run --kernel q4k_gemv --device emulator --json",
    ),
)
@click.option("--family", "families", multiple=True, metavar="NAME", help="Only kernels of this family.")
@click.option("--kernel", "names", multiple=True, metavar="NAME", help="Only this kernel.")
@click.option("--device", default="auto", show_default=True, help="auto, cuda, cuda:1 or emulator.")
@click.option("--samples", default=50, show_default=True, type=click.IntRange(min=1), help="Timed rounds.")
@click.option("--seconds", default=480.0, show_default=True, help="Start no further kernel after this time.")
@click.option("--seed", default=0, show_default=True, help="Of the random inputs.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write every sample to this file."
)
@click.option("--json", "as_document", is_flag=True, help="Print the same document.")
def run(
    families: tuple[str, ...],
    names: tuple[str, ...],
    device: str,
    samples: int,
    seconds: float,
    seed: int,
    out: Path | None,
    as_document: bool,
) -> None:
    """Prove each kernel, and on a GPU time it.

    A kernel is compared with float64 on the emulator and on the hardware, and at the size that is timed, before its
    time counts. Then it is timed by graph replays, in rounds with torch where torch has the same operation, over
    inputs of three times the L2 cache. Without a GPU everything but the times is there.
    """
    from ptxgen.bench.ceilings import measure
    from ptxgen.bench.document import document
    from ptxgen.bench.suite import Suite

    chosen = _chosen(families, names)
    opened = open_device(device)
    gpu = opened if opened.kind == "cuda" else None
    suite = Suite(gpu, measure(gpu) if gpu else None, samples, seconds, seed)
    results: list[Result] = []
    with progress() as bar:
        task = bar.add_task("measuring", total=len(chosen))
        for result in suite.run(chosen):
            results.append(result)
            bar.update(task, advance=1, description=f"measured {result.name}")
    made = document(opened, suite, results)
    if out:
        out.write_text(json.dumps({"schema": "ptxgen.bench/1", **made}, indent=1, allow_nan=False) + "\n")
    if as_document:
        print_json("bench", made)
    else:
        _print(results, opened, suite.ceilings)
    if not all(result.ok for result in results):
        raise click.exceptions.Exit(FINDINGS)


@command.command(
    "passes",
    epilog=examples(
        "ptxgen bench passes --kernel dp4a_q4k_gemv",
        "ptxgen bench passes --no-kernels kernel.ptx",
        "ptxgen bench passes --add sccp,block-merging,dce --add predication",
        "ptxgen bench passes --json",
    ),
)
@click.option("--family", "families", multiple=True, metavar="NAME", help="Only kernels of this family.")
@click.option("--kernel", "names", multiple=True, metavar="NAME", help="Only this kernel.")
@click.option("--no-kernels", is_flag=True, help="Only the files.")
@click.option(
    "--list",
    "listed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="More files: one a line, relative to the list.",
)
@click.option(
    "--add", "added", multiple=True, metavar="PASSES", help="Compare -O2 with these added to it instead."
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Programs at once.")
@click.option("--json", "as_document", is_flag=True, help="Print a document instead of Markdown.")
@click.argument(
    "files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[FILE.ptx]..."
)
def passes(
    families: tuple[str, ...],
    names: tuple[str, ...],
    no_kernels: bool,
    listed: Path | None,
    added: tuple[str, ...],
    jobs: int,
    as_document: bool,
    files: tuple[Path, ...],
) -> None:
    """Measure what the passes gain: every kernel and FILE at -O0 and -O2, as Markdown. Needs ptxas and nvdisasm.

    With --add, what passes would gain that are not in -O2: one row for each option, which stands where it fits.
    """
    from ptxgen.bench import additions
    from ptxgen.bench.gains import compare_all
    from ptxgen.bench.gains_page import document, page

    kernels = [] if no_kernels else _chosen(families, names)
    if listed is not None:
        files = (*files, *(listed.parent / name for name in listed.read_text().split()))
    programs = [*(kind.name for kind in kernels), *files]
    if added:
        with progress() as bar:
            rows = list(
                bar.track(additions.additions(added, programs, jobs), len(added), description="measuring")
            )
        if as_document:
            print_json("additions", {"additions": [attrs.asdict(row) for row in rows]})
        else:
            click.echo(additions.table(rows))
        return
    with progress() as bar:
        found = list(bar.track(compare_all(programs, jobs), len(programs), description="measuring"))
    ours, others = found[: len(kernels)], found[len(kernels) :]
    if as_document:
        print_json("passes", document(ours, others))
    else:
        click.echo(page(ours, others), nl=False)


def _chosen(families: tuple[str, ...], names: tuple[str, ...]) -> Sequence[type[Kernel]]:
    from ptxgen.kernels import registry

    known = registry.families()
    for family in families:
        if family not in known:
            raise InputError("CLI023", f"there is no family {family!r}", help=f"families: {', '.join(known)}")
    named = [registry.get(name) for name in names]
    if not families and not names:
        return registry.kernels()
    return [*(kernel for family in families for kernel in known[family]), *named]


def _print(results: Sequence[Result], device: Device, ceilings: Ceilings | None) -> None:
    console = output()
    timed = ("time", "spread", "GB/s", "TFLOP/s", "of ceiling", "peer", "ratio") if ceilings else ()
    counted = ("sectors/request", "sector use", "bank conflicts")
    made = table("", "proof", *counted, *timed, right=(*counted, *timed))
    for result in results:
        cells = [_proof(result), *_traffic(result), *(_speed(result, ceilings) if ceilings else ())]
        row(made, plain(result.name, "bold"), *cells)
    console.print(made)
    for result in results:
        if result.fault:
            console.print(plain(f"{result.name}: {result.fault}", "red"))
    notes = [f"on {device.properties.name}"]
    if ceilings is None:
        notes.append("there is no GPU, so nothing was timed")
    else:
        gemm = f", GEMM {ceilings.gemm / 1e12:.0f} TFLOP/s" if ceilings.gemm else ""
        notes.append(
            f"ceilings: read {ceilings.read / 1e9:.0f} GB/s, copy {ceilings.copy / 1e9:.0f} GB/s{gemm}"
        )
    messages().print(plain("; ".join(notes), "dim"))


def _proof(result: Result) -> Text:
    if result.ok and result.proof:
        return plain("proven" if "hardware" in result.proof.comparisons else "emulated", "green")
    return plain("FAILED", "bold red")


def _traffic(result: Result) -> list[str]:
    if result.traffic is None:
        return ["-"] * 3
    traffic = result.traffic
    return [
        f"{traffic.sectors_per_request:.1f}",
        f"{traffic.sector_use:.0%}",
        str(traffic.bank_conflicts),
    ]


def _speed(result: Result, ceilings: Ceilings) -> list[str]:
    speed = result.speed
    if speed is None:
        return ["-"] * 7
    return [
        f"{speed.timing.median:.2f} us",
        f"{speed.timing.spread:.0%}",
        f"{speed.bandwidth / 1e9:.0f}",
        f"{speed.rate / 1e12:.2f}",
        f"{speed.fraction(ceilings):.0%}",
        speed.peer or "-",
        f"{speed.ratio:.2f}x" if speed.ratio else "-",
    ]
