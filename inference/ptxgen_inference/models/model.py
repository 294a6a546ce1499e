"""A model: hyper-parameters, tensors in their places, and the forward of its family."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

import attrs
from attrs import frozen

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile
from ptxgen_inference.models import hyper as hyper_parameters
from ptxgen_inference.models.hyper import Hyper, Traits
from ptxgen_inference.models.metadata import Metadata
from ptxgen_inference.models.roles import Binder, Bound
from ptxgen_inference.runtime.model_parts import Rope, Weight
from ptxgen_inference.runtime.step import Step
from ptxgen_inference.runtime.values import Value

EMBEDDING = "token_embd.weight"

Ends = TypeVar("Ends", bound=Bound)
Layer = TypeVar("Layer", bound=Bound)


@frozen(eq=False)
class Model(Generic[Ends, Layer]):
    """What runs: `forward(step)` gives the logits [rows, vocabulary] of the step's wanted rows.

    `ends` has the tensors before and behind the layers.
    """

    family: Family[Ends, Layer]
    hyper: Hyper
    rope: Rope
    ends: Ends
    layers: tuple[Layer, ...]

    @property
    def tensors(self) -> Iterator[Weight]:
        """What the forward reads of the file, embedding and output first."""
        for part in (self.ends, *self.layers):
            yield from part.tensors()

    def forward(self, step: Step) -> Value:
        """The family's forward."""
        return self.family.forward(self, step)


@frozen(eq=False)
class Family(Generic[Ends, Layer]):
    """An architecture of GGUF files: its traits, the tables of its tensors, and its forward."""

    architecture: str
    traits: Traits
    ends: type[Ends]
    layer: type[Layer]
    forward: Callable[[Model[Ends, Layer], Step], Value]

    def load(self, file: ModelFile) -> Model[Ends, Layer]:
        """The model of a file: every tensor in its place (INF075, INF076), and none left over (INF077)."""
        embedding = file.tensors.get(EMBEDDING)
        if embedding is None or len(embedding.shape) != 2:
            raise InferenceError("INF075", f"the file lacks the matrix {EMBEDDING}")
        metadata = Metadata(file.metadata, self.architecture)
        hyper = hyper_parameters.read(metadata, self.traits, embedding.rows, len(file.tensors))
        binder = Binder(file.tensors, hyper)
        ends = self.ends.bind(binder)
        layers = tuple(self.layer.bind(binder, f"blk.{i}.") for i in range(hyper.layers))
        binder.require_none_left()
        rope = attrs.evolve(hyper.rope, factors=getattr(ends, "rope_factors", None))
        return Model(self, hyper, rope, ends, layers)


AnyFamily = Family[Any, Any]
AnyModel = Model[Any, Any]
