"""`ptxgen-infer generate`: continue a text, token by token."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import click

from ptxgen.cli.console import examples, messages, output, plain, printable
from ptxgen_inference.cli.loading import ModelOptions, model_options, open_engine, open_file, tokenizer_of
from ptxgen_inference.cli.sampling_options import sampling_of, sampling_options
from ptxgen_inference.generation import FINISHES, Generation, StepResult, generate
from ptxgen_inference.text import Tokenizer


def _ids(listed: str) -> list[int]:
    try:
        ids = [int(id) for id in listed.replace(",", " ").split()]
    except ValueError:
        ids = []
    if not ids:
        raise click.BadParameter(f"{listed!r} is not a list of token ids, such as 1,20,300")
    return ids


@click.command(
    "generate",
    epilog=examples(
        'ptxgen-infer generate "In the beginning"',
        'ptxgen-infer generate "Once" --model llama.gguf --temperature 0.8 --top-p 0.95 --seed 1 --stop "The end"',
        "ptxgen-infer generate --model tiny.gguf --tokens 1,20,300 --max-tokens 8 --logprobs 5 --json",
        "cat prompt.txt | ptxgen-infer generate -",
    ),
)
@click.argument("prompt", required=False)
@model_options
@click.option("--tokens", type=_ids, metavar="IDS", help="Token ids in place of a text: 1,20,300.")
@click.option(
    "--max-tokens", default=64, show_default=True, type=click.IntRange(1), help="At most so many tokens."
)
@sampling_options
@click.option(
    "--stop", multiple=True, metavar="TEXT", help="Ends the text before it; may be given several times."
)
@click.option("--ignore-eos", is_flag=True, help="Go on after the model's end token.")
@click.option(
    "--logprobs",
    default=0,
    type=click.IntRange(0),
    metavar="N",
    help="With --json: the N most likely tokens.",
)
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document when all is done.")
def command(
    prompt: str | None,
    tokens: list[int] | None,
    max_tokens: int,
    stop: tuple[str, ...],
    ignore_eos: bool,
    logprobs: int,
    as_document: bool,
    **options: Any,
) -> None:
    """Continue PROMPT (`-`: standard input), or the tokens of --tokens.

    The text appears as it is made. On a terminal the prompt stands before it.
    """
    if (prompt is None) == (tokens is None):
        raise click.UsageError('give a prompt, or token ids with --tokens; for example "In the beginning"')
    if logprobs and not as_document:
        raise click.UsageError("--logprobs is shown with --json only")
    settings = sampling_of(options, logprobs=logprobs)
    where = ModelOptions(**options)
    file = open_file(where)
    tokenizer = tokenizer_of(file, needed=tokens is None)
    text = sys.stdin.read() if prompt == "-" else prompt or ""
    ids = tokenizer.encode(text) if tokens is None and tokenizer else tokens or []
    with open_engine(file, where) as opened:
        engine = opened.engine
        if 0 < len(ids) <= engine.context:
            opened.warm_up([len(ids)])
        generation = generate(
            engine,
            tokenizer,
            ids,
            settings,
            max_tokens,
            stop=stop,
            ignore_eos=ignore_eos,
            logprobs=as_document,
        )
        if as_document:
            steps = [*opened.counted(generation, "generating tokens", max_tokens)]
            click.echo(json.dumps(_document(steps), ensure_ascii=False, allow_nan=False))
        else:
            _stream(generation, tokenizer, text, opened.ready)


def _stream(generation: Generation, tokenizer: Tokenizer | None, prompt: str, ready: Any) -> None:
    """Tokens as they come. Without a vocabulary their ids; on a terminal nothing that it would obey."""
    console = output()
    terminal = console.is_terminal
    for number, step in enumerate(generation):
        if number == 0:
            ready()
            if terminal and prompt:
                console.print(plain(prompt, "dim"), end="")
        shown = step.text if tokenizer else f"{' ' if number else ''}{step.id}"
        click.echo(printable(shown) if terminal else shown, nl=False)
        sys.stdout.flush()
    click.echo()
    if messages().is_terminal:
        messages().print(plain(f"[{generation.timings.tokens} tokens: {FINISHES[generation.finish]}]", "dim"))


def _document(steps: Sequence[StepResult]) -> dict[str, Any]:
    """The result as JSON; a log-probability of minus infinity, which JSON has no number for, is null."""
    return {
        "text": "".join(step.text for step in steps),
        "steps": [
            {
                "id": step.id,
                "logprob": _finite(step.logprob),
                "top_logprobs": [{"id": id, "logprob": _finite(logprob)} for id, logprob in step.top],
            }
            for step in steps
        ],
    }


def _finite(logprob: float | None) -> float | None:
    return None if logprob is None or logprob == float("-inf") else logprob
