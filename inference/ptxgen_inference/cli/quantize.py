"""`ptxgen-infer quantize`: a model file in another weight format."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from ptxgen.cli import numbers
from ptxgen.cli.console import examples, output, plain, print_json, progress
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import open_model
from ptxgen_inference.quantize import RECIPES, quantize_file
from ptxgen_inference.quantize.quantising import Job

_MOST_WORKERS = 8


@click.command(
    "quantize", epilog=examples("ptxgen-infer quantize model-f16.gguf model-q4.gguf --type q4_k_m")
)
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--type",
    required=True,
    type=click.Choice(list(RECIPES), case_sensitive=False),
    help="The mixture of formats.",
)
@click.option("--allow-requantize", is_flag=True, help="Round weights that are quantised already once more.")
@click.option("--force", is_flag=True, help="Overwrite OUT.")
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=lambda: min(os.cpu_count() or 1, _MOST_WORKERS),
    show_default="the processors",
    help="Processes.",
)
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
def command(
    source: Path,
    target: Path,
    type: str,
    allow_requantize: bool,
    force: bool,
    workers: int,
    as_document: bool,
) -> None:
    """Write the model IN (GGUF, or a folder of safetensors) to the GGUF file OUT in another format.

    Mixtures are those of llama.cpp: with q4_k_m, values and down projections of the first, the last and every third
    layer are Q6_K, and so is the output matrix; rows that are no multiple of 256 fall back to blocks of 32.
    """
    same = target.exists() and source.exists() and target.samefile(source)
    if same or (target.exists() and not force):
        why = "it is the file that is read" if same else "it exists"
        help = "give another name" if same else "pass --force to overwrite it"
        raise InferenceError("INF030", f"cannot write {target}: {why}", help=help)
    model = open_model(source)
    with progress() as bar:
        task = bar.add_task(f"quantising to {type.lower()}", total=len(model.tensors))
        jobs = quantize_file(
            model,
            target,
            type,
            allow_requantize=allow_requantize,
            workers=workers,
            progress=lambda _: bar.advance(task),
        )
    before = sum(job.tensor.data.nbytes for job in jobs)
    if as_document:
        print_json("quantize", _document(source, target, type, jobs, before))
        return
    after = target.stat().st_size
    formats = ", ".join(f"{count} {name}" for name, count in Counter(j.format.name for j in jobs).items())
    text = f"{target}: {type.lower()}, {numbers.count(after)}B ({after / max(before, 1):.1%} of the weights before)"
    output().print(plain(f"{text}; tensors: {formats}"))


def _document(source: Path, target: Path, type: str, jobs: Sequence[Job], before: int) -> dict[str, object]:
    return {
        "source": str(source),
        "target": str(target),
        "type": type.lower(),
        "bytes": target.stat().st_size,
        "bytes_before": before,
        "tensors": [{"name": j.tensor.name, "from": j.tensor.format.name, "to": j.format.name} for j in jobs],
    }
