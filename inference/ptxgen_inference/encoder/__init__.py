"""Sentence embeddings by BERT encoders."""

from ptxgen_inference.encoder.encoder import Encoder
from ptxgen_inference.encoder.folder import open_encoder

__all__ = ["Encoder", "open_encoder"]
