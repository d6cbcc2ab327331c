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
hf = hfpipe.client(provider="groq", send=lambda request: None, token="abc")
hfpipe.chat_completion(hf, "hi", model="m", endpoint_url="http://127.0.0.1:9")
"""


@pytest.mark.parametrize("name", "urllib3 structlog rich cyclopts aiohttp numpy PIL".split())
def test_a_call_through_another_sender_loads_nothing_of_the_network(name):
    """
    What sends is loaded by what sends; who listens to spans has loaded structlog himself.
    """
    assert name not in loaded(CHAT)
