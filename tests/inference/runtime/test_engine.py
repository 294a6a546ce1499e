import numpy as np
import pytest

from ptxgen.driver import Device
from ptxgen_inference.engine import Engine
from ptxgen_inference.errors import InferenceError
from tests.inference import engines
from tests.inference.reference.forward import forward
from tests.inference.tiny import MODELS
from tests.inference.vectors import nmse

TOKENS = [5, 60, 0, 17, 17, 33, 2, 48, 9]


@pytest.fixture(scope="module")
def device() -> Device:
    return engines.device()


@pytest.fixture(scope="module")
def engine(device: Device) -> Engine:
    file = MODELS["llama-linear"].file()
    return Engine.open(file, device, activations="f32", cache="f32", chunk=4, context=12)


@pytest.fixture(scope="module")
def expected() -> np.ndarray:
    return forward(MODELS["llama-linear"].file(), TOKENS)["logits"]


def test_prompt_in_chunks_then_tokens(engine: Engine, expected: np.ndarray):
    with engine.start() as sequence:
        rows = [engine.prefill(sequence, TOKENS[:6]).host()[0]]
        rows += [engine.decode([(sequence, token)]).host()[0] for token in TOKENS[6:]]
        assert sequence.length == len(TOKENS)
    assert nmse(np.array(rows), expected[5:]) < 1e-11


def test_logits_of_every_token(engine: Engine, expected: np.ndarray):
    """Without the cache where one chunk is enough; by chunks on the cache otherwise."""
    assert nmse(engine.logits(TOKENS[:3]), expected[:3]) < 1e-11
    assert nmse(engine.logits(TOKENS), expected) < 1e-11


def test_layers_by_name(engine: Engine):
    trace = engine.trace(TOKENS)
    exact = forward(MODELS["llama-linear"].file(), TOKENS)
    shared = trace.keys() & exact.keys()
    assert {"embd", "blk.0", "blk.1.heads", "logits"} <= shared
    for name in shared:
        assert nmse(trace[name], exact[name]) < 1e-11, name


def test_a_warm_engine_records_nothing_more(device: Device, expected: np.ndarray):
    """For prompts of a length, and for any."""
    file = MODELS["llama-linear"].file()
    engine = Engine.open(file, device, activations="f32", cache="f32", chunk=8, context=12)
    told: list[tuple[int, int]] = []
    engine.warm_up([2], lambda ready, count: told.append((ready, count)))
    assert told == [(i, told[-1][1]) for i in range(told[-1][1] + 1)]
    made = engine.launches()
    before = device.pool.statistics
    with engine.start() as sequence:
        rows = [engine.prefill(sequence, TOKENS[:2]).host()[0]]
        for token in TOKENS[2:]:
            logits = engine.decode([(sequence, token)])
            assert logits.argmax()[0] == logits.host()[0].argmax()
            rows.append(logits.host()[0])
    assert nmse(np.array(rows), expected[1:]) < 1e-11
    assert engine.launches() == made
    assert device.pool.statistics == before
    engine.warm_up()
    every = engine.launches()
    assert every.keys() > made.keys()
    told.clear()
    engine.warm_up(progress=lambda ready, count: told.append((ready, count)))
    assert (told, engine.launches()) == ([(0, 0)], every)


def test_nothing_is_allocated_after_the_first_step(engine: Engine):
    def step() -> None:
        with engine.start() as sequence:
            logits = engine.prefill(sequence, TOKENS[:6])
            for token in TOKENS[6:]:
                logits = engine.decode([(sequence, token)])
                logits.argmax()
                logits.top(3)

    step()
    before = engine.device.pool.statistics
    step()
    assert engine.device.pool.statistics == before


def test_what_is_computed_of_logits_on_the_device(engine: Engine):
    with engine.start() as sequence:
        logits = engine.prefill(sequence, TOKENS[:6])
        row = logits.host()[0].astype(np.float64)
        values, ids = logits.top(5)
        assert logits.argmax() == [row.argmax()]
        assert ids[0].tolist() == np.argsort(-row, kind="stable")[:5].tolist()
        assert values[0].tolist() == row[ids[0]].tolist()
        exact = np.exp(row - row.max())
        assert np.abs(logits.probabilities()[0] - exact / exact.sum()).max() < 1e-6


def test_logits_that_another_step_has_overwritten(engine: Engine):
    with engine.start() as sequence:
        first = engine.decode([(sequence, 1)])
        engine.decode([(sequence, 2)])
        with pytest.raises(InferenceError) as caught:
            first.host()
        assert caught.value.id == "INF066"


@pytest.mark.parametrize(
    ("id", "act"),
    [
        ("INF060", lambda engine, sequence: engine.prefill(sequence, [1] * 13)),
        ("INF061", lambda engine, sequence: engine.start()),
        ("INF064", lambda engine, sequence: engine.prefill(sequence, [1, engine.vocabulary])),
        ("INF064", lambda engine, sequence: engine.decode([(sequence, -1)])),
        ("INF065", lambda engine, sequence: engine.prefill(sequence, [])),
        ("INF065", lambda engine, sequence: engine.decode([(sequence, 1), (sequence, 1)])),
    ],
)
def test_refused(engine: Engine, id: str, act):
    with engine.start() as sequence:
        with pytest.raises(InferenceError) as caught:
            act(engine, sequence)
        assert caught.value.id == id
        assert sequence.length == 0


def test_freed_sequences_are_refused(engine: Engine):
    sequence = engine.start()
    sequence.free()
    sequence.free()
    with pytest.raises(InferenceError) as caught:
        engine.prefill(sequence, [1])
    assert caught.value.id == "INF063"
    engine.start().free()


@pytest.mark.parametrize(
    "options", [{"cache": "f8"}, {"activations": "f16"}, {"context": 10**6}, {"sequences": 0}]
)
def test_options_that_cannot_be(device: Device, options: dict):
    with pytest.raises(InferenceError) as caught:
        Engine.open(MODELS["llama-linear"].file(), device, **options)
    assert caught.value.id == "INF065"
