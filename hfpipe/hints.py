"""
What to do about each kind of failure: one line a code.

Floor 0. `docs/errors.md` has a section for each code; every hint ends with the way there.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

Code: TypeAlias = Literal[
    "bad_option",
    "bad_input",
    "no_model",
    "missing_token",
    "invalid_token",
    "missing_permission",
    "out_of_credits",
    "unknown_model",
    "unknown_provider",
    "unsupported_task",
    "no_provider",
    "bad_request",
    "rate_limited",
    "loading",
    "endpoint_asleep",
    "server_error",
    "redirected",
    "job_failed",
    "bad_answer",
    "too_large",
    "forbidden_address",
    "dns",
    "tls",
    "refused",
    "reset",
    "proxy",
    "timeout",
    "deadline",
    "truncated",
    "in_band",
    "idle",
    "cancelled",
    "stage_raised",
]

CODES: Final[frozenset[str]] = frozenset(get_args(Code))

NEW_TOKEN: Final = (
    "https://huggingface.co/settings/tokens/new"  # noqa: S105 - where to get one
    "?ownUserPermissions=inference.serverless.write&tokenType=fineGrained"
)

_ADVICE: Final[dict[Code, str]] = {
    "bad_option": "Correct the option; hfpipe.client() lists them all.",
    "bad_input": "Correct the argument that the message names.",
    "no_model": "Name a model, as in model='meta-llama/Llama-3.3-70B-Instruct'.",
    "missing_token": (
        "Set HF_TOKEN, run `hf auth login`, or pass token=...; "
        "provider='sandbox' answers without any token. "
        f"A token that fits: {NEW_TOKEN}"
    ),
    "invalid_token": (
        "Check the token: https://huggingface.co/settings/tokens "
        "(one that begins with hf_ for the router, the provider's own key with its name)."
    ),
    "missing_permission": f"Make a token that may call Inference Providers: {NEW_TOKEN}",
    "out_of_credits": (
        "See your credits: https://huggingface.co/settings/billing (bill_to=... names an "
        "organization that pays), or use a provider's own key."
    ),
    "unknown_model": "Check the model's name, and that this provider serves it.",
    "unknown_provider": "Use one of the providers that `hfpipe providers` lists.",
    "unsupported_task": "Use a provider that serves this task: `hfpipe providers` lists them.",
    "no_provider": "Use a model that some provider serves, or an endpoint_url of your own.",
    "bad_request": "Correct the request as the server's message says; hfpipe.explain() shows it.",
    "rate_limited": "Ask more slowly, or let retry=hfpipe.Retry(...) wait as the server asks.",
    "loading": "The model is being loaded: ask again, with a retry=hfpipe.Retry(...) that waits.",
    "endpoint_asleep": (
        "Resume the endpoint at https://endpoints.huggingface.co, or where it scales to zero ask "
        "again with a retry=hfpipe.Retry(...) that waits some minutes."
    ),
    "server_error": "The provider failed: ask again later, or use another provider.",
    "redirected": "Use the address that the server points to, where you trust it.",
    "job_failed": "The provider gave the job up: change the input as its message says.",
    "bad_answer": "The answer is not what this task promises: try another provider or model.",
    "too_large": "Ask for less, or raise max_response_bytes.",
    "forbidden_address": (
        "A server pointed to an address that is private or unsafe, and it was not visited."
    ),
    "dns": "Check the host's name and this machine's name resolution.",
    "tls": "Check the certificate; http_options={'ca_bundle': ...} adds an authority.",
    "refused": "Nothing listens there: check the address and that the server runs.",
    "reset": "The connection broke: ask again.",
    "proxy": "Check the proxy: HTTPS_PROXY, NO_PROXY, or http_options={'proxy': ...}.",
    "timeout": "Allow more time with timeout=..., or stream the answer.",
    "deadline": "Allow more time with timeout=..., in seconds; None is no limit.",
    "truncated": "The answer is incomplete: use `partial`, or ask again.",
    "in_band": "The provider failed while it answered: use `partial`, or ask again.",
    "idle": "The provider fell silent: ask again, or allow more with idle_timeout=...",
    "cancelled": "The call was given up before it ended.",
    "stage_raised": "A stage raised instead of returning a Failure: correct that stage.",
}


def hint(code: Code) -> str:
    """What to do about a failure of this code, in one line with the place to read more."""
    return ended(_ADVICE[code], code)


def ended(text: str, code: Code) -> str:
    """The text with the place to read more at its end, once."""
    place = f"(docs/errors.md#{code})"
    return text if text.endswith(place) else f"{text} {place}"
