"""Steps of models on a device: operations, memory, cache, and recordings of launches that are played again."""

from __future__ import annotations

from ptxgen_inference.runtime.model_parts import Heads, LayerNorm, Norm, RmsNorm, Rope, Weight
from ptxgen_inference.runtime.shapes import Shape
from ptxgen_inference.runtime.step import Step
from ptxgen_inference.runtime.values import Value

__all__ = ["Heads", "LayerNorm", "Norm", "RmsNorm", "Rope", "Shape", "Step", "Value", "Weight"]
