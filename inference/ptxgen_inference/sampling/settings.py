"""How the next token is chosen."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from ptxgen_inference.errors import InferenceError

Rule = tuple[Callable[[Any], bool], str]


def _number(low: float, high: float, *, open_low: bool = False) -> Rule:
    """A finite number between two bounds."""
    wanted = f"a number {'above' if open_low else 'from'} {low:g}" + (
        f" to {high:g}" if high < math.inf else ""
    )

    def fits(value: Any) -> bool:
        real = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return real and (low < value if open_low else low <= value) and value <= high

    return fits, wanted


def _count(low: int) -> Rule:
    return (
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= low,
        f"an integer from {low}",
    )


RULES: Mapping[str, Rule] = {
    "temperature": _number(0, math.inf),
    "top_k": _count(0),
    "top_p": _number(0, 1, open_low=True),
    "min_p": _number(0, 1),
    "repetition_penalty": _number(0, math.inf, open_low=True),
    "frequency_penalty": _number(-math.inf, math.inf),
    "presence_penalty": _number(-math.inf, math.inf),
    "penalty_window": _count(-1),
    "seed": (
        lambda value: value is None or _count(0)[0](value),
        "an integer from 0, or None for a new one each time",
    ),
    "logprobs": _count(0),
}


@attrs.frozen
class Sampling:
    """The settings of a sampler; the defaults are greedy.

    `temperature` 0 takes the most likely token. `top_k` 0, `top_p` 1 and `min_p` 0 leave everything in. The penalties
    look at the last `penalty_window` tokens of prompt and answer (0: at none, -1: at all). `logit_bias` is added to
    the logits of single tokens; -inf bans one. `logprobs` says how many of the most likely tokens a choice lists.
    INF050 names a value out of its range.
    """

    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    penalty_window: int = 64
    seed: int | None = None
    logit_bias: Mapping[int, float] = attrs.field(factory=dict[int, float])
    logprobs: int = 0

    def __attrs_post_init__(self) -> None:
        for name, (fits, wanted) in RULES.items():
            value = getattr(self, name)
            if not fits(value):
                raise InferenceError("INF050", f"{name} is {value!r}, and must be {wanted}")
        for id, bias in self.logit_bias.items():
            if math.isnan(bias) or bias == math.inf:
                raise InferenceError(
                    "INF050", f"logit_bias of token {id} is {bias!r}, and must be a number or -inf"
                )

    @property
    def penalises(self) -> bool:
        """Whether the choice depends on the tokens before it."""
        penalties = (self.repetition_penalty - 1.0, self.frequency_penalty, self.presence_penalty)
        return self.penalty_window != 0 and any(penalties)

    @property
    def raw(self) -> bool:
        """Whether the logits are taken as they are: nothing is added to them or taken away."""
        return not self.penalises and not self.logit_bias

    @property
    def greedy(self) -> bool:
        """Whether the largest logit is the choice, and nobody asks for more than it."""
        return self.temperature == 0 and self.raw and self.logprobs == 0
