"""Sampling: from logits to the next token."""

from ptxgen_inference.sampling.sampler import Choice, Sampler
from ptxgen_inference.sampling.settings import Sampling

__all__ = ["Choice", "Sampler", "Sampling"]
