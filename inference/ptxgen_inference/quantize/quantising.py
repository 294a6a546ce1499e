"""A model in another weight format, as a model or as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from ptxgen.quant import FALLBACKS, FORMATS, BlockFormat
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile, Tensor
from ptxgen_inference.files.writing import Slot, write_stream
from ptxgen_inference.quantize.encoding import Bytes, processes, recoded
from ptxgen_inference.quantize.recipes import Mixture, Recipe, is_matrix, recipe

QUANTISATION_VERSION = 2
"""Of `general.quantization_version`: the block layouts of today."""

_ALONE_WEIGHTS = 1 << 23
"""Fewer weights than this are done before worker processes have started."""


@frozen(eq=False)
class Job:
    """A tensor and the format that it gets."""

    tensor: Tensor
    format: BlockFormat

    @property
    def slot(self) -> Slot:
        """What the new file's table says of it."""
        return Slot(self.tensor.name, self.tensor.shape, self.format)


def quantize(model: ModelFile, type: str, *, allow_requantize: bool = False) -> ModelFile:
    """The model in another format, in memory.

    `type` is a name of `recipes.RECIPES`: q4_k_m, q5_k_m, q8_0, q6_k, q4_0, f16, ... Raises INF031 for another name,
    INF032 for weights that are quantised already unless `allow_requantize`, INF034 for weights out of range.
    """
    jobs = plan(model, type, allow_requantize=allow_requantize)
    tensors = {
        j.tensor.name: evolve(j.tensor, format=j.format, data=recoded(j.tensor, j.format)) for j in jobs
    }
    return ModelFile(f"{model.source} as {type.lower()}", metadata(model, recipe(type)), tensors)


def quantize_file(
    model: ModelFile,
    target: Path,
    type: str,
    *,
    allow_requantize: bool = False,
    workers: int = 1,
    progress: Callable[[Job], None] | None = None,
) -> list[Job]:
    """Write the model in another format, a tensor at a time, so that a large one needs little memory.

    `progress` is called after each tensor. Raises what `quantize` and `write_gguf` raise.
    """
    jobs = plan(model, type, allow_requantize=allow_requantize)
    busy = sum(j.tensor.rows * j.tensor.columns for j in jobs if j.format is not j.tensor.format)

    def data() -> Iterator[Bytes]:
        with processes(workers if busy > _ALONE_WEIGHTS else 1) as pool:
            for job in jobs:
                yield recoded(job.tensor, job.format, pool)
                if progress:
                    progress(job)

    write_stream(target, metadata(model, recipe(type)), [job.slot for job in jobs], data())
    return jobs


def plan(model: ModelFile, type: str, *, allow_requantize: bool = False) -> list[Job]:
    """Every tensor with its format, in the file's order. Raises INF031, INF032."""
    chosen = recipe(type)
    mixture = Mixture.of(chosen, list(model.tensors), _many_heads(model))
    jobs = [Job(tensor, _format(tensor, mixture)) for tensor in model.tensors.values()]
    for job in jobs:
        if not allow_requantize and job.tensor.format.weights > 1 and job.format is not job.tensor.format:
            raise InferenceError(
                "INF032",
                f"{job.tensor.name} is {job.tensor.format.name} already, and {job.format.name} would round it again",
                help="quantise the F32, F16 or BF16 original, or pass --allow-requantize",
            )
    return jobs


def metadata(model: ModelFile, recipe: Recipe) -> Mapping[str, Any]:
    """The model's metadata, saying what its weights are now."""
    said = {**model.metadata, "general.file_type": recipe.file_type}
    if recipe.quantised:
        said["general.quantization_version"] = QUANTISATION_VERSION
    return said


def _format(tensor: Tensor, mixture: Mixture) -> BlockFormat:
    if not is_matrix(tensor.name, tensor.shape):
        return tensor.format
    wanted = mixture.format_of(tensor.name)
    for name in (wanted, FALLBACKS.get(wanted, wanted)):
        if tensor.columns % FORMATS[name].weights == 0:
            return FORMATS[name]
    return FORMATS["F16"]


def _many_heads(model: ModelFile) -> bool:
    heads, groups, layers = (
        model.metadata.get(f"{model.architecture}.{key}")
        for key in ("attention.head_count", "attention.head_count_kv", "block_count")
    )
    return layers == 80 and groups is not None and heads != groups
