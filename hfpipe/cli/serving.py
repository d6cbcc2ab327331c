"""`hfpipe sandbox`: the sandbox behind a port, for programs in other languages. Floor 7."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from returns.result import Success

from hfpipe.cli.outcomes import OK, note
from hfpipe.errors import InputError
from hfpipe.providers.table import SANDBOX
from hfpipe.sandbox.server import answer
from hfpipe.wire import HttpRequest, HttpResponse


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the sandbox, and its answer back."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answers as the sandbox does; a fault of its breaks the connection."""
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        request = HttpRequest(
            self.command,
            SANDBOX + self.path,
            dict(self.headers.items()),
            body or None,
            stream=b'"stream":true' in body.replace(b" ", b""),
        )
        given = answer(request)
        if isinstance(given, Success):
            self._write(given.unwrap())
        self.close_connection = True

    do_GET = do_POST  # noqa: N815 - the name that the base class looks for

    def _write(self, response: HttpResponse) -> None:
        self.send_response(response.status)
        for name, value in response.headers.reveal().items():
            self.send_header(name, value)
        self.send_header("connection", "close")
        self.end_headers()
        pieces: Any = response.chunks if response.chunks is not None else (response.body,)
        try:
            for piece in pieces:
                self.wfile.write(cast("bytes", piece))
                self.wfile.flush()
        except Exception as error:  # noqa: BLE001 - a fault that was asked for
            self.log_message("the answer was broken off: %s", error)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name above
        """Tells each request on standard error."""
        note(f"{self.address_string()} {format % args}")


def serve(port: int) -> int:
    """Serves until it is interrupted; raises `InputError` where the port is taken."""
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except (OSError, OverflowError) as error:
        raise InputError(f"port {port} cannot be used: {error}", code="bad_option") from None
    note(f"the sandbox listens: http://127.0.0.1:{server.server_port}/v1 (Ctrl-C ends it)")
    with server:
        server.serve_forever()
    return OK
