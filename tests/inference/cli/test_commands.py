"""`ptxgen-infer generate` and `chat`, with an engine that is a table in place of the true one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from click.testing import CliRunner, Result
from rich.progress import Progress

from ptxgen_inference import engine as engine_module
from ptxgen_inference import shipped
from ptxgen_inference.cli.loading import Opened
from ptxgen_inference.cli.main import COMMANDS, cli
from ptxgen_inference.files import ModelFile, write_gguf
from ptxgen_inference.text import Tokenizer
from tests.inference.fakes import FakeEngine
from tests.inference.text.vocabularies import byte_level

Run = Callable[..., Result]
VOCABULARY = byte_level(cut="qwen2")
TOKENIZER = Tokenizer.of(VOCABULARY)
END = 1


@pytest.fixture
def run() -> Run:
    def run(*arguments: str, input: str | None = None) -> Result:
        return CliRunner().invoke(cli, [*arguments], input=input, prog_name="ptxgen-infer")

    return run


@pytest.fixture
def model(tmp_path: Path) -> Callable[..., str]:
    """A file with a vocabulary, or with what is given, and no tensors."""

    def write(**metadata: Any) -> str:
        path = tmp_path / "model.gguf"
        write_gguf(path, {"general.architecture": "llama", **(metadata or VOCABULARY)}, [])
        return str(path)

    return write


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """The options that the engine was opened with; it says "hello the banana 日本" and then the end token."""
    calls: list[dict[str, Any]] = []
    order = [*TOKENIZER.encode("hello the banana 日本"), END]
    fake = FakeEngine.saying(order, TOKENIZER.vocabulary)

    def open(file: ModelFile, device: str, **options: Any) -> FakeEngine:
        calls.append({"file": file, "device": device, "engine": fake, **options})
        return fake

    monkeypatch.setattr(engine_module.Engine, "open", staticmethod(open))
    yield calls
    assert fake.open == 0


def test_generate_streams_the_answer(run: Run, model: Any, opened: list[dict[str, Any]]) -> None:
    done = run(
        "generate", "hello", "--model", model(), "--device", "emulator", "--cache", "q8_0", "--context", "9"
    )
    assert done.exit_code == 0, done.stderr
    assert done.stdout == " the banana 日本\n"
    assert {key: opened[0][key] for key in ("device", "cache", "context", "activations")} == {
        "device": "emulator",
        "cache": "q8_0",
        "context": 9,
        "activations": "auto",
    }


def test_generate_reads_standard_input(run: Run, model: Any, opened: list[dict[str, Any]]) -> None:
    assert run("generate", "-", "--model", model(), input="hello").stdout == " the banana 日本\n"


def test_generate_stops(run: Run, model: Any, opened: list[dict[str, Any]]) -> None:
    done = run("generate", "hello", "--model", model(), "--stop", "nan", "--stop", "zzz")
    assert done.stdout == " the ba\n"
    assert len(run("generate", "hello", "--model", model(), "--max-tokens", "1").stdout) < 6


def test_generate_as_json(run: Run, model: Any, opened: list[dict[str, Any]]) -> None:
    prompt = ",".join(map(str, TOKENIZER.encode("hello")))
    done = run(
        "generate", "--tokens", prompt, "--model", model(), "--json", "--logprobs", "2", "--max-tokens", "3"
    )
    document = json.loads(done.stdout)
    assert set(document) == {"text", "steps"}
    ids = TOKENIZER.encode("hello the banana 日本")[1:4]
    assert [step["id"] for step in document["steps"]] == ids
    assert document["text"] == TOKENIZER.decode(ids)
    total = 5 - np.log(np.exp(5) + TOKENIZER.vocabulary - 1)
    for step in document["steps"]:
        assert set(step) == {"id", "logprob", "top_logprobs"}
        assert step["logprob"] == pytest.approx(total, abs=1e-6)
        assert [set(top) for top in step["top_logprobs"]] == [{"id", "logprob"}] * 2
        assert step["top_logprobs"][0] == {"id": step["id"], "logprob": step["logprob"]}
    plain = json.loads(run("generate", "hello", "--model", model(), "--json").stdout)
    assert plain["steps"][0]["top_logprobs"] == []
    assert plain["steps"][0]["logprob"] == pytest.approx(total, abs=1e-6)
    assert plain["steps"][-1]["id"] == END


def test_generate_without_a_vocabulary_shows_ids(run: Run, model: Any, opened: list[dict[str, Any]]) -> None:
    bare = model(other="x")
    first = TOKENIZER.encode("hello")[0]
    done = run("generate", "--tokens", str(first), "--model", bare, "--max-tokens", "3")
    assert done.stdout == " ".join(map(str, TOKENIZER.encode("hello the banana 日本")[1:4])) + "\n"
    assert "no vocabulary" in done.stderr
    refused = run("generate", "hello", "--model", bare)
    assert refused.exit_code == 2
    assert "INF040" in refused.stderr
    document = json.loads(run("generate", "--tokens", str(first), "--model", bare, "--json").stdout)
    assert document["text"] == ""


def test_sampling_options_reach_the_sampler(run: Run, model: Any, opened: list[dict[str, Any]]) -> None:
    arguments = [
        "generate",
        "hello",
        "--model",
        model(),
        "--max-tokens",
        "12",
        "--temperature",
        "3",
        "--ignore-eos",
    ]
    first = run(*arguments, "--seed", "1").stdout
    assert first == run(*arguments, "--seed", "1").stdout
    assert first != run(*arguments, "--seed", "2").stdout
    the = TOKENIZER.encode("hello the")[1]
    assert "the" not in run("generate", "hello", "--model", model(), "--logit-bias", f"{the}=-inf").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["generate"], "give a prompt"),
        (["generate", "a", "--tokens", "1"], "give a prompt"),
        (["generate", "--tokens", "1,x"], "not a list of token ids"),
        (["generate", "--tokens", ""], "not a list of token ids"),
        (["generate", "a", "--logit-bias", "1"], "ID=VALUE"),
        (["generate", "a", "--temperature", "-1"], "INF050"),
        (["generate", "a", "--logprobs", "3"], "--json"),
        (["generate", "a", "--model", "nowhere.gguf"], "INF030"),
        (["bench", "-p", "0", "-n", "0"], "nothing to time"),
        (["generate", "a", "--max-tokens", "0"], "max-tokens"),
        (["nothing"], "No such command"),
    ],
)
def test_what_is_asked_wrongly_ends_with_2_and_says_why(run: Run, arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_ctrl_c_ends_with_130(
    run: Run, model: Any, opened: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeEngine, "decode", interrupt)
    done = run("generate", "hello", "--model", model())
    assert done.exit_code == 130
    assert done.stdout == " the"
    assert "Traceback" not in done.stderr


def test_it_is_a_module_too() -> None:
    command = [sys.executable, "-m", "ptxgen_inference", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("ptxgen-infer, version ")


def test_every_command_has_help_and_an_example(run: Run) -> None:
    assert run("--help").exit_code == 0
    for name in COMMANDS:
        shown = run(name, "--help")
        assert shown.exit_code == 0, name
        assert "Example" in shown.stdout, name


CHAT = "{% for m in messages %}{{ m.content }}{% endfor %}"


def test_chat_answers_each_line(run: Run, model: Any, opened: list[dict[str, Any]]) -> None:
    file = model(**VOCABULARY, **{"tokenizer.chat_template": CHAT})
    done = run(
        "chat", "--model", file, "--max-tokens", "20", input="hello\n\nbanana\n/reset\nhello\n/exit\nhello\n"
    )
    assert done.exit_code == 0, done.stderr
    # What comes before a message is in the prompt, but this engine looks at its last token only.
    assert done.stdout.splitlines() == [" the banana 日本", " 日本", " the banana 日本"]
    fed = opened[0]["engine"].fed
    first = TOKENIZER.encode("hello the banana 日本")
    assert fed[: len(first)] == first


def test_chat_keeps_what_was_said_in_the_cache(run: Run, model: Any, opened: list[dict[str, Any]]) -> None:
    template = "{% for m in messages %}{{ m.content }}{% if m.role == 'assistant' %}<|im_end|>{% endif %}{% endfor %}"
    file = model(**VOCABULARY, **{"tokenizer.chat_template": template})
    run("chat", "--model", file, "--system", "aba", "--max-tokens", "2", input="hello\nhello\n")
    fed = opened[0]["engine"].fed
    assert fed.count(TOKENIZER.encode("aba")[0]) == 1


def test_chat_without_a_template_names_the_option(run: Run, model: Any, opened: list[dict[str, Any]]) -> None:
    refused = run("chat", "--model", model(), input="hello\n")
    assert refused.exit_code == 2
    assert "INF047" in refused.stderr
    assert "--chat-template" in refused.stderr
    assert (
        run(
            "chat", "--model", model(), "--chat-template", "plain", "--max-tokens", "1", input="x\n"
        ).exit_code
        == 0
    )


def test_chat_with_the_shipped_model_says_what_it_is(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no chat template: what is written is gone on with."""
    tokenizer = Tokenizer.of(shipped.model().metadata)
    line, after = (tokenizer.encode(text, bos=False) for text in ("In the beginning\n", "God"))
    fake = FakeEngine.saying([line[-1], *after], tokenizer.vocabulary)
    monkeypatch.setattr(engine_module.Engine, "open", staticmethod(lambda *_, **__: fake))
    done = run("chat", "--max-tokens", str(len(after)), input="In the beginning\n")
    assert done.exit_code == 0, done.stderr
    assert done.stdout == "God\n"
    assert "goes on with what you write" in " ".join(done.stderr.split())
    assert fake.fed[: len(line) + 1] == [tokenizer.bos, *line]


def test_no_colours_and_no_control_characters_reach_a_pipe(
    run: Run, model: Any, opened: list[dict[str, Any]]
) -> None:
    done = run("generate", "hello", "--model", model())
    assert "\x1b" not in done.output


def test_the_bar_says_what_is_done() -> None:
    fake = FakeEngine.saying([1, 2], 4)
    bar = Progress(disable=True)
    bar.add_task("loading weights", total=10)
    opened = Opened(cast("Any", fake), bar)
    opened.warm_up([3])
    (task,) = bar.tasks
    assert (task.description, task.total, fake.warmed) == ("first token", None, [[3]])
    for number in opened.counted([1, 2], "generating tokens", 5):
        (task,) = bar.tasks
        assert (task.description, task.completed, task.total) == ("generating tokens", number, 5)
