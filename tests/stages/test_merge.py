"""merge: options and arguments, looked through before anything is asked of anybody."""

from __future__ import annotations

import pytest

import hfpipe
from hfpipe import Message
from hfpipe.pipeline import Pipeline, Stage, start
from hfpipe.stages.merge import merge

ONLY = Pipeline((Stage("merge", merge),))
HF = hfpipe.client("hf_token", model="org/name", timeout=50.0, bill_to="acme")


def merged(task="chat_completion", first="hi", client=HF, /, **args):
    return start(ONLY, hfpipe.new_exchange(client, task, first, **args))


def options(**args):
    return merged(**args).unwrap().options


def error(task="chat_completion", first="hi", /, **args):
    failure = merged(task, first, **args).failure()
    assert isinstance(failure, hfpipe.InputError)
    assert failure.hint
    return failure


def test_the_calls_own_options_win():
    """
    What the call does not say is as the client has it.
    """
    assert ("groq", 3.0, "acme", "org/name") == (
        (o := options(provider="groq", timeout=3)).provider,
        o.timeout,
        o.bill_to,
        o.model,
    )
    assert "org/other" == options(model="org/other").model
    assert "org/name" == options(model=None).model
    assert options(timeout=None).timeout is None
    assert 50.0 == options().timeout


def test_access_token_is_the_token_of_a_call():
    """
    Both names mean the same, and neither is seen.
    """
    for name in ("token", "access_token"):
        ended = merged(**{name: "hf_another"}).unwrap()
        assert "hf_another" == ended.options.token
        assert "hf_another" not in repr(ended.args)


@pytest.mark.parametrize(
    ("model", "endpoint", "left"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", ""),
        ("https://h.example/v1?x=1", "https://h.example/v1?x=1", ""),
    ],
)
def test_a_model_that_is_an_address_is_an_endpoint(model, endpoint, left):
    """
    In a call as in a client.
    """
    o = options(model=model)

    assert endpoint == o.endpoint_url
    assert left == o.model


def test_an_address_beside_an_address():
    """
    The option of that name wins, and what else the call says stays; an empty model is none given.
    """
    both = options(model="http://a.example", endpoint_url="http://b.example", bill_to="me")

    assert ("http://b.example", "", "me") == (both.endpoint_url, both.model, both.bill_to)
    assert ("org/name", "me") == (
        options(model="", bill_to="me").model,
        options(bill_to="me").bill_to,
    )


OPEN = hfpipe.client("hf_token")
SUFFIXES = [
    ("chat_completion", {}, "org/name:groq", ("auto", "org/name:groq")),
    ("chat_completion", {}, "org/name:fastest", ("auto", "org/name:fastest")),
    ("chat_completion", {"auto_router": False}, "org/name:groq", ("groq", "org/name")),
    ("chat_completion", {"provider": "groq"}, "org/name:groq", ("groq", "org/name")),
    ("chat_completion", {"provider": "novita"}, "org/name:groq", ("novita", "org/name:groq")),
    ("text_to_image", {}, "org/name:nscale", ("nscale", "org/name")),
    ("text_to_image", {}, "org/name:nobody", ("auto", "org/name:nobody")),
    ("text_to_image", {}, ":nscale", ("auto", ":nscale")),
    ("text_to_image", {}, "org/a:b:nscale", ("nscale", "org/a:b")),
    ("text_to_image", {}, "org/name", ("auto", "org/name")),
    ("text_to_image", {"endpoint_url": "http://h.example"}, "m:nscale", ("auto", "m:nscale")),
    ("chat_completion", {"task": "conversational"}, "org/name:groq", ("auto", "org/name:groq")),
    ("summarization", {"task": "text-to-image"}, "org/name:nscale", ("nscale", "org/name")),
]


@pytest.mark.parametrize(("task", "given", "model", "becomes"), SUFFIXES)
def test_a_suffix_of_a_model_names_its_provider(task, given, model, becomes):
    """
    But for the router's own chat, which reads it itself, and where it names no provider that may
    answer.
    """
    if "auto_router" in given:
        client = OPEN.with_options(**given)
        o = merged(task, "hi", client, model=model).unwrap().options
    else:
        o = merged(task, "hi", OPEN, model=model, **given).unwrap().options

    assert becomes == (o.provider, o.model)


@pytest.mark.parametrize("policy", ["fastest", "cheapest", "preferred"])
@pytest.mark.parametrize(
    ("task", "given"), [("text_to_image", {}), ("chat_completion", {"provider": "groq"})]
)
def test_a_policy_is_the_routers_alone(task, given, policy):
    """
    Elsewhere nobody would choose by it.
    """
    failure = merged(task, "hi", OPEN, model=f"org/name:{policy}", **given).failure()

    assert f":{policy}" in failure.message


@pytest.mark.parametrize("name", ["chat-completion", "conversational", "chat_completion"])
def test_a_task_by_any_of_its_names(name):
    """
    Becomes the Hub's name.
    """
    assert "conversational" == options(task=name).task


SLIPS = [
    ({"modle": "x"}, "'modle'; did you mean 'model'"),
    ({"timeuot": 3}, "did you mean 'timeout'"),
    ({"extra_boddy": {}}, "did you mean 'extra_body'"),
    ({"http_options": {}}, "http_options is an option of the client"),
    ({"send": print}, "send is an option of the client"),
]


@pytest.mark.parametrize(("args", "words"), SLIPS)
def test_a_slip_in_an_options_name_is_told(args, words):
    """
    Chat passes unknown fields on, but not one that is a letter away from an option.
    """
    failure = error(**args)

    assert "bad_option" == failure.code
    assert words in failure.message


FIELDS = ["models", "reasoning", "top_k", "min_p", "provider_options", "route", "user", "x"]


@pytest.mark.parametrize("name", FIELDS)
def test_fields_of_the_wire_pass(name):
    """
    What other servers know need not be known here.
    """
    assert 3 == merged(**{name: 3}).unwrap().args[name]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"paramters": {}}, "did you mean 'parameters'"),
        ({"max_new_tokens": 3}, "goes into parameters={'max_new_tokens': ...}"),
    ],
)
def test_elsewhere_an_unknown_argument_is_an_error(args, words):
    """
    With the nearest name, or where the model's parameters go.
    """
    assert words in error("text_generation", "hi", **args).message


WRONG = [
    ("chat_completion", None, {}, "needs messages"),
    ("chat_completion", "", {}, "needs messages"),
    ("chat_completion", [], {}, "needs messages"),
    ("chat_completion", ["hi"], {}, "messages[0] must be a mapping with role and content, not str"),
    ("chat_completion", [{"content": "hi"}], {}, "messages[0] has no role"),
    ("chat_completion", [{"role": 3}], {}, "messages[0] has no role"),
    ("text_generation", None, {}, "needs inputs"),
    ("text_generation", [3], {}, "inputs must be a text or a list of texts"),
    ("text_generation", "x", {"parameters": 3}, "parameters must be a mapping, not int"),
    ("zero_shot_classification", "x", {}, "candidate_labels"),
    ("zero_shot_classification", "x", {"parameters": {"candidate_labels": []}}, "candidate_labels"),
    ("text_generation", [], {}, "needs inputs"),
    ("text_generation", (), {}, "needs inputs"),
    ("text_generation", ["a", 3], {}, "inputs must be a text or a list of texts"),
    ("text_to_image", ["a", "b"], {}, "text_to_image takes one text at a time, not a list"),
    ("text_to_image", 3, {}, "inputs must be a text"),
    ("image_text_to_image", None, {}, "needs inputs: what is to be worked on, or parameters="),
    ("image_text_to_image", None, {"parameters": {"prompt": ""}}, "needs inputs"),
    ("image_text_to_image", None, {"parameters": {"seed": 3}}, "needs inputs"),
    ("image_to_image", None, {"parameters": {"prompt": "a"}}, "needs inputs"),
    ("sentence_similarity", "a", {}, "inputs must be a mapping with source_sentence and sentences"),
    ("sentence_similarity", {"sentences": [], "source_sentence": "a"}, {}, "no 'sentences'"),
    ("sentence_similarity", {"sentences": ["a"]}, {}, "inputs has no 'source_sentence'"),
    ("chat_completion", 3, {}, "messages must be a text or a list, not int"),
    ("chat_completion", [{"role": "user"}, 3], {}, "messages[1] must be a mapping"),
    ("chat_completion", [{"role": "user"}, {}], {}, "messages[1] has no role"),
    ("chat_completion", "x", {"timeout": "soon"}, "timeout must be a number of seconds"),
    ("chat_completion", "x", {"timeout": 0}, "timeout must be a positive number"),
    ("chat_completion", "x", {"timeout": float("nan")}, "timeout must be a positive number"),
    ("chat_completion", "x", {"model": "a b"}, "is no model id"),
    ("chat_completion", "x", {"model": "../x"}, "is no model id"),
    ("chat_completion", "x", {"model": "a?b"}, "is no model id"),
    ("chat_completion", "x", {"model": "a#b"}, "is no model id"),
    ("chat_completion", "x", {"model": "a\r\nb"}, "line break or control character"),
    ("chat_completion", "x", {"bill_to": "a\nb"}, "line break or control character"),
    ("chat_completion", "x", {"token": "hf_a\r\nb"}, "character that no token has"),
    ("chat_completion", "x", {"token": 3}, "token must be a text, not int"),
    ("chat_completion", "x", {"extra_headers": {"a": "b\0"}}, "character that no header may"),
    ("chat_completion", "x", {"extra_headers": {"a b": "c"}}, "no header name"),
    ("chat_completion", "x", {"extra_headers": {"Content-Length": "3"}}, "only the body"),
    (
        "chat_completion",
        "x",
        {"extra_headers": hfpipe.Headers({"transfer-encoding": "chunked"})},
        "only the body",
    ),
    ("chat_completion", "x", {"extra_headers": {"a": 3}}, "must be a text"),
    ("chat_completion", "x", {"extra_headers": "a"}, "mapping of header names"),
    ("chat_completion", "x", {"extra_body": [1]}, "mapping with texts as keys"),
    ("chat_completion", "x", {"endpoint_url": "localhost:80"}, "http:// or https:// address"),
    ("chat_completion", "x", {"endpoint_url": "http://"}, "http:// or https:// address"),
    ("chat_completion", "x", {"retry": -1}, "retry must be None, a number of further tries"),
    ("chat_completion", "x", {"retry_on_503": 1}, "retry_on_503 must be True or False"),
    ("chat_completion", "x", {"save_to": 3}, "save_to must be a path"),
    ("chat_completion", "x", {"on_progress": 3}, "on_progress must be a function"),
    ("chat_completion", "x", {"task": "text-to-imgae"}, "did you mean 'text-to-image'"),
    ("chat_completion", "x", {"task": "summarization"}, "messages, and the task summarization inp"),
    ("text_generation", "x", {"task": "conversational"}, "call chat_completion"),
]


@pytest.mark.parametrize(("task", "first", "args", "words"), WRONG)
def test_what_is_wrong_is_said_in_one_line(task, first, args, words):
    """
    Each is a Failure before any I/O, with a hint.
    """
    failure = error(task, first, **args)

    assert words in failure.message
    assert "\n" not in str(failure)


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ("text_to_image", "inputs must be a text"),
        ("text_generation", "inputs must be a text or a list of texts"),
    ],
)
def test_a_list_is_offered_where_one_is_taken(task, message):
    """
    And nowhere else: the next try would fail as well.
    """
    assert message == error(task, 3).message


def test_a_prompt_may_stand_in_for_a_picture():
    """
    Where the task has one instead.
    """
    assert merged("image_text_to_image", None, parameters={"prompt": "a cat"}).unwrap()
    message = "text_generation needs inputs: what is to be worked on"
    assert message == error("text_generation", None).message


@pytest.mark.parametrize(
    ("task", "first", "args"),
    [
        ("text_generation", ["one", "two"], {}),
        ("text_generation", ("one", "two"), {}),
        ("zero_shot_classification", "x", {"parameters": {"candidate_labels": ["a"]}}),
        ("sentence_similarity", {"sentences": ["a"], "source_sentence": "b"}, {}),
    ],
)
def test_what_is_all_there_goes_on(task, first, args):
    """
    Lists where they are taken, parameters that are needed, and mappings with all their keys.
    """
    assert first == merged(task, first, **args).unwrap().args["inputs"]


@pytest.mark.parametrize(
    "messages", [[Message("user", "hi")], ({"role": "user"},), [{"role": ""}, Message()]]
)
def test_messages_are_mappings_and_records(messages):
    """
    In a list or a tuple, with a role of whatever name.
    """
    assert messages == merged("chat_completion", messages).unwrap().args["messages"]


def test_a_slip_behind_what_is_known_is_found_too():
    """
    Each of the names is looked at.
    """
    assert "did you mean 'model'" in error(seed=1, provider="groq", modle="x").message


def test_a_picture_is_not_asked_whether_it_is_one():
    """
    What media are is made out where they arrive.
    """
    numpy = pytest.importorskip("numpy")

    assert merged("image_to_text", numpy.zeros((2, 2, 3), "uint8")).unwrap()


@pytest.mark.parametrize(
    ("task", "args"),
    [
        ("text_generation", {"paramters": {}}),
        ("text_generation", {"http_options": {}}),
        ("text_generation", {"max_new_tokens": 3}),
        ("chat_completion", {"http_options": {}}),
        ("chat_completion", {"modle": "x"}),
        ("chat_completion", {"task": "summarization"}),
    ],
)
def test_a_slip_in_a_name_is_one_in_an_option(task, args):
    """
    Whatever the task.
    """
    assert "bad_option" == error(task, "hi", **args).code


def test_an_option_of_the_client_is_none_of_any_call():
    """
    In an open task as in the others.
    """
    for task in ("chat_completion", "text_generation"):
        said = error(task, "hi", pipeline=3).message
        assert "pipeline is an option of the client, not of a call" == said


def test_an_input_given_twice_is_refused():
    """
    Nobody knows which of the two was meant.
    """
    twice = hfpipe.chat_completion(HF, "hi", messages="hello").failure()
    both = hfpipe.chat_completion(HF, {"messages": "hi"}, messages="hello").failure()

    assert "messages is given twice" in twice.message
    assert "messages is given twice" in both.message


def test_arguments_as_a_mapping_lie_under_the_keywords():
    """
    The first argument may be all of them.
    """
    ended = merged("chat_completion", {"messages": "hi", "seed": 1, "n": 2}, seed=3).unwrap()

    assert ("hi", 3, 2) == (ended.args["messages"], ended.args["seed"], ended.args["n"])


def test_the_first_argument_is_the_client():
    """
    Who forgets it is told so, in words.
    """
    for wrong in ({"messages": "hi"}, "hi", None):
        failure = hfpipe.chat_completion(wrong).failure()
        assert "the first argument is the client" in failure.message


def test_a_streamed_answer_has_a_function_of_its_own():
    """
    `stream=True` names it.
    """
    failure = hfpipe.chat_completion(HF, "hi", stream=True).failure()

    assert "hfpipe.chat_completion_stream" in failure.hint


def test_an_option_that_the_client_does_not_know_raises():
    """
    The constructor raises what a call returns.
    """
    with pytest.raises(hfpipe.InputError, match="'providr'; did you mean 'provider'"):
        hfpipe.client(providr="groq")
    with pytest.raises(hfpipe.InputError, match="timeout must be"):
        hfpipe.client(timeout="soon")
    with pytest.raises(hfpipe.InputError, match=r"no entry 'prox'; did you mean 'proxy'"):
        hfpipe.client(http_options={"prox": "http://127.0.0.1:1"})
    with pytest.raises(hfpipe.InputError, match="max_response_bytes must be a whole number"):
        hfpipe.client(max_response_bytes=0)
    with pytest.raises(hfpipe.InputError, match=r"pipeline must be a hfpipe.Pipeline"):
        hfpipe.client(pipeline=[])
    with pytest.raises(hfpipe.InputError, match="mappings are lists of entries"):
        hfpipe.client(mappings={"a": 3})
