"""
An interrupt while the network is waited for: nothing is shown, nothing stays open.
"""

import io
import os
import signal
import subprocess
import sys
import time
import traceback
from threading import Timer, main_thread

import pytest
from rich.console import Console
from rich.traceback import Traceback

import hfpipe


@pytest.mark.parametrize("fast", [True, False])
def test_an_interrupt_in_the_sender_shows_no_token(serve, client, fast):
    """
    Ctrl-C while an answer is waited for passes through, and no frame's locals hold the token.
    """
    server = serve(lambda p: (p.ask(), p.wait()))
    hf = client(server.url, http_options={"fast": fast})
    timer = Timer(0.3, signal.pthread_kill, (main_thread().ident, signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            hfpipe.chat_completion(hf, "hi", token="hf_interrupt_canary")
    finally:
        timer.cancel()

    error = caught.value
    console = Console(file=io.StringIO(), width=300, color_system=None)
    console.print(
        Traceback.from_exception(type(error), error, error.__traceback__.tb_next, show_locals=True)
    )
    told = traceback.TracebackException(
        type(error), error, error.__traceback__.tb_next, capture_locals=True
    )
    assert "hf_interrupt_canary" not in console.file.getvalue()
    assert "hf_interrupt_canary" not in "".join(told.format())


def chunk(text):
    return {"choices": [{"delta": {"content": text}}]}


def stalls(p):
    p.ask()
    p.wait()


def stalls_in_mid_stream(p):
    p.events(chunk("once"), chunk(" upon"))
    p.wait()


ASKED = [
    (stalls, ("chat", "hi", "--json"), ""),
    (stalls, ("chat", "hi"), ""),
    (stalls_in_mid_stream, ("chat", "hi"), "once upon"),
    (stalls, ("embed", "hi"), ""),
]


@pytest.mark.parametrize(
    ("behaviour", "words", "out"),
    ASKED,
    ids=["a call", "a stream before its answer", "a stream", "embeddings"],
)
def test_ctrl_c_ends_a_command_with_130(serve, tmp_path, behaviour, words, out):
    """
    At once, with what came before it on standard output, one word on standard error, and neither
    a traceback nor the token.
    """
    server = serve(behaviour)
    asked = subprocess.Popen(
        [sys.executable, "-m", "hfpipe", *words, "--endpoint-url", server.url, "-m", "tiny"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "HF_TOKEN": "hf_interrupt_canary"},
    )
    before = time.monotonic() + 60
    while not server.heads and time.monotonic() < before:
        time.sleep(0.01)
    read = asked.stdout.read(len(out))
    asked.send_signal(signal.SIGINT)
    rest, told = asked.communicate(timeout=60)

    assert 130 == asked.returncode
    assert out == (read + rest).strip()
    assert "interrupted" == told.strip()
