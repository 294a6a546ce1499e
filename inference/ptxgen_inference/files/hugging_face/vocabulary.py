"""`tokenizer.json` as the keys `tokenizer.ggml.*`, as llama.cpp's converter writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files.documents import Document
from ptxgen_inference.files.hugging_face.pre_tokenizers import pre_tokenizer, prepends_space

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)
SPACE = "\u2581"
MOST_TOKENS = 1 << 20
LONGEST_WORD = 100
"""Characters of a WordPiece word; GGUF has no key for another bound."""

_BYTE = re.compile(r"<0x[0-9A-F]{2}>")
_NAMES = {
    "bos": "bos", "eos": "eos", "eot": "eot", "eom": "eom", "unk": "unknown", "sep": "seperator", "pad": "padding",
    "cls": "cls", "mask": "mask",
}  # fmt: skip
"""Special tokens, and their names in GGUF."""


@frozen(eq=False)
class Vocabulary:
    """Tokens by id, their types, and pairs to merge, the first first."""

    texts: list[str]
    types: list[int]
    merges: list[str]


def vocabulary(folder: Path, config: Document) -> dict[str, Any]:
    """The keys of a folder's tokeniser; none where it has none. Raises INF027, INF029, INF030."""
    if not (folder / "tokenizer.json").is_file():
        return {}
    tokenizer = Document.read(folder / "tokenizer.json")
    model = tokenizer.inner("model")
    kind = model.text("type", "BPE")
    if kind not in ("BPE", "WordPiece"):
        raise _unknown(tokenizer, f"a tokeniser of the kind {kind!r}")
    size = config.integer("vocab_size")
    special = _special(folder, size)
    found = _tokens(tokenizer, model, size, special.merges)
    if kind == "WordPiece":
        said = _word_piece(tokenizer, model, found)
    elif model.flag("byte_fallback", False):
        said = _sentencepiece(tokenizer, model, found)
    else:
        said = _byte_level(tokenizer, found, config)
    return said | _special_keys(special)


def _tokens(tokenizer: Document, model: Document, size: int, merges: list[str]) -> Vocabulary:
    if size > MOST_TOKENS:
        raise _unknown(tokenizer, f"a vocabulary of {size} tokens")
    texts: list[str | None] = [None] * size
    types = [UNUSED] * size

    def put(text: Any, id: Any, type: int) -> None:
        if not isinstance(text, str) or isinstance(id, bool) or not isinstance(id, int) or not 0 <= id < size:
            raise tokenizer.wrong("vocab", f"texts with ids below {size} (vocab_size)", f"{text!r}: {id!r}")
        texts[id], types[id] = text, type

    for text, id in model.inner("vocab").values.items():
        put(text, id, NORMAL)
    for each in tokenizer.items("added_tokens"):
        added = tokenizer.of("added_tokens", each)
        text = added.text("content")
        put(
            text,
            added.integer("id"),
            CONTROL if added.flag("special", False) or _looks_special(text) else USER_DEFINED,
        )
    filled = [f"[PAD{id}]" if text is None else text for id, text in enumerate(texts)]
    return Vocabulary(filled, types, merges)


def _looks_special(text: str) -> bool:
    """Tokens that no text means, though some files do not mark them."""
    return text in ("<pad>", "<mask>", "[@BOS@]") or (
        text.startswith(("<|", "<｜", "<unused")) and text.endswith(("|>", "｜>", ">"))
    )


def _byte_level(tokenizer: Document, found: Vocabulary, config: Document) -> dict[str, Any]:
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": pre_tokenizer(tokenizer, config),
        "tokenizer.ggml.tokens": found.texts,
        "tokenizer.ggml.token_type": found.types,
        "tokenizer.ggml.merges": found.merges,
    }


def _sentencepiece(tokenizer: Document, model: Document, found: Vocabulary) -> dict[str, Any]:
    """SentencePiece joins the pair whose token has the best score, and `tokenizer.json` lists pairs, the best first."""
    rank: dict[str, int] = {}
    for number, merge in enumerate(found.merges):
        rank.setdefault(merge.replace(" ", ""), number)
    last = len(found.merges)
    unknown = model.text("unk_token", "<unk>")
    types = [
        UNKNOWN if text == unknown else BYTE if _BYTE.fullmatch(text) else type
        for text, type in zip(found.texts, found.types, strict=True)
    ]
    # A token that the user defined stands for its text, and text has spaces.
    texts = [
        text.replace(SPACE, " ") if type == USER_DEFINED else text
        for text, type in zip(found.texts, types, strict=True)
    ]
    return {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": texts,
        "tokenizer.ggml.scores": [float(-rank.get(text, last)) for text in found.texts],
        "tokenizer.ggml.token_type": types,
        "tokenizer.ggml.add_space_prefix": prepends_space(tokenizer),
    }


def _word_piece(tokenizer: Document, model: Document, found: Vocabulary) -> dict[str, Any]:
    """GGUF marks the start of a word where BERT marks what goes on with one."""
    if model.text("continuing_subword_prefix", "##") != "##":
        raise _unknown(tokenizer, "a continuing_subword_prefix other than ##")
    if model.integer("max_input_chars_per_word", LONGEST_WORD) != LONGEST_WORD:
        raise _unknown(tokenizer, f"a longest word of other than {LONGEST_WORD} characters")
    normalizer = tokenizer.inner("normalizer")
    if normalizer.text("type", "") != "BertNormalizer":
        raise _unknown(tokenizer, "WordPiece without BERT's normalizer")
    for name in ("clean_text", "handle_chinese_chars"):
        if not normalizer.flag(name, True):
            raise _unknown(tokenizer, f"a normalizer whose {name} is false")
    lowercase = normalizer.flag("lowercase", True)
    texts = [
        text if type == CONTROL else text[2:] if text.startswith("##") else SPACE + text
        for text, type in zip(found.texts, found.types, strict=True)
    ]
    return {
        "tokenizer.ggml.model": "bert",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.normalizer.lowercase": lowercase,
        "tokenizer.ggml.normalizer.strip_accents": normalizer.flag("strip_accents", lowercase),
        "tokenizer.ggml.tokens": texts,
        "tokenizer.ggml.token_type": found.types,
    }


def _special(folder: Path, size: int) -> Any:
    """What the `gguf` package, as llama.cpp's converter, finds out about merges, special tokens and chat templates."""
    from gguf import SpecialVocab

    for name in ("tokenizer_config.json", "generation_config.json"):
        Document.read_if_there(folder / name)
    try:
        return SpecialVocab(folder, load_merges=True, n_vocab=size)
    except (AttributeError, IndexError, KeyError, OSError, TypeError, ValueError, RecursionError) as error:
        why = f"{type(error).__name__}: {error}"
        raise InferenceError(
            "INF029", f"{folder}: expected special tokens and merges, got {why[:200]}"
        ) from None


def _special_keys(special: Any) -> dict[str, Any]:
    said: dict[str, Any] = {}
    ids: Mapping[str, int] = special.special_token_ids
    flags: Mapping[str, bool] = special.add_special_token
    for name, key in _NAMES.items():
        if name in ids:
            said[f"tokenizer.ggml.{key}_token_id"] = ids[name]
        if name in ("bos", "eos", "sep") and name in flags:
            said[f"tokenizer.ggml.add_{name}_token"] = flags[name]
    template = special.chat_template
    if isinstance(template, list):
        named = {each.get("name"): each.get("template") for each in template if isinstance(each, dict)}
        template = named.get("default")
    return said | ({"tokenizer.chat_template": template} if isinstance(template, str) else {})


def _unknown(tokenizer: Document, what: str) -> InferenceError:
    return InferenceError(
        "INF029",
        f"{tokenizer.source}: {what} is not known here",
        help="make a GGUF file with llama.cpp's convert_hf_to_gguf.py",
    )
