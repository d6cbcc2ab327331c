"""
The clients that are measured, each as its own documentation would have it used.
"""

from __future__ import annotations

from typing import Any

import hfpipe

MESSAGES = [
    {"role": "system", "content": "You are a helpful assistant."},
    {"role": "user", "content": "What is the capital of France?"},
]
TOKEN = "hf_benchmark"
HEADERS = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
MODEL = "tiny"


def ours(url: str, **options: Any) -> hfpipe.Client:
    """A client of hfpipe for one address of the server."""
    return hfpipe.endpoint_client(TOKEN, url, model=MODEL, **options)


def hub(url: str) -> Any:
    """huggingface_hub's client."""
    from huggingface_hub import InferenceClient

    return InferenceClient(model=url, token=TOKEN)


def async_hub(url: str) -> Any:
    """Its asynchronous twin."""
    from huggingface_hub import AsyncInferenceClient

    return AsyncInferenceClient(model=url, token=TOKEN)


def openai(url: str) -> Any:
    """OpenAI's client."""
    from openai import OpenAI

    return OpenAI(api_key=TOKEN, base_url=f"{url}/v1", max_retries=0)
