"""The bounds of the table in `docs/shipped-model.md`."""

from __future__ import annotations

import pytest

from ptxgen_inference import shipped
from ptxgen_inference.files import open_model
from ptxgen_inference.text import Tokenizer
from tests.inference.golden.golden import SOURCE
from tests.inference.golden.table import BOUNDS, rows


@pytest.mark.slow
def test_quantised_weights_stay_within_their_bounds() -> None:
    source = open_model(SOURCE)
    ids = Tokenizer.of(source.metadata).encode(shipped.held_out(), special=False)[:4200]
    exact, *others = rows(source, ids, with_engine=False)
    assert exact["score"].tokens >= 4096
    for row in others:
        assert row["score"].perplexity <= exact["score"].perplexity * (1 + BOUNDS[row["type"]]), row["type"]
