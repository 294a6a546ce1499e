"""The engine: a model on a device, and the tokens that go through it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Many
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from attrs import define, evolve
from numpy.typing import NDArray

from ptxgen.driver import Device, open_device
from ptxgen.kernels import Kernel
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile
from ptxgen_inference.runtime.cache import CacheShape, KvCache
from ptxgen_inference.runtime.inputs import Ints
from ptxgen_inference.runtime.logits import Logits
from ptxgen_inference.runtime.model_parts import Heads, Weight
from ptxgen_inference.runtime.player import Player, Prepared, RecordedStep
from ptxgen_inference.runtime.prompts import Part, Widths, alone, inputs, steps
from ptxgen_inference.runtime.recording import Recording, Workbench
from ptxgen_inference.runtime.selection import ACTIVATIONS, PREFERENCES, Machine
from ptxgen_inference.runtime.sequences import Sequence, extend
from ptxgen_inference.runtime.shapes import Shape
from ptxgen_inference.runtime.step import Step
from ptxgen_inference.runtime.values import Value
from ptxgen_inference.runtime.weights import DeviceWeights, Progress

CACHES = ("f16", "f32", "q8_0")
LONGEST = 4096
"""The context when none is asked for, unless the model's own is shorter."""
CHUNKS = {"cuda": 512, "emulator": 128}
"""Tokens of a prompt that go through the model together."""


class Sizes(Protocol):
    """What the engine must know of a model."""

    @property
    def vocabulary(self) -> int: ...
    @property
    def context(self) -> int: ...
    @property
    def layers(self) -> int: ...
    @property
    def heads(self) -> Heads: ...


class Model(Protocol):
    """A model as `ptxgen_inference.models.load` makes it."""

    @property
    def hyper(self) -> Sizes: ...
    @property
    def tensors(self) -> Iterator[Weight]: ...

    def forward(self, step: Step) -> Value: ...


@define(eq=False)
class Engine:
    """A model on a device. Open one with `Engine.open`; close it, or use it as a context manager.

    `context` is the most tokens of a sequence, `chunk` those of a prompt that go through the model together.
    """

    model: Model
    device: Device
    player: Player
    chunk: int
    owned: bool

    @staticmethod
    def open(
        model: str | Path | ModelFile | Model,
        device: str | Device | None = None,
        *,
        context: int = 0,
        cache: str = "f16",
        block_size: int = 0,
        blocks: int = 0,
        sequences: int = 1,
        activations: str = "auto",
        chunk: int = 0,
        prefer: Many[str] = (),
        progress: Progress | None = None,
    ) -> Engine:
        """Bring a model to a device ("auto", "cuda", "emulator", or one that is open).

        context: tokens of a sequence at most (0: the model's own, at most 4096). cache: format of keys and values;
        block_size: keys of a block of a paged cache (0: in one piece), blocks: how many there are (0: as many as all
        `sequences` may need). activations: see `Machine`. chunk: tokens of a prompt that go through the model together
        (0: the device's default). prefer: kernels to take where there are several, see `Machine`. progress: told of
        bytes as weights are uploaded, which all are here. INF065 for options that cannot be, INF023 for damaged
        weights.
        """
        _one_of("cache", cache, CACHES)
        _one_of("activations", activations, ACTIVATIONS)
        for kind in prefer:
            _one_of("prefer", kind, PREFERENCES)
        loaded = _load(model)
        hyper = loaded.hyper
        _blocks_of_heads(cache, hyper.heads.dim)
        context = context or min(hyper.context, LONGEST)
        _within("context", context, 1, hyper.context)
        _within("sequences", sequences, 1, 32)
        opened = device if isinstance(device, Device) else open_device(device or "auto")
        chunk = min(chunk or CHUNKS[opened.kind], context)
        shape = CacheShape(
            layers=hyper.layers,
            heads=hyper.heads,
            context=context,
            format=cache,
            sequences=sequences,
            block_size=min(block_size, context),
            blocks=blocks,
        )
        player = Player(
            loaded,
            Workbench(opened),
            Machine.of(opened, activations, prefer),
            DeviceWeights.upload(opened, loaded.tensors, progress),
            KvCache.make(opened, shape),
        )
        return Engine(loaded, opened, player, chunk, owned=not isinstance(device, Device))

    # --- what it is -------------------------------------------------------------------------------------------------

    @property
    def vocabulary(self) -> int:
        """Number of tokens that the model knows."""
        return self.model.hyper.vocabulary

    @property
    def context(self) -> int:
        """Tokens of a sequence at most."""
        return self.player.cache.shape.context

    def warm_up(self, prompts: Many[int] = (), progress: Prepared | None = None) -> None:
        """Build the kernels of prompts and single tokens and record the steps, so that the first text need not wait.

        prompts: how many tokens prompts will have; none: any number. Nothing runs, and no sequence is needed. progress:
        told how many kernels are ready, of how many. What is ready already costs nothing.
        """
        widths = self.widths
        steps = [widths.of(tokens) for tokens in prompts] or [[w, w] for w in (widths.chunk, widths.short)]
        shapes = [Shape(rows, wanted="none") for each in steps for rows in each[:-1]]
        shapes += [Shape(each[-1]) for each in steps] + [Shape(1)]
        self.player.prepare(dict.fromkeys(shapes), progress)

    # --- tokens -----------------------------------------------------------------------------------------------------

    def start(self) -> Sequence:
        """An empty sequence. INF061 if all are in use."""
        return Sequence.start(self.player.cache)

    def fork(self, sequence: Sequence) -> Sequence:
        """Another sequence with the tokens of this one: nothing is computed again, and what is in the cache is shared.

        Blocks of the cache are copied when one of the two writes to them. INF061 if all sequences are in use.
        """
        return sequence.fork(self.player.cache)

    def prefill(self, sequence: Sequence, tokens: Many[int]) -> Logits:
        """Append tokens to a sequence, in chunks; the logits of the last one."""
        return self.prefill_batch([(sequence, tokens)])

    def prefill_batch(self, prompts: Many[tuple[Sequence, Many[int]]]) -> Logits:
        """Append tokens to several sequences together, not the same number to each; logits, a row for each sequence.

        All sequences end with the last step, which alone computes logits; in steps before only those take part that
        still have tokens.
        """
        each = [(sequence, self._ids(tokens)) for sequence, tokens in prompts]
        self._require_apart([sequence for sequence, _ in each])
        if not all(len(ids) for _, ids in each):
            raise InferenceError("INF065", "a prompt has at least one token, got none")
        extend(self.player.cache, [(sequence, len(ids)) for sequence, ids in each])
        *before, last = steps(each, self.widths.of(max(len(ids) for _, ids in each), len(each)))
        for parts, rows in before:
            self._append(parts, rows, "none")
        return self._append(*last, "last").logits(len(each))

    def decode(self, pairs: Many[tuple[Sequence, int]]) -> Logits:
        """Append one token to each of several sequences; logits, a row for each."""
        self._require_apart([sequence for sequence, _ in pairs])
        ids = self._ids([token for _, token in pairs])
        extend(self.player.cache, [(sequence, 1) for sequence, _ in pairs])
        parts = [(sequence, ids[i : i + 1]) for i, (sequence, _) in enumerate(pairs)]
        return self._append(parts, 1, "last").logits(len(pairs))

    def logits(self, tokens: Many[int]) -> NDArray[np.float32]:
        """[tokens, vocabulary]: the logits behind every token of a text of its own.

        A text that is no longer than a chunk goes through the model without the cache.
        """
        ids = self._ids(tokens)
        if len(ids) <= self.chunk:
            return self._whole(ids)
        with self.start() as sequence:
            extend(self.player.cache, [(sequence, len(ids))])
            each = [
                self._append(parts, rows, "every").logits(len(parts[0][1])).host()
                for parts, rows in steps([(sequence, ids)], self.widths.of(len(ids)))
            ]
        return np.concatenate(each)

    def trace(self, tokens: Many[int]) -> Mapping[str, NDArray[Any]]:
        """What the forward marked (`Step.mark`) for every token of a text of its own, and "logits"."""
        ids = self._ids(tokens)
        step = self.player.made(Shape(len(ids), cached=False, wanted="every"), inspect=True)
        step.play(alone(ids, len(ids)))
        return {name: array.to_host() for name, array in step.recording.outputs.items()}

    def recorded(self) -> Mapping[str, tuple[Kernel, ...]]:
        """The kernels of everything that was recorded so far, in the order of their launches, by step."""
        return {name: tuple(call.kernel for call in made.calls) for name, made in self._recordings()}

    def launches(self) -> Mapping[str, int]:
        """Kernel launches of one run of everything that was recorded so far, by step."""
        return {name: made.launches for name, made in self._recordings()}

    def prompt_launches(self, tokens: int) -> int:
        """Kernel launches of a prompt of so many tokens."""
        *before, last = self.widths.of(tokens)
        silent = sum(self.player.launches(Shape(rows, wanted="none")) for rows in before)
        return silent + self.player.launches(Shape(last))

    def sibling(self, *, activations: str, cache: str) -> Engine:
        """An engine for one sequence with the same weights, by other kernels and another cache."""
        player = self.player
        shape = evolve(player.cache.shape, format=cache, sequences=1, block_size=0, blocks=0)
        machine = evolve(player.machine, activations=activations)
        cached = KvCache.make(self.device, shape)
        other = Player(self.model, Workbench(self.device), machine, player.weights, cached)
        return Engine(self.model, self.device, other, self.chunk, owned=False)

    # --- life -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Give the device's memory back."""
        self.player.steps.clear()
        if self.owned:
            self.device.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _recordings(self) -> Iterator[tuple[str, Recording]]:
        for shape, step in self.player.steps.items():
            yield f"{shape}", step.recording
            for reader in step.buffer.readers.values() if step.buffer else ():
                yield f"{shape}, {reader.calls[0].kernel.name}", reader

    # --- steps ------------------------------------------------------------------------------------------------------

    def _append(self, parts: Many[Part], rows: int, wanted: str) -> RecordedStep:
        """New tokens of sequences in a step of so many rows each; the step that has run."""
        step = self.player.step(Shape(len(parts) * rows, len(parts), wanted=wanted))
        step.play(inputs(self.player.cache, parts, rows))
        for sequence, ids in parts:
            sequence.length += len(ids)
        return step

    def _whole(self, ids: Ints) -> NDArray[np.float32]:
        """A text among itself."""
        rows = self.chunk if len(ids) > self.widths.short else self.widths.short
        step = self.player.step(Shape(rows, cached=False, wanted="every"))
        step.play(alone(ids, rows))
        return step.logits(rows).host()[: len(ids)]

    @property
    def widths(self) -> Widths:
        """How prompts are cut into steps."""
        return Widths(self.chunk)

    def _require_apart(self, sequences: Many[Sequence]) -> None:
        if not sequences or len({id(sequence) for sequence in sequences}) < len(sequences):
            raise InferenceError("INF065", "a step takes at least one sequence, and none twice")

    def _ids(self, tokens: Many[int]) -> Ints:
        """INF064 for what is no token."""
        ids = np.asarray(tokens, np.int64).reshape(-1)
        wrong = ids[(ids < 0) | (ids >= self.vocabulary)]
        if wrong.size:
            raise InferenceError(
                "INF064", f"token {wrong[0]} is none of the model's {self.vocabulary} tokens"
            )
        return ids.astype(np.int32)


def _load(model: str | Path | ModelFile | Model) -> Model:
    if not isinstance(model, str | Path | ModelFile):
        return model
    from ptxgen_inference import models
    from ptxgen_inference.files import open_model

    return models.load(model if isinstance(model, ModelFile) else open_model(model))


def _one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise InferenceError("INF065", f"{name} is one of {', '.join(known)}, got {value!r}")


def _blocks_of_heads(cache: str, dim: int) -> None:
    if cache == "q8_0" and dim % 32:
        raise InferenceError(
            "INF065",
            f"a cache of q8_0 holds blocks of 32 elements, which heads of {dim} are not made of",
            help='take cache="f16"',
        )


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise InferenceError("INF065", f"{name} must be from {least} to {most}, got {value}")
