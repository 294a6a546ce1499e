"""The vocabulary: byte-level BPE in GPT-2's form, trained on the training chapters alone."""

from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

SIZE = 2048
BOS, EOS = "<s>", "</s>"


def train(chapters: Iterable[str]) -> Tokenizer:
    """A tokeniser of `SIZE` tokens: the 2 control tokens, 256 bytes, and merges."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE,
        special_tokens=[BOS, EOS],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(chapters, trainer)
    return tokenizer


def load(path: Path) -> Tokenizer:
    """A tokeniser that `train` made and `save` wrote."""
    return Tokenizer.from_file(str(path))


def document(tokenizer: Tokenizer, chapter: str) -> list[int]:
    """A chapter's tokens between the two control tokens."""
    return [tokenizer.token_to_id(BOS), *tokenizer.encode(chapter).ids, tokenizer.token_to_id(EOS)]
