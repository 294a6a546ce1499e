"""The entry point of `ptxgen-infer`: the commands, each loaded when asked for."""

from __future__ import annotations

import sys

from ptxgen.cli.lazy import BAD_INPUT, FINDINGS, INTERRUPTED, command_line

__all__ = ["BAD_INPUT", "COMMANDS", "FINDINGS", "INTERRUPTED", "cli", "main"]

COMMANDS = {
    "bench": "Time a model, after a parity check in the same run.",
    "chat": "Talk with a model.",
    "embed": "Sentence embeddings by a BERT encoder.",
    "generate": "Continue a text.",
    "inspect": "Show what a model file holds, and check it.",
    "perplexity": "How well a model predicts a text.",
    "quantize": "Write a model file in another weight format.",
}


@command_line("ptxgen-infer", "ptxgen_inference.cli", COMMANDS)
def cli(debug: bool) -> None:
    """GGUF language models on ptxgen's kernels: on the GPU, or with the same kernels in the emulator.

    New here? Try `ptxgen-infer generate "In the beginning"`.

    Exit codes: 0 all is well; 1 something was found wrong; 2 the command was asked wrongly; 130 Ctrl-C.
    """


def main() -> None:
    """Run the command line, as the installed `ptxgen-infer` script does."""
    sys.exit(cli(prog_name="ptxgen-infer"))
