"""The options that say how tokens are chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from ptxgen_inference.sampling import Sampling

F = TypeVar("F", bound=Callable[..., Any])

DEFAULTS = Sampling()

OPTIONS = {
    "temperature": "0 takes the most likely token; 1 draws from the model's own distribution.",
    "top_k": "Draw from the K most likely tokens; 0: from all.",
    "top_p": "Draw from the most likely tokens that have this probability together.",
    "min_p": "Draw from tokens with at least this fraction of the best one's probability.",
    "repetition_penalty": "Divides the logits of repeated tokens.",
    "frequency_penalty": "Taken from a logit for each repetition.",
    "presence_penalty": "Taken from the logits of repeated tokens.",
    "penalty_window": "Tokens that count as repeated: the last N; -1: all.",
}


def _bias(written: str) -> tuple[int, float]:
    id, _, bias = written.partition("=")
    try:
        return int(id), float(bias)
    except ValueError:
        raise click.BadParameter(f"{written!r} is not of the form ID=VALUE, such as 13=-inf") from None


def sampling_options(command: F) -> F:
    """Add `--temperature`, `--top-k` and the others, `--seed` and `--logit-bias`."""
    for name, line in reversed(OPTIONS.items()):
        default = getattr(DEFAULTS, name)
        shown = f"--{name.replace('_', '-')}"
        names = [shown, "--repeat-penalty", name] if name == "repetition_penalty" else [shown, name]
        command = click.option(*names, default=default, show_default=True, help=line)(command)
    seed = click.option(
        "--seed", type=click.IntRange(0), metavar="N", help="Of the draws. [a new one each time]"
    )
    bias = click.option(
        "--logit-bias",
        multiple=True,
        type=_bias,
        metavar="ID=VALUE",
        help="Added to a token's logit; -inf bans it.",
    )
    return seed(bias(command))


def sampling_of(options: dict[str, Any], *, logprobs: int = 0) -> Sampling:
    """The settings that the options say (INF050), which are taken out of `options`."""
    settings = {name: options.pop(name) for name in (*OPTIONS, "seed")}
    return Sampling(**settings, logit_bias=dict(options.pop("logit_bias")), logprobs=logprobs)
