"""
Which sender carries a request: hfpipe's own over urllib3, or the sandbox in this process.
"""

from __future__ import annotations

from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

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
        send = _loaded.get("send")
        if send is None:
            send, request = _load(request)
        answered: Result[HttpResponse, TransportError] = send(self.options, request)
        return answered


# The sender's function, once its module is there as a whole: `sys.modules` has it before that, for
# other threads to see.
_loaded: Final[dict[str, Any]] = {}


def _load(request: HttpRequest) -> tuple[Any, HttpRequest]:
    # Loading the sender takes a tenth of a second, which is a part of the first call's time.
    began = monotonic()
    send = _loaded["send"] = import_module("hfpipe.io.sender").send
    left = request.timeout
    if left is not None:
        request = evolve(request, timeout=left - (monotonic() - began))
    return send, request


def default_send(
    http_options: Mapping[str, Any] | HttpOptions = HttpOptions(),  # noqa: B008 - immutable
) -> DefaultSender:
    """
    The sender that hfpipe uses by itself, to wrap in one of your own.

    Raises `InputError` on an unknown option.
    """
    return DefaultSender(frozen_options("http_options", http_options))
