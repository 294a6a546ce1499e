"""The bounds of the table in `docs/shipped-model.md`, and of all held-out text."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from ptxgen_inference import shipped
from ptxgen_inference.files import open_model
from ptxgen_inference.perplexity import score
from ptxgen_inference.quantize import quantize
from ptxgen_inference.text import Tokenizer
from tests.inference.golden.golden import SOURCE
from tests.inference.golden.table import BOUNDS, Kept, Reference, identity, rows


def test_windows_that_are_known_are_not_measured_again(tmp_path: Path) -> None:
    kept, asked = tmp_path / "windows.jsonl", list[str]()

    def measure(window: str, nats: float) -> float:
        return Kept(kept).nats(window, lambda: asked.append(window) or nats)

    assert [measure("a", 1.5), measure("b", 2.5), measure("a", 9.0)] == [1.5, 2.5, 1.5]
    assert asked == ["a", "b"]
    source = open_model(SOURCE)
    assert identity(source, [1, 2]) == identity(open_model(SOURCE), [1, 2])
    assert identity(source, [1, 2]) != identity(source, [1, 3])
    assert identity(source, [1, 2]) != identity(quantize(source, "q8_0"), [1, 2])


@pytest.mark.slow
def test_quantised_weights_stay_within_their_bounds() -> None:
    source = open_model(SOURCE)
    ids = Tokenizer.of(source.metadata).encode(shipped.held_out(), special=False)[:4200]
    exact, *others = rows(source, ids, with_engine=False)
    assert exact["score"].tokens >= 4096
    for row in others:
        assert row["score"].perplexity <= exact["score"].perplexity * (1 + BOUNDS[row["type"]]), row["type"]


@pytest.mark.slow
def test_bits_per_byte_of_the_held_out_chapters() -> None:
    """Whole chapters between control tokens, as they were in training; the first token of a chapter's text counts."""
    source = open_model(SOURCE)
    tokenizer = Tokenizer.of(source.metadata)
    starts = r"(?m)^(?=\S+?\d+:1 )"
    chapters = [chapter for chapter in re.split(starts, shipped.held_out()) if chapter]
    assert len(chapters) == 30
    assert tokenizer.bos is not None
    assert tokenizer.last is not None
    scores = [
        score(
            Reference(source, 512),
            tokenizer,
            [tokenizer.bos, *tokenizer.encode(chapter, bos=False, special=False), tokenizer.last],
        )
        for chapter in chapters
    ]
    assert sum(each.bytes for each in scores) == len(shipped.held_out().encode())
    bits = sum(each.nats for each in scores) / math.log(2) / sum(each.bytes for each in scores)
    assert bits <= 1.1
