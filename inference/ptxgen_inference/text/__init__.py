"""Text: tokenisers from a model's metadata, streams of text, chat templates."""

from ptxgen_inference.text.stream import Stream
from ptxgen_inference.text.tokenizer import Tokenizer
from ptxgen_inference.text.vocabulary import TokenType, Vocabulary

__all__ = ["Stream", "TokenType", "Tokenizer", "Vocabulary"]
