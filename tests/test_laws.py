"""What holds for every provider and task, whatever is asked and whatever is answered."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from returns.result import Success

import hfpipe
from hfpipe import ProviderMapping
from hfpipe.errors import HfpipeError, StageError
from hfpipe.parameters import PARAMETERS
from hfpipe.providers.table import PROVIDERS
from hfpipe.tasks import CHAT, TASKS
from hfpipe.wire import HttpResponse

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
INPUTS = {
    "document-question-answering": {"image": PNG, "question": "q"},
    "question-answering": {"question": "q", "context": "c"},
    "sentence-similarity": {"source_sentence": "s", "sentences": ["a", "b"]},
    "table-question-answering": {"query": "q", "table": {"A": ["1"]}},
    "tabular-classification": {"data": {"A": ["1"]}},
    "tabular-regression": {"data": {"A": ["1"]}},
    "visual-question-answering": {"image": PNG, "question": "q"},
}
NEEDED = {"candidate_labels": ["a", "b"]}
PAIRS = [(row.name, task) for row in PROVIDERS.values() for task in row.recipes]
QUICK = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def client(provider, task, **options):
    row = PROVIDERS[provider]
    if provider == "endpoint":
        return hfpipe.client("key", endpoint_url="http://127.0.0.1:8080", **options)
    token = "key" if row.route == "direct" or options else "hf_tok"
    if provider in {"auto", "hf-inference"}:
        token = "hf_tok"
    entry = ProviderMapping(provider, "their/name-v1", task)
    mappings = {"org/name": [entry]} if row.mapped else {}
    return hfpipe.client(token, provider=provider, model="org/name", mappings=mappings, **options)


def asked(provider, task, parameters=None, *, embed=False, **options):
    known = TASKS[task]
    held = INPUTS.get(task, PNG if known.kind == "media" else "t")
    more = {name: NEEDED[name] for name in known.required} | (parameters or {})
    if task == CHAT:
        arguments = {"messages": "t", **more}
    else:
        arguments = {"inputs": held, **({"parameters": more} if more else {})}
    called = "embed" if embed else task
    return hfpipe.new_exchange(client(provider, task, **options), called, **arguments)


def waiting(exchange):
    return hfpipe.start(hfpipe.default_pipeline(), exchange).unwrap()


@pytest.mark.parametrize(("provider", "task"), PAIRS)
def test_the_order_of_parameters_does_not_matter(provider, task):
    """
    Equal parameters make equal bytes, in whatever order they were given.
    """
    names = PARAMETERS.get(task, ())
    given = {
        name: NEEDED.get(name, 7) for name in names if name not in {"target_size", "word_boxes"}
    }
    if "src_lang" in given:
        given |= {"src_lang": "en", "tgt_lang": "fr"}
    backwards = dict(reversed(given.items()))
    if task == CHAT:
        given = {"seed": 1, "top_p": 0.5, "stop": ["x"], "max_tokens": 3}
        backwards = dict(reversed(given.items()))
    first, second = (waiting(asked(provider, task, one)).need.request for one in (given, backwards))
    if first.body[:2] == b"--":  # a form's boundary is another one each time
        mark, other = first.body.split(b"\r\n", 1)[0], second.body.split(b"\r\n", 1)[0]
        assert first.body.replace(mark, b"") == second.body.replace(other, b"")
    else:
        assert first.body == second.body


@pytest.mark.parametrize(("provider", "task"), PAIRS)
def test_a_stage_twice_is_a_stage_once(provider, task):
    """
    What a stage has written it writes again, and nothing else: warnings too come once.
    """
    exchange = asked(provider, task, bill_to="acme")
    for stage in hfpipe.default_pipeline().stages:
        if stage.name == "send":
            break
        once = stage(exchange).unwrap()
        twice = stage(once).unwrap()
        if not (stage.name == "payload" and once.content_type.startswith("multipart/")):
            assert once == twice, stage.name
        exchange = once


KEYS = st.sampled_from(
    """
    aggregator answer arguments audio blob box cells choices chunks code content content-type
    content_type coordinates data delta detail embedding end entity entity_group error error_type
    finish_reason function generated_text id image image_result images index label labels mask
    md_results message name object output outputs request_id response_url scores score segments
    sequence start status summary_text task task_id task_status text timestamp token token_str
    tool_calls transcription translation_text txt_file url urls usage video video_url videos word
    xmax xmin ymax ymin
    """.split()
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "a", "iVBORw0KGgo=", "https://example.com/x.png", "data:image/png;base64,aGk=",
         "COMPLETED", "succeeded", "completed", "SUCCESS", "FAIL", "../..", "http://10.0.0.1/"]
    ),
    st.text(max_size=5),
)  # fmt: skip
ANSWERS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def ended(step, answer):
    """The end of the walk when everything it asks for is answered so, or None when it goes on."""
    for _ in range(4):
        if not isinstance(step, Success) or not isinstance(step.unwrap(), hfpipe.Waiting):
            return step
        step = hfpipe.resume(step.unwrap(), Success(answer))
    return None


@pytest.mark.parametrize(("provider", "task"), [*PAIRS, ("hf-inference", "embed")])
@QUICK
@given(value=ANSWERS)
def test_any_json_answer_is_a_value_or_an_error(provider, task, value):
    """
    No answer makes a stage raise: it is a value, or an error that says what is wrong.
    """
    embed = task == "embed"
    step = Success(waiting(asked(provider, "feature-extraction" if embed else task, embed=embed)))
    answer = HttpResponse(200, {"content-type": "application/json"}, json.dumps(value).encode())

    end = ended(step, answer)

    if end is not None and not isinstance(end, Success):
        assert isinstance(end.failure(), HfpipeError)
        assert not isinstance(end.failure(), StageError), end.failure()


@pytest.mark.parametrize(("provider", "task"), PAIRS)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"<html>", b"[" * 3000, b'{"a":', b"null"])
def test_no_json_at_all_is_an_error(provider, task, content):
    """
    Pages, nothing, broken and endless JSON are no value of any task.
    """
    step = Success(waiting(asked(provider, task)))

    end = ended(step, HttpResponse(200, {"content-type": "application/json"}, content))

    assert not isinstance(end, Success)
    assert not isinstance(end.failure(), StageError), end.failure()
