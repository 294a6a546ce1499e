"""Chat templates: as Hugging Face renders them, and nothing more than that."""

from __future__ import annotations

import json
import time
from datetime import date

import pytest

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.text import Tokenizer
from ptxgen_inference.text.chat import BUILT_IN, ChatTemplate, Limits
from tests.inference.text.vocabularies import byte_level

TALK = [{"role": "user", "content": "Hi <b> 'é'"}, {"role": "assistant", "content": "Ho"}]

LLAMA_3 = (
    "{{- bos_token }}\n{%- for message in messages %}\n"
    "    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'"
    " + message['content'] | trim + '<|eot_id|>' }}\n{%- endfor %}\n{%- if add_generation_prompt %}\n"
    "    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}\n{%- endif %}\n"
)

RENDERED = {
    BUILT_IN[
        "chatml"
    ]: "<|im_start|>user\nHi <b> 'é'<|im_end|>\n<|im_start|>assistant\nHo<|im_end|>\n<|im_start|>assistant\n",
    BUILT_IN["plain"]: "Hi <b> 'é'\nHo\n",
    LLAMA_3: (
        "<s><|start_header_id|>user<|end_header_id|>\n\nHi <b> 'é'<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\nHo<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    ),
    "{{ messages | tojson }}": json.dumps(TALK, ensure_ascii=False),
    "{{ messages[1] | tojson(indent=2) }}": json.dumps(TALK[1], indent=2),
    "{{ strftime_now('%Y') }}": date.today().strftime("%Y"),
    "{% for i in range(9) %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}": "012",
    "{% generation %}x{% endgeneration %}": "x",
    "  {% if true %}\n  a\n  {% endif %}\nb": "  a\nb",
    "{{ '{:>4}'.format(7) ~ ('%03d' | format(5)) }}": "   7005",
    "{% set ns = namespace(n=1) %}{% for m in messages %}{% set ns.n = ns.n * 2 ** 3 %}{% endfor %}{{ ns.n }}": "64",
    "{{ tools is none }} {{ nothing is defined }} {{ nothing }}": "True False ",
}


@pytest.mark.parametrize("source", RENDERED)
def test_templates_are_rendered_as_they_are_meant(source: str) -> None:
    assert ChatTemplate(source, {"bos_token": "<s>"}).render(TALK, tools=None) == RENDERED[source]


REACHING = [
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ '{0.__class__.__mro__}'.format(messages) }}",
    "{{ ('{0.__class__}' | attr('format'))(messages) }}",
    "{{ (messages | attr('__class__')).__base__ }}",
    "{{ raise_exception.__globals__.sys }}",
    "{{ strftime_now.__self__.__loader__ }}",
    "{{ messages.append({}) }}",
    "{{ messages[0].update(role='system') }}",
    "{{ namespace.__init__.__globals__ }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}{{ os.getcwd() }}",
]


@pytest.mark.parametrize("source", REACHING)
def test_a_template_does_not_reach_python(source: str) -> None:
    # What the sandbox hides is undefined, and shown as nothing; what it forbids is an error.
    assert _shown(source) in {"", "()", "INF048", "INF049"}


def _shown(source: str) -> str:
    try:
        return ChatTemplate(source).render(TALK).strip()
    except InferenceError as error:
        return error.id


HUGE = [
    "{% for i in range(10**9) %}x{% endfor %}",
    "{{ 'a' * 10**10 }}",
    "{{ [1] * 10**9 }}",
    "{{ 9 ** (9 ** 9) }}",
    "{{ 'a'.center(10**10) }}",
    "{{ '%10000000000d' % 1 }}",
    "{{ '{:10000000000}'.format(1) }}",
    "{% set a = 'a' * 1000000 %}{{ a.replace('a', a) }}",
    "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
    "{{ " + "(" * 50000 + "1" + ")" * 50000 + " }}",
    "{% if 1 %}" * 3000 + "{% endif %}" * 3000,
    "{% for i in range(99999) %}{{ 'a' * 1000 }}{% endfor %}",
    "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
]


@pytest.mark.parametrize("source", HUGE, ids=range(len(HUGE)))
def test_a_template_is_bounded_in_time_memory_and_output(source: str) -> None:
    started = time.monotonic()
    with pytest.raises(InferenceError) as refused:
        ChatTemplate(source, limits=Limits(seconds=1)).render(TALK)
    assert refused.value.id == "INF049"
    assert time.monotonic() - started < 12  # ten times the processor's second, and the start of a process


def test_the_length_of_the_text_is_bounded_to_the_character() -> None:
    for times, fits in ((25, True), (26, False)):
        template = ChatTemplate(
            f"{{% for i in range({times}) %}}abcd{{% endfor %}}", limits=Limits(characters=100)
        )
        if fits:
            assert len(template.render(TALK)) == 100
        else:
            with pytest.raises(InferenceError, match="more than 100 characters"):
                template.render(TALK)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ raise_exception('roles must alternate') }}", "refuses the messages: roles must alternate"),
        ("{% if %}", "is no Jinja: line 1"),
        ("{{ messages[7].content.strip() }}", "fails: UndefinedError"),
        ("{{ messages | nothing }}", "is no Jinja: line 1: No filter named 'nothing'"),
        ("{{ 1 / 0 }}", "fails: ZeroDivisionError"),
    ],
)
def test_a_template_that_fails_says_why(source: str, message: str) -> None:
    with pytest.raises(InferenceError) as failed:
        ChatTemplate(source).render(TALK)
    assert failed.value.id == "INF048"
    assert message in failed.value.message


def test_the_template_of_a_model(tmp_path: object) -> None:
    metadata = byte_level(cut="qwen2")
    with pytest.raises(InferenceError) as refused:
        ChatTemplate.of(Tokenizer.of(metadata))
    assert refused.value.id == "INF047"
    assert "--chat-template" in refused.value.help
    own = Tokenizer.of(metadata | {"tokenizer.chat_template": "{{ eos_token }}{{ bos_token }}"})
    assert ChatTemplate.of(own).render(TALK) == "<|end_of_text|><|begin|>"
    assert ChatTemplate.of(own, "plain").source == BUILT_IN["plain"]
    with pytest.raises(InferenceError, match="neither a chat template"):
        ChatTemplate.of(own, "nothing")
