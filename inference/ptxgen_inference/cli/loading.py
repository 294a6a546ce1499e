"""Opening a model on the command line: which file, which device, and a bar while the weights go there."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click
from attrs import frozen

from ptxgen.cli.console import messages, plain, progress
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.text import Tokenizer

if TYPE_CHECKING:
    from ptxgen_inference.engine import Engine
    from ptxgen_inference.files import ModelFile

F = TypeVar("F", bound=Callable[..., Any])


@frozen
class ModelOptions:
    """What the options of `model_options` say."""

    model: str | None
    device: str
    context: int
    cache: str
    activations: str


OPTIONS = (
    click.option(
        "--model", metavar="FILE", help="A GGUF file, or a folder of safetensors. [the shipped model]"
    ),
    click.option(
        "--device", default="auto", show_default=True, help="auto (the GPU, if any), emulator, cuda."
    ),
    click.option(
        "--context",
        default=0,
        type=click.IntRange(0),
        metavar="N",
        help="Most tokens. [the model's, at most 4096]",
    ),
    click.option(
        "--cache",
        default="f16",
        show_default=True,
        type=click.Choice(["f16", "f32", "q8_0"]),
        help="Format of keys and values.",
    ),
    click.option(
        "--activations",
        default="auto",
        show_default=True,
        type=click.Choice(["auto", "f32", "q8_1"]),
        help="What products with packed weights take.",
    ),
)


def model_options(command: F) -> F:
    """Add the options that say which model runs where."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def open_file(options: ModelOptions) -> ModelFile:
    """The model's file, or the shipped one."""
    from ptxgen_inference import shipped
    from ptxgen_inference.files import open_model

    return open_model(options.model or shipped.path())


@contextmanager
def open_engine(
    file: ModelFile, options: ModelOptions
) -> Generator[tuple[Engine, Callable[[], None]], None, None]:
    """The model on its device, and what to call at the first token: it takes the bar on standard error away.

    Behind the weights it says that kernels are prepared, which is done when a prompt and a token come first.
    """
    from ptxgen_inference.engine import Engine

    bar = progress()
    task = bar.add_task("loading weights", total=sum(tensor.data.nbytes for tensor in file.tensors.values()))

    def advance(count: int) -> None:
        bar.advance(task, count)

    with bar:
        engine = Engine.open(
            file,
            options.device,
            context=options.context,
            cache=options.cache,
            activations=options.activations,
            progress=advance,
        )
        bar.update(task, description="preparing kernels")
        with engine:
            yield engine, bar.stop


def tokenizer_of(file: ModelFile, *, needed: bool) -> Tokenizer | None:
    """The file's tokeniser. Where only ids are `needed`, a file without one is used as it is, with a note."""
    try:
        return Tokenizer.of(file.metadata)
    except InferenceError as error:
        if needed:
            raise
        messages().print(plain(f"note: no text, ids only: {error.message}", "dim"))
        return None
