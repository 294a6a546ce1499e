"""Engines on one emulated device, so that code which several tests need is translated once."""

from __future__ import annotations

from functools import cache
from typing import Any

from ptxgen.driver import Device, open_device
from ptxgen_inference.engine import Engine, Model
from ptxgen_inference.files import ModelFile


@cache
def device() -> Device:
    """The device of all engines."""
    return open_device("emulator")


def opened(model: ModelFile | Model, **options: Any) -> Engine:
    """An engine whose arithmetic is float32 throughout, in chunks of four tokens, unless options say otherwise."""
    exact = {"cache": "f32", "activations": "f32", "chunk": 4, "context": 64}
    return Engine.open(model, device(), **{**exact, **options})
