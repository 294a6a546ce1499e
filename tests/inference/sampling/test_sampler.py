"""Samplers: distributions against an exact enumeration that is written another way, and what is refused."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import attrs
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.sampling import Sampler, Sampling

GOLDEN = [468, 426, 362, 237]
"""Four draws from a thousand equal tokens with the seed 7."""

LOGITS = st.lists(st.floats(-30, 30, width=32) | st.just(-math.inf), min_size=1, max_size=12)
SETTINGS = st.builds(
    Sampling,
    temperature=st.sampled_from([0.3, 0.8, 1.0, 2.5]),
    top_k=st.integers(0, 14),
    top_p=st.sampled_from([0.1, 0.5, 0.9, 1.0]),
    min_p=st.sampled_from([0.0, 0.05, 0.5, 1.0]),
    repetition_penalty=st.sampled_from([1.0, 1.3, 0.7]),
    frequency_penalty=st.sampled_from([0.0, 0.5, -0.2]),
    presence_penalty=st.sampled_from([0.0, 0.4]),
    penalty_window=st.sampled_from([-1, 0, 2, 64]),
    seed=st.integers(0, 2**64),
)


def reference(logits: list[float], settings: Sampling, history: list[int]) -> dict[int, float]:
    """The distribution that is drawn from, one token at a time in plain Python."""
    logits = [
        logit + settings.logit_bias.get(id, 0.0) if logit > -math.inf else logit
        for id, logit in enumerate(logits)
    ]
    if settings.penalty_window:
        recent = history if settings.penalty_window == -1 else history[-settings.penalty_window :]
        for id in set(recent):
            scale = settings.repetition_penalty
            logits[id] = logits[id] / scale if logits[id] > 0 else logits[id] * scale
            logits[id] -= recent.count(id) * settings.frequency_penalty + settings.presence_penalty
    left = sorted(
        (id for id, logit in enumerate(logits) if logit > -math.inf),
        key=lambda token: (-logits[token], token),
    )
    if settings.top_k:
        left = left[: settings.top_k]
    if settings.top_p < 1:
        total = math.fsum(math.exp(logits[id] - logits[left[0]]) for id in left)
        mass, kept = 0.0, 0
        while mass < settings.top_p and kept < len(left):
            mass += math.exp(logits[left[kept]] - logits[left[0]]) / total
            kept += 1
        left = left[:kept]
    if settings.min_p:
        best = logits[left[0]]
        left = [id for id in left if id == left[0] or logits[id] >= best + math.log(settings.min_p)]
    weights = {id: math.exp((logits[id] - logits[left[0]]) / settings.temperature) for id in left}
    total = math.fsum(weights.values())
    return {id: weight / total for id, weight in weights.items()}


@given(LOGITS, SETTINGS, st.data())
def test_the_distribution_is_that_of_the_chain(
    logits: list[float], settings: Sampling, data: st.DataObject
) -> None:
    assume(max(logits) > -math.inf)
    history = data.draw(st.lists(st.integers(0, len(logits) - 1), max_size=8))
    expected = reference(logits, settings, history)
    ids, probabilities = Sampler(settings, len(logits)).candidates(logits, history)
    found = dict(zip(ids.tolist(), probabilities.tolist(), strict=True))
    # Sums of up to twelve probabilities round by at most 12 * 2^-53: on such an edge of top-p one token more may stay.
    if found.keys() != expected.keys():
        assert settings.top_p < 1
        assert abs(len(found) - len(expected)) == 1
        return
    for id, probability in expected.items():
        assert found[id] == pytest.approx(probability, rel=1e-12)


class Numbers:
    """Random numbers that are not: each is the next of a list."""

    def __init__(self, numbers: list[float]) -> None:
        self.numbers = iter(numbers)

    def random(self) -> float:
        return next(self.numbers)


@effort(max_examples=25)
@given(st.lists(st.floats(-5, 5, width=32), min_size=1, max_size=6), st.sampled_from([0.5, 1.0, 3.0]))
def test_each_token_is_drawn_for_its_share_of_the_numbers(logits: list[float], temperature: float) -> None:
    sampler = Sampler(Sampling(temperature=temperature), len(logits))
    cells = 100
    sampler._draws = Numbers([(cell + 0.5) / cells for cell in range(cells)])
    drawn = Counter(sampler.pick(logits).id for _ in range(cells))
    for id, probability in reference(logits, sampler.settings, []).items():
        # Of evenly spaced numbers an interval of length p holds p * cells, to within one at each end.
        assert abs(drawn[id] - probability * cells) <= 1.001


@given(st.lists(st.floats(-30, 30, width=32), min_size=1, max_size=12))
def test_greedy_takes_the_first_of_the_largest(logits: list[float]) -> None:
    choice = Sampler(Sampling(), len(logits)).pick(logits)
    assert choice.id == logits.index(max(logits))


@given(LOGITS, st.integers(0, 14), SETTINGS)
def test_log_probabilities_are_the_models_own(logits: list[float], count: int, settings: Sampling) -> None:
    assume(max(logits) > -math.inf)
    sampler = Sampler(attrs.evolve(settings, logprobs=count), len(logits))
    choice = sampler.pick(logits, [0])
    best = max(logits)
    total = math.log(math.fsum(math.exp(logit - best) for logit in logits)) + best
    assert choice.logprob == pytest.approx(logits[choice.id] - total, abs=1e-12)
    finite = [id for id in range(len(logits)) if logits[id] > -math.inf]
    expected = sorted(finite, key=lambda token: (-logits[token], token))[:count]
    assert [id for id, _ in choice.top] == expected
    assert [score for _, score in choice.top] == pytest.approx(
        [logits[id] - total for id in expected], abs=1e-12
    )


@given(SETTINGS, st.integers(0, 2**32))
def test_a_seed_gives_the_same_tokens_again(settings: Sampling, seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(6, 40)).astype(np.float32)
    first, second = Sampler(settings, 40), Sampler(settings, 40)
    assert [first.pick(row).id for row in rows] == [second.pick(row).id for row in rows]


def test_seeds_differ_and_a_seed_is_fixed_for_all_time() -> None:
    row = np.zeros(1000, np.float32)

    def drawn(seed: int | None) -> list[int]:
        sampler = Sampler(Sampling(temperature=1, seed=seed), 1000)
        return [sampler.pick(row).id for _ in range(4)]

    assert drawn(7) != drawn(8)
    assert drawn(None) != drawn(None)
    assert drawn(7) == GOLDEN
    given_by_chance = Sampler(Sampling(temperature=1), 1000)
    again = Sampler(Sampling(temperature=1, seed=given_by_chance.seed), 1000)
    assert given_by_chance.pick(row) == again.pick(row)


@given(LOGITS, st.integers(1, 12), SETTINGS)
def test_candidates_of_the_device_give_the_same_choice(
    logits: list[float], k: int, settings: Sampling
) -> None:
    assume(max(logits) > -math.inf)
    raw = attrs.evolve(settings, top_k=k, repetition_penalty=1.0, frequency_penalty=0.0, presence_penalty=0.0)
    order = sorted(range(len(logits)), key=lambda token: (-logits[token], token))[:k]
    values = [logits[id] for id in order]
    assert Sampler(raw, len(logits)).pick_from(values, order) == Sampler(raw, len(logits)).pick(logits).id


def test_top_p_keeps_the_token_that_reaches_it() -> None:
    shares = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 8), Fraction(1, 8)]
    logits = [math.log(share) for share in shares]
    for top_p, left in ((0.49, 1), (0.51, 2), (0.74, 2), (0.76, 3), (0.99, 4), (1.0, 4)):
        ids, _ = Sampler(Sampling(temperature=1, top_p=top_p), 4).candidates(logits)
        assert ids.tolist() == [0, 1, 2, 3][:left], top_p


def test_penalties_look_at_the_last_tokens_of_their_window() -> None:
    for window, order in ((2, [0, 1, 4, 2, 3]), (-1, [4, 0, 1, 2, 3]), (0, [0, 1, 2, 3, 4])):
        settings = Sampling(temperature=1, presence_penalty=1.0, penalty_window=window)
        ids, _ = Sampler(settings, 5).candidates([0.0] * 5, [0, 1, 2, 3])
        assert ids.tolist() == order


def test_a_bias_bans_and_forces_tokens() -> None:
    logits = [3.0, 2.0, 1.0]
    assert Sampler(Sampling(logit_bias={0: -math.inf}), 3).pick(logits).id == 1
    assert Sampler(Sampling(logit_bias={2: 5.0}), 3).pick(logits).id == 2
    with pytest.raises(InferenceError) as nothing:
        Sampler(Sampling(logit_bias=dict.fromkeys(range(3), -math.inf)), 3).pick(logits)
    assert nothing.value.id == "INF053"


@pytest.mark.parametrize("number", [math.nan, math.inf])
@pytest.mark.parametrize("settings", [Sampling(), Sampling(temperature=1, top_k=2)])
def test_logits_that_are_no_numbers_are_named(number: float, settings: Sampling) -> None:
    with pytest.raises(InferenceError, match="at 1") as refused:
        Sampler(settings, 3).pick([0.0, number, number])
    assert refused.value.id == "INF052"
    with pytest.raises(InferenceError):
        Sampler(Sampling(temperature=1, top_k=2), 3).pick_from([number, 0.0], [1, 0])


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": -1},
        {"temperature": math.nan},
        {"temperature": True},
        {"top_k": -1},
        {"top_k": 1.5},
        {"top_p": 0.0},
        {"top_p": 1.1},
        {"min_p": -0.1},
        {"repetition_penalty": 0.0},
        {"frequency_penalty": math.inf},
        {"penalty_window": -2},
        {"seed": -1},
        {"logprobs": -1},
        {"logit_bias": {1: math.nan}},
        {"logit_bias": {1: math.inf}},
    ],
    ids=str,
)
def test_settings_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InferenceError, match="must be") as refused:
        Sampling(**wrong)
    assert refused.value.id == "INF050"


def test_what_does_not_fit_the_vocabulary_is_refused() -> None:
    with pytest.raises(InferenceError, match="token 5"):
        Sampler(Sampling(logit_bias={5: 1.0}), 5)
    with pytest.raises(InferenceError, match=r"\(4,\), not \(5,\)"):
        Sampler(Sampling(), 5).pick([0.0] * 4)


def test_what_needs_only_the_largest_logit() -> None:
    assert Sampling().greedy
    assert Sampling(top_k=5, penalty_window=0, repetition_penalty=2.0).greedy
    for other in ({"temperature": 1.0}, {"logprobs": 1}, {"logit_bias": {1: 1.0}}, {"presence_penalty": 0.1}):
        assert not Sampling(**other).greedy
