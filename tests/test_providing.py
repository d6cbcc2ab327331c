"""The Hub's list of a model's providers, and rows that are not hfpipe's own."""

from __future__ import annotations

import json
import sys

import pytest
from returns.result import Success

import hfpipe
from hfpipe import InputError, Provider, ProviderMapping
from hfpipe.providers.chat import CHAT
from hfpipe.testing import scripted

ANSWER = {"choices": [{"message": {"role": "assistant", "content": "hi"}}]}
LISTED = {
    "inferenceProviderMapping": {
        "groq": {"providerId": "llama", "task": "conversational", "status": "live"},
        "nobody-knows": {"providerId": "x", "task": "conversational", "status": "live"},
    }
}


@pytest.fixture(autouse=True)
def nothing_remembered():
    hfpipe.clear_mappings()
    yield
    hfpipe.clear_mappings()


def test_the_list_is_asked_for_once():
    """
    The Hub's entries come as they are, unknown providers too, and from memory the second time.
    """
    send = scripted(LISTED)
    hf = hfpipe.client("hf_x", send=send)

    first, second = hfpipe.providers_for("org/llama", hf), hfpipe.providers_for("org/llama", hf)

    assert first == second
    assert ["groq", "nobody-knows"] == [entry.provider for entry in first.unwrap()]
    assert ["https://huggingface.co/api/models/org/llama?expand=inferenceProviderMapping"] == [
        request.url for request in send.requests
    ]


def test_after_clearing_it_is_asked_again():
    """
    clear_mappings() forgets what the Hub said.
    """
    send = scripted(LISTED, LISTED)
    hf = hfpipe.client("hf_x", send=send)

    hfpipe.providers_for("org/llama", hf)
    hfpipe.clear_mappings()
    hfpipe.providers_for("org/llama", hf)

    assert 2 == len(send.requests)


def test_the_hubs_refusal_is_the_failure():
    """
    Nothing stands in for the list: the Hub's own answer is the error.
    """
    hf = hfpipe.client("hf_x", send=scripted(hfpipe.HttpResponse(404, body=b'{"error":"no"}')))

    error = hfpipe.providers_for("org/nope", hf).failure()

    assert (hfpipe.HubApiError, 404) == (type(error), error.status)


@pytest.mark.parametrize("model", ["", "http://127.0.0.1:8080", "../etc"])
def test_only_a_models_id_has_providers(model):
    """
    An address, an empty name and an odd one are refused before anybody is asked.
    """
    assert isinstance(hfpipe.providers_for(model, {"send": scripted()}).failure(), InputError)


def test_a_row_has_the_name_under_which_it_is_given():
    """
    `providers=PROVIDERS | {"mine": row}`: the key counts, whatever the row was called before.
    """
    row = Provider("somebody", "https://api.mine.example", {"conversational": CHAT})
    send = scripted(ANSWER)
    entry = ProviderMapping("mine", "their-llama", "conversational")
    hf = hfpipe.client(
        "key",
        provider="mine",
        providers=hfpipe.PROVIDERS | {"mine": row},
        mappings={"org/llama": [entry]},
        send=send,
    )

    answer = hfpipe.chat_completion(hf, "hi", model="org/llama")

    assert Success("hi") == answer.map(lambda found: found.text)
    assert "https://api.mine.example/v1/chat/completions" == send.requests[0].url
    assert "their-llama" == json.loads(send.requests[0].body)["model"]


def test_what_is_no_row_is_refused():
    """
    A provider is a row, and nothing else.
    """
    with pytest.raises(InputError, match=r"providers\['mine'\] is no hfpipe.Provider"):
        hfpipe.client(providers={"mine": {"base": "https://api.mine.example"}})


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package that brings one good provider and two that are none."""
    (tmp_path / "plugged_in.py").write_text(
        "from hfpipe import Provider\n"
        "from hfpipe.providers.chat import CHAT\n"
        "row = Provider('brought', 'https://api.brought.example',"
        " {'conversational': CHAT}, 'direct', mapped=False)\n"
        "other = 3\n"
    )
    info = tmp_path / "plugged_in-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged-in\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[hfpipe.providers]\nbrought = plugged_in:row\nno-row = plugged_in:other\n"
        "broken = plugged_in:nothing\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("plugged_in", None)


@pytest.mark.usefixtures("installed")
def test_an_installed_package_brings_a_provider():
    """
    A name that the table does not have is looked for among the installed packages, for a client
    and for a single call.
    """
    send = scripted(ANSWER, ANSWER)
    ours = hfpipe.client("key", provider="brought", model="m", send=send)

    assert Success("hi") == hfpipe.chat_completion(ours, "hi").map(lambda found: found.text)
    other = hfpipe.client("key", model="m", send=send)
    called = hfpipe.chat_completion(other, "hi", provider="brought")
    assert Success("hi") == called.map(lambda found: found.text)
    assert {"https://api.brought.example/v1/chat/completions"} == {
        request.url for request in send.requests
    }


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("name", "why"), [("no-row", "is no hfpipe.Provider"), ("broken", "cannot be loaded")]
)
def test_a_package_that_brings_no_row_is_named(name, why):
    """
    What an installed package brings wrongly is said with its place, by client and call.
    """
    with pytest.raises(InputError, match=why):
        hfpipe.client(provider=name)
    error = hfpipe.chat_completion({}, "hi", provider=name).failure()
    assert why in error.message


def test_a_known_name_looks_at_no_package():
    """
    Whoever uses hfpipe's own providers pays nothing for those of others.
    """
    sys.modules.pop("hfpipe.io.plugins", None)

    hfpipe.client(provider="groq")

    assert "hfpipe.io.plugins" not in sys.modules
