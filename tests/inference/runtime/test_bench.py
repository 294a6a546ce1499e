import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ptxgen.quant import Q8_0
from ptxgen_inference import benchmark
from ptxgen_inference.cli.bench import command
from ptxgen_inference.engine import Engine
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import write_gguf
from tests.inference.engines import device
from tests.inference.tiny import Tiny

TINY = Tiny("llama", layers=1, formats=(Q8_0,))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.open(TINY.file(), device(), chunk=8, context=32)


def test_no_speed_of_wrong_logits(engine: Engine):
    error = benchmark.parity(engine)
    assert 0 < error < benchmark.PARITY
    with pytest.raises(InferenceError) as caught:
        benchmark.parity(engine, bound=error / 2)
    assert caught.value.id == "INF067"


def test_launches_are_those_of_what_runs(engine: Engine):
    with engine.start() as sequence:
        engine.decode([(sequence, 1)])
    pp, tg = benchmark.run(engine, 20, 3, 1)
    assert (pp.name, tg.name) == ("pp20", "tg3")
    assert tg.launches == 3 * engine.launches()["decode 1"]
    last = engine.prompt_launches(8)
    assert last < engine.prompt_launches(16) == pp.launches - (pp.launches - last) // 2 < 2 * last
    assert not pp.samples + tg.samples


def test_weights_that_a_token_reads(engine: Engine):
    """All but the embedding."""
    tensors = [t for t in TINY.file().tensors.values() if t.name != "token_embd.weight"]
    assert benchmark.bytes_a_token(engine) == sum(t.data.nbytes for t in tensors)


def test_speeds_above_the_roofline_are_refused():
    one = benchmark.Test("tg", 128, 1, (90.0, 110.0))
    prompt, short = (benchmark.Test("pp", tokens, 1, (110.0 * most,)) for tokens, most in ((512, 64), (8, 8)))
    for test in (one, prompt, short):
        benchmark.guard([test], nbytes=10, ceiling=1100.0, chunk=64)
        with pytest.raises(InferenceError) as caught:
            benchmark.guard([test], nbytes=10, ceiling=1099.0, chunk=64)
        assert caught.value.id == "INF068"
        assert test.name in caught.value.message


def _script(folder: Path, text: str) -> Path:
    path = folder / "llama-bench"
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(0o755)
    return path


def test_llama_bench_is_asked_and_read(tmp_path: Path):
    answer = (
        "import json, sys\n"
        "prompt = int(sys.argv[sys.argv.index('-p') + 1])\n"
        "print(json.dumps([{'n_prompt': prompt, 'n_gen': 0, 'avg_ts': 7.5}]))"
    )
    binary = _script(tmp_path, answer)
    made = benchmark.llama_bench(binary, Path("x.gguf"), 20, 0, 1)
    assert made == [{"n_prompt": 20, "n_gen": 0, "avg_ts": 7.5}]
    for wrong in ("raise SystemExit('no such model')", "print('hello')"):
        with pytest.raises(InferenceError) as caught:
            benchmark.llama_bench(_script(tmp_path, wrong), Path("x.gguf"), 20, 0, 1)
        assert caught.value.id == "INF069"


@pytest.mark.slow
def test_command_on_the_emulator_has_launches_and_no_speeds(tmp_path: Path):
    path = tmp_path / "tiny.gguf"
    file = TINY.file()
    write_gguf(path, file.metadata, file.tensors.values())
    arguments = ["--model", str(path), "--device", "emulator", "-p", "8", "-n", "2"]
    document = CliRunner().invoke(command, [*arguments, "--output", "json"], catch_exceptions=False)
    pp, tg = json.loads(document.stdout)
    assert (pp["n_prompt"], pp["n_gen"], tg["n_gen"]) == (8, 0, 2)
    assert pp["launches"] > 0 < tg["launches"]
    assert "avg_ts" not in pp | tg
    assert "no speeds" in document.stderr
