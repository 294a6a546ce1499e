"""Model files: what they hold, before anything runs."""

from ptxgen_inference.files.model import ModelFile, Tensor
from ptxgen_inference.files.opening import open_model
from ptxgen_inference.files.writing import write_gguf

__all__ = ["ModelFile", "Tensor", "open_model", "write_gguf"]
