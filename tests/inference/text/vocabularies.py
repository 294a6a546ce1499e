"""Small vocabularies as GGUF metadata, made from a text of many scripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.trainers import BpeTrainer

CORPUS = [
    "In the beginning God created the heaven and the earth. And the earth was without form, and void;",
    "It's what they're saying, isn't it? We've said I'd go, he'll stay, I'M HERE AND YOU'RE NOT.",
    "for i in range(1000):\n    if x[i] != 0x7f and y == 3.14159:\n\t\treturn {'a': 12345, \"b\": []}\r\n",
    "Straße, naïve café, größer, Ελληνικά γράμματα, русский текст, 日本語のテキスト, 한국어 문장, العربية",
    "   spaces   and\n\n\nnewlines \n  with 1, 22, 333, 4444 and 55555 numbers ½ ² Ⅷ ١٢٣ 😀😀 👩‍👩‍👧",
    "\u1c89the \u1c89the \u1c89the",  # a letter since Unicode 16
    "banana abababab aaaaaaaa hello hello hellohello the the then there these those",
] * 3
SPECIAL = ("<|begin|>", "<|end_of_text|>", "<|im_start|>", "<|im_end|>", "<|im_start|>system")
USER_DEFINED = ("<tool>", "  ", "<t")
TYPES = {"normal": 1, "unknown": 2, "control": 3, "user": 4, "byte": 6}


def byte_level(*, cut: str = "", without: str = "") -> dict[str, Any]:
    """A byte-level BPE vocabulary of about 600 tokens, `without` some of the bytes' characters."""
    library = Tokenizer(BPE())
    library.pre_tokenizer = ByteLevel(add_prefix_space=False)
    trainer = BpeTrainer(
        vocab_size=600, initial_alphabet=ByteLevel.alphabet(), special_tokens=[], show_progress=False
    )
    library.train_from_iterator(CORPUS, trainer)
    model = json.loads(library.to_str())["model"]
    kept = [text for text in model["vocab"] if not set(text) & set(without)]
    merges = [pair for pair in model["merges"] if not set("".join(pair)) & set(without)]
    # Tokens that no merge makes: they are found only where a whole word is looked up first.
    extra = ["Ġcreatedx", "xyzzy", "Ġhereandthere"]
    texts = [*SPECIAL, *sorted(kept, key=model["vocab"].__getitem__), *extra, *USER_DEFINED]
    control = len(SPECIAL)
    types = [TYPES["control"]] * control + [TYPES["normal"]] * (len(texts) - control - len(USER_DEFINED))
    return {
        "tokenizer.ggml.model": "gpt2",
        **({"tokenizer.ggml.pre": cut} if cut else {}),
        "tokenizer.ggml.tokens": texts,
        "tokenizer.ggml.token_type": [*types, *[TYPES["user"]] * len(USER_DEFINED)],
        "tokenizer.ggml.merges": [" ".join(pair) for pair in merges],
        "tokenizer.ggml.bos_token_id": 0,
        "tokenizer.ggml.eos_token_id": 1,
    }


def sentencepiece(*, flat: bool = False, **flags: bool) -> dict[str, Any]:
    """A vocabulary with scores and byte tokens; `flat`: many tokens of the same score."""
    words = sorted({word for line in CORPUS for word in line.replace(" ", " ▁").split(" ") if word})
    parts = sorted(
        {word[i:j] for word in words for i in range(len(word)) for j in range(i + 1, len(word) + 1)}
    )
    short = [part for part in parts if 2 <= len(part) <= 9 and "\n" not in part]
    multiple = [part for part in short if hash_of(part) % 3]
    single = sorted({character for line in CORPUS for character in line} - set("\n\t\rنص "))
    texts = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁", *single]
    merged = [part for part in multiple if part not in set(texts)][:1500]
    scores = [0.0] * len(texts) + [-float(hash_of(part) % (7 if flat else 9973)) for part in merged]
    types = [TYPES["unknown"], TYPES["control"], TYPES["control"], *[TYPES["byte"]] * 256]
    texts += merged
    types += [TYPES["normal"]] * (len(texts) - len(types))
    return {
        "tokenizer.ggml.model": "llama",
        **{f"tokenizer.ggml.{name}": value for name, value in flags.items()},
        "tokenizer.ggml.tokens": [*texts, "<extra>", "▁▁<x>"],
        "tokenizer.ggml.scores": [*scores, 0.0, 0.0],
        "tokenizer.ggml.token_type": [*types, TYPES["user"], TYPES["user"]],
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.unknown_token_id": 0,
    }


BERT_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def word_piece(
    ids: Mapping[str, int], lowercase: bool = True, strip_accents: bool | None = None
) -> dict[str, Any]:
    """A vocabulary of BERT, whose words go on with ##, as GGUF has it."""
    words = sorted(ids, key=lambda word: ids[word])
    texts = [
        word if word in BERT_SPECIAL else word[2:] if word.startswith("##") else f"▁{word}" for word in words
    ]
    types = [TYPES["normal" if word not in BERT_SPECIAL else "control"] for word in words]
    names = dict(zip(("padding", "unknown", "cls", "seperator", "mask"), BERT_SPECIAL, strict=True))
    accents = {} if strip_accents is None else {"tokenizer.ggml.normalizer.strip_accents": strip_accents}
    return {
        "tokenizer.ggml.model": "bert",
        "tokenizer.ggml.normalizer.lowercase": lowercase,
        **accents,
        "tokenizer.ggml.tokens": texts,
        "tokenizer.ggml.token_type": types,
        **{f"tokenizer.ggml.{name}_token_id": ids[token] for name, token in names.items()},
        "tokenizer.ggml.bos_token_id": ids["[CLS]"],
    }


def hash_of(text: str) -> int:
    """A number from a text, the same in every process."""
    total = 7
    for byte in text.encode():
        total = (total * 31 + byte) % 1_000_003
    return total


CUTS = (
    *("llama-bpe", "qwen2", "gpt-2", "default", "smollm", "falcon", "dbrx"),
    *("deepseek-llm", "deepseek-coder", "deepseek-v3", "tekken", "gpt-4o"),
    *(
        "jais-2",
        "minicpm5",
        "qwen35",
        "ufakzeka",
        "seed-coder",
        "laguna",
        "exaone-moe",
        "bailingmoe",
        "spark2_5",
    ),
    *(
        "afmoe",
        "youtu",
        "granite-embed-multi-97m",
        "tiny_aya",
        "superbpe",
        "chameleon",
        "bloom",
        "viking",
        "glm4",
    ),
)
"""A name of each way to cut."""
VOCABULARIES: dict[str, Callable[[], dict[str, Any]]] = {
    **{name: partial(byte_level, cut=name) for name in CUTS},
    "no cut named": byte_level,
    "bytes are missing": partial(byte_level, cut="llama-bpe", without="Ġaé½"),
    "sentencepiece": sentencepiece,
    "sentencepiece, equal scores": partial(sentencepiece, flat=True),
    "sentencepiece, other flags": partial(
        sentencepiece, flat=True, add_space_prefix=False, add_eos_token=True, add_bos_token=False
    ),
}
FRAGMENTS = (
    *SPECIAL,
    *USER_DEFINED,
    *("<s>", "</s>", "<unk>", "<extra>", "▁▁<x>", "<0x41>"),
    *(" ", "  ", "   ", "\n", "\r\n", "\t", " \n x", "\u3000", "\x85", "\xa0", "\u200b", "\x00"),
    *("'s", "'S", "'ll", "'ſ", "HERE'RE", "12345", "1", "½", "١٢", "Ⅷ", "x1y22"),
    *("the", " the", "hello", "aba", "aaaa", "xyzzy", " createdx", "A", "aB", "HELLOworld", "camelCaseWord"),
    *(
        "é",
        "e\u0301",
        "ß",
        "ſ",
        "日本",
        "한국어",
        "العربية",
        "हिन्दी",
        "😀",
        "👩‍👩‍👧",
        "\u1c89",
        "\U00013460",
        "\U000e0001",
    ),
    *("!", "?!", "/", "$", "^", "_", "-abc", "{", "//\n", "++x", "<|im_", "|>"),
    *("1234567", "x12345", "١٢٣٤", "     ", " \n\n", "IMGIMGABIZ", "<sentinel:12>", "don't", "d'un"),
    *(
        "ไทย",
        "កម្ពុជា",
        "မြန်မာ",
        "ㄅㄆ",
        "ㄱㅏ",
        "ﾊﾝｶｸ",
        "…。",
        "！「",
        "a…b。",
        "।",
        "۔",
        "(a|b)",
        "नि ति",
        "  ।",
    ),
)
"""What cuts and merges stumble over."""

TEXTS = [
    *("", " ", "\n", *CORPUS[:7]),
    *(f"{left}{right}" for left, right in zip(FRAGMENTS, FRAGMENTS[1:] + FRAGMENTS[:1], strict=True)),
    *("".join(FRAGMENTS[i::7]) for i in range(7)),
    " ".join(FRAGMENTS),
]
