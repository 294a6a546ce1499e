"""An encoder on a device: texts in, embeddings out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Self

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from ptxgen.driver import Device, open_device
from ptxgen_inference.encoder.bert import ARCHITECTURE, Bert
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile, open_model
from ptxgen_inference.runtime.inputs import Ints, StepInputs
from ptxgen_inference.runtime.recording import Recording, Workbench, record
from ptxgen_inference.runtime.selection import Machine
from ptxgen_inference.runtime.shapes import Shape
from ptxgen_inference.runtime.step import Step
from ptxgen_inference.runtime.weights import DeviceWeights
from ptxgen_inference.text.tokenizer import Tokenizer

LONGEST = "ptxgen.encoder.longest_text"
"""The key of the tokens of a text at most, which may be fewer than there are positions."""
ROWS = {"cuda": 4096, "emulator": 64}
"""Tokens, padding counted, that go through the model together."""
_STEP = 8
"""Texts are padded to a multiple of so many tokens, so that few shapes are recorded."""


@frozen(eq=False)
class _Batch:
    """A recorded forward of one shape."""

    inputs: StepInputs
    recording: Recording


@define(eq=False)
class Encoder:
    """A BERT encoder on a device. Open one with `Encoder.open`; close it, or use it as a context manager.

    `longest` is the most tokens of a text, with the two that stand at its ends; longer texts are cut.
    """

    model: Bert
    tokenizer: Tokenizer
    device: Device
    longest: int
    machine: Machine
    weights: DeviceWeights
    bench: Workbench
    owned: bool
    batches: dict[Shape, _Batch] = field(factory=dict[Shape, _Batch])

    @staticmethod
    def open(
        model: str | PathLike[str] | ModelFile,
        device: str | Device | None = None,
        *,
        activations: str = "f32",
        progress: Callable[[int], None] | None = None,
    ) -> Encoder:
        """Bring an encoder to a device ("auto", "cuda", "emulator", or one that is open).

        model: a folder of safetensors, a GGUF file, or one that is loaded. activations: see
        `ptxgen_inference.runtime.selection.Machine`; float32 by default, because embeddings are kept and compared.
        progress: told of bytes as weights are uploaded.
        """
        file = model if isinstance(model, ModelFile) else open_model(model)
        loaded = Bert.load(file)
        opened = device if isinstance(device, Device) else open_device(device or "auto")
        return Encoder(
            loaded,
            Tokenizer.of(file.metadata),
            opened,
            min(int(file.metadata.get(LONGEST, loaded.hyper.context)), loaded.hyper.context),
            Machine.of(opened, activations),
            DeviceWeights.upload(opened, loaded.tensors, progress),
            Workbench(opened),
            owned=not isinstance(device, Device),
        )

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """[texts, hidden]: an embedding of length 1 for each text. `progress` is told how many more are done."""
        return self.embed_ids([self.ids(text) for text in texts], progress)

    def ids(self, text: str) -> list[int]:
        """The tokens of a text between the two special ones, cut to `longest`."""
        ids = self.tokenizer.encode(text, special=False)
        return [*ids[: self.longest - 1], ids[-1]] if len(ids) > self.longest else ids

    def embed_ids(
        self, texts: Sequence[Sequence[int]], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """[texts, hidden]: an embedding of length 1 for each row of tokens. INF092 for what is no token."""
        rows = [self._checked(ids) for ids in texts]
        out = np.empty((len(rows), self.model.hyper.hidden), np.float32)
        order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
        while order:
            width = -(-len(rows[order[-1]]) // _STEP) * _STEP
            width = min(width, self.model.hyper.context)
            count = min(len(order), max(1, ROWS[self.device.kind] // width))
            chosen, order = order[-count:], order[:-count]
            out[chosen] = self._run([rows[index] for index in chosen], width)
            if progress is not None:
                progress(count)
        return out

    def close(self) -> None:
        """Give the device's memory back."""
        self.batches.clear()
        if self.owned:
            self.device.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _checked(self, ids: Sequence[int]) -> Ints:
        row = np.asarray(ids, np.int64).reshape(-1)
        hyper = self.model.hyper
        if not 1 <= len(row) <= hyper.context:
            raise InferenceError("INF092", f"expected 1 to {hyper.context} tokens of a text, got {len(row)}")
        if row.min() < 0 or row.max() >= hyper.vocabulary:
            raise InferenceError(
                "INF092", f"expected tokens below {hyper.vocabulary}, got {row.min()} to {row.max()}"
            )
        return row.astype(np.int32)

    def _run(self, rows: Sequence[Ints], width: int) -> NDArray[np.float32]:
        shape = Shape(len(rows) * width, len(rows), cached=False)
        if shape not in self.batches:
            self.batches[shape] = self._recorded(shape)
        batch = self.batches[shape]
        tokens = np.zeros((len(rows), width), np.int32)
        for row, ids in zip(tokens, rows, strict=True):
            row[: len(ids)] = ids
        batch.inputs.fill(
            {
                "tokens": tokens,
                "positions": np.tile(np.arange(width, dtype=np.int32), len(rows)),
                "types": np.zeros(shape.tokens, np.int32),
                "lengths": np.array([len(ids) for ids in rows], np.int32),
            }
        )
        batch.recording.replay()
        return batch.recording.outputs[ARCHITECTURE].to_host()

    def _recorded(self, shape: Shape) -> _Batch:
        sizes = {
            **dict.fromkeys(("tokens", "positions", "types"), (shape.tokens,)),
            "lengths": (shape.sequences,),
        }
        inputs = StepInputs.make(self.device, sizes)
        step = Step(shape, self.machine, self.weights, inputs)
        return _Batch(inputs, record(self.bench, step.trace, {ARCHITECTURE: self.model.forward(step)}))
