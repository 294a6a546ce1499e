"""Opening a model on the command line: which file, which device, and a bar while the weights go there."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click
from attrs import frozen

from ptxgen.cli.console import messages, plain, progress
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.text import Tokenizer

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from ptxgen_inference.engine import Engine
    from ptxgen_inference.files import ModelFile

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


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


@frozen(eq=False)
class Opened:
    """A model on its device, and the bar on standard error that shows what is done before the first token."""

    engine: Engine
    bar: Progress

    def warm_up(self, prompts: Sequence[int] = ()) -> None:
        """`Engine.warm_up`, with a bar."""
        task = self._now("preparing kernels")

        def show(ready: int, count: int) -> None:
            self.bar.update(task, completed=ready, total=count)

        self.engine.warm_up(prompts, show)
        self._now("first token")

    def ready(self) -> None:
        """Take the bar away: something else is shown from now on."""
        self.bar.stop()

    def counted(self, items: Iterable[T], description: str, total: int) -> Iterator[T]:
        """The items; from the first one on the bar counts them."""
        task = None
        for item in items:
            task = self._now(description, total) if task is None else task
            self.bar.advance(task)
            yield item

    def _now(self, description: str, total: int | None = None) -> TaskID:
        """What is done now, in place of what was done before. Without `total` nobody knows how long it takes."""
        for task in self.bar.task_ids:
            self.bar.remove_task(task)
        return self.bar.add_task(description, total=total)


@contextmanager
def open_engine(file: ModelFile, options: ModelOptions) -> Generator[Opened, None, None]:
    """The model on its device, a bar while its weights go there."""
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
        with engine:
            yield Opened(engine, bar)


def tokenizer_of(file: ModelFile, *, needed: bool) -> Tokenizer | None:
    """The file's tokeniser. Where only ids are `needed`, a file without one is used as it is, with a note."""
    try:
        return Tokenizer.of(file.metadata)
    except InferenceError as error:
        if needed:
            raise
        messages().print(plain(f"note: no text, ids only: {error.message}", "dim"))
        return None
