"""`ptxgen-infer chat`: talk with a model."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import click
from attrs import define, field

from ptxgen.cli.console import examples, messages, output, plain, printable
from ptxgen_inference.cli.loading import ModelOptions, Opened, model_options, open_engine, open_file
from ptxgen_inference.cli.sampling_options import sampling_of, sampling_options
from ptxgen_inference.generation import Conversation, Decoder, generate
from ptxgen_inference.sampling import Sampler
from ptxgen_inference.text import Tokenizer
from ptxgen_inference.text.chat import ChatTemplate

SHIPPED = "note: the shipped model has read one book and never talked; it goes on with what you write"


@click.command(
    "chat",
    epilog=examples(
        "ptxgen-infer chat --model qwen2.5-0.5b-instruct-q4_k_m.gguf",
        'ptxgen-infer chat --model model.gguf --system "Answer in one word." --temperature 0.7',
        'echo "What is PTX?" | ptxgen-infer chat --model model.gguf --max-tokens 100',
    ),
)
@model_options
@click.option(
    "--chat-template", metavar="NAME|FILE", help="chatml, plain, or a Jinja file. [the model's own]"
)
@click.option("--system", metavar="TEXT", help="What the model is told first.")
@click.option("--max-tokens", default=512, show_default=True, type=click.IntRange(1), help="Of one answer.")
@sampling_options
@click.option("--stop", multiple=True, metavar="TEXT", help="Ends an answer; may be given several times.")
def command(
    chat_template: str | None, system: str | None, max_tokens: int, stop: tuple[str, ...], **options: Any
) -> None:
    """Talk with a model: a line is a message. /reset starts anew, /exit ends.

    Messages can be piped in, too. What was said stays in the cache: an answer costs only what is new.
    """
    settings = sampling_of(options)
    where = ModelOptions(**options)
    file = open_file(where)
    tokenizer = Tokenizer.of(file.metadata)
    if where.model is None and chat_template is None:
        messages().print(plain(SHIPPED, "dim"))
        chat_template = "plain"
    template = ChatTemplate.of(tokenizer, chat_template)
    with open_engine(file, where) as opened:
        engine = opened.engine
        talk = Talk(
            engine=engine,
            tokenizer=tokenizer,
            template=template,
            sampler=Sampler(settings, engine.vocabulary),
            system=system,
            most=max_tokens,
            stop=stop,
        )
        try:
            _talk(talk, opened)
        finally:
            talk.conversation.free()


@define(eq=False)
class Talk:
    """What was said, and how it goes on."""

    engine: Decoder
    tokenizer: Tokenizer
    template: ChatTemplate
    sampler: Sampler
    system: str | None
    most: int
    stop: tuple[str, ...]
    said: list[dict[str, str]] = field(factory=list[dict[str, str]])
    conversation: Conversation = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.conversation = Conversation(self.engine)
        self.reset()

    def reset(self) -> None:
        """Forget what was said, except what the model is told first."""
        self.conversation.free()
        self.said = [] if self.system is None else [{"role": "system", "content": self.system}]

    def answer(self, message: str) -> Iterator[str]:
        """Pieces of the model's answer. It is a part of what was said when all of them have been taken."""
        said = [*self.said, {"role": "user", "content": message}]
        steps = generate(
            self.engine,
            self.tokenizer,
            self._ids(self.template.render(said)),
            self.sampler,
            self.most,
            stop=self.stop,
            conversation=self.conversation,
        )
        pieces: list[str] = []
        for step in steps:
            # SentencePiece's space before the first word of a text is none of it.
            first = self.tokenizer.space_prefix and not any(pieces)
            pieces.append(step.text.removeprefix(" ") if first else step.text)
            yield pieces[-1]
        self.said = [*said, {"role": "assistant", "content": "".join(pieces)}]

    def _ids(self, prompt: str) -> list[int]:
        """The prompt's ids, with the beginning-of-text token once: a template may write it or leave it out."""
        ids = self.tokenizer.encode(prompt, bos=False)
        bos = self.tokenizer.bos
        return [bos, *ids] if self.tokenizer.add_bos and bos is not None and ids[:1] != [bos] else ids


def _talk(talk: Talk, opened: Opened) -> None:
    for line in _lines(opened):
        if line == "/exit":
            return
        if line == "/reset":
            talk.reset()
        elif line:
            _answer(talk, line, opened.ready)


def _answer(talk: Talk, line: str, ready: Callable[[], None]) -> None:
    terminal = output().is_terminal
    for piece in talk.answer(line):
        ready()
        click.echo(printable(piece) if terminal else piece, nl=False)
        sys.stdout.flush()
    click.echo()


def _lines(opened: Opened) -> Iterator[str]:
    """Messages as they are typed or piped in, until there are no more. Who types need not wait for kernels then."""
    if not sys.stdin.isatty():
        yield from (line.strip() for line in sys.stdin)
        return
    opened.warm_up()
    opened.ready()
    messages().print(plain("A line is a message; /reset starts anew, /exit ends.", "dim"))
    while True:
        try:
            line = input("> ")
        except EOFError:
            click.echo()
            return
        yield line.strip()
