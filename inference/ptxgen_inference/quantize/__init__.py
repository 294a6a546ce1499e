"""Models in other weight formats, mixed per tensor as llama.cpp's quantiser does."""

from ptxgen_inference.quantize.quantising import plan, quantize, quantize_file
from ptxgen_inference.quantize.recipes import RECIPES

__all__ = ["RECIPES", "plan", "quantize", "quantize_file"]
