"""
Rows that need a process of their own each: imports, first answers, and peaks of memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import gettempdir

from measuring import OURS, Fact, Figures, Goal, Measured, Row, Scale

ROOT = Path(__file__).parents[1]
HUB = "huggingface_hub"
TIMED = """
import time
wall, cpu = time.perf_counter(), time.process_time()
{work}
print(time.perf_counter() - wall, time.process_time() - cpu)
"""
IMPORTS = {
    OURS: "import hfpipe",
    HUB: "from huggingface_hub import InferenceClient",
    "openai": "from openai import OpenAI",
}
FIRST = {
    OURS: """
import hfpipe
hf = hfpipe.endpoint_client("hf_benchmark", "{url}/chat", model="tiny")
hfpipe.chat_completion(hf, "hi").unwrap().text
""",
    HUB: """
from huggingface_hub import InferenceClient
client = InferenceClient(model="{url}/chat", token="hf_benchmark")
client.chat_completion([{{"role": "user", "content": "hi"}}]).choices[0].message.content
""",
    "openai": """
from openai import OpenAI
client = OpenAI(api_key="hf_benchmark", base_url="{url}/chat/v1")
messages = [{{"role": "user", "content": "hi"}}]
client.chat.completions.create(model="tiny", messages=messages).choices[0].message.content
""",
}
# The peak of a process only ever grows, so what it was before the large thing is taken off. It is
# read from Linux's own file: `ru_maxrss` begins with the peak of the process that started this one.
PEAK = """
import re, hfpipe
def peak():
    return 1024 * int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1])
def client(name):
    return hfpipe.endpoint_client("hf_benchmark", f"{url}/{{name}}", model="tiny")
{warm}
before = peak()
{work}
print((peak() - before) / 2**20)
"""
STREAM = """
for chunk in hfpipe.chat_completion_stream(client("{name}"), "hi").unwrap():
    chunk.unwrap()
"""
DOWNLOAD = """
hfpipe.text_to_image(client("file"), "a cat", save_to="{place}/out.png").unwrap()
"""
UPLOAD = """
from pathlib import Path
hfpipe.image_classification(client("labels"), Path("{place}/{file}.png")).unwrap()
"""


# As installed, with bytecode: kept beside the temporary files, not in the source tree.
CACHE = str(Path(gettempdir()) / "hfpipe-benchmark-bytecode")


def _ran(script: str) -> list[float]:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": CACHE}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return [float(word) for word in done.stdout.split()]


def _timed(works: dict[str, str], rounds: int) -> Measured:
    measured: Measured = {name: [] for name in works}
    for turn in range(rounds + 1):
        for name, work in works.items():
            figures = Figures(*_ran(TIMED.format(work=work)))
            if turn:  # the first one reads the disk
                measured[name].append(figures)
    return measured


def imports(scale: Scale) -> Row:
    """`import hfpipe`, in a new process."""
    return Row("import", _timed(IMPORTS, scale.rounds), (Goal(0.10, HUB),), "ms", 1e3)


def first_answer(url: str, scale: Scale) -> Row:
    """The import and the first answer to a chat, in a new process."""
    works = {name: work.format(url=url) for name, work in FIRST.items()}
    measured = _timed(works, scale.rounds)
    return Row("import and first answer", measured, (Goal(0.55, HUB),), "ms", 1e3)


def long_stream(url: str) -> Fact:
    """How much more memory a stream of 200 MB takes than a short one."""
    warm, work = STREAM.format(name="burst"), STREAM.format(name="huge")
    (grown,) = _ran(PEAK.format(url=url, warm=warm, work=work))
    return Fact("200 MB stream, growth of the peak", grown, 16.0, "MB")


def download(url: str, place: Path) -> Fact:
    """A file of 500 MB, straight to disk."""
    warm = STREAM.format(name="burst")
    (grown,) = _ran(PEAK.format(url=url, warm=warm, work=DOWNLOAD.format(place=place)))
    return Fact("500 MB download, growth of the peak", grown, 20.0, "MB")


def upload(url: str, place: Path) -> Fact:
    """A file of 500 MB, straight from disk."""
    for name, size in (("small", 1), ("large", 500)):
        with (place / f"{name}.png").open("wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n")
            file.truncate(size * 2**20)
    warm, work = (UPLOAD.format(place=place, file=name) for name in ("small", "large"))
    (grown,) = _ran(PEAK.format(url=url, warm=warm, work=work))
    return Fact("500 MB upload, growth of the peak", grown, 20.0, "MB")
