"""The loop, on an engine that is a table."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.generation import Conversation, generate
from ptxgen_inference.sampling import Sampler, Sampling
from ptxgen_inference.text import Tokenizer
from tests.inference.fakes import FakeEngine
from tests.inference.text.vocabularies import byte_level

TOKENIZER = Tokenizer.of(byte_level(cut="qwen2"))
SIZE = TOKENIZER.vocabulary
END = 1


def ids(text: str) -> list[int]:
    return TOKENIZER.encode(text)


def saying(text: str, **options: int) -> tuple[FakeEngine, list[int]]:
    """An engine that says what follows the first token of a text, then the end token; and that first token."""
    order = [*ids(text), END]
    assert len(set(order)) == len(order)
    return FakeEngine.saying(order, SIZE, **options), order[:1]


def test_every_token_has_a_step_and_the_text_is_the_tokens() -> None:
    engine, prompt = saying("hello the banana 日本")
    steps = generate(engine, TOKENIZER, prompt)
    done = [*steps]
    assert [step.id for step in done] == [*ids("hello the banana 日本")[1:], END]
    assert "".join(step.text for step in done) == TOKENIZER.decode(ids("hello the banana 日本")[1:])
    assert steps.finish == "eos"
    assert steps.timings.tokens == len(done)
    assert steps.timings.prompt_tokens == 1
    assert engine.open == 0
    assert all(step.logprob is None for step in done)


def test_no_step_has_a_part_of_a_character_and_the_last_has_the_rest() -> None:
    order = [ids("x")[0], *ids("\U0001f98a")[:2]]
    engine = FakeEngine.saying(order, SIZE)
    steps = [*generate(engine, TOKENIZER, order[:1], max_tokens=2)]
    assert [step.text for step in steps] == ["", "\ufffd"]


def test_ends() -> None:
    engine, prompt = saying("hello the banana", context=9)
    short = generate(engine, TOKENIZER, prompt, max_tokens=2)
    assert len([*short]) == 2
    assert short.finish == "length"
    on = generate(engine, TOKENIZER, prompt, ignore_eos=True)
    assert len([*on]) == 9  # eight that fit behind the prompt, and one that nothing follows
    assert on.finish == "context"
    full = generate(engine, TOKENIZER, prompt * 9)
    assert len([*full]) == 1
    assert full.finish == "context"
    assert engine.open == 0


def test_a_stop_string_may_span_tokens_and_is_no_part_of_the_text() -> None:
    engine, prompt = saying("hello the!?{banana")
    whole = TOKENIZER.decode(ids("hello the!?{banana")[1:])
    for stop in (" the", "e!?", "nan", "a"):
        steps = generate(engine, TOKENIZER, prompt, stop=["never", stop])
        assert "".join(step.text for step in steps) == whole[: whole.index(stop)]
        assert steps.finish == "stop"
    held = generate(engine, TOKENIZER, prompt, stop=["bananas"])
    assert "".join(step.text for step in held) == whole
    assert held.finish == "eos"


def test_log_probabilities() -> None:
    engine, prompt = saying("hello the")
    first = next(generate(engine, TOKENIZER, prompt, Sampling(logprobs=2)))
    total = 5 - np.log(np.exp(5) + SIZE - 1)
    assert first.logprob == pytest.approx(total, abs=1e-6)
    assert first.top == ((first.id, first.logprob), (0, pytest.approx(total - 5, abs=1e-6)))
    assert next(generate(engine, TOKENIZER, prompt, logprobs=True)).logprob == first.logprob


def test_the_device_does_what_it_can_and_chooses_the_same() -> None:
    rng = np.random.default_rng(3)
    table = rng.normal(size=(SIZE, SIZE)).astype(np.float32)
    for settings, read in (
        (Sampling(), "argmax"),
        (Sampling(temperature=1, top_k=7, top_p=0.9, seed=5), "top 7"),
    ):
        device, host = FakeEngine(table), FakeEngine(table)
        by_device = [step.id for step in generate(device, None, [3], settings, 20)]
        by_host = [step.id for step in generate(host, None, [3], settings, 20, logprobs=True)]
        assert by_device == by_host
        # The first row is looked at here, so that a model of NaNs is found out.
        assert device.reads == ["host", *[read] * 19]
        assert set(host.reads) == {"host"}


def test_a_model_that_answers_with_nan_is_named() -> None:
    with pytest.raises(InferenceError, match="no numbers"):
        next(generate(FakeEngine(np.full((9, 9), np.nan, np.float32)), None, [1]))


def test_penalties_see_the_prompt_and_the_answer() -> None:
    engine = FakeEngine.saying([4, 5, 6], 9)
    assert [step.id for step in generate(engine, None, [4], None, 5)] == [5, 6, 4, 5, 6]
    banned = Sampling(presence_penalty=100.0)
    assert len({step.id for step in generate(engine, None, [4], banned, 8)} | {4}) == 9


def test_without_a_vocabulary_and_beyond_it_there_is_no_text() -> None:
    assert [step.text for step in generate(FakeEngine.saying([4, 5, 6], 9), None, [4], None, 3)] == [""] * 3
    beyond = FakeEngine.saying([5, SIZE + 3, SIZE + 4], SIZE + 5)
    assert [step.text for step in generate(beyond, TOKENIZER, [5], None, 2)] == [""] * 2


def test_a_conversation_computes_what_is_new_only() -> None:
    engine = FakeEngine.saying([4, 5, 6], 9)
    talk = Conversation(engine)
    first = [step.id for step in generate(engine, None, [4], None, 3, conversation=talk)]
    assert first == [5, 6, 4]
    assert engine.fed == [4, 5, 6]  # nothing follows the last token yet
    assert [step.id for step in generate(engine, None, [4, 5, 6, 4, 7, 6], None, 1, conversation=talk)] == [4]
    assert engine.fed == [4, 5, 6, 4, 7, 6]
    assert engine.open == 1
    for other in ([4, 4, 5], [4, 4, 6, 4, 7, 6, 4, 5]):
        engine.fed.clear()
        assert [step.id for step in generate(engine, None, other, None, 1, conversation=talk)] == [6]
        assert engine.fed == other
    assert engine.open == 1
    talk.free()
    assert engine.open == 0


def test_what_is_closed_early_is_given_back() -> None:
    engine, prompt = saying("hello the banana")
    steps = generate(engine, TOKENIZER, prompt)
    next(steps)
    assert engine.open == 1
    steps.close()
    assert engine.open == 0
    assert [*steps] == []


def test_a_sampler_goes_on_with_its_random_numbers() -> None:
    engine = FakeEngine(np.zeros((50, 50), np.float32))
    settings = Sampling(temperature=1, seed=1)
    whole = [step.id for step in generate(engine, None, [1], settings, 6)]
    sampler = Sampler(settings, 50)
    parts = [step.id for _ in range(2) for step in generate(engine, None, [1], sampler, 3)]
    assert parts == whole


def test_what_cannot_be_generated_is_refused() -> None:
    engine, prompt = saying("hello the")
    for given, id in (
        ({"prompt_ids": []}, "INF054"),
        ({"stop": [""]}, "INF055"),
        ({"max_tokens": 0}, "INF056"),
    ):
        with pytest.raises(InferenceError) as refused:
            next(generate(engine, TOKENIZER, **{"prompt_ids": prompt, **given}))
        assert refused.value.id == id
