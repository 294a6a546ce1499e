"""llama.cpp on a file, through `llama-cpp-python` (extra `llama`): float32 cache, no flash attention, one thread."""

from collections.abc import Sequence
from pathlib import Path

import llama_cpp
import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]


def version() -> str:
    """Which llama.cpp this is."""
    return f"llama-cpp-python {llama_cpp.__version__}"


class Llama:
    """A model file in llama.cpp."""

    def __init__(self, path: Path, context: int = 512) -> None:
        self.model = llama_cpp.Llama(
            str(path),
            n_ctx=context,
            n_batch=context,
            logits_all=True,
            type_k=llama_cpp.GGML_TYPE_F32,
            type_v=llama_cpp.GGML_TYPE_F32,
            flash_attn=False,
            n_threads=1,
            n_threads_batch=1,
            verbose=False,
        )

    def tokens(self, text: str) -> list[int]:
        """Ids of a text, the beginning-of-text token first."""
        return list(self.model.tokenize(text.encode(), add_bos=True, special=True))

    def logits(self, tokens: Sequence[int]) -> Logits:
        """[tokens, vocabulary]: behind every token of a text of its own."""
        self.model.reset()
        self.model.eval(tokens)
        return np.array(self.model.scores[: len(tokens)], np.float32)

    def greedy(self, prompt: Sequence[int], count: int) -> list[int]:
        """The `count` most probable tokens after a prompt, one after the other; an end token does not end them."""
        self.model.reset()
        self.model.eval(prompt)
        made: list[int] = []
        for _ in range(count):
            made.append(int(np.argmax(self.model.scores[self.model.n_tokens - 1])))
            self.model.eval(made[-1:])
        return made
