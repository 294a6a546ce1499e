"""How byte-level BPE cuts text into words before it merges: one entry for each `tokenizer.ggml.pre`.

The names and what they mean are llama.cpp's (`src/llama-vocab.cpp`, as llama-cpp-python 0.3.36 has it). A name
that is not here is refused: a wrong cut gives a model token ids that it has not been trained on, and fluent nonsense.
"""

from __future__ import annotations

from attrs import frozen

from ptxgen_inference.errors import InferenceError

LATER_CHARACTERS = (
    "897 1B4E-1B4F 1B7F 1C89-1C8A 2427-2429 31E4-31E5 A7CB-A7CD A7DA-A7DC 105C0-105F3 10D40-10D8F 10EC2-10EFC "
    "11380-113E2 116D0-116E3 11BC0-11BF9 11F5A 13460-143FA 16100-16139 16D40-16D79 18CFF 1CC00-1CEB3 1E5D0-1E5FF "
    "1F8B2-1F8C1 1FA89-1FA8F 1FABE 1FAC6 1FADC-1FADF 1FAE9 1FBCB-1FBEF"
)
"""What Unicode 16 added. llama.cpp's tables are Unicode 15.1, where these are no letters, numbers or signs."""

CONTRACTION = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])"
REST = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
WORD = r"[^\r\n\p{L}\p{N}]?\p{L}+"

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = rf"{CONTRACTION}|{WORD}|\p{{N}}{{1,3}}|{REST}"
QWEN2 = rf"{CONTRACTION}|{WORD}|\p{{N}}|{REST}"
TEKKEN_HEAD = r"[^\r\n\p{L}\p{N}]?"
TEKKEN_WORD = (
    rf"{TEKKEN_HEAD}[\p{{L}}&&[^a-z]]*[\p{{L}}&&[^A-Z]]+%s"
    rf"|{TEKKEN_HEAD}[\p{{L}}&&[^a-z]]+[\p{{L}}&&[^A-Z]]*%s"
)
SLASH_REST = r" ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
SIGN_WORD = r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
SIGN_REST = r" ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
DEEPSEEK_LETTERS = (
    "41-5A 61-7A B5 C0-D6 D8-F6 F8-1BA 1BC-1BF 1C4-293 295-2AF 370-373 376 377 37B-37D 37F 386 388-38A 38C "
    "38E-3A1 3A3-3F5 3F7-481 48A-52F 531-556 10A0-10C5 13A0-13F5 13F8-13FD 1C90-1CBA 1CBD-1CBF 1D00-1D2B "
    "1D6B-1D77 1D79-1D9A 1E00-1F15 1F18-1F1D 1F20-1F45 1F48-1F4D 1F50-1F57 1F59 1F5B 1F5D 1F5F-1F7D 1F80-1FB4 "
    "1FB6-1FBC 1FBE 1FC2-1FC4 1FC6-1FCC 1FD0-1FD3 1FD6-1FDB 1FE0-1FEC 1FF2-1FF4 1FF6-1FFC 2102 2107 210A-2113 "
    "2115 2119-211D 2124 2126 2128 212A-212D 212F-2134 2139 213C-213F 2145-2149 214E 2183 2184 2C00-2C7B "
    "2C7E-2CE4 2CEB-2CEE 2CF2 2CF3 A640-A66D A680-A69B A722-A76F A771-A787 A78B-A78E AB70-ABBF FB00-FB06 "
    "FB13-FB17 FF21-FF3A FF41-FF5A 10400-1044F 104B0-104D3 104D8-104FB 10C80-10CB2 10CC0-10CF2 118A0-118DF "
    "1E900-1E943"
)


def _ranges(listed: str) -> str:
    """Code points and ranges of them, in hexadecimal, as the inside of a character class."""
    return "".join("-".join(chr(int(end, 16)) for end in each.split("-")) for each in listed.split())


_LATER = _ranges(LATER_CHARACTERS)
_HAN = _ranges("4E00-9FA5")


@frozen
class PreTokenizer:
    """Regular expressions that are applied one after another, each to the pieces that the former left.

    `ignore_merges`: a word that is a token is that token, whatever the merges would make of it. `bos`: the file's
    default for `tokenizer.ggml.add_bos_token`.
    """

    patterns: tuple[str, ...]
    ignore_merges: bool = False
    bos: bool = False


_GPT2 = PreTokenizer((GPT2,))
_LLAMA3 = PreTokenizer((LLAMA3,), ignore_merges=True, bos=True)
_DIGITS = PreTokenizer((r"\p{N}", GPT2))
_QWEN2 = PreTokenizer((QWEN2,))
_DEEPSEEK3 = PreTokenizer(
    (
        r"\p{N}{1,3}",
        f"[{_HAN}{_ranges('3040-30FF')}]+",
        f"{SIGN_WORD}|{SIGN_REST}",
    )
)
_GPT4O = PreTokenizer(
    (rf"{TEKKEN_WORD % (f'{CONTRACTION}?', f'{CONTRACTION}?')}|\p{{N}}{{1,3}}|{SLASH_REST}",)
)

PRE_TOKENIZERS = {
    "default": PreTokenizer((r"[\p{P}\$\+<=>\^~\|]+", GPT2, r"\p{N}+", "[0-9][0-9][0-9]")),
    **dict.fromkeys(("gpt-2", "phi-2", "modern-bert", "mpt", "olmo", "jais", "trillion", "exaone4"), _GPT2),
    **dict.fromkeys(("llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "lfm2"), _LLAMA3),
    **dict.fromkeys(("dbrx", "smaug-bpe"), PreTokenizer((LLAMA3,))),
    **dict.fromkeys(("qwen2", "deepseek-r1-qwen", "stablelm2", "megrez", "hunyuan", "grok-2"), _QWEN2),
    **dict.fromkeys(
        ("smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"), _DIGITS
    ),
    "falcon": PreTokenizer((r"[\p{P}\$\+<=>\^~\|`]+", GPT2, "[0-9][0-9][0-9]")),
    "deepseek-llm": PreTokenizer(
        (
            r"[\r\n]",
            rf"\s?[{_ranges(DEEPSEEK_LETTERS)}]+",
            rf"\s?[!-/:-~{_ranges('FF01-FF0F FF1A-FF5E 2018-201F 3001-3002')}]+",
            r"\s+\z",
            f"[{_HAN}{_ranges('800-4E00 AC00-D7FF')}]+",
            r"\p{N}+",
        )
    ),
    "deepseek-coder": PreTokenizer(
        (r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", f"[{_HAN}{_ranges('800-4E00 AC00-D7FF')}]+", r"\p{N}")
    ),
    **dict.fromkeys(("deepseek-v3", "hunyuan-dense"), _DEEPSEEK3),
    "tekken": PreTokenizer(
        (rf"{TEKKEN_WORD % ('', '')}|\p{{N}}|{SLASH_REST}",), ignore_merges=True, bos=True
    ),
    **dict.fromkeys(("gpt-4o", "llama4"), _GPT4O),
}
"""By the value of `tokenizer.ggml.pre`."""


def pre_tokenizer(name: str) -> PreTokenizer:
    """How text is cut for `tokenizer.ggml.pre = name`; INF043 for a name that is not known."""
    found = PRE_TOKENIZERS.get(name)
    if found is None:
        raise InferenceError(
            "INF043",
            f"the vocabulary cuts text by the rule {name!r} (tokenizer.ggml.pre), which is not known here",
            help=f"known are {', '.join(PRE_TOKENIZERS)}; `--tokens` takes ids that another tokeniser made",
        )
    return found


def as_of_unicode_15(pattern: str) -> str:
    r"""The pattern with each `\p{..}` as Unicode 15.1 has it, in the notation of Oniguruma."""
    for category in "LNPSM":
        pattern = pattern.replace(rf"\p{{{category}}}", rf"[\p{{{category}}}&&[^{_LATER}]]")
    return pattern
