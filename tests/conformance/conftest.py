"""The released official client, made to show its requests instead of sending them."""

from __future__ import annotations

import pytest

pytest.importorskip("huggingface_hub", reason="the official client is a test dependency")

from huggingface_hub import InferenceClient
from huggingface_hub.hf_api import InferenceProviderMapping
from huggingface_hub.inference._providers import _common as common
from huggingface_hub.inference._providers import hf_inference

MODEL, THEIR_MODEL = "org/name", "their/name-v1"


class Captured(Exception):
    """The request that the official client would have sent."""

    def __init__(self, request) -> None:
        super().__init__(request.url)
        self.request = request


class Official(InferenceClient):
    """The official client; what it would send is raised, or answered with given bytes."""

    answer: bytes | None = None

    def asked(self, method, arguments, parameters):
        """The request that a call makes."""
        try:
            list(getattr(self, method)(**arguments, **parameters))
        except Captured as captured:
            return captured.request
        raise AssertionError(f"{method} asked for nothing")

    def _inner_post(self, request_parameters, *, stream=False):
        if self.answer is None or stream:
            raise Captured(request_parameters)
        return self.answer


@pytest.fixture
def official(monkeypatch):
    """Makes an official client for a provider, in which the model has the name `their/name-v1`."""
    monkeypatch.setattr(hf_inference, "_check_supported_task", lambda model, task: None)

    def made(provider, task, token, answer=None, lora=None):
        entry = InferenceProviderMapping(
            hf_model_id=MODEL,
            provider=provider,
            providerId=THEIR_MODEL,
            status="live",
            task=task,
            adapterWeightsPath=lora,
        )
        monkeypatch.setitem(common.HARDCODED_MODEL_INFERENCE_MAPPING, provider, {MODEL: entry})
        client = Official(provider=provider, token=token, model=MODEL)
        client.answer = answer
        return client

    return made
