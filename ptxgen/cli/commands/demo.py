"""`ptxgen demo`: from a GGUF file to a proven result, on any machine, in under a minute."""

from __future__ import annotations

import tempfile
import time
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from rich.panel import Panel
from rich.text import Text

from ptxgen import toolchain
from ptxgen.cli.console import examples, output, plain, print_json, row, table
from ptxgen.cli.findings import as_json, show, summary
from ptxgen.cli.gguf_file import read_matrix, write_matrix
from ptxgen.cli.heart import excerpt, heart
from ptxgen.cli.highlight import listing
from ptxgen.cli.main import FINDINGS
from ptxgen.cli.numbers import count, number
from ptxgen.cli.sources import writing
from ptxgen.cli.story import Story
from ptxgen.verification import Comparison, Run, Verification, Workbench, compare, run_kernel, verify_text

if TYPE_CHECKING:
    from ptxgen.kernels import QuantGemv

TENSOR = "blk.0.attn_q.weight"
SHOWN_LINES = 24
NEXT = (
    ("ptxgen list", "the kernels that ship"),
    ("ptxgen verify --all", "prove each of them"),
    ("ptxgen emit --kernel q4k_gemv | ptxas -arch=sm_80 -", "their text, for ptxas and anybody else"),
    ("ptxgen run --help", "run any PTX file on arrays, without a GPU"),
)


@click.command("demo", epilog=examples("ptxgen demo", "ptxgen demo --n 1000 --k 2048 --keep demo.gguf"))
@click.option("--n", default=4096, show_default=True, help="Rows of the matrix.")
@click.option("--k", default=4096, show_default=True, help="Columns; a multiple of 256.")
@click.option("--target", default="sm_80", show_default=True, metavar="SM", help="What the text is made for.")
@click.option("--device", default="auto", show_default=True, help="auto (the GPU, if any), emulator, cuda.")
@click.option("--seed", default=0, show_default=True, help="Of the weights and activations.")
@click.option(
    "--keep", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.gguf", help="Keep the file."
)
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
def command(
    n: int, k: int, target: str, device: str, seed: int, keep: Path | None, as_document: bool
) -> None:
    """Show the whole way once: y = W x for a quantised matrix W.

    Writes a GGUF file with a Q4_K tensor, reads it back, generates the PTX of the product, checks it, assembles it
    where ptxas is found, executes it under all checks, and compares the result with float64 and with the decoder of
    the gguf package. Needs no GPU.
    """
    from ptxgen.kernels import VectorizedQ4KGemv

    started = time.perf_counter()
    story = Story(output(), quiet=as_document)
    gemv = VectorizedQ4KGemv(n=n, k=k)
    bench = Workbench.open(device)
    rng = np.random.default_rng(seed)
    story.title(f"y = W x, with W a Q4_K matrix of {n} x {k}, on {bench.device.properties.name}")
    weights = _weights(story, gemv, rng, keep)
    static = _text(story, gemv, target)
    proof = _proof(story, gemv, bench, target, weights, rng) if static.ok else None
    seconds = time.perf_counter() - started
    ok = proof is not None and proof.ok
    if as_document:
        print_json("demo", _as_json(gemv, bench, static, proof, ok, seconds))
    else:
        story.end(ok, "on this data, the text computes W x.", seconds, NEXT)
    if not ok:
        raise click.exceptions.Exit(FINDINGS)


@frozen(eq=False)
class Weights:
    """The matrix as the file has it: blocks, uint8 [n, row bytes]; and as the gguf package decodes it, [n, k]."""

    blocks: NDArray[np.uint8]
    decoded: NDArray[np.float32]


@frozen
class Proof:
    """The run, its comparison with the gguf package's decoder, and a column got back by a one-hot vector."""

    run: Run
    against_gguf: Comparison | None = None
    column: int = 0
    column_equal: int = 0
    rows: int = 0

    @property
    def ok(self) -> bool:
        """Whether the run and both comparisons are right."""
        return (
            self.run.ok
            and self.against_gguf is not None
            and self.against_gguf.ok
            and self.column_equal == self.rows
        )


def _weights(story: Story, gemv: QuantGemv, rng: np.random.Generator, keep: Path | None) -> Weights:
    with story.working("quantising"), tempfile.TemporaryDirectory(prefix="ptxgen-demo-") as folder:
        path = keep or Path(folder) / "demo.gguf"
        original = rng.standard_normal((gemv.n, gemv.k), dtype=np.float32)
        blocks = gemv.format.encode(original)
        with writing(path):
            write_matrix(path, TENSOR, blocks, gemv.format)
        read, decoded = read_matrix(path, TENSOR)
        size = path.stat().st_size
    if not np.array_equal(read, blocks):
        raise click.ClickException(f"the gguf package read other bytes than were written to {path}")
    rms = float(np.sqrt(np.mean((decoded - original) ** 2)))
    story.step(
        "Weights",
        f"{path.name}: {size / 1e6:.1f} MB, tensor {TENSOR}, {gemv.format.name}, "
        f"{gemv.format.bits_per_weight} bits a weight",
        f"read back by gguf {version('gguf')}: the same bytes; quantisation error {rms:.3f} of a standard deviation",
    )
    return Weights(read, decoded)


def _text(story: Story, gemv: QuantGemv, target: str) -> Verification:
    from ptxgen.ir.parser import parse

    text = gemv.emit_ptx(target)
    lines = text.splitlines()
    span, what = heart(parse(text, name=gemv.name).function(gemv.name))
    story.step(
        "PTX",
        f"VectorizedQ4KGemv(n={gemv.n}, k={gemv.k}).emit_ptx({target!r}): {len(lines)} lines; "
        f"{what}, lines {span.start} to {span.stop - 1}:",
    )
    story.show(Panel(_excerpt(lines, span), border_style="dim", expand=False))

    ptxas = toolchain.find("ptxas")
    static = verify_text(text, gemv.name, target=target, ptxas=ptxas)
    story.step("Check", _verdict(static.checked, summary(static.diagnostics)))
    show(story.console, static.diagnostics, gemv.name, lines)
    if static.assembly is None or ptxas is None:
        story.step("ptxas", plain("not found (optional): pip install 'ptxgen[toolchain]'", "yellow"))
    else:
        used = " ".join(
            f"{r.registers} registers, {r.spill_stores + r.spill_loads} bytes spilled"
            for r in static.assembly.resources
        )
        accepted = static.assembly.accepted
        said = f"{ptxas.version} {'accepts' if accepted else 'refuses'} it for {target}: {used}"
        story.step("ptxas", _verdict(accepted, said))
        show(story.console, static.assembly.diagnostics, gemv.name, lines)
    return static


def _excerpt(lines: list[str], span: range) -> Text:
    """The loop's loads, its first multiply-adds, and its end."""
    focus = next((number for number in span if "fma." in lines[number - 1]), span.start)
    parts = excerpt(span, SHOWN_LINES, focus)
    shown = listing((number, lines[number - 1]) for number in parts[0])
    for before, part in pairwise(parts):
        shown.append(f"\n      ... {part.start - before.stop} more lines\n", "dim")
        shown.append_text(listing((number, lines[number - 1]) for number in part))
    return shown


def _proof(
    story: Story,
    gemv: QuantGemv,
    bench: Workbench,
    target: str,
    weights: Weights,
    rng: np.random.Generator,
) -> Proof:
    x = rng.standard_normal(gemv.k, dtype=np.float32)
    inputs = {"w": weights.blocks, "x": x}
    with story.working("running"):
        run = run_kernel(gemv, inputs, bench, target)
        if run.fault is not None:
            story.step("Run", _verdict(False, run.fault.message))
            show(story.console, [run.fault], gemv.name)
            return Proof(run)
        by_gguf = weights.decoded.astype(np.float64) @ x
        against_gguf = compare("y", run.outputs["y"], by_gguf, gemv.bounds(inputs)["y"])
        column = int(rng.integers(gemv.k))
        one_hot = np.zeros(gemv.k, np.float32)
        one_hot[column] = 1
        found = gemv.run({"w": weights.blocks, "x": one_hot}, device=bench.device, target=target)["y"]
        equal = int(np.count_nonzero(found == weights.decoded[:, column]))
    proof = Proof(run, against_gguf, column, equal, gemv.n)
    _show_proof(story, bench, proof)
    return proof


def _show_proof(story: Story, bench: Workbench, proof: Proof) -> None:
    run = proof.run
    executed = f"{count(run.thread_instructions)} thread-instructions in " if run.thread_instructions else ""
    checks = "bounds, alignment, initialisation, registers, barriers and lanes were checked on the way"
    story.step(
        "Run",
        f"{bench.device.properties.name}: {executed}{run.seconds:.2f} s",
        *([checks] if bench.counts else []),
    )
    story.step("Compare", "each row within 2^-22 |w| |x|, w as decoded")
    made = table(
        "y against",
        "worst error",
        "allowed there",
        "rows outside",
        right=("worst error", "allowed there", "rows outside"),
    )
    for label, comparison in (
        ("float64, ptxgen's decoder", run.comparisons[0]),
        ("float64, the gguf package's decoder", proof.against_gguf),
    ):
        if comparison is not None:
            outside = _verdict(comparison.ok, f"{comparison.outside} of {comparison.elements}")
            row(made, label, f"{comparison.error:.2e}", f"{comparison.tolerance:.2e}", outside)
    story.show(made)
    story.show(
        Text.assemble(
            f"W e_{proof.column} is column {proof.column} as gguf decodes it: ",
            _verdict(
                proof.column_equal == proof.rows,
                f"{proof.column_equal} of {proof.rows} values equal, bit for bit",
            ),
        )
    )


def _verdict(good: bool, text: str) -> Text:
    return plain(text, "green" if good else "bold red")


def _as_json(
    gemv: QuantGemv,
    bench: Workbench,
    static: Verification,
    proof: Proof | None,
    ok: bool,
    seconds: float,
) -> dict[str, object]:
    run = proof.run if proof else None
    comparisons: dict[str, Comparison | None] = {
        "float64": run.comparisons[0] if run and run.comparisons else None,
        "gguf": proof.against_gguf if proof else None,
    }
    return {
        "ok": ok,
        "n": gemv.n,
        "k": gemv.k,
        "target": static.target,
        "device": bench.device.properties.name,
        "diagnostics": as_json(static.diagnostics),
        "assembled": static.assembly.accepted if static.assembly else None,
        "thread_instructions": run.thread_instructions if run else None,
        "run_seconds": round(run.seconds, 6) if run else None,
        "seconds": round(seconds, 6),
        "comparisons": [
            {
                "against": name,
                "ok": c.ok,
                "error": number(c.error),
                "tolerance": number(c.tolerance),
                "outside": c.outside,
            }
            for name, c in comparisons.items()
            if c
        ],
        "column": {"index": proof.column, "equal": proof.column_equal, "rows": proof.rows} if proof else None,
    }
