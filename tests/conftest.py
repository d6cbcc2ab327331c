"""What all tests share: no token of this machine's, and where recorded material may be found."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("HFPIPE_SHARED") or Path(__file__).parents[2] / "shared")


@pytest.fixture(autouse=True)
def no_token_of_this_machine(monkeypatch):
    """A token in the environment or a saved login would be sent by tests that have none."""
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_TOKEN", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_TOKEN_PATH", os.devnull)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded exchanges and of real servers' scripts, where it is present."""
    if not SHARED.is_dir():
        pytest.skip(f"there is no folder {SHARED.name} beside the checkout (or HFPIPE_SHARED)")
    return SHARED


@pytest.fixture
def forked():
    """`forked(f)`: what f gives as bytes, in a child of this process."""
    return _forked


def _forked(f) -> bytes:
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # from Python 3.12 on every fork beside threads is warned of
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            os.write(writing, f())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as there:
        told = there.read()
    os.waitpid(child, 0)
    return told
