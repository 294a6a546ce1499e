"""`ptxgen-infer perplexity`, with an engine that is a table in place of the true one."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from ptxgen_inference import engine as engine_module
from ptxgen_inference.cli.main import cli
from ptxgen_inference.files import write_gguf
from ptxgen_inference.text import Tokenizer
from tests.inference.fakes import FakeEngine
from tests.inference.text.vocabularies import byte_level

VOCABULARY = byte_level(cut="qwen2")
TOKENIZER = Tokenizer.of(VOCABULARY)
TEXT = "hello the banana 日本 hello the banana 日本"
IDS = TOKENIZER.encode(TEXT, special=False)
Run = Callable[..., Result]


@pytest.fixture
def model(tmp_path: Path) -> str:
    """A file with a vocabulary and no tensors."""
    path = tmp_path / "model.gguf"
    write_gguf(path, {"general.architecture": "llama", **VOCABULARY}, [])
    return str(path)


@pytest.fixture
def run(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on a file with `TEXT`. A token says with logit 5 what follows it in the text, once."""
    engine = FakeEngine.saying([*dict.fromkeys(IDS)], TOKENIZER.vocabulary, context=6)

    def open(*_: object, **options: Any) -> FakeEngine:
        engine.context = options["context"] or engine.context
        return engine

    monkeypatch.setattr(engine_module.Engine, "open", staticmethod(open))
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["perplexity", str(path), "--model", model, *arguments])

    return run


def expected(ids: list[int]) -> float:
    """The sum of -ln p, by hand: the last of the text's words is followed by its first again."""
    order = [*dict.fromkeys(IDS)]
    after = dict(zip(order, [*order[1:], order[0]], strict=True))
    total = math.log(math.exp(5) + TOKENIZER.vocabulary - 1)
    return sum(total - 5 * (after[one] == two) for one, two in pairwise(ids))


@pytest.mark.parametrize("context", ["0", "2", "5", "64"])
def test_every_token_but_the_first_is_scored_once(run: Run, context: str) -> None:
    done = run("--json", "--context", context)
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["schema"] == "ptxgen.perplexity/1"
    assert document["tokens"] == len(IDS) - 1
    assert document["window"] == (int(context) or 6)
    assert document["bytes"] == len(TEXT.encode()) - len(TOKENIZER.piece(IDS[0]))
    assert document["nats"] == pytest.approx(expected(IDS), rel=1e-6)
    assert document["perplexity"] == pytest.approx(math.exp(expected(IDS) / (len(IDS) - 1)), rel=1e-6)
    bits = expected(IDS) / math.log(2) / document["bytes"]
    assert document["bits_per_byte"] == pytest.approx(bits, rel=1e-6)


def test_the_line_for_people_and_the_first_tokens_only(run: Run) -> None:
    done = run("--tokens", "3")
    perplexity = np.exp(expected(IDS[:3]) / 2)
    assert done.stdout.startswith(f"perplexity {perplexity:.4f}, ")
    assert "(2 tokens, " in done.stdout
    assert done.stdout.rstrip().endswith("windows of 6)")
    assert "\x1b" not in done.output


def test_without_a_file_it_is_the_held_out_text(model: str, run: Run) -> None:
    done = CliRunner().invoke(cli, ["perplexity", "--model", model, "--tokens", "40", "--json"])
    document = json.loads(done.stdout)
    assert document["text"] is None
    assert document["tokens"] == 39


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "other.txt: No such file"),
        (b"ab\xff\xfe", "byte 2 is no UTF-8"),
        (b"", "INF093"),
        (b"h", "INF093"),
    ],
    ids=["no file", "no UTF-8", "no text", "one token"],
)
def test_a_text_that_cannot_be_scored(
    run: Run, model: str, tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "other.txt"
    if content is not None:
        path.write_bytes(content)
    done = CliRunner().invoke(cli, ["perplexity", str(path), "--model", model])
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stdout == ""
