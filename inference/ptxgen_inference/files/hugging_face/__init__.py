"""Models as Hugging Face's libraries save them, translated to what a GGUF file of the same model says."""

from ptxgen_inference.files.hugging_face.opening import open_folder

__all__ = ["open_folder"]
