"""Sentence embeddings by BERT encoders."""

from ptxgen_inference.encoder.encoder import Encoder

__all__ = ["Encoder"]
