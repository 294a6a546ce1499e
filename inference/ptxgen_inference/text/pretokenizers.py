"""How byte-level BPE cuts text into words before it merges: one entry for each `tokenizer.ggml.pre`.

The names and what they mean are llama.cpp's (`src/llama-vocab.cpp`, as llama-cpp-python 0.3.36 has it). A name
that is not here is refused: a wrong cut gives a model token ids that it has not been trained on, and fluent nonsense.
"""

from __future__ import annotations

from attrs import evolve, frozen

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.text import cuts
from ptxgen_inference.text.cuts import GPT2, LLAMA3, QWEN2


@frozen
class PreTokenizer:
    """Regular expressions that are applied one after another, each to the pieces that the former left.

    `ignore_merges`: a word that is a token is that token, whatever the merges would make of it. `bos`: the file's
    default for `tokenizer.ggml.add_bos_token`.
    """

    patterns: tuple[str, ...]
    ignore_merges: bool = False
    bos: bool = False


_THREE = r"\p{N}{1,3}"
_GPT2 = PreTokenizer((GPT2,))
_LLAMA3 = PreTokenizer((LLAMA3,), ignore_merges=True, bos=True)
_GLM = PreTokenizer((LLAMA3,))
_DIGITS = PreTokenizer((r"\p{N}", GPT2))
_QWEN2 = PreTokenizer((QWEN2,))
_SIGNS = f"{cuts.SIGN_WORD}|{cuts.SIGN_REST}"
_DEEPSEEK3 = PreTokenizer((_THREE, cuts.HAN_KANA, _SIGNS))
_ONES_END = rf"\p{{N}}|{cuts.SLASH_REST}"
_THREES_END = rf"{_THREE}|{cuts.SLASH_REST}"
_GPT4O = PreTokenizer((f"{cuts.cased(cuts.LETTER, cuts.CONTRACTION + '?')}|{_THREES_END}",))
_GRANITE = PreTokenizer(
    (f"{cuts.cased(cuts.LETTER + cuts.MARK, cuts.CONTRACTION + '?')}|{_THREES_END}",), ignore_merges=True
)
_TEKKEN = PreTokenizer((f"{cuts.cased(cuts.LETTER)}|{_ONES_END}",), ignore_merges=True, bos=True)
_YOUTU = PreTokenizer((cuts.YOUTU, f"{cuts.MARKED_WORD}|{_ONES_END}"), ignore_merges=True)
_TINY_AYA = PreTokenizer((cuts.THREES_FROM_BEHIND, f"{cuts.MARKED_WORD}|{_THREES_END}"))
_CHAMELEON = PreTokenizer(
    (
        "<sentinel:[0-9]+>",
        "IMGIMG[A-I]{1,4}Z",
        r"[\t\n]|    |  ",
        r"\p{N}",
        r"[\p{P}!-/:-@\[-`{-~]",
        GPT2,
    ),
    bos=True,
)
_BAILING = PreTokenizer((cuts.BAILING,))
_BLOOM = PreTokenizer((cuts.BETWEEN_STOPS,))

PRE_TOKENIZERS = {
    "default": PreTokenizer((r"[\p{P}\$\+<=>\^~\|]+", GPT2, r"\p{N}+", "[0-9][0-9][0-9]")),
    **dict.fromkeys(("gpt-2", "phi-2", "modern-bert", "mpt", "olmo", "jais", "trillion", "exaone4"), _GPT2),
    **dict.fromkeys(("gigachat", "a.x-4.0", "mellum", "granite-docling", "roberta-bpe"), _GPT2),
    **dict.fromkeys(("jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "jina-v1-en", "jina-v2-code"), _GPT2),
    **dict.fromkeys(("llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "lfm2"), _LLAMA3),
    **dict.fromkeys(("midm-2.0", "jina-v5-nano"), _LLAMA3),
    **dict.fromkeys(("dbrx", "smaug-bpe", "chatglm-bpe"), _GLM),
    **dict.fromkeys(("glm4", "glm5"), evolve(_GLM, ignore_merges=True)),
    "jais-2": PreTokenizer((cuts.JAIS2,)),
    "minicpm5": PreTokenizer((_THREE, cuts.MINICPM5), ignore_merges=True),
    **dict.fromkeys(("qwen2", "deepseek-r1-qwen", "stablelm2", "megrez", "hunyuan", "grok-2"), _QWEN2),
    **dict.fromkeys(("kormo", "f2llmv2", "solar-open"), _QWEN2),
    "qwen35": PreTokenizer((cuts.QWEN35,)),
    "ufakzeka": PreTokenizer((cuts.UFAKZEKA,)),
    "seed-coder": PreTokenizer((cuts.SEED_CODER,)),
    "laguna": PreTokenizer((r"[^\n]+|\n+", QWEN2)),
    "exaone-moe": PreTokenizer((cuts.EXAONE_MOE,)),
    **dict.fromkeys(("bailingmoe", "bailingmoe2", "llada-moe"), _BAILING),
    **dict.fromkeys(
        ("smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b", "mellum2"),
        _DIGITS,
    ),
    "falcon": PreTokenizer((r"[\p{P}\$\+<=>\^~\|`]+", GPT2, "[0-9][0-9][0-9]")),
    "deepseek-llm": PreTokenizer(
        (
            r"[\r\n]",
            cuts.DEEPSEEK_WORD,
            cuts.DEEPSEEK_SIGNS,
            r"\s+\z",
            cuts.HAN_HANGUL,
            r"\p{N}+",
        )
    ),
    "deepseek-coder": PreTokenizer((r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", cuts.HAN_HANGUL, r"\p{N}")),
    **dict.fromkeys(("deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"), _DEEPSEEK3),
    "spark2_5": PreTokenizer((_THREE, cuts.HAN_KANA, cuts.SPARK, r"\p{N}")),
    "afmoe": PreTokenizer((cuts.THREES_FROM_BEHIND, cuts.ASIAN, _SIGNS)),
    **dict.fromkeys(("gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"), _GPT4O),
    "granite-embed-multi-97m": _GRANITE,
    "tekken": _TEKKEN,
    "youtu": _YOUTU,
    **dict.fromkeys(("tiny_aya", "cohere2moe"), _TINY_AYA),
    "superbpe": PreTokenizer((r"\p{N}+", r"(?=([0-9]{3})+(?![0-9]))")),
    "chameleon": _CHAMELEON,
    **dict.fromkeys(("poro-chat", "bloom", "gpt3-finnish"), _BLOOM),
    "viking": PreTokenizer((cuts.BETWEEN_STOPS, r"\p{N}")),
}
"""By the value of `tokenizer.ggml.pre`."""

_UTF8 = "its tokens are UTF-8 and not the alphabet of GPT-2"
NOT_DONE = {
    **dict.fromkeys(("gemma4", "granite-embed-multi-311m", "sarvam-moe", "whitespace"), _UTF8),
    "kimi-k2": "it has no merges",
}
"""Names that llama.cpp knows and this engine does not do, with the reason."""


def pre_tokenizer(name: str) -> PreTokenizer:
    """How text is cut for `tokenizer.ggml.pre = name`; INF043 for a name that is not known, or not done."""
    found = PRE_TOKENIZERS.get(name)
    if found is None:
        why = f"not done here: {NOT_DONE[name]}" if name in NOT_DONE else "not known here"
        raise InferenceError(
            "INF043",
            f"the vocabulary cuts text by the rule {name!r} (tokenizer.ggml.pre), which is {why}",
            help=f"known are {', '.join(PRE_TOKENIZERS)}; `--tokens` takes ids that another tokeniser made",
        )
    return found
