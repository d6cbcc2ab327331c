"""
The first calls of a process, from many threads at once: nothing is there yet, and all load it.
"""

import subprocess
import sys

import pytest

TOGETHER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import hfpipe

def told(call):
    start.wait()
    return call()

def asked(client, **more):
    return [
        lambda: hfpipe.chat_completion(client, "hi", **more),
        lambda: hfpipe.chat_completion_stream(client, "hi", **more).bind(lambda s: s.response()),
        lambda: hfpipe.embed(client, "hi", **more),
        lambda: hfpipe.text_classification(client, "hi", **more),
        lambda: hfpipe.text_generation(client, "hi", **more),
        lambda: hfpipe.text_to_image(client, "hi", **more),
        lambda: hfpipe.summarization(client, "hi there", **more),
        lambda: hfpipe.fill_mask(client, "hi [MASK]", **more),
    ] * 2

calls = asked({client})
start = Barrier(len(calls))
sys.setswitchinterval(1e-5)
with ThreadPoolExecutor(len(calls)) as pool:
    ended = list(pool.map(told, calls))
sys.setswitchinterval(0.005)
codes = {{hfpipe.fold(one, ok=lambda _: "ok", err=lambda error: error.code) for one in ended}}
print(sorted(codes))
"""


@pytest.mark.parametrize(
    ("client", "ends"),
    [
        ('hfpipe.client(provider="sandbox")', "['ok']"),
        # nobody listens there
        ('hfpipe.endpoint_client(None, "http://127.0.0.1:9", model="m")', "['refused']"),
    ],
)
@pytest.mark.parametrize("turn", range(3))
def test_first_calls_from_many_threads(client, ends, turn):
    """
    All end as the only one would: none sees a module, or what is known of a type, half made.
    """
    found = subprocess.run(
        [sys.executable, "-c", TOGETHER.format(client=client)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (0, ends) == (found.returncode, found.stdout.strip()), (turn, found.stderr[-2000:])
