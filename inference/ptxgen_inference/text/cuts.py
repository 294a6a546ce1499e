"""Regular expressions that byte-level BPE cuts text with, in the notation of Oniguruma.

What they match is what llama.cpp's own match (`src/llama-vocab.cpp` and `src/unicode.cpp`), where small and capital
letters outside of ASCII are letters alike and every white space of Unicode is one.
"""

from __future__ import annotations

LATER_CHARACTERS = (
    "897 1B4E-1B4F 1B7F 1C89-1C8A 2427-2429 31E4-31E5 A7CB-A7CD A7DA-A7DC 105C0-105F3 10D40-10D8F 10EC2-10EFC "
    "11380-113E2 116D0-116E3 11BC0-11BF9 11F5A 13460-143FA 16100-16139 16D40-16D79 18CFF 1CC00-1CEB3 1E5D0-1E5FF "
    "1F8B2-1F8C1 1FA89-1FA8F 1FABE 1FAC6 1FADC-1FADF 1FAE9 1FBCB-1FBEF"
)
"""What Unicode 16 added. llama.cpp's tables are Unicode 15.1, where these are no letters, numbers or signs."""


def ranges(listed: str) -> str:
    """Code points and ranges of them, in hexadecimal, as the inside of a character class."""
    return "".join("-".join(chr(int(end, 16)) for end in each.split("-")) for each in listed.split())


LETTER, MARK = r"\p{L}", r"\p{M}"
HEAD = r"[^\r\n\p{L}\p{N}]?"
"""What may stand before the letters of a word: a space, or a sign."""
CONTRACTION = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])"
LINES = r"\s*[\r\n]+"
SPACES = r"\s+(?!\S)|\s+"
SIGNS = r" ?[^\s\p{L}\p{N}]+"
REST = rf"{SIGNS}[\r\n]*|{LINES}|{SPACES}"
SLASH_REST = rf"{SIGNS}[\r\n/]*|{LINES}|{SPACES}"
WORD = rf"{HEAD}\p{{L}}+"

GPT2 = rf"'s|'t|'re|'ve|'m|'ll|'d| ?\p{{L}}+| ?\p{{N}}+|{SIGNS}|{SPACES}"
LLAMA3 = rf"{CONTRACTION}|{WORD}|\p{{N}}{{1,3}}|{REST}"
QWEN2 = rf"{CONTRACTION}|{WORD}|\p{{N}}|{REST}"

# --- relatives of these ---
HALVED_SPACES = "".join(rf"\s{{{1 << power}}}(?!\S)|" for power in range(9, 1, -1)) + r"\s{1,2}(?!\S)|\s"
JAIS2 = rf"{CONTRACTION}|{WORD}|\p{{N}}{{1,3}}|{SIGNS}[\r\n]*|{LINES}|{HALVED_SPACES}"
MINICPM5 = rf"{CONTRACTION}|{WORD}|\p{{N}}+|{REST}"
QWEN35 = (
    rf"{CONTRACTION}|{HEAD}[\p{{L}}\p{{M}}]+|\p{{N}}| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*|{LINES}|{SPACES}"
)
UFAKZEKA = rf"{WORD}|\p{{N}}|{REST}"
SEED_CODER = rf"{CONTRACTION}|{WORD}|\p{{N}}| ?[^\s\p{{L}}\p{{N}}\r\n]+|{LINES}|{SPACES}"
EXAONE_WORDS = rf"{HEAD}(?:\p{{L}}\p{{M}}*(?: \p{{L}}\p{{M}}*)*)+"
EXAONE_MOE = rf"{CONTRACTION}|{EXAONE_WORDS}|\p{{N}}|{SIGNS}[\r\n/]?|\s*[\r\n]|{SPACES}"
BAILING = rf"'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|{WORD}|\p{{N}}|{SIGNS}[\r\n]*|\s*[\r\n]|{SPACES}"
MARKED_WORD = rf"{HEAD}[\p{{L}}\p{{M}}]+{CONTRACTION}?"

# --- words and signs, as DeepSeek has them ---
SIGN_WORD = r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
SIGN_REST = rf" ?[\p{{P}}\p{{S}}]+[\r\n]*|{LINES}|{SPACES}"
SPARK = rf"{SIGN_WORD}| ?[\p{{P}}\p{{S}}]+|[\r\n]|{SPACES}"
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
DEEPSEEK_WORD = rf"\s?[{ranges(DEEPSEEK_LETTERS)}]+"
DEEPSEEK_SIGNS = rf"\s?[!-/:-~{ranges('FF01-FF0F FF1A-FF5E 2018-201F 3001-3002')}]+"

# --- scripts ---
HAN_KANA = f"[{ranges('4E00-9FA5 3040-30FF')}]+"
HAN_HANGUL = f"[{ranges('4E00-9FA5 800-4E00 AC00-D7FF')}]+"
_ASIAN = ranges(
    "4E00-9FFF 3400-4DBF 8C48-FAFF 3040-30FF FF65-FF9F 2F00-2FDF E40-EFF 1780-17FF 1000-109F AA60-AA7F A9E0-A9FF "
    "AC00-D7AF 1100-11FF"
)
ASIAN = f"[{_ASIAN}]+"
_WIDE_SIGNS = ranges("FF01 2026 201C 201D 2018 2019 2014 FF1A FF1B FF0C 3001-303F FE30-FE4F")
YOUTU = f"[{ranges('AC00-D7A3 3131-318E')}]+|[{_WIDE_SIGNS}]+|[{ranges('3105-312F')}]+|{HAN_KANA}"
BETWEEN_STOPS = rf" ?[^(\s|.,!?{ranges('2026 3002 FF0C 3001 964 6D4 60C')})]+"

THREES_FROM_BEHIND = r"\P{N}*\p{N}{1,3}(?=(?:\p{N}{3})*(?!\p{N}))"
"""Digits in threes that end where the number does; what stands before a number goes with its first ones."""


def cased(letters: str, behind: str = "") -> str:
    """Words of the characters of a class: capitals and then others; and what may stand `behind` them."""
    upper, lower = f"[{letters}&&[^a-z]]", f"[{letters}&&[^A-Z]]"
    return f"{HEAD}{upper}*{lower}+{behind}|{HEAD}{upper}+{lower}*{behind}"


_LATER = ranges(LATER_CHARACTERS)


def as_of_unicode_15(pattern: str) -> str:
    r"""The pattern with each `\p{..}` as Unicode 15.1 has it."""
    for category in "LNPSM":
        pattern = pattern.replace(rf"\p{{{category}}}", rf"[\p{{{category}}}&&[^{_LATER}]]")
        pattern = pattern.replace(rf"\P{{{category}}}", rf"[\P{{{category}}}{_LATER}]")
    return pattern
