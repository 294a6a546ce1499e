"""Chat templates: Jinja programs that come with a model, and are as trustworthy as whoever made the file.

A template runs in a process of its own, which gets the text of the template and the messages, and gives back a text.
There Jinja's immutable sandbox keeps it from Python; time, memory and the length of the text are bounded; and it can
open no file. What a template can do at worst is to fail.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.text.tokenizer import Tokenizer

PROCESS = Path(__file__).with_name("template_process.py")

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
PLAIN = "{% for message in messages %}{{ message.content ~ '\n' }}{% endfor %}"
BUILT_IN = {"chatml": CHATML, "plain": PLAIN}
"""Templates for files without one: OpenAI's markup, and one message a line."""

HELP = "`--chat-template FILE` takes another template; chatml and plain are built in"


@frozen
class Limits:
    """What a template may use. `seconds` is processor time; the process also ends after ten times as long."""

    seconds: int = 2
    memory: int = 512 << 20
    characters: int = 1 << 20


@frozen
class ChatTemplate:
    """A template, and the special tokens that it may name (`bos_token`, `eos_token`, ...)."""

    source: str
    tokens: Mapping[str, str] = field(factory=dict[str, str])
    limits: Limits = field(factory=Limits)

    @classmethod
    def of(cls, tokenizer: Tokenizer, choice: str | None = None) -> ChatTemplate:
        """The template of a model; `choice`: a built-in one or a file instead. INF047: there is none."""
        named = tokenizer.tokens.named
        names = {f"{name}_token": id for name, id in named.items() if name in {"bos", "eos"}}
        names |= {f"{short}_token": named[name] for short, name in SHORT_NAMES.items() if name in named}
        source = tokenizer.chat_template if choice is None else BUILT_IN.get(choice) or _read(choice)
        if source is None:
            raise InferenceError("INF047", "the model's file has no chat template", help=HELP)
        return cls(source, {name: tokenizer.tokens.texts[id] for name, id in names.items()})

    def render(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        add_generation_prompt: bool = True,
        **variables: Any,
    ) -> str:
        """The prompt that messages ({"role": ..., "content": ...}) make.

        INF048: the template is no Jinja, or refuses the messages. INF049: it wants more than `limits`, or Python.
        """
        order = {
            "template": self.source,
            "variables": {
                **self.tokens,
                **variables,
                "messages": [*messages],
                "add_generation_prompt": add_generation_prompt,
            },
            "seconds": self.limits.seconds,
            "memory": self.limits.memory,
            "characters": self.limits.characters,
        }
        answer = _ask(json.dumps(order).encode(), self.limits)
        if "text" in answer:
            return answer["text"]
        raise InferenceError(answer["id"], f"the chat template {answer['message']}", help=HELP)


SHORT_NAMES = {"unk": "unknown", "pad": "padding", "sep": "seperator", "cls": "cls", "mask": "mask"}
"""Jinja's names of tokens by those of GGUF (which spells one of them so)."""


def _read(choice: str) -> str:
    try:
        return Path(choice).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InferenceError(
            "INF047",
            f"{choice!r} is neither a chat template that is built in nor a file with one: {error}",
            help=HELP,
        ) from None


def _ask(order: bytes, limits: Limits) -> dict[str, str]:
    """What the process answers; its end without an answer is a limit that the system enforced."""
    inherited = {key: os.environ[key] for key in ("SYSTEMROOT",) if key in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-S", str(PROCESS)],
            input=order,
            capture_output=True,
            timeout=10 * limits.seconds,
            env={**inherited, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _limit(f"took more than {10 * limits.seconds} s")
    if done.returncode == 0:
        return json.loads(done.stdout)
    if done.returncode == 1:
        return {"id": "INF048", "message": f"fails: {done.stderr.decode(errors='replace').strip()[-500:]}"}
    if done.returncode == -getattr(signal, "SIGXCPU", 0):
        return _limit(f"took more than {limits.seconds} s of processor time")
    return _limit("ended its process: it took too much memory, or nests too deeply")


def _limit(message: str) -> dict[str, str]:
    return {"id": "INF049", "message": message}
