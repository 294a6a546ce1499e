import numpy as np

from ptxgen.driver import EmulatedDevice
from ptxgen.quant import Q8_0
from ptxgen_inference.engine import Engine
from tests.inference.reference.forward import forward
from tests.inference.tiny import Tiny
from tests.inference.vectors import nmse

TINY = Tiny("llama", layers=1, formats=(Q8_0,))


def test_a_prompt_and_a_token_under_all_sanitizers():
    """On a paged cache whose blocks nobody has written: what lies behind a sequence's end is not read."""
    tokens = [5, 60, 0, 17]
    device = EmulatedDevice(sanitize=True)
    with Engine.open(
        TINY.file(), device, context=16, block_size=4, sequences=2, chunk=8, activations="f32", cache="f32"
    ) as engine:
        sequence = engine.start()
        rows = [engine.prefill(sequence, tokens[:3]).host()[0]]
        logits = engine.decode([(sequence, tokens[3])])
        rows.append(logits.host()[0])
        assert logits.argmax() == [rows[1].argmax()]
    assert not device.findings
    assert nmse(np.stack(rows), forward(TINY.file(), tokens)["logits"][2:]) < 1e-11
