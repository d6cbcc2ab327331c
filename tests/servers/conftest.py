"""
Real servers on this machine, started when a test first wants one and stopped at the end.

Their scripts are not the project's: they are in a folder of material beside the checkout (or
HFPIPE_SHARED), and what they install is in HFPIPE_SERVERS_DIR. `make servers` sets them up.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
INSTALLED = Path(os.environ.get("HFPIPE_SERVERS_DIR") or ROOT / ".servers")
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def ready(port: int) -> bool:
    """Whether somebody listens, and does not say that a model is still being loaded."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
            return True
    except HTTPError as answer:
        return answer.code != HTTPStatus.SERVICE_UNAVAILABLE
    except OSError:
        return False


@contextmanager
def started(scripts: Path, name: str, *arguments: str, **environment: str) -> Iterator[int]:
    """The port of a server that listens, until the block ends."""
    port = free_port()
    process = subprocess.Popen(
        ["bash", str(scripts / name / "start.sh"), str(port), *arguments],
        env={**os.environ, "HFPIPE_SERVERS_DIR": str(INSTALLED), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + PATIENCE
        while not ready(port):
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"{name} is not ready on its port")
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def server(shared: Path) -> Iterator[Callable[..., int]]:
    """`server(name, *arguments, **environment)`: the port of a real server of that name."""
    running: dict[object, int] = {}
    with ExitStack() as stack:

        def port(name: str, *arguments: str, **environment: str) -> int:
            if not (INSTALLED / name).is_dir():
                pytest.skip(f"{name} is not set up: make servers")
            key = (name, arguments, tuple(environment.items()))
            if key not in running:
                running[key] = stack.enter_context(
                    started(shared / "servers", name, *arguments, **environment)
                )
            return running[key]

        yield port
