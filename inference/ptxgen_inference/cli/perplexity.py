"""`ptxgen-infer perplexity`: how well a model predicts a text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ptxgen.cli.console import examples, output, plain, print_json, progress
from ptxgen_inference import shipped
from ptxgen_inference.cli.loading import ModelOptions, model_options, open_engine, open_file, tokenizer_of
from ptxgen_inference.errors import InferenceError


@click.command(
    "perplexity",
    epilog=examples(
        "ptxgen-infer perplexity --tokens 256",
        "ptxgen-infer perplexity wiki.test.raw --model llama-q4_k_m.gguf --context 512 --json",
    ),
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@model_options
@click.option(
    "--tokens", "most", type=click.IntRange(2), metavar="N", help="Only the first N tokens. [the whole text]"
)
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
def command(file: Path | None, most: int | None, as_document: bool, **options: Any) -> None:
    """Perplexity of a model on the text FILE, and bits for each byte.

    Without FILE it is the held-out text of the shipped model. The text goes through the model in windows of the context
    that advance by half of it; every token is scored once.
    """
    from ptxgen_inference.perplexity import score

    where = ModelOptions(**options)
    model = open_file(where)
    tokenizer = tokenizer_of(model, needed=True)
    assert tokenizer is not None
    ids = tokenizer.encode(_text(file), special=False)[:most]
    with open_engine(model, where) as opened:
        opened.ready()
        with progress() as bar:
            task = bar.add_task("scoring tokens", total=len(ids) - 1)
            found = score(opened.engine, tokenizer, ids, progress=lambda count: bar.advance(task, count))
        window = opened.engine.context
    if as_document:
        print_json(
            "perplexity",
            {
                "model": model.source,
                "text": str(file) if file else None,
                "window": window,
                "tokens": found.tokens,
                "bytes": found.bytes,
                "nats": found.nats,
                "perplexity": found.perplexity,
                "bits_per_byte": found.bits_per_byte,
            },
        )
        return
    text = f"perplexity {found.perplexity:.4f}, {found.bits_per_byte:.4f} bits per byte"
    output().print(plain(f"{text} ({found.tokens} tokens, {found.bytes} bytes, windows of {window})"))


def _text(file: Path | None) -> str:
    if file is None:
        return shipped.held_out()
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise InferenceError("INF090", f"cannot read {file}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise InferenceError(
            "INF090",
            f"cannot read {file}: byte {error.start} is no UTF-8 ({error.reason})",
            help="convert the text to UTF-8",
        ) from None
