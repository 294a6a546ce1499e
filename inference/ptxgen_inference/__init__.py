"""The GGUF inference engine of ptxgen: a model file in, text out, every kernel of the library used."""

from ptxgen import __version__

__all__ = ["__version__"]
