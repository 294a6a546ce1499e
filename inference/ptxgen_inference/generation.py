"""The loop: a prompt goes in, tokens come out one by one, until something ends them."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.sampling import Choice, Sampler, Sampling
from ptxgen_inference.text import Stream, Tokenizer
from ptxgen_inference.text.stops import StopStrings

MOST_CANDIDATES = 128
"""The largest k of the TopK kernel."""

FINISHES = {
    "eos": "the model ended the text",
    "stop": "a stop string was generated",
    "length": "as many tokens as asked for",
    "context": "the context is full",
}
"""Why a text ends: `Generation.finish`."""


class Cached(Protocol):
    """A sequence whose tokens are in the cache."""

    @property
    def length(self) -> int: ...
    def free(self) -> None: ...


class Row(Protocol):
    """The logits of one token, on the device."""

    def host(self) -> NDArray[np.float32]: ...
    def argmax(self) -> NDArray[Any]: ...
    def top(self, k: int) -> tuple[NDArray[Any], NDArray[Any]]: ...


class Decoder(Protocol):
    """What the loop needs of an engine."""

    @property
    def vocabulary(self) -> int: ...
    @property
    def context(self) -> int: ...
    def start(self) -> Any: ...
    def prefill(self, sequence: Any, tokens: Sequence[int]) -> Row: ...
    def decode(self, pairs: Sequence[tuple[Any, int]]) -> Row: ...


@frozen
class StepResult:
    """A token, and the text that is certain since the token before.

    `logprob` and `top` are `sampling.Choice`'s; they are None and empty where nobody asked for them.
    """

    id: int
    text: str
    logprob: float | None = None
    top: tuple[tuple[int, float], ...] = ()


@define
class Timings:
    """Seconds and tokens, the prompt's apart from those of the answer."""

    prompt_tokens: int = 0
    prompt_seconds: float = 0.0
    tokens: int = 0
    seconds: float = 0.0


@define(eq=False)
class Conversation:
    """One sequence of an engine that grows: what is in the cache already is not computed again."""

    engine: Decoder
    sequence: Cached | None = None
    ids: list[int] = field(factory=list[int])

    def prefill(self, ids: Sequence[int]) -> Row:
        """The logits behind `ids`. If they begin with the text so far, only the others go through the model."""
        known = len(self.ids)
        if not (self.sequence and known < len(ids) and self.ids == [*ids[:known]]):
            self.free()
            self.sequence, known = self.engine.start(), 0
        row = self.engine.prefill(self.sequence, ids[known:])
        self.ids = [*ids]
        return row

    def append(self, id: int) -> Row:
        """The logits behind one more token."""
        row = self.engine.decode([(self.sequence, id)])
        self.ids.append(id)
        return row

    def free(self) -> None:
        """Give the sequence back, and forget its text."""
        if self.sequence:
            self.sequence.free()
        self.sequence, self.ids = None, []


@define(eq=False)
class Generation(Iterator[StepResult]):
    """The steps of a text, one for each token. The last token's step has all the text that was held back.

    `finish` says afterwards why the text ended (`FINISHES`); the token that ended it has a step, too.
    """

    engine: Decoder
    tokenizer: Tokenizer | None
    prompt: Sequence[int]
    sampler: Sampler
    most: int
    stops: StopStrings
    ignore_eos: bool
    logprobs: bool
    conversation: Conversation
    owned: bool
    finish: str = ""
    timings: Timings = field(factory=Timings)
    _steps: Generator[StepResult, None, None] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._steps = self._run()

    def __next__(self) -> StepResult:
        return next(self._steps)

    def close(self) -> None:
        """End early. The sequence is given back, unless it is a conversation's."""
        self._steps.close()

    def _run(self) -> Generator[StepResult, None, None]:
        try:
            yield from self._tokens()
        finally:
            if self.owned:
                self.conversation.free()

    def _tokens(self) -> Iterator[StepResult]:
        if not self.prompt:
            raise InferenceError(
                "INF054",
                "the prompt has no tokens, and the model no beginning-of-text token",
                help="give a text",
            )
        text = _Text(self.tokenizer, self.stops)
        history = [*self.prompt]
        started = time.perf_counter()
        choice = self._choose(self.conversation.prefill(self.prompt), history)
        self.timings.prompt_tokens, self.timings.prompt_seconds = len(history), time.perf_counter() - started
        while True:
            history.append(choice.id)
            self.timings.tokens += 1
            certain = text.push(choice.id)
            self.finish = self._finish(choice.id, text, len(history))
            if self.finish:
                yield self._result(choice, certain + text.end())
                return
            yield self._result(choice, certain)
            started = time.perf_counter()
            choice = self._choose(self.conversation.append(choice.id), history)
            self.timings.seconds += time.perf_counter() - started

    def _choose(self, row: Row, history: Sequence[int]) -> Choice:
        settings = self.sampler.settings
        # Logits that are no numbers come from the weights or a kernel, so the first row shows them: it is looked at.
        if self.logprobs or not settings.raw or self.timings.tokens == 0:
            return self.sampler.pick(row.host()[0], history)
        if settings.greedy:
            return Choice(int(row.argmax()[0]), 0.0)
        if 0 < settings.top_k <= min(MOST_CANDIDATES, self.engine.vocabulary):
            values, ids = row.top(settings.top_k)
            return Choice(self.sampler.pick_from(values[0], ids[0].tolist()), 0.0)
        return self.sampler.pick(row.host()[0], history)

    def _finish(self, id: int, text: _Text, length: int) -> str:
        if text.stopped:
            return "stop"
        if not self.ignore_eos and self.tokenizer and id in self.tokenizer.eos:
            return "eos"
        if self.timings.tokens == self.most:
            return "length"
        return "context" if length > self.engine.context else ""

    def _result(self, choice: Choice, text: str) -> StepResult:
        return StepResult(choice.id, text, choice.logprob if self.logprobs else None, choice.top)


def generate(
    engine: Decoder,
    tokenizer: Tokenizer | None,
    prompt_ids: Sequence[int],
    sampling: Sampling | Sampler | None = None,
    max_tokens: int | None = None,
    *,
    stop: Sequence[str] = (),
    ignore_eos: bool = False,
    logprobs: bool = False,
    conversation: Conversation | None = None,
) -> Generation:
    """Continue a prompt; iterate over the result for its steps.

    sampling: settings (greedy if None), or a sampler that goes on with its random numbers. max_tokens: at most so many,
    the end token counted; None: until the context is full. stop: strings that end the text, without being a part of
    it. ignore_eos: end tokens are tokens like others. logprobs: every step has its log-probability (also if
    `sampling.logprobs` asks for the most likely tokens). conversation: continue in its sequence, and keep it; without
    one a sequence is started, and given back when the steps are closed or at their end.
    """
    sampler = (
        sampling if isinstance(sampling, Sampler) else Sampler(sampling or Sampling(), engine.vocabulary)
    )
    return Generation(
        engine=engine,
        tokenizer=tokenizer,
        prompt=prompt_ids,
        sampler=sampler,
        most=engine.context + 1 if max_tokens is None else _at_least_one(max_tokens),
        stops=StopStrings(tuple(stop)),
        ignore_eos=ignore_eos,
        logprobs=logprobs or sampler.settings.logprobs > 0,
        conversation=conversation or Conversation(engine),
        owned=conversation is None,
    )


def _at_least_one(max_tokens: int) -> int:
    if max_tokens < 1:
        raise InferenceError("INF056", f"max_tokens is {max_tokens}, and must be at least 1")
    return max_tokens


class _Text:
    """The text of tokens, as far as it is certain. Without a vocabulary there is none."""

    def __init__(self, tokenizer: Tokenizer | None, stops: StopStrings) -> None:
        self.stream: Stream | None = tokenizer.stream(continued=True) if tokenizer else None
        self.known = tokenizer.vocabulary if tokenizer else 0
        self.stops = stops

    @property
    def stopped(self) -> bool:
        return self.stops.stopped

    def push(self, id: int) -> str:
        # A model may have more rows than its vocabulary has tokens: padding, without a text.
        return self.stops.push(self.stream.push(id)) if self.stream and id < self.known else ""

    def end(self) -> str:
        return self.stops.push(self.stream.end() if self.stream else "") + self.stops.end()
