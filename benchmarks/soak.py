"""
A long day: calls over many threads against a server of which one answer in a hundred is a fault.

    python benchmarks/soak.py [--calls 20000] [--threads 16]

Every call has to end as one value, and nothing may be left behind: success + failure = sent, and
descriptors, threads and memory are as they were. Exits with 1 where they are not.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import multiprocessing
import os
import socket
import struct
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from time import perf_counter

from returns.result import Success

import hfpipe

BODY = b'{"choices":[{"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}'
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
WHOLE = HEAD % len(BODY) + BODY
EVENT = b'data: {"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\n'
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
FAULTS = (
    b"",  # no answer at all
    HEAD % 5000 + BODY,  # less than was told
    b"nonsense\r\n\r\n",
    b"HTTP/1.1 500 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\nconnection: close\r\n\r\n<html>!",
    STREAM + b"data: {broken",
)


def serve(listener: socket.socket) -> None:
    """Answers for ever; one answer in a hundred is the next of the faults, and ends there."""
    turns = itertools.count(1)

    def one(sock: socket.socket) -> None:
        with sock, suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                data = b""
                while not data.endswith(b"}"):
                    more = sock.recv(65536)
                    if not more:
                        return
                    data += more
                turn = next(turns)
                if turn % 100 == 0:
                    fault = FAULTS[turn // 100 % len(FAULTS)]
                    if not fault:
                        sock.setsockopt(
                            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                        )
                    sock.sendall(fault)
                    return
                if b'"stream":true' in data:
                    sock.sendall(STREAM + EVENT + b"data: [DONE]\n\n")
                    return
                sock.sendall(WHOLE)

    while True:
        threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()


def descriptors() -> int:
    folder = Path("/proc/self/fd")
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0


def memory() -> float:
    """Resident MB of this process."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return 0.0


def call(hf: hfpipe.Client, n: int) -> str:
    """How one call ended. Every tenth is a stream, every fiftieth of those is left early."""
    if n % 10:
        ended = hfpipe.chat_completion(hf, "hi")
    else:
        opened = hfpipe.chat_completion_stream(hf, "hi")
        if not isinstance(opened, Success):
            return opened.failure().code
        if n % 500 == 0:
            with opened.unwrap() as stream:
                next(stream, None)
            return "left"
        ended = opened.unwrap().response()
    return "ok" if isinstance(ended, Success) else ended.failure().code


def ends(hf: hfpipe.Client, calls: int, threads: ThreadPoolExecutor, count: int) -> Counter[str]:
    """How the calls ended, each thread taking the next of them (a future for each is memory)."""
    numbers = iter(range(1, calls + 1))
    lock = threading.Lock()

    def work() -> Counter[str]:
        found: Counter[str] = Counter()
        while True:
            with lock:
                n = next(numbers, None)
            if n is None:
                return found
            found[call(hf, n)] += 1

    return sum((done.result() for done in [threads.submit(work) for _ in range(count)]), Counter())


def state() -> tuple[int, int, float]:
    gc.collect()
    return descriptors(), threading.active_count(), memory()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=16)
    given = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        port = listener.getsockname()[1]
        server = multiprocessing.get_context("fork").Process(
            target=serve, args=(listener,), daemon=True
        )
        server.start()
    hf = hfpipe.endpoint_client(
        None, f"http://127.0.0.1:{port}", model="m", timeout=30.0, http_options={"trust_env": False}
    )
    with ThreadPoolExecutor(given.threads) as threads:
        ends(hf, given.calls // 10, threads, given.threads)
        before = state()
        began = perf_counter()
        found = ends(hf, given.calls, threads, given.threads)
        seconds = perf_counter() - began
        after = state()
    hf.close()
    closed = state()
    server.terminate()
    rate = given.calls / seconds
    print(f"{given.calls} calls, {given.threads} threads, {seconds:.1f} s, {rate:.0f}/s")
    print("ended:", ", ".join(f"{name} {count}" for name, count in found.most_common()))
    for name, (fds, active, mb) in (("before", before), ("after", after), ("closed", closed)):
        print(f"{name:7} {fds:4} descriptors {active:4} threads {mb:7.1f} MB")
    good = (
        sum(found.values()) == given.calls
        and after[0] <= before[0] + given.threads
        and closed[0] <= before[0]
        and after[1] <= before[1]
        and after[2] <= before[2] + 10
    )
    print("flat, and every call is accounted for" if good else "NOT FLAT")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
