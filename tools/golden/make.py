"""Asks llama.cpp: `python -m tools.golden.make tests/inference/data` (extra `llama`).

Reads `shipped-f16.gguf` there and the held-out text of the package; writes `golden.json` (tokens, greedy
continuations, perplexities, and the SHA-256 of each file that llama.cpp read) and `golden-<type>.npz` (logits in
float16). F32, Q8_0 and Q4_K_M files are made on the way by our own quantiser, the same bytes each time.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from ptxgen_inference import shipped
from ptxgen_inference.files import open_model
from ptxgen_inference.quantize import quantize_file
from tests.inference.golden.llama import Llama, version
from tools.golden.prompts import PROMPTS

WINDOW = 512
WINDOWS = {"f32": 4, "q8_0": 1, "q4_k_m": 1}
"""How many windows of held-out tokens each type is asked about."""
GREEDY = 64


def windows(tokens: list[int], count: int) -> list[list[int]]:
    """Pieces of a text, evenly spread, each begun by the text's first token (the beginning-of-text token)."""
    starts = np.linspace(1, len(tokens) - WINDOW, count, dtype=int) if count > 1 else [1]
    return [[tokens[0], *tokens[start : start + WINDOW - 1]] for start in starts]


def main() -> None:
    """Writes the golden files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    golden: dict[str, Any] = {"version": version(), "types": {}}
    with tempfile.TemporaryDirectory() as scratch:
        source = folder / "shipped-f16.gguf"
        golden["source_sha256"] = hashlib.sha256(source.read_bytes()).hexdigest()
        for type, count in WINDOWS.items():
            path = Path(scratch) / f"{type}.gguf"
            quantize_file(open_model(source), path, type)
            llama = Llama(path)
            tokens = windows(llama.tokens(shipped.held_out()), count)
            logits = np.stack([llama.logits(window) for window in tokens])
            np.savez_compressed(folder / f"golden-{type}.npz", logits=logits.astype(np.float16))
            entry = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "windows": tokens}
            golden["types"][type] = entry
            if type == "f32":
                prompts = [llama.tokens(prompt) for prompt in PROMPTS]
                golden["greedy"] = [
                    {"text": text, "prompt": prompt, "continuation": llama.greedy(prompt, GREEDY)}
                    for text, prompt in zip(PROMPTS, prompts, strict=True)
                ]
    (folder / "golden.json").write_text(json.dumps(golden, indent=None, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
