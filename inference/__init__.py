"""The GGUF inference engine of ptxgen, installed as `ptxgen_inference`.

This release has the ground that it will stand on (`ptxgen`) and no engine yet: nothing can be loaded or run from here.
"""

from ptxgen import __version__

__all__ = ["__version__"]
