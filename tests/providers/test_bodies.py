"""What is sent to the providers that really differ: routes and bodies, byte for byte."""

from __future__ import annotations

from base64 import b64encode

import pytest

import hfpipe
from hfpipe.pipeline import start

R = "https://router.huggingface.co"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(4)
WAV = b"RIFF\0\0\0\0WAVEfmt "
PNG_URL = "data:image/png;base64," + b64encode(PNG).decode()
WAV_B64 = b64encode(WAV).decode()
HTTP = "https://h.example/in.png"
LORA = {"adapter": "lora", "adapterWeightsPath": "w.safetensors"}

# given in another order than they are sent
PICTURE = {
    "seed": 7,
    "extra": 1,
    "width": 32,
    "height": 64,
    "scheduler": "s",
    "guidance_scale": 2.5,
    "num_inference_steps": 4,
    "negative_prompt": "n",
}
FILM = {
    "seed": 7,
    "extra": 1,
    "num_frames": 8,
    "num_inference_steps": 4,
    "guidance_scale": 2.5,
    "negative_prompt": ["n"],
}
EDIT = {
    "guidance_scale": 2.5,
    "num_inference_steps": 4,
    "target_size": {"width": 32, "height": 64},
    "negative_prompt": "n",
    "prompt": "p",
}
MOTION = {
    "target_size": {"width": 32, "height": 64},
    "seed": 7,
    "guidance_scale": 2.5,
    "num_inference_steps": 4,
    "num_frames": 8,
    "negative_prompt": "n",
    "prompt": "p",
}


def request(provider, task, model, inputs, parameters=None, *, token="hf_abcdefgh", **entry):
    """The request that would be sent."""
    mapping = {"provider": provider, "providerId": model, "task": task, "status": "live", **entry}
    hf = hfpipe.client(token, provider=provider, mappings={"org/name": [mapping]})
    args = {"inputs": inputs} if inputs is not None else {}
    exchange = hfpipe.new_exchange(
        hf, task, {**args, "parameters": parameters or {}}, model="org/name"
    )
    return start(hfpipe.default_pipeline(), exchange).unwrap().need.request


BODIES = [
    (
        ("fal-ai", "text-to-image", "m", "cat", PICTURE),
        (
            '{"prompt":"cat","negative_prompt":"n","num_inference_steps":4,"guidance_scale":2.5,'
            '"scheduler":"s","seed":7,"extra":1,"image_size":{"width":32,"height":64}}'
        ),
    ),
    (("fal-ai", "text-to-image", "m", "cat", {"width": 3}), '{"prompt":"cat","width":3}'),
    (
        ("fal-ai", "text-to-video", "m", "cat", FILM),
        (
            '{"prompt":"cat","guidance_scale":2.5,"negative_prompt":["n"],"num_frames":8,'
            '"num_inference_steps":4,"seed":7,"extra":1}'
        ),
    ),
    (
        ("fal-ai", "image-to-image", "m", PNG, EDIT),
        (
            f'{{"image_url":"{PNG_URL}","image_urls":["{PNG_URL}"],"prompt":"p",'
            '"negative_prompt":"n","num_inference_steps":4,"guidance_scale":2.5,'
            '"image_size":{"width":32,"height":64}}'
        ),
    ),
    (
        ("fal-ai", "image-to-video", "m", HTTP, MOTION),
        (
            f'{{"image_url":"{HTTP}","prompt":"p","negative_prompt":"n","num_frames":8,'
            '"num_inference_steps":4,"guidance_scale":2.5,"seed":7,'
            '"target_size":{"width":32,"height":64}}'
        ),
    ),
    (
        ("fal-ai", "image-to-video", "m", b"???", None),
        '{"image_url":"data:image/jpeg;base64,Pz8/"}',
    ),
    (
        ("fal-ai", "image-segmentation", "m", PNG, {"sync_mode": False, "threshold": 0.5}),
        f'{{"image_url":"{PNG_URL}","threshold":0.5,"sync_mode":true}}',
    ),
    (
        ("fal-ai", "image-segmentation", "m", PNG, {"threshold": 0.5}),
        f'{{"image_url":"{PNG_URL}","threshold":0.5,"sync_mode":true}}',
    ),
    (
        ("fal-ai", "text-to-speech", "m", "hello", {"temperature": 0.5, "voice": "v"}),
        '{"text":"hello","temperature":0.5,"voice":"v"}',
    ),
    (
        ("fal-ai", "automatic-speech-recognition", "m", WAV, {"language": "en"}),
        f'{{"audio_url":"data:audio/x-wav;base64,{WAV_B64}","language":"en"}}',
    ),
    (
        ("fal-ai", "automatic-speech-recognition", "m", b"fLaC", None),
        '{"audio_url":"data:audio/mpeg;base64,ZkxhQw=="}',
    ),
    (("fal-ai", "text-to-audio", "m", "rain", None), '{"prompt":"rain"}'),
    (
        ("fal-ai", "audio-to-audio", "m", WAV, None),
        f'{{"audio_url":"data:audio/wav;base64,{WAV_B64}"}}',
    ),
    (("fal-ai", "image-text-to-video", "m", None, {"prompt": "p"}), '{"prompt":"p"}'),
    (
        ("replicate", "text-to-image", "m", "cat", PICTURE),
        (
            '{"input":{"prompt":"cat","negative_prompt":"n","height":64,"width":32,'
            '"num_inference_steps":4,"guidance_scale":2.5,"scheduler":"s","seed":7,"extra":1}}'
        ),
    ),
    (
        ("replicate", "text-to-image", "o/n:abc123", "cat", None),
        '{"input":{"prompt":"cat"},"version":"abc123"}',
    ),
    (
        ("replicate", "text-to-speech", "m", "hello", {"temperature": 0.5, "voice": "v"}),
        '{"input":{"temperature":0.5,"voice":"v","text":"hello"}}',
    ),
    (
        ("replicate", "automatic-speech-recognition", "m", WAV, {"language": "en"}),
        f'{{"input":{{"audio":"data:audio/wav;base64,{WAV_B64}","language":"en"}}}}',
    ),
    (
        ("replicate", "image-to-image", "m", HTTP, {"prompt": "p"}),
        (
            f'{{"input":{{"image":"{HTTP}","images":["{HTTP}"],"input_image":"{HTTP}",'
            f'"input_images":["{HTTP}"],"prompt":"p"}}}}'
        ),
    ),
    (
        ("together", "text-to-image", "m", "cat", PICTURE),
        (
            '{"prompt":"cat","response_format":"base64","negative_prompt":"n","height":64,"width":32,'
            '"guidance_scale":2.5,"scheduler":"s","seed":7,"extra":1,"steps":4,"model":"m"}'
        ),
    ),
    (
        ("together", "image-to-image", "m", HTTP, EDIT),
        (
            f'{{"prompt":"p","reference_images":["{HTTP}"],"response_format":"base64",'
            '"negative_prompt":"n","guidance_scale":2.5,"steps":4,"width":32,"height":64,"model":"m"}'
        ),
    ),
    (
        ("together", "image-to-image", "black/FLUX.1-Kontext-pro", HTTP, None),
        (
            f'{{"prompt":"","image_url":"{HTTP}","response_format":"base64",'
            '"model":"black/FLUX.1-Kontext-pro"}'
        ),
    ),
    (
        ("together", "text-to-video", "m", "cat", FILM),
        (
            '{"prompt":"cat","model":"m","guidance_scale":2.5,"negative_prompt":["n"],"num_frames":8,'
            '"seed":7,"extra":1,"steps":4}'
        ),
    ),
    (
        ("together", "image-to-video", "m", PNG, MOTION),
        (
            f'{{"model":"m","frame_images":[{{"input_image":"{PNG_URL}","frame":"first"}}],'
            '"prompt":"p","negative_prompt":"n","num_frames":8,"guidance_scale":2.5,"seed":7,'
            '"steps":4,"width":32,"height":64}'
        ),
    ),
    (
        ("wavespeed", "text-to-image", "m", "cat", {"seed": 7, "negative_prompt": "n"}),
        '{"prompt":"cat","negative_prompt":"n","seed":7}',
    ),
    (
        ("wavespeed", "image-to-image", "m", PNG, {"prompt": "p", "seed": 7}),
        f'{{"image":"{PNG_URL}","images":["{PNG_URL}"],"seed":7,"prompt":"p"}}',
    ),
    (
        ("zai-org", "text-to-image", "m", "cat", PICTURE),
        (
            '{"model":"m","prompt":"cat","size":"32x64","negative_prompt":"n",'
            '"num_inference_steps":4,"guidance_scale":2.5,"scheduler":"s","seed":7,"extra":1}'
        ),
    ),
    (
        ("zai-org", "text-to-image", "m", "cat", {"width": 32}),
        '{"model":"m","prompt":"cat"}',
    ),
    (("zai-org", "image-to-text", "m", PNG, None), f'{{"model":"m","file":"{PNG_URL}"}}'),
    (
        ("novita", "text-to-video", "m", "cat", {**FILM, "extra": None}),
        (
            '{"guidance_scale":2.5,"negative_prompt":["n"],"num_frames":8,"seed":7,"steps":4,'
            '"prompt":"cat"}'
        ),
    ),
]


@pytest.mark.parametrize(("asked", "body"), BODIES, ids=lambda value: str(value)[:40])
def test_bodies(asked, body):
    """
    The keys, their names and their order are those that the provider knows.
    """
    assert body == request(*asked).body.decode()


LORAS = [
    (
        ("fal-ai", "text-to-image", "fal-ai/flux-lora", "cat"),
        (
            '{"prompt":"cat","loras":[{"path":'
            '"https://huggingface.co/org/name/resolve/main/w.safetensors","scale":1}]}'
        ),
    ),
    (
        ("fal-ai", "text-to-image", "fal-ai/lora", "cat"),
        (
            '{"prompt":"cat","loras":[{"path":'
            '"https://huggingface.co/org/name/resolve/main/w.safetensors","scale":1}],'
            '"model_name":"stabilityai/stable-diffusion-xl-base-1.0"}'
        ),
    ),
    (
        ("fal-ai", "text-to-image", "m", "cat", {"loras": []}),
        '{"prompt":"cat","loras":[]}',
    ),
    (
        ("fal-ai", "text-to-video", "m", "cat"),
        (
            '{"prompt":"cat","loras":[{"path":'
            '"https://huggingface.co/org/name/resolve/main/w.safetensors","scale":1}]}'
        ),
    ),
    (
        ("replicate", "text-to-image", "m", "cat"),
        '{"input":{"prompt":"cat","lora_weights":"https://huggingface.co/org/name"}}',
    ),
    (
        ("replicate", "image-to-image", "m", HTTP, {"lora_weights": "mine"}),
        (
            f'{{"input":{{"image":"{HTTP}","images":["{HTTP}"],"input_image":"{HTTP}",'
            f'"input_images":["{HTTP}"],"lora_weights":"mine"}}}}'
        ),
    ),
    (
        ("wavespeed", "text-to-video", "m", "cat"),
        '{"prompt":"cat","loras":[{"path":"org/name","scale":1}]}',
    ),
    (
        ("wavespeed", "image-to-image", "m", HTTP),
        (f'{{"image":"{HTTP}","images":["{HTTP}"],"loras":[{{"path":"org/name","scale":1}}]}}'),
    ),
    (("together", "text-to-video", "m", "cat"), '{"prompt":"cat","model":"m"}'),
]


@pytest.mark.parametrize(("asked", "body"), LORAS, ids=lambda value: str(value)[:50])
def test_adapters(asked, body):
    """
    The weights of a LoRA are named as each provider wants them; what the caller says wins.
    """
    assert body == request(*asked, **LORA).body.decode()


ROUTES = [
    (("fal-ai", "text-to-image", "fal-ai/flux", "cat"), True, f"{R}/fal-ai/fal-ai/flux"),
    (("fal-ai", "text-to-image", "fal-ai/flux", "cat"), False, "https://fal.run/fal-ai/flux"),
    (
        ("fal-ai", "image-to-image", "fal-ai/flux-2/edit", HTTP),
        False,
        "https://queue.fal.run/fal-ai/flux-2/edit",
    ),
    (
        ("fal-ai", "image-text-to-image", "fal-ai/flux-2/edit", None, {"prompt": "p"}),
        False,
        "https://queue.fal.run/fal-ai/flux-2",
    ),
    (
        ("fal-ai", "image-text-to-image", "fal-ai/flux-2/edit", None, {"prompt": "p"}),
        True,
        f"{R}/fal-ai/fal-ai/flux-2/edit?_subdomain=queue",
    ),
    (
        ("replicate", "text-to-image", "o/n", "cat"),
        True,
        f"{R}/replicate/v1/models/o/n/predictions",
    ),
    (
        ("replicate", "text-to-image", "o/n:v1", "cat"),
        False,
        "https://api.replicate.com/v1/predictions",
    ),
    (("wavespeed", "text-to-image", "a/b", "cat"), True, f"{R}/wavespeed/api/v3/a/b"),
    (
        ("zai-org", "image-to-text", "m", PNG),
        False,
        "https://api.z.ai/api/paas/v4/layout_parsing",
    ),
]


@pytest.mark.parametrize(("asked", "routed", "url"), ROUTES)
def test_routes(asked, routed, url):
    """
    Where the call goes with an hf_ token, and with a key of the provider's own.
    """
    assert url == request(*asked, token="hf_abcdefgh" if routed else "own_key_1").url


def test_the_hub_that_adapters_come_from_is_the_configured_one():
    """
    A mirror of the Hub serves the weights, too.
    """
    mapping = {"provider": "fal-ai", "providerId": "m", "task": "text-to-image", **LORA}
    hf = hfpipe.client(
        "hf_abcdefgh",
        provider="fal-ai",
        mappings={"org/name": [mapping]},
        hub_url="https://hub.example",
    )
    exchange = hfpipe.new_exchange(hf, "text-to-image", "cat", model="org/name")

    body = start(hfpipe.default_pipeline(), exchange).unwrap().need.request.body

    assert b'"path":"https://hub.example/org/name/resolve/main/w.safetensors"' in body


def test_headers():
    """
    What a provider insists on is sent, and lies over what the caller says.
    """
    assert "wait" == request("replicate", "text-to-image", "m", "cat").headers["prefer"]
    zai = request("zai-org", "text-to-image", "m", "cat").headers
    assert ("en-US,en", "hugging_face") == (zai["accept-language"], zai["x-source-channel"])
    assert "Key own_key_1" == request(
        "fal-ai", "text-to-image", "m", "cat", token="own_key_1"
    ).headers.text("authorization")
