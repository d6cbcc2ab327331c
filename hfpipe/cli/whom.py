"""The options that all commands share, and the client that they make. Floor 7."""

from __future__ import annotations

from typing import Annotated, Any

from attrs import frozen
from cyclopts import Parameter

from hfpipe.clients import Client, client


@Parameter(name="*")
@frozen(kw_only=True, slots=False)
class Common:
    """Whom to ask, and for how long."""

    model: Annotated[str, Parameter(alias="-m")] = ""
    "The model's id on the Hub, or an http(s) address."
    provider: Annotated[str, Parameter(alias="-p")] = "auto"
    "Who is to answer: see `hfpipe providers`. `sandbox` needs no token and no network."
    endpoint_url: str = ""
    "A server of your own: llama.cpp, vLLM, TGI, a dedicated endpoint."
    bill_to: str = ""
    "The organization that pays."
    timeout: float | None = None
    "Seconds for the whole call."
    retry: int | None = None
    "How many further tries."
    json: Annotated[bool, Parameter(negative=())] = False
    "Print JSON."

    def client(self, **more: Any) -> Client:
        """The client; raises `InputError`."""
        given: dict[str, Any] = {
            "model": self.model,
            "provider": self.provider,
            "endpoint_url": self.endpoint_url,
            "bill_to": self.bill_to,
            "timeout": self.timeout,
            "retry": self.retry,
            **more,
        }
        # None is "no limit" to a client, and "not given" here
        return client(**{name: value for name, value in given.items() if value not in ("", None)})
