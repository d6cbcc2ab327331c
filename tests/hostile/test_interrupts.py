"""
An interrupt while the network is waited for: nothing is shown, nothing stays open.
"""

import _thread
import io
import traceback
from threading import Timer

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
    timer = Timer(0.3, _thread.interrupt_main)
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
