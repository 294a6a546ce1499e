"""Model files: what they hold, before anything runs."""

from ptxgen_inference.files.model import ModelFile, Tensor

__all__ = ["ModelFile", "Tensor"]
