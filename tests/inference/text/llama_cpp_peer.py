"""llama.cpp's tokeniser, by its Python binding, on a vocabulary without weights."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gguf import GGUFWriter


def write_vocabulary(metadata: Mapping[str, Any], path: Path) -> None:
    """A GGUF file with metadata only."""
    writer = GGUFWriter(path, "llama")
    adders = {bool: writer.add_bool, int: writer.add_uint32, str: writer.add_string, list: writer.add_array}
    for key, value in metadata.items():
        adders[type(value)](key, value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


class LlamaCpp:
    """A vocabulary as llama.cpp has it. Needs the package `llama_cpp`."""

    def __init__(self, path: Path) -> None:
        import llama_cpp

        self.library = llama_cpp
        self._silent = llama_cpp.llama_log_callback(lambda *_: None)
        llama_cpp.llama_log_set(self._silent, ctypes.c_void_p(0))
        parameters = llama_cpp.llama_model_default_params()
        parameters.vocab_only = True
        self.model = llama_cpp.llama_model_load_from_file(str(path).encode(), parameters)
        if not self.model:
            raise ValueError(f"llama.cpp refuses {path}")
        self.vocabulary = llama_cpp.llama_model_get_vocab(self.model)

    def encode(self, text: str, *, ends: bool = True, special: bool = True) -> list[int]:
        data = text.encode()
        room = len(data) + 64
        ids = (self.library.llama_token * room)()
        count = self.library.llama_tokenize(self.vocabulary, data, len(data), ids, room, ends, special)
        assert count >= 0
        return list(ids[:count])

    def piece(self, id: int, *, special: bool) -> bytes:
        room = ctypes.create_string_buffer(1024)
        count = self.library.llama_token_to_piece(self.vocabulary, id, room, len(room), 0, special)
        return room.raw[:count]

    def ends(self, id: int) -> bool:
        return bool(self.library.llama_vocab_is_eog(self.vocabulary, id))
