"""
How far a call goes past its deadline, against servers that stall in each way there is.

    python benchmarks/deadline.py [--deadline 0.5] [--rounds 5]

The goal is 100 ms. Exits with 1 where a call went further.
"""

from __future__ import annotations

import argparse
import socket
import sys
import threading
from contextlib import suppress
from time import perf_counter, sleep

from returns.result import Success

import hfpipe

OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
EVENTS = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
EVENT = b'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'
BUSY = b"HTTP/1.1 503 No\r\ncontent-length: 0\r\nretry-after: %s\r\n\r\n"


def drip(sock, data, every=0.01):
    for byte in data:
        sock.sendall(bytes([byte]))
        sleep(every)


def for_ever(sock, piece, every=0.01):
    while True:
        sock.sendall(piece)
        sleep(every)


def busy(sock, wait):
    while True:
        sock.sendall(BUSY % wait)
        if not sock.recv(65536):
            return


# (what the server does, after it has read the request; whether the call is a stream)
SERVERS = {
    "stalls before the headers": (lambda _: sleep(9), False),
    "drips the headers": (lambda sock: drip(sock, OK + b"x: " + b"a" * 9000), False),
    "stalls in the headers": (lambda sock: (sock.sendall(OK), sleep(9)), False),
    "drips the body": (lambda sock: (sock.sendall(OK + b"\r\n"), drip(sock, b" " * 9000)), False),
    "drips a chunked body": (
        lambda sock: (
            sock.sendall(OK + b"transfer-encoding: chunked\r\n\r\n"),
            for_ever(sock, b"1\r\n \r\n"),
        ),
        False,
    ),
    "stalls in the body": (
        lambda sock: (sock.sendall(OK + b"content-length: 99\r\n\r\n{"), sleep(9)),
        False,
    ),
    "interim answers for ever": (
        lambda sock: for_ever(sock, b"HTTP/1.1 100 Continue\r\n\r\n"),
        False,
    ),
    "503 for ever": (lambda sock: busy(sock, b"0"), False),
    "503, Retry-After of an hour": (lambda sock: busy(sock, b"3600"), False),
    "503, Retry-After of 0.2 s": (lambda sock: busy(sock, b"0.2"), False),
    "streams for ever": (lambda sock: (sock.sendall(EVENTS), for_ever(sock, EVENT)), True),
    "drips a stream": (lambda sock: (sock.sendall(EVENTS), drip(sock, b":" * 9000)), True),
    "stalls in a stream": (lambda sock: (sock.sendall(EVENTS + EVENT), sleep(9)), True),
    "stalls before a stream": (lambda _: sleep(9), True),
}


def serve(listener, behaviour):
    def one(sock):
        with sock, suppress(OSError):
            sock.recv(65536)
            behaviour(sock)

    with suppress(OSError):
        while True:
            threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()


def overshoot(url: str, deadline: float, stream: bool) -> tuple[float, str]:
    """How many ms past its deadline the call came back, and with what."""
    retry = hfpipe.Retry(hfpipe.constant(0.05).up_to(999), budgeted=False)
    hf = hfpipe.endpoint_client(
        None, url, model="m", timeout=deadline, retry=retry, http_options={"trust_env": False}
    )
    began = perf_counter()
    if stream:
        ended = hfpipe.chat_completion_stream(hf, "hi").bind(lambda opened: opened.response())
    else:
        ended = hfpipe.chat_completion(hf, "hi")
    late = (perf_counter() - began - deadline) * 1000
    return late, "success" if isinstance(ended, Success) else ended.failure().code


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadline", type=float, default=0.5)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    worst = 0.0
    print(f"{'the server':32} {'worst, ms past':>14}  what came back")
    for name, (behaviour, stream) in SERVERS.items():
        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=serve, args=(listener, behaviour), daemon=True).start()
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            found = [overshoot(url, given.deadline, stream) for _ in range(given.rounds)]
        late, code = max(found)
        worst = max(worst, late)
        print(f"{name:32} {late:14.1f}  {code}")
    print(f"worst: {worst:.1f} ms past {given.deadline} s (goal: 100)")
    return 0 if worst <= 100 else 1


if __name__ == "__main__":
    sys.exit(main())
