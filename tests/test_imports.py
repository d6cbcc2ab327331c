"""
What is loaded when: an import of hfpipe costs nothing that is not used.
"""

import subprocess
import sys

import pytest

LATER = "urllib3 structlog attr attrs returns msgspec rich cyclopts aiohttp numpy PIL asyncio"


def loaded(script):
    """The modules that a new process has loaded after the script."""
    told = f"{script}\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("name", LATER.split())
def test_the_import_alone_loads_no_dependency(name):
    """
    `import hfpipe` is for scripts that may never call: it loads none of what calls need.
    """
    assert name not in loaded("import hfpipe")


CHAT = """
import hfpipe
from returns.result import Success
body = b'{"choices": [{"index": 0, "message": {"content": "hello"}, "finish_reason": "stop"}]}'
hf = hfpipe.client("abc", send=lambda request: Success(hfpipe.HttpResponse(body=body)))
at = {"endpoint_url": "http://127.0.0.1:9"}
assert hfpipe.chat_completion(hf, "hi", model="m", **at).unwrap().text == "hello"
"""


@pytest.mark.parametrize("name", "urllib3 structlog rich cyclopts aiohttp numpy PIL".split())
def test_a_call_through_another_sender_loads_nothing_of_the_network(name):
    """
    What sends is loaded by what sends; who listens to spans has loaded structlog himself.
    """
    assert name not in loaded(CHAT)


def test_a_call_over_the_network_loads_no_more_than_it_needs():
    """
    Proxies are looked for where a variable names one, loops are the other door's.
    """
    call = """
import hfpipe, os, socket
for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[name]
closed = socket.create_server(("127.0.0.1", 0))
url = f"http://127.0.0.1:{closed.getsockname()[1]}"
closed.close()
hf = hfpipe.endpoint_client("abc", url, model="m", retry=0)
assert hfpipe.chat_completion(hf, "hi").failure().code == "refused"
"""
    modules = loaded(call)

    assert "urllib3" in modules
    assert set() == {"urllib.request", "asyncio", "structlog", "hfpipe.aio"} & modules


def test_a_chat_loads_nothing_that_other_tasks_need():
    """
    A row names what its recipes are made of, and loads it when one is asked for.
    """
    others = """
        hfpipe.providers.classic hfpipe.providers.completions hfpipe.providers.download
        hfpipe.providers.embeddings hfpipe.providers.fal hfpipe.providers.files
        hfpipe.providers.images hfpipe.providers.jobs hfpipe.providers.labels
        hfpipe.providers.novita hfpipe.providers.replicate hfpipe.providers.sandbox
        hfpipe.providers.speech hfpipe.providers.together hfpipe.providers.voice
        hfpipe.providers.wavespeed hfpipe.providers.zai hfpipe.outputs.answers
        hfpipe.outputs.audio hfpipe.outputs.image hfpipe.outputs.text hfpipe.outputs.vectors
        hfpipe.outputs.chunks hfpipe.outputs.fold hfpipe.outputs.told hfpipe.codec.sse
        hfpipe.providers.chunks hfpipe.providers.given_media hfpipe.media
        hfpipe.streaming hfpipe.folded hfpipe.tickets hfpipe.progress hfpipe.stages.looking_up
        hfpipe.io.span difflib secrets
        """

    assert set() == set(others.split()) & loaded(CHAT)
