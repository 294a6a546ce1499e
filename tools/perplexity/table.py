"""Perplexity by weight format: `python -m tools.perplexity.table tests/inference/data/shipped-f16.gguf`.

Prints a Markdown table. The logits are those of the float64 reference of the tests on the decoded weights, which the
engine agrees with; `--engine` asks the engine itself: in the emulator a window of 512 tokens takes 20 s of a core,
and 4,200 tokens are 16 windows. `--kept` names a file that remembers windows, so that it can be interrupted.
"""

import argparse
from pathlib import Path

from ptxgen_inference import shipped
from ptxgen_inference.files import open_model
from ptxgen_inference.text import Tokenizer
from tests.inference.golden.table import BOUNDS, Kept, rows


def main() -> None:
    """Prints the table; ends with 1 if a type is beyond its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--tokens", type=int, help="of the held-out text (all of it)")
    parser.add_argument("--engine", action="store_true")
    parser.add_argument(
        "--kept", type=Path, metavar="FILE", help="of windows that the engine was asked about"
    )
    options = parser.parse_args()
    source = open_model(options.source)
    ids = Tokenizer.of(source.metadata).encode(shipped.held_out(), special=False)[: options.tokens]
    found = rows(source, ids, options.engine, Kept(options.kept))
    exact = found[0]["score"].perplexity
    print(f"{found[0]['score'].tokens} tokens, {found[0]['score'].bytes} bytes\n")
    print("| weights | MB | perplexity | against F32 | bound | bits per byte |")
    print("|---|---|---|---|---|---|")
    beyond = False
    for row in found:
        more, bound = row["score"].perplexity / exact - 1, BOUNDS[row["type"]]
        beyond |= more > bound
        print(
            f"| {row['type'].upper()} | {row['bytes'] / 1e6:.2f} | {row['score'].perplexity:.4f} "
            f"| {more:+.3%} | {bound:.2%} | {row['score'].bits_per_byte:.4f} |"
        )
    raise SystemExit(int(beyond))


if __name__ == "__main__":
    main()
