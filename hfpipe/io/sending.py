"""
Which sender carries a request: hfpipe's own over urllib3, or the sandbox in this process.
"""

from __future__ import annotations

import sys
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Any

from attrs import frozen

from hfpipe.evolving import evolve
from hfpipe.http_options import HttpOptions
from hfpipe.options import http_options as frozen_options
from hfpipe.printing import printed
from hfpipe.providers.table import SANDBOX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from returns.result import Result

    from hfpipe.errors import TransportError
    from hfpipe.wire import HttpRequest, HttpResponse


@frozen
class DefaultSender:
    """
    The sender in use where a client names none. Equal options share their connections.

    Nothing of the network is loaded before the first request that goes there.
    """

    options: HttpOptions

    __repr__ = printed

    def __call__(self, request: HttpRequest) -> Result[HttpResponse, TransportError]:
        """The answer to the request, or why there is none."""
        if request.url.startswith(SANDBOX):
            from hfpipe.sandbox.server import answer

            return answer(request)
        loaded: Any = sys.modules.get("hfpipe.io.sender")
        if loaded is None:
            loaded, request = _loaded(request)
        answered: Result[HttpResponse, TransportError] = loaded.send(self.options, request)
        return answered


def _loaded(request: HttpRequest) -> tuple[Any, HttpRequest]:
    # Loading the sender takes a tenth of a second, which is a part of the first call's time.
    began = monotonic()
    loaded = import_module("hfpipe.io.sender")
    left = request.timeout
    if left is not None:
        request = evolve(request, timeout=left - (monotonic() - began))
    return loaded, request


def default_send(
    http_options: Mapping[str, Any] | HttpOptions = HttpOptions(),  # noqa: B008 - immutable
) -> DefaultSender:
    """
    The sender that hfpipe uses by itself, to wrap in one of your own.

    Raises `InputError` on an unknown option.
    """
    return DefaultSender(frozen_options("http_options", http_options))
