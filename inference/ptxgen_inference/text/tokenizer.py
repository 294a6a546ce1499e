"""The tokeniser of a model, from the metadata of its file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import attrs

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.text.byte_level import ByteLevelBpe
from ptxgen_inference.text.pretokenizers import pre_tokenizer
from ptxgen_inference.text.sentencepiece import SentencePieceBpe
from ptxgen_inference.text.special import SpecialTokens
from ptxgen_inference.text.stream import Stream
from ptxgen_inference.text.vocabulary import PREFIX, TokenType, Vocabulary, flag
from ptxgen_inference.text.wordpiece import WordPiece

SILENT = frozenset({TokenType.UNUSED, TokenType.UNDEFINED})
NOT_TEXT = frozenset({TokenType.CONTROL, TokenType.UNKNOWN})


class Coder(Protocol):
    """A way to code text without special tokens."""

    def encode(self, text: str) -> list[int]: ...
    def piece(self, id: int) -> bytes: ...


@attrs.frozen(eq=False)
class Tokenizer:
    """Text to ids as llama.cpp makes them, and back.

    `add_bos`, `add_eos` are what the file wants at both ends of a prompt; `eos` are the ids that end a generated text.
    """

    tokens: Vocabulary
    coder: Coder
    special: SpecialTokens
    bos: int | None
    last: int | None
    add_bos: bool
    add_eos: bool
    space_prefix: bool
    chat_template: str | None

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> Tokenizer:
        """Build from `tokenizer.ggml.*`; INF040 to INF043 say what is missing, wrong or not known."""
        model = str(metadata.get(PREFIX + "model", ""))
        if model not in {"gpt2", "llama", "bert"}:
            raise InferenceError(
                "INF040",
                f"the vocabulary's kind is {model!r} (tokenizer.ggml.model), which is not known here"
                if model
                else "the file has no vocabulary (tokenizer.ggml.model is missing)",
                help="known are gpt2, llama and bert; `--tokens 1,20,300` works without a vocabulary",
            )
        tokens = Vocabulary.of(metadata)
        pre = pre_tokenizer(str(metadata.get(PREFIX + "pre", "default")) if model == "gpt2" else "default")
        space_prefix = model == "llama" and flag(metadata, "add_space_prefix", True)
        coders: dict[str, Callable[[], Coder]] = {
            "gpt2": lambda: ByteLevelBpe.of(tokens, metadata, pre),
            "llama": lambda: SentencePieceBpe(tokens, space_prefix),
            "bert": lambda: WordPiece.of(tokens, metadata),
        }
        template = metadata.get("tokenizer.chat_template")
        named = tokens.named
        made = cls(
            tokens=tokens,
            coder=coders[model](),
            special=SpecialTokens.of(tokens),
            bos=named.get("cls", named.get("bos")) if model == "bert" else named.get("bos"),
            last=named.get("seperator", named.get("eos")) if model == "bert" else named.get("eos"),
            add_bos=flag(metadata, "add_bos_token", model != "gpt2" or pre.bos),
            add_eos=flag(metadata, "add_eos_token", model == "bert"),
            space_prefix=space_prefix,
            chat_template=template if isinstance(template, str) else None,
        )
        made.require_ends()
        return made

    @property
    def vocabulary(self) -> int:
        """How many tokens there are."""
        return len(self.tokens)

    @property
    def eos(self) -> frozenset[int]:
        """The tokens after which nothing is generated."""
        return self.tokens.ends

    def require_ends(self) -> None:
        """INF042 when the file wants a token at an end of the prompt that it does not name."""
        for wanted, id, name in ((self.add_bos, self.bos, "bos"), (self.add_eos, self.last, "eos")):
            if wanted and id is None:
                raise InferenceError(
                    "INF042",
                    f"tokenizer.ggml.add_{name}_token is set, but the file names no such token",
                    help=f"the metadata lacks tokenizer.ggml.{name}_token_id",
                )

    def encode(self, text: str, *, bos: bool | None = None, special: bool = True) -> list[int]:
        """Ids of a text.

        `bos`: whether it begins with the beginning-of-text token (and ends with the end token, where the file asks for
        that); `None` takes the file's word. `special`: whether control tokens may be written out in the text; with
        False `<|im_end|>` is nine characters. INF045: the text has a lone surrogate.
        """
        _require_unicode(text)
        out: list[int] = []
        if (self.add_bos if bos is None else bos) and self.bos is not None:
            out.append(self.bos)
        for piece in self.special.split(text, control=special):
            out += [piece] if isinstance(piece, int) else self.coder.encode(piece)
        if self.add_eos and bos is not False and self.last is not None:
            out.append(self.last)
        return out

    def decode(self, ids: Iterable[int], *, continued: bool = False, special: bool = False) -> str:
        """The text of ids. `continued`: they go on with a text, so a space in front of them is one.

        `special`: whether control tokens are written out. Bytes that are no UTF-8 become U+FFFD.
        """
        stream = self.stream(continued=continued, special=special)
        return "".join([*map(stream.push, ids), stream.end()])

    def stream(self, *, continued: bool = False, special: bool = False) -> Stream:
        """`decode`, token by token."""
        return Stream(self, continued=continued, special=special)

    def piece(self, id: int, *, special: bool = False) -> bytes:
        """The bytes of one token; none for control and unknown tokens unless `special`. INF046: no such token."""
        if not 0 <= id < self.vocabulary:
            raise InferenceError("INF046", f"there is no token {id}: the vocabulary has {self.vocabulary}")
        kind = self.tokens.types[id]
        if kind in SILENT or (not special and kind in NOT_TEXT):
            return b""
        return self.coder.piece(id)


def _require_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InferenceError(
            "INF045",
            f"the text is not Unicode: character {error.start} is the lone surrogate U+{ord(text[error.start]):04X}",
            help="give the prompt as UTF-8",
        ) from None
