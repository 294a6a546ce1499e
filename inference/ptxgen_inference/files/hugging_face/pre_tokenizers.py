"""The rule of a `tokenizer.json` by which text is cut, under the name that `tokenizer.ggml.pre` has for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files.documents import Document

_REST = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+"
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_HEAD = r"[^\r\n\p{L}\p{N}]?"
_TEKKEN = (
    rf"{_HEAD}{_UPPER}*{_LOWER}+|{_HEAD}{_UPPER}+{_LOWER}*|\p{{N}}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_GPT2, _DIGITS = "<GPT-2>", "<digits>"

NAMES: Mapping[tuple[tuple[str, ...], bool], str] = {
    ((_GPT2,), False): "gpt-2",
    ((_DIGITS, _GPT2), False): "smollm",
    ((rf"{_WORDS}|\p{{N}}{{1,3}}|{_REST}",), True): "llama-bpe",
    ((rf"{_WORDS}|\p{{N}}{{1,3}}|{_REST}",), False): "smaug-bpe",
    ((rf"{_WORDS}|\p{{N}}|{_REST}",), False): "qwen2",
    ((_TEKKEN,), True): "tekken",
}
"""By the steps of cutting, and whether a word that is a token is never cut (`ignore_merges`)."""


def pre_tokenizer(tokenizer: Document, config: Document) -> str:
    """The name of a byte-level tokeniser's rule. INF029 for one that is not known: a guess would give wrong ids."""
    normalizer = tokenizer.inner("normalizer").text("type", "NFC")
    steps = tuple(step for part in _parts(tokenizer.inner("pre_tokenizer")) for step in _steps(part))
    whole = tokenizer.inner("model").flag("ignore_merges", False)
    name = NAMES.get((steps, whole))
    if name is None or normalizer != "NFC":
        got = f"{' then '.join(steps) or 'none'} (ignore_merges {whole}, normalizer {normalizer})"
        raise InferenceError(
            "INF029",
            f"{tokenizer.source}: expected a rule for cutting text among {', '.join(NAMES.values())}, got {got}",
            help="make a GGUF file with llama.cpp's convert_hf_to_gguf.py",
        )
    return "phi-2" if name == "gpt-2" and config.text("model_type", "") == "phi" else name


def _parts(fields: Document) -> Iterator[Document]:
    if fields.text("type", "") != "Sequence":
        yield fields
        return
    for each in fields.items("pretokenizers"):
        yield fields.of("pretokenizers", each)


def _steps(part: Document) -> Iterator[str]:
    """What a part does to text."""
    match part.text("type", ""):
        case "ByteLevel":
            if part.flag("add_prefix_space", False):
                yield "a space before the text"
            if part.flag("use_regex", True):
                yield _GPT2
        case "Digits" if part.flag("individual_digits", False):
            yield _DIGITS
        case "Split" if part.text("behavior", "") == "Isolated" and not part.flag("invert", False):
            yield part.inner("pattern").text("Regex", "")
        case other:
            yield f"a step of the kind {other!r}"


def prepends_space(tokenizer: Document) -> bool:
    """Whether a SentencePiece tokeniser puts a space before the text."""
    parts: list[Any] = [tokenizer.inner("normalizer")]
    parts += [parts[0].of("normalizers", each) for each in parts[0].items("normalizers")]
    cut = tokenizer.inner("pre_tokenizer")
    spaced = cut.text("type", "") == "Metaspace" and cut.text("prepend_scheme", "always") != "never"
    return spaced or any(part.text("type", "") == "Prepend" for part in parts)
