"""The tokens of a model and what they are for, as `tokenizer.ggml.*` tells it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeGuard

import attrs

from ptxgen_inference.errors import InferenceError

PREFIX = "tokenizer.ggml."


class TokenType(enum.IntEnum):
    """The types of `tokenizer.ggml.token_type`."""

    UNDEFINED = 0
    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    USER_DEFINED = 4
    UNUSED = 5
    BYTE = 6


END_TEXTS = frozenset(
    {
        *(
            "<|eot_id|>",
            "<|im_end|>",
            "<|end|>",
            "<|return|>",
            "<|call|>",
            "<|flush|>",
            "<|calls|>",
            "<|eom_id|>",
        ),
        *("<end_of_turn>", "<|endoftext|>", "</s>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>"),
        *("<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>", "<｜end▁of▁sentence｜>", "[e~["),
    }
)
"""Tokens that end a text whether the metadata says so or not, as in llama.cpp; all are control tokens."""

END_KEYS = ("eos", "eot", "eom", "fim_pad", "fim_rep", "fim_sep")
"""`tokenizer.ggml.<key>_token_id`: tokens that end a text."""

FILL_TEXTS = (
    ("fim_pad", ("<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]")),
    ("fim_rep", ("<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>")),
    ("fim_sep", ("<|file_sep|>",)),
)
"""Fill-in-the-middle tokens by their texts, for files that do not name them; they end a text and are control tokens."""

DEFAULT_IDS = {"llama": {"bos": 1, "eos": 2, "unknown": 0}}
"""Ids of files that do not name them, by `tokenizer.ggml.model`."""


@attrs.frozen(eq=False)
class Vocabulary:
    """Tokens by id, with their types, scores (SentencePiece) and the ids that have a meaning."""

    texts: tuple[str, ...]
    types: tuple[TokenType, ...]
    scores: tuple[float, ...]
    named: Mapping[str, int]
    ends: frozenset[int]

    @cached_property
    def ids(self) -> Mapping[str, int]:
        """Ids by text."""
        return {text: id for id, text in enumerate(self.texts)}

    def __len__(self) -> int:
        return len(self.texts)

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> Vocabulary:
        """Read `tokenizer.ggml.tokens`, `scores`, `token_type` and the named ids (INF041, INF042)."""
        texts = tuple(
            text or f"[EMPTY_{id}]" for id, text in enumerate(_list(metadata, "tokens", str, required=True))
        )
        _refuse_duplicates(texts)
        types = _types(_list(metadata, "token_type", int), len(texts))
        scores = _list(metadata, "scores", (int, float)) or [0.0] * len(texts)
        for name, values in (("token_type", types), ("scores", scores)):
            if len(values) < len(texts):
                raise _wrong(name, f"has {len(values)} entries for {len(texts)} tokens")
        named = _named(metadata, len(texts))
        ids = {text: id for id, text in enumerate(texts)}
        ends = _ends(ids, named)
        control = ends.difference(named.values()) | {ids[text] for text in END_TEXTS & ids.keys()}
        return cls(
            texts=texts,
            types=tuple(TokenType.CONTROL if id in control else kind for id, kind in enumerate(types)),
            scores=tuple(float(score) for score in scores[: len(texts)]),
            named=named,
            ends=ends,
        )


def flag(metadata: Mapping[str, Any], name: str, default: bool) -> bool:
    """`tokenizer.ggml.<name>`, a boolean."""
    value = metadata.get(PREFIX + name, default)
    if not isinstance(value, bool):
        raise _wrong(name, f"is {value!r}, not true or false")
    return value


def merges(metadata: Mapping[str, Any]) -> list[tuple[str, str]]:
    """`tokenizer.ggml.merges`, the first of equal ones only. Their parts are kept apart by a space."""
    made: dict[tuple[str, str], None] = {}
    for line in _list(metadata, "merges", str, required=True):
        at = line.find(" ", 1)
        if at < 0:
            raise _wrong("merges", f"has the line {line!r}, which is not two parts and a space")
        made.setdefault((line[:at], line[at + 1 :]))
    return list(made)


def _list(
    metadata: Mapping[str, Any], name: str, kind: type | tuple[type, ...], *, required: bool = False
) -> list[Any]:
    value = metadata.get(PREFIX + name)
    if value is None:
        if required:
            raise _wrong(name, "is missing")
        return []
    if not _is_list(value) or not all(isinstance(each, kind) for each in value):
        raise _wrong(name, "is not a list of the type that GGUF gives it")
    return list(value)


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _types(numbers: Sequence[int], count: int) -> Sequence[TokenType]:
    known = {int(each) for each in TokenType}
    return [TokenType(number) if number in known else TokenType.UNDEFINED for number in numbers[:count]] or [
        TokenType.NORMAL
    ] * count


def _named(metadata: Mapping[str, Any], count: int) -> dict[str, int]:
    """Every `tokenizer.ggml.<name>_token_id` that the file has, and the defaults of its kind of vocabulary."""
    named = {
        name: id
        for name, id in DEFAULT_IDS.get(str(metadata.get(PREFIX + "model")), {}).items()
        if id < count
    }
    for key, value in metadata.items():
        if key.startswith(PREFIX) and key.endswith("_token_id"):
            name = key.removeprefix(PREFIX)
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < count:
                raise InferenceError(
                    "INF042",
                    f"{key} is {value!r}, and the vocabulary has the ids 0 to {count - 1}",
                    help="the file's metadata is broken, or belongs to another vocabulary",
                )
            named[name.removesuffix("_token_id")] = value
    return named


def _ends(ids: Mapping[str, int], named: Mapping[str, int]) -> frozenset[int]:
    ends = {named[key] for key in END_KEYS if key in named}
    ends |= {ids[text] for text in END_TEXTS & ids.keys()}
    for key, texts in FILL_TEXTS:
        found = [ids[text] for text in texts if text in ids]
        if key not in named and found:
            ends.add(found[0])
    # Two formats use <|end|>, and one </s>, inside a text; their other tokens give them away.
    if ids.keys() >= {"<|return|>", "<|call|>"} or ids.keys() >= {"<|calls|>", "<|flush|>"}:
        ends.discard(ids.get("<|end|>", -1))
    if "<|tool_response>" in ids:
        ends.discard(ids.get("</s>", -1))
    return frozenset(ends)


def _refuse_duplicates(texts: Iterable[str]) -> None:
    seen: dict[str, int] = {}
    for id, text in enumerate(texts):
        if seen.setdefault(text, id) != id:
            raise _wrong("tokens", f"has {text!r} twice, as {seen[text]} and {id}")


def _wrong(name: str, what: str) -> InferenceError:
    return InferenceError(
        "INF041", f"{PREFIX}{name} {what}", help="the file's vocabulary is incomplete; make it again"
    )
