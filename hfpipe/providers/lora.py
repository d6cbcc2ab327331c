"""
LoRA adapters: the weights of a repository of the Hub, named in the body.

Floor 4. The Hub's mapping of such a model has `adapterWeightsPath`; its `providerId` is then the
provider's endpoint that takes adapters. What a caller says himself wins.
"""

from __future__ import annotations

from typing import Any, Final

from hfpipe.address import in_path
from hfpipe.records import HUB, Exchange
from hfpipe.secret import plain

# Adapters of Stable Diffusion need their base model named, those of Flux do not.
_NEEDS_BASE: Final = "fal-ai/lora"
_BASE: Final = "stabilityai/stable-diffusion-xl-base-1.0"


def weights(exchange: Exchange) -> str:
    """The file of the adapter's weights in its repository; empty where there is no adapter."""
    return (exchange.mapping and exchange.mapping.adapter_weights_path) or ""


def with_loras(exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
    """The body with `loras`, as fal-ai takes them: the address of the file of weights."""
    file, mapping = weights(exchange), exchange.mapping
    if not file or mapping is None or "loras" in body:
        return body
    repository = f"{plain(exchange.options.hub_url)}/{in_path(exchange.options.model)}"
    loras = [{"path": f"{repository}/resolve/main/{in_path(file)}", "scale": 1}]
    based = mapping.provider_id == _NEEDS_BASE and exchange.task == "text-to-image"
    named = {"model_name": _BASE} if based and "model_name" not in body else {}
    return {**body, "loras": loras, **named}


def with_lora_weights(exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
    """The body with `lora_weights`, as replicate takes them: the repository's page."""
    if not weights(exchange) or "lora_weights" in body:
        return body
    return {**body, "lora_weights": f"{HUB}/{in_path(exchange.options.model)}"}


def with_lora_model(exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
    """The body with `loras`, as wavespeed takes them: the bare name of the model."""
    mapping = exchange.mapping
    adapts = mapping is not None and (mapping.adapter == "lora" or weights(exchange))
    if not adapts or "loras" in body:
        return body
    return {**body, "loras": [{"path": exchange.options.model, "scale": 1}]}
