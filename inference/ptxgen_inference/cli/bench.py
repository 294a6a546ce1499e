"""`ptxgen-infer bench`: speed of a model in llama-bench's terms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ptxgen.cli.console import examples, messages, plain
from ptxgen_inference.cli.loading import ModelOptions, model_options, open_engine, open_file

if TYPE_CHECKING:
    from ptxgen_inference.benchmark import Test

_SIZE = {"pp": "n_prompt", "tg": "n_gen"}
NO_SPEED = "the emulator's timings are no speeds of a GPU: none are given"


@click.command(
    "bench",
    epilog=examples(
        "ptxgen-infer bench --model llama.gguf -p 512 -n 128",
        "ptxgen-infer bench --model llama.gguf --output json --llama-bench ./llama-bench",
    ),
)
@model_options
@click.option(
    "-p", "prompt", default=512, show_default=True, type=click.IntRange(0), help="Tokens of a prompt."
)
@click.option(
    "-n", "generate", default=128, show_default=True, type=click.IntRange(0), help="Tokens one by one."
)
@click.option(
    "-r", "repetitions", default=5, show_default=True, type=click.IntRange(1), help="Samples of each test."
)
@click.option(
    "--output", default="md", show_default=True, type=click.Choice(["md", "json"]), help="How it is printed."
)
@click.option(
    "--llama-bench",
    "peer",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A llama-bench binary to run on the same file.",
)
def command(
    prompt: int, generate: int, repetitions: int, output: str, peer: Path | None, **options: Any
) -> None:
    """Time a model: pp512 is a prompt of 512 tokens, tg128 are 128 tokens one by one.

    First, in the same run, its logits are compared with those of float32 kernels; if they differ there is no speed.
    On the emulator there are numbers of launches only.
    """
    from ptxgen_inference import benchmark

    if not prompt + generate:
        raise click.UsageError("there is nothing to time: -p and -n are both 0")
    where = ModelOptions(**options)
    file = open_file(where)
    with open_engine(file, where) as opened:
        engine = opened.engine
        opened.warm_up([prompt] * bool(prompt))
        error = benchmark.parity(engine)
        opened.ready()
        tests = benchmark.run(engine, prompt, generate, repetitions)
        if engine.device.kind != "emulator":
            from ptxgen.bench.ceilings import measure

            read = measure(engine.device).read
            benchmark.guard(tests, benchmark.bytes_a_token(engine), read, engine.chunk)
        else:
            messages().print(plain(NO_SPEED, "dim"))
        device = engine.device.properties.name
    model = {
        "model_filename": file.source,
        "model_type": str(file.metadata.get("general.name", file.architecture)),
        "model_size": sum(tensor.data.nbytes for tensor in file.tensors.values()),
        "model_n_params": sum(tensor.rows * tensor.columns for tensor in file.tensors.values()),
        "backends": device,
        "parity_nmse": error,
    }
    peers = benchmark.llama_bench(peer, Path(file.source), prompt, generate, repetitions) if peer else []
    rows = [{**model, **_test(test), **_beside(test, peers)} for test in tests]
    click.echo(json.dumps(rows, indent=2) if output == "json" else _markdown(rows))


def _test(test: Test) -> dict[str, Any]:
    made: dict[str, Any] = {
        "n_prompt": 0,
        "n_gen": 0,
        _SIZE[test.kind]: test.tokens,
        "launches": test.launches,
    }
    if test.samples:
        made |= {"avg_ts": test.mean, "stddev_ts": test.deviation, "samples_ts": list(test.samples)}
    return made


def _beside(test: Test, peers: list[dict[str, Any]]) -> dict[str, Any]:
    """The same test by llama-bench."""
    found = [peer["avg_ts"] for peer in peers if peer[_SIZE[test.kind]] == test.tokens]
    return {"llama_bench_avg_ts": found[0]} if found else {}


def _markdown(rows: list[dict[str, Any]]) -> str:
    """llama-bench's table, with the launches of a test and what the parity check found."""
    columns = ["model", "size", "params", "backend", "parity (NMSE)", "test", "launches", "t/s"]
    peers = any("llama_bench_avg_ts" in row for row in rows)
    lines = [columns + ["llama-bench t/s"] * peers, ["---"] * (len(columns) + peers)]
    for row in rows:
        test = f"pp{row['n_prompt']}" if row["n_prompt"] else f"tg{row['n_gen']}"
        speed = f"{row['avg_ts']:.2f} ± {row['stddev_ts']:.2f}" if "avg_ts" in row else "—"
        cells = [
            row["model_type"], f"{row['model_size'] / 2**20:.2f} MiB", f"{row['model_n_params'] / 1e6:.2f} M",
            row["backends"], f"{row['parity_nmse']:.1e}", test, str(row["launches"]), speed,
        ]  # fmt: skip
        theirs = f"{row['llama_bench_avg_ts']:.2f}" if "llama_bench_avg_ts" in row else "—"
        lines.append(cells + [theirs] * peers)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
