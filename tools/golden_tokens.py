"""Make `tests/inference/text/golden_tokens.json`: what llama.cpp makes of texts, for made vocabularies.

Run `python -m tools.golden_tokens` where the `llama` extra is installed.
"""

from __future__ import annotations

import json
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.inference.text.llama_cpp_peer import LlamaCpp, write_vocabulary
from tests.inference.text.vocabularies import TEXTS, VOCABULARIES

HOME = Path(__file__).parents[1] / "tests" / "inference" / "text" / "golden_tokens.json"


SHARED = ("tokens", "merges", "scores", "token_type")


def main() -> None:
    """Write the file: the version, lists of tokens, and for each vocabulary and text the ids."""
    tokens: dict[str, Any] = {}
    vocabularies: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, make in VOCABULARIES.items():
            metadata = make()
            shared = {key: value for key, value in metadata.items() if key.split(".")[-1] in SHARED}
            path = Path(folder) / "vocabulary.gguf"
            write_vocabulary(metadata, path)
            peer = LlamaCpp(path)
            list_name = next((each for each, made in tokens.items() if made["metadata"] == shared), name)
            tokens.setdefault(list_name, {"metadata": shared, **_of_tokens(peer, metadata)})
            vocabularies[name] = {
                "tokens": list_name,
                "metadata": {key: value for key, value in metadata.items() if key not in shared},
                "ids": [peer.encode(text) for text in TEXTS],
                "plain": [peer.encode(text, ends=False, special=False) for text in TEXTS],
            }
    document = {
        "llama-cpp-python": version("llama-cpp-python"),
        "texts": TEXTS,
        "tokens": tokens,
        "vocabularies": vocabularies,
    }
    HOME.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")


def _of_tokens(peer: LlamaCpp, metadata: dict[str, Any]) -> dict[str, Any]:
    ids = range(len(metadata["tokenizer.ggml.tokens"]))
    return {
        "ends": [id for id in ids if peer.ends(id)],
        "pieces": [peer.piece(id, special=False).hex() for id in ids],
    }


if __name__ == "__main__":
    main()
