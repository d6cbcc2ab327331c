"""resolve: which provider answers, and under what name it knows the model."""

from __future__ import annotations

import json
import pickle

import pytest
from returns.result import Failure, Success

import hfpipe
from hfpipe.stages.merge import merge
from hfpipe.stages.resolve import resolve
from hfpipe.testing import scripted

TOKEN = "hf_a_token"
MODEL = "org/name"
IMAGE = ("text_to_image", "a cat")
ANSWER = {
    "choices": [{"message": {"content": "hi"}}],
    "data": [{"b64_json": "iVBORw0KGgo="}],
}


def entry(provider, task="text-to-image", status="live", **more):
    return {
        "provider": provider,
        "providerId": f"{provider}-id",
        "task": task,
        "status": status,
        **more,
    }


class World:
    """A Hub that lists these entries, and providers that answer everything; all requests kept."""

    def __init__(self, listed=(), status=200, body=None, location=None):
        self.requests = []
        self.listed, self.status, self.body, self.location = listed, status, body, location

    def __call__(self, request):
        self.requests.append(request)
        if request.method == "GET" and "/api/models/" in request.url:
            if self.location and "renamed" not in request.url:
                return Success(hfpipe.HttpResponse(307, {"location": self.location}))
            if self.status == 0:
                return Failure(hfpipe.TransportError("no way", code="dns", billed="no"))
            if self.body is not None:
                return Success(hfpipe.HttpResponse(self.status, {}, self.body))
            data = {"inferenceProviderMapping": self.listed}
            return Success(hfpipe.HttpResponse(self.status, {}, json.dumps(data).encode()))
        if request.url.startswith("https://router.huggingface.co/hf-inference"):
            png = b"\x89PNG\r\n\x1a\n...."
            return Success(hfpipe.HttpResponse(200, {"content-type": "image/png"}, png))
        return Success(hfpipe.HttpResponse(200, {}, json.dumps(ANSWER).encode()))

    @property
    def urls(self):
        return [request.url for request in self.requests]


def asked(world, call=IMAGE, token=TOKEN, model=MODEL, **options):
    """The whole exchange of a call."""
    hfpipe.clear_mappings()
    hf = hfpipe.client(token, model=model, send=world, **options)
    function, first = call
    return hfpipe.exchange(hf, function, first)


LOOK_UP = f"https://huggingface.co/api/models/{MODEL}?expand=inferenceProviderMapping"


@pytest.mark.parametrize("shape", ["list", "dict"])
def test_the_first_live_entry_of_the_task_is_chosen(shape):
    """
    Entries of other tasks, and trial ones, are passed over where a live one fits.
    """
    entries = [
        entry("groq", "conversational"),
        entry("nscale", status="staging"),
        entry("together"),
        entry("fal-ai"),
    ]
    listed = entries if shape == "list" else {e.pop("provider"): e for e in entries}
    world = World(listed)

    ended = asked(world).unwrap()

    assert LOOK_UP == world.urls[0]
    assert ("together", "together-id") == (ended.mapping.provider, ended.mapping.provider_id)
    assert "https://router.huggingface.co/together/v1/images/generations" == world.urls[1]
    assert () == ended.meta.warnings


def test_a_staging_entry_is_taken_with_a_warning():
    """
    Where nothing is live, a provider on trial is better than none; the user is told.
    """
    ended = asked(World([entry("nscale", status="staging")])).unwrap()

    assert "nscale" == ended.mapping.provider
    assert any("staging" in line for line in ended.meta.warnings)


def test_an_unknown_provider_is_passed_over_with_a_warning():
    """
    The Hub knows providers that this version does not.
    """
    ended = asked(World([entry("of-tomorrow"), entry("nscale")])).unwrap()

    assert "nscale" == ended.mapping.provider
    assert any("'of-tomorrow'" in line for line in ended.meta.warnings)


def test_an_entry_that_cannot_be_read_is_passed_over_with_a_warning():
    """
    Entries of a new kind are no reason to fail.
    """
    ended = asked(World([{"kind": "new"}, 3, entry("nscale")])).unwrap()

    assert "nscale" == ended.mapping.provider
    assert any(line.startswith("2 of the model's providers") for line in ended.meta.warnings)


def test_no_entry_that_fits_is_an_error_that_lists_them():
    """
    An entry in error serves nobody; what there is is said.
    """
    world = World([entry("groq", "conversational"), entry("nscale", status="error")])

    error = asked(world).failure()

    assert isinstance(error, hfpipe.RoutingError)
    assert ("no_provider", "no") == (error.code, error.billed)
    assert "groq (conversational, live), nscale (text-to-image, error)" in error.message


OUT_OF_ORDER = [
    ({"status": 0}, "could not be reached", hfpipe.TransportError, "dns"),
    ({"status": 404, "body": b'{"error":"no such model"}'}, "answered 404", hfpipe.HubApiError,
     "unknown_model"),
    ({"status": 200, "body": b"<html>"}, "lists no providers", hfpipe.HubApiError, "bad_answer"),
    ({"status": 200, "body": b'{"id":"x"}'}, "lists no providers", hfpipe.HubApiError,
     "bad_answer"),
]  # fmt: skip


@pytest.mark.parametrize(("world", "why", "kind", "code"), OUT_OF_ORDER)
def test_a_hub_out_of_order(world, why, kind, code):
    """
    Under `auto` hf-inference is asked, with a warning; for a named provider it is the error.
    """
    ended = asked(World(**world), retry_on_503=False).unwrap()
    error = asked(World(**world), provider="nscale", retry_on_503=False).failure()

    assert "hf-inference" == ended.mapping.provider
    assert MODEL == ended.mapping.provider_id
    assert any(why in line for line in ended.meta.warnings)
    assert isinstance(error, kind)
    assert code == error.code


def test_a_renamed_model_is_followed():
    """
    The Hub answers 307 with a relative address.
    """
    world = World([entry("nscale")], location="/api/models/org/renamed")

    assert "nscale" == asked(world).unwrap().mapping.provider
    assert "https://huggingface.co/api/models/org/renamed" == world.urls[1]


def test_chat_under_auto_needs_no_look_up():
    """
    The router chooses itself; the suffix of a model is its business.
    """
    world = World()

    ended = asked(world, ("chat_completion", "hi"), model="org/name:fastest").unwrap()

    assert ["https://router.huggingface.co/v1/chat/completions"] == world.urls
    assert b'{"model":"org/name:fastest",' in ended.request.body


def test_chat_without_the_auto_router_takes_the_mapping():
    """
    `auto_router=False` asks the Hub as every other task does.
    """
    world = World([entry("groq", "conversational")])

    ended = asked(world, ("chat_completion", "hi"), auto_router=False).unwrap()

    assert "https://router.huggingface.co/groq/openai/v1/chat/completions" == world.urls[1]
    assert b'{"model":"groq-id",' in ended.request.body


def test_a_suffix_names_the_provider_of_other_tasks():
    """
    Only the router's chat reads suffixes itself; a policy means nothing elsewhere.
    """
    world = World([entry("fal-ai"), entry("nscale")])

    ended = asked(world, model="org/name:nscale").unwrap()
    error = asked(world, model="org/name:cheapest").failure()

    assert LOOK_UP == world.urls[0]
    assert "nscale" == ended.mapping.provider
    assert isinstance(error, hfpipe.InputError)


def test_a_static_mapping_is_never_looked_up():
    """
    A model that the client lists is as listed, also under auto chat.
    """
    mapping = hfpipe.ProviderMapping("groq", "llama", "conversational")
    world = World()

    ended = asked(world, ("chat_completion", "hi"), mappings={MODEL: [mapping]}).unwrap()

    assert mapping == ended.mapping
    assert 1 == len(world.requests)


@pytest.mark.parametrize(
    ("token", "sent"), [("hf_a_token", "Bearer hf_a_token"), (None, ""), ("gsk_key", "")]
)
def test_only_a_token_of_the_hub_goes_to_the_hub(token, sent):
    """
    A provider's key is nobody's business at the Hub.
    """
    world = World([entry("nscale")])

    asked(world, token=token, provider="nscale")

    given = world.requests[0].headers.text("authorization") if world.requests else ""
    assert sent == given


KEYS = [
    (("chat_completion", "hi"), {"token": None}, "missing_token"),
    (("chat_completion", "hi"), {"token": "gsk_key"}, "invalid_token"),
    (IMAGE, {"token": "gsk_key"}, "invalid_token"),
    (IMAGE, {"token": None, "provider": "nscale"}, "missing_token"),
    (("chat_completion", "hi"), {"token": "hf_x", "provider": "openai"}, "invalid_token"),
    (("chat_completion", "hi"), {"token": None, "provider": "openai"}, "missing_token"),
]


@pytest.mark.parametrize("where", [{"endpoint_url": "https://own.example"}, {"provider": "groq"}])
def test_a_token_that_was_left_behind_is_missed(where):
    """
    Wherever the call goes: without it, somebody else's call would be made.
    """
    hf = pickle.loads(pickle.dumps(hfpipe.client(TOKEN, model=MODEL, **where)))
    sender = scripted()

    error = hfpipe.chat_completion(hf.with_options(send=sender), "hi").failure()

    assert ("missing_token", 0) == (error.code, len(sender.requests))
    assert error.message.startswith("the token did not travel with the client")


@pytest.mark.parametrize(("call", "options", "code"), KEYS)
def test_a_token_that_does_not_fit_is_found_before_anything_is_sent(call, options, code):
    """
    Each is an InputError with a hint, and no provider was asked.
    """
    world = World([entry("nscale")])

    error = asked(world, call, **options).failure()

    assert isinstance(error, hfpipe.InputError)
    assert code == error.code
    assert error.hint
    assert all(request.method == "GET" for request in world.requests)


def test_hf_inference_answers_without_a_token():
    """
    It is the one provider that does.
    """
    ended = asked(World(), token=None, provider="hf-inference").unwrap()

    assert "authorization" not in ended.request.headers


def test_a_providers_own_key_goes_straight_to_it():
    """
    No router, no hub token; `bill_to` is sent, and said to be of no effect.
    """
    world = World([entry("together")])

    ended = asked(world, token="key", provider="together", bill_to="acme").unwrap()

    assert "https://api.together.xyz/v1/images/generations" == ended.request.url
    assert "acme" == ended.request.headers["x-hf-bill-to"]
    assert any("bill_to" in line for line in ended.meta.warnings)


WRONG = [
    ({"provider": "grok"}, "unknown_provider", "did you mean 'groq'"),
    ({"provider": "cerebras"}, "unsupported_task", "nscale"),
    ({"provider": "nebius"}, "unknown_provider", "removed"),
]


@pytest.mark.parametrize(("options", "code", "words"), WRONG)
def test_a_provider_that_cannot_be_asked(options, code, words):
    """
    Unknown, without the task, or gone: each says what to use instead.
    """
    error = asked(World(), **options).failure()

    assert isinstance(error, hfpipe.RoutingError)
    assert code == error.code
    assert words in error.message


def test_an_endpoint_ignores_a_named_provider_aloud():
    """
    The address is what counts.
    """
    ended = asked(
        World(), ("chat_completion", "hi"), endpoint_url="http://127.0.0.1:9", provider="groq"
    ).unwrap()

    assert "http://127.0.0.1:9/v1/chat/completions" == ended.request.url
    assert any("'groq' is not used" in line for line in ended.meta.warnings)


def test_no_model_is_said_before_anybody_is_asked():
    """
    Without a model there is nothing to look up.
    """
    for options in ({}, {"provider": "groq"}, {"provider": "hf-inference"}):
        world = World()
        error = asked(world, ("chat_completion", "hi"), model=None, **options).failure()
        assert ("no_model", []) == (error.code, world.requests)


def test_a_look_up_is_kept_and_asked_once():
    """
    Calls of one client and model share an answer for five minutes; another token asks anew.
    """
    hfpipe.clear_mappings()
    world = World([entry("nscale")])
    hf = hfpipe.client(TOKEN, model=MODEL, send=world)
    for _ in range(3):
        assert isinstance(hfpipe.text_to_image(hf, "a cat"), Success)
    assert 1 == world.urls.count(LOOK_UP)

    hfpipe.text_to_image(hf, "a cat", token="hf_another")
    assert 2 == world.urls.count(LOOK_UP)

    hfpipe.clear_mappings()
    hfpipe.text_to_image(hf, "a cat")
    assert 3 == world.urls.count(LOOK_UP)


def test_arguments_that_are_no_json_are_found_before_the_hub_is_asked():
    """
    Nobody is asked for anything on behalf of arguments that could not be sent.
    """
    hfpipe.clear_mappings()
    world = World([entry("nscale")])
    hf = hfpipe.client(TOKEN, model=MODEL, send=world)

    error = hfpipe.text_to_image(hf, "a cat", parameters={"seed": float("nan")}).failure()

    assert isinstance(error, hfpipe.InputError)
    assert "$.parameters.seed is nan" in error.message
    assert [] == world.requests


CHAT = ("chat_completion", "hi")
ROWS = hfpipe.PROVIDERS


def chosen(call=CHAT, token=TOKEN, listed=(), **options):
    """The mapping and the warnings of a call for which the client lists these entries."""
    found = asked(World(), call, token, mappings={MODEL: list(listed)}, **options)
    return found.map(lambda ended: (ended.mapping, ended.meta.warnings))


def test_the_task_of_the_options_is_the_one_that_is_chosen_for():
    """
    Not that of the function which was called.
    """
    listed = {MODEL: [entry("hf-inference", "summarization"), entry("hf-inference", "translation")]}
    hf = hfpipe.client(TOKEN, model=MODEL, send=World(), mappings=listed, task="translation")

    exchange = hfpipe.new_exchange(hf, "summarization", "hi")

    assert "translation" == resolve(merge(exchange).unwrap()).unwrap().mapping.task


def test_the_entrys_task_becomes_the_one_that_was_asked():
    """
    A model of sentences has features, too.
    """
    listed = {MODEL: [entry("hf-inference", "sentence-similarity")]}
    hf = hfpipe.client(TOKEN, model=MODEL, send=World(), mappings=listed)

    exchange = hfpipe.new_exchange(hf, "feature_extraction", "hi")

    assert "feature-extraction" == resolve(merge(exchange).unwrap()).unwrap().mapping.task


@pytest.mark.parametrize(
    ("call", "provider", "token", "code"),
    [
        (CHAT, "nebius", "own_key", None),
        (CHAT, "nebius", TOKEN, "unknown_provider"),
        (CHAT, "nebius", None, "unknown_provider"),
        (("summarization", "x"), "nebius", "own_key", "unknown_provider"),
        (IMAGE, "black-forest-labs", "own_key", "unknown_provider"),
    ],
)
def test_a_provider_that_was_removed_serves_its_own_keys(call, provider, token, code):
    """
    For the tasks that are left of it; to everybody else it says since when it is gone, and where
    something is left, that a key of its own still goes there.
    """
    found = asked(World(), call, token, provider=provider)

    if code is None:
        assert provider == found.unwrap().mapping.provider
    else:
        error = found.failure()
        assert (code, True) == (error.code, "was removed from" in error.message)
        assert bool(ROWS[provider].recipes) == ("A key of its own" in error.hint)


def test_a_removed_provider_in_a_list_is_passed_over():
    """
    As one that is not known.
    """
    entries = [entry("nebius", "conversational"), entry("groq", "conversational")]

    mapping, warnings = chosen(listed=entries).unwrap()

    assert "groq" == mapping.provider
    assert ("provider 'nebius' is unknown to this version and was passed over",) == warnings


@pytest.mark.parametrize(
    ("entries", "provider"),
    [
        ([entry("groq", "text-to-image"), entry("nscale")], "nscale"),
        ([entry("together", "conversational"), entry("nscale")], "nscale"),
        ([entry("nscale", status="error"), entry("together")], "together"),
        ([entry("nscale", status="staging"), entry("together")], "together"),
    ],
)
def test_which_entry_fits(entries, provider):
    """
    One of the task, of a provider that does it, that is live before one on trial.
    """
    mapping, warnings = chosen(IMAGE, listed=entries).unwrap()

    assert (provider, ()) == (mapping.provider, warnings)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, f"no provider serves {MODEL} for text-to-image; the model has: "),
        ({"provider": "nscale"}, f"nscale does not serve {MODEL} for text-to-image; the model has"),
    ],
)
def test_whose_list_has_nothing_that_fits(options, words):
    """
    Nobody's, or that of the one provider that was named.
    """
    error = chosen(IMAGE, listed=[entry("groq", "conversational")], **options).failure()

    assert "no_provider" == error.code
    assert error.message.startswith(words)


def test_a_token_that_does_not_fit_the_one_that_was_chosen():
    """
    A provider that takes its own keys alone is not sent another's.
    """
    rows = {**ROWS, "groq": hfpipe.evolve(ROWS["groq"], route="direct")}

    error = chosen(listed=[entry("groq", "conversational")], providers=rows).failure()

    assert "invalid_token" == error.code


def test_a_token_that_does_not_fit_is_found_before_the_hub_is_asked():
    """
    Of a provider that was named.
    """
    world = World([entry("nscale")])

    asked(world, token=None, provider="nscale")

    assert [] == world.urls


@pytest.mark.parametrize(
    ("options", "who"), [({}, "the router"), ({"provider": "openai"}, "openai")]
)
def test_who_needs_a_token_is_named(options, who):
    """
    The router, or the provider.
    """
    error = asked(World(), CHAT, token=None, **options).failure()

    assert f"{who} needs a token, and there is none" == error.message


def test_a_prefix_of_a_models_name_is_cut_off():
    """
    As gateways write it.
    """
    ended = asked(World(), CHAT, "sk-x", "openai/gpt-x", provider="openai").unwrap()

    assert "gpt-x" == ended.mapping.provider_id


def test_a_model_that_a_provider_has_by_itself():
    """
    Where the call names none.
    """
    rows = {**ROWS, "openai": hfpipe.evolve(ROWS["openai"], model="openai/gpt-usual")}

    ended = asked(World(), CHAT, "sk-x", "", provider="openai", providers=rows).unwrap()

    assert "gpt-usual" == ended.mapping.provider_id


@pytest.mark.parametrize("provider", ["auto", "endpoint"])
def test_an_endpoint_that_is_named_as_one_is_not_warned_of(provider):
    """
    Nor one under the default.
    """
    ended = asked(World(), CHAT, endpoint_url="https://h.example", provider=provider).unwrap()

    assert ("endpoint", ()) == (ended.mapping.provider, ended.meta.warnings)


def test_a_task_that_no_endpoint_does():
    """
    Says who does it.
    """
    rows = {**ROWS, "endpoint": hfpipe.evolve(ROWS["endpoint"], recipes={})}

    error = asked(World(), IMAGE, endpoint_url="https://h.example", providers=rows).failure()

    assert "unsupported_task" == error.code
    assert error.message.startswith("endpoint does not serve text-to-image; these do: fal-ai, ")


@pytest.mark.parametrize(
    ("call", "more"),
    [
        (("chat_completion", [{"role": "user", "content": float("nan")}]), {}),
        (CHAT, {"tools": [{"x": float("inf")}]}),
        (CHAT, {"response_format": {"x": object()}}),
        (("text_to_image", "a cat"), {"parameters": {"seed": float("nan")}}),
    ],
)
def test_what_is_no_json_is_found_in_each_argument(call, more):
    """
    And the Hub is not asked on its behalf.
    """
    world = World([entry("groq", "conversational")])
    hfpipe.clear_mappings()
    hf = hfpipe.client(TOKEN, model=MODEL, send=world, auto_router=False)

    error = hfpipe.exchange(hf, *call, **more).failure()

    assert "bad_input" == error.code
    assert "the arguments are not JSON" in error.message
    assert [] == world.urls


@pytest.mark.parametrize(
    ("call", "options", "asks"),
    [
        (IMAGE, {}, True),
        (IMAGE, {"provider": "nscale"}, False),
        (IMAGE, {"providers": {k: v for k, v in ROWS.items() if k != "hf-inference"}}, False),
        (("text_to_video", "a cat"), {}, False),
    ],
    ids=["auto", "a named one", "without hf-inference", "a task that it does not do"],
)
def test_hf_inference_stands_in_for_a_hub_that_is_silent(call, options, asks):
    """
    Under auto, for the tasks that it does; else the Hub's failure is the call's.
    """
    world = World(status=0)

    found = asked(world, call, **options)

    if asks:
        assert "hf-inference" == found.unwrap().mapping.provider
    else:
        assert "dns" == found.failure().code


FEW = {name: ROWS[name] for name in ("nscale", "groq", "endpoint", "auto", "nebius", "together")}


GONE = "provider 'nebius' was removed from the Hub's router on 1 July 2026; for"


@pytest.mark.parametrize(
    ("call", "provider", "words"),
    [
        (IMAGE, "groq", "groq does not serve text-to-image; these do: nscale, sandbox, together"),
        (("summarization", "x"), "groq", "groq does not serve summarization; these do: sandbox"),
        (IMAGE, "nebius", f"{GONE} text-to-image use one of: nscale, sandbox, together"),
        (("summarization", "x"), "nebius", f"{GONE} summarization use one of: sandbox"),
        (
            IMAGE,
            "zzz",
            "there is no provider 'zzz'. Known: auto, groq, nebius, nscale, sandbox, together",
        ),
    ],
)
def test_who_can_be_asked_instead(call, provider, words):
    """
    By their names in order, without those that are gone and the ways to go that are no providers.
    """
    assert words == asked(World(), call, provider=provider, providers=FEW).failure().message


def test_who_needs_no_key_minds_none():
    """
    A token of the Hub's does no harm there.
    """
    assert "sandbox" == asked(World(), CHAT, provider="sandbox").unwrap().mapping.provider
