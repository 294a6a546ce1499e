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
from ptxgen_inference.runtime.player import Player
from ptxgen_inference.runtime.recording import Recording, Workbench
from ptxgen_inference.runtime.selection import ACTIVATIONS, Machine
from ptxgen_inference.runtime.sequences import Sequence
from ptxgen_inference.runtime.shapes import Shape
from ptxgen_inference.runtime.step import Step
from ptxgen_inference.runtime.values import Value
from ptxgen_inference.runtime.weights import DeviceWeights, Progress

CACHES = ("f16", "f32", "q8_0")
LONGEST = 4096
"""The context when none is asked for, unless the model's own is shorter."""
CHUNKS = {"cuda": 512, "emulator": 128}
"""Tokens of a prompt that go through the model together."""
_SHORTER = 16
_LEAST_ROWS = 8


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
        progress: Progress | None = None,
        machine: Machine | None = None,
    ) -> Engine:
        """Bring a model to a device ("auto", "cuda", "emulator", or one that is open).

        context: tokens of a sequence at most (0: the model's own, at most 4096). cache: format of keys and values;
        block_size: keys of a block of a paged cache (0: in one piece), blocks: how many there are (0: as many as all
        `sequences` may need). activations: see `Machine`. chunk: tokens of a prompt that go through the model together
        (0: the device's default). progress: told of bytes as weights are uploaded, all of them here. machine: what kernels
        are chosen for (None: the device, with these activations). INF065 for options that cannot be, INF023 for damaged
        weights.
        """
        _one_of("cache", cache, CACHES)
        _one_of("activations", activations, ACTIVATIONS)
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
            machine or Machine.of(opened, activations),
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

    # --- tokens -----------------------------------------------------------------------------------------------------

    def start(self) -> Sequence:
        """An empty sequence. INF061 if all are in use."""
        return Sequence.start(self.player.cache)

    def prefill(self, sequence: Sequence, tokens: Many[int]) -> Logits:
        """Append tokens to a sequence, in chunks; the logits of the last one."""
        ids = self._ids(tokens)
        if not len(ids):
            raise InferenceError("INF065", "a prompt has at least one token, got none")
        sequence.extend(self.player.cache, len(ids))
        *_, logits = [self._append(sequence, part, rows) for part, rows in self._parts(ids)]
        return logits

    def decode(self, pairs: Many[tuple[Sequence, int]]) -> Logits:
        """Append one token to each of several sequences; logits, a row for each."""
        sequences = [sequence for sequence, _ in pairs]
        if not pairs or len({id(sequence) for sequence in sequences}) < len(pairs):
            raise InferenceError("INF065", "decode takes one token for each of at least one sequence")
        ids = self._ids([token for _, token in pairs])
        for sequence in sequences:
            sequence.extend(self.player.cache, 1)
        n = len(pairs)
        positions = np.array([sequence.length for sequence in sequences], np.int32)
        for sequence in sequences:
            sequence.length += 1
        return self.player.step(Shape(n, n)).play(
            {
                "tokens": ids,
                "positions": positions,
                "sequences": np.arange(n, dtype=np.int32),
                "lengths": positions + 1,
                "block_table": self._table(sequences),
            },
            n,
        )

    def logits(self, tokens: Many[int]) -> NDArray[np.float32]:
        """[tokens, vocabulary]: the logits behind every token of a text of its own.

        A text that is no longer than a chunk goes through the model without the cache.
        """
        ids = self._ids(tokens)
        if len(ids) <= self.chunk:
            return self._whole(ids)
        with self.start() as sequence:
            sequence.extend(self.player.cache, len(ids))
            parts = self._parts(ids)
            return np.concatenate([self._append(sequence, *part, every=True).host() for part in parts])

    def trace(self, tokens: Many[int]) -> Mapping[str, NDArray[Any]]:
        """What the forward marked (`Step.mark`) for every token of a text of its own, and "logits"."""
        ids = self._ids(tokens)
        step = self.player.made(Shape(len(ids), cached=False, every=True), inspect=True)
        step.play(_alone(ids, len(ids)), len(ids))
        return {name: array.to_host() for name, array in step.recording.outputs.items()}

    def recorded(self) -> Mapping[str, tuple[Kernel, ...]]:
        """The kernels of everything that was recorded so far, in the order of their launches, by step."""
        return {name: tuple(call.kernel for call in made.calls) for name, made in self._recordings()}

    def launches(self) -> Mapping[str, int]:
        """Kernel launches of one run of everything that was recorded so far, by step."""
        return {name: made.launches for name, made in self._recordings()}

    def prompt_launches(self, tokens: int) -> int:
        """Kernel launches of a prompt of so many tokens."""
        parts = self._parts(np.zeros(tokens, np.int32))
        return sum(self.player.launches(Shape(rows)) for _, rows in parts)

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
            for reader in step.logits.readers.values():
                yield f"{shape}, {reader.calls[0].kernel.name}", reader

    # --- steps ------------------------------------------------------------------------------------------------------

    def _append(self, sequence: Sequence, ids: Ints, rows: int, *, every: bool = False) -> Logits:
        """Tokens as a step of so many rows, padded in front: padding has no place in the cache."""
        n = len(ids)
        padding = rows - n
        after = sequence.length + n
        positions = np.full(rows, -1, np.int32)
        positions[padding:] = np.arange(sequence.length, after)
        sequence.length = after
        return self.player.step(Shape(rows, every=every)).play(
            {
                "tokens": np.concatenate([np.zeros(padding, np.int32), ids]),
                "positions": positions,
                "lengths": np.array([after], np.int32),
                "block_table": self._table([sequence]),
            },
            n if every else 1,
        )

    def _whole(self, ids: Ints) -> NDArray[np.float32]:
        """A text among itself, padded behind: tokens do not see what comes later."""
        rows = self.chunk if len(ids) > self.short else self.short
        step = self.player.step(Shape(rows, cached=False, every=True))
        return step.play(_alone(ids, rows), rows).host()[: len(ids)]

    @property
    def short(self) -> int:
        """Rows of the shorter of the two steps that prompts are cut into."""
        return min(self.chunk, max(self.chunk // _SHORTER, _LEAST_ROWS))

    def _parts(self, ids: Ints) -> Iterator[tuple[Ints, int]]:
        """A prompt in steps, and how many rows each has.

        Whole chunks, and the rest in one more that is padded, or, if it fills less than a quarter of one, in short
        steps. Every number of rows is recorded once, and its kernels are compiled: hence only two.
        """
        rest = len(ids) % self.chunk
        whole = len(ids) if 4 * rest >= self.chunk else len(ids) - rest
        for start in range(0, whole, self.chunk):
            yield ids[start : min(start + self.chunk, whole)], self.chunk
        for start in range(whole, len(ids), self.short):
            yield ids[start : start + self.short], self.short

    def _table(self, sequences: Many[Sequence]) -> Ints:
        return np.stack([self.player.cache.row(sequence.blocks) for sequence in sequences])

    def _ids(self, tokens: Many[int]) -> Ints:
        """INF064 for what is no token."""
        ids = np.asarray(tokens, np.int64).reshape(-1)
        wrong = ids[(ids < 0) | (ids >= self.vocabulary)]
        if wrong.size:
            raise InferenceError(
                "INF064", f"token {wrong[0]} is none of the model's {self.vocabulary} tokens"
            )
        return ids.astype(np.int32)


def _alone(ids: Ints, rows: int) -> dict[str, Ints]:
    """The inputs of a text by itself."""
    padded = np.zeros(rows, np.int32)
    padded[: len(ids)] = ids
    return {
        "tokens": padded,
        "positions": np.arange(rows, dtype=np.int32),
        "lengths": np.array([rows], np.int32),
    }


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
