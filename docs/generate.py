"""
Writes the pages of the providers and of the tasks, from the tables that the code goes by.

`python docs/generate.py` writes them; the tests say when they are no longer up to date.
"""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import Any, Final, get_overloads

sys.path.insert(0, str(Path(__file__).parents[1]))

import attrs

import hfpipe
from hfpipe.parameters import PARAMETERS
from hfpipe.providers.table import PROVIDERS
from hfpipe.tasks import CHAT, TASKS, Task

HERE: Final = Path(__file__).parent
NOTE: Final = "<!-- written by docs/generate.py -->"
ROUTER: Final = "https://router.huggingface.co"
_PNG: Final = b"\x89PNG\r\n\x1a\n" + bytes(20)

PICTURE: Final = 'picture = hfpipe.text_to_image(hf, "a red circle").unwrap()'
SOUND: Final = 'sound = hfpipe.text_to_speech(hf, "hello there").unwrap()'
TABLE: Final = '{"City": ["Paris", "Rome"], "People": ["2100000", "2800000"]}'

# For each task what its example does first, the input, and the parameters.
EXAMPLES: Final[dict[str, tuple[str, str, str]]] = {
    "audio-classification": (SOUND, "sound", ""),
    "audio-to-audio": (SOUND, "sound", ""),
    "automatic-speech-recognition": (SOUND, "sound", ""),
    CHAT: ("", '"say hello"', ""),
    "document-question-answering": (PICTURE, '{"image": picture, "question": "What is it?"}', ""),
    "embed": ("", '["a cat", "the cat", "rust"]', ""),
    "feature-extraction": ("", '"a cat"', ""),
    "fill-mask": ("", '"Paris is the [MASK] of France."', '{"top_k": 2}'),
    "image-classification": (PICTURE, "picture", ""),
    "image-segmentation": (PICTURE, "picture", ""),
    "image-text-to-image": ("", "None", '{"prompt": "a red circle"}'),
    "image-text-to-video": ("", "None", '{"prompt": "a red circle"}'),
    "image-to-image": (PICTURE, "picture", '{"prompt": "make it blue"}'),
    "image-to-text": (PICTURE, "picture", ""),
    "image-to-video": (PICTURE, "picture", ""),
    "object-detection": (PICTURE, "picture", ""),
    "question-answering": (
        "",
        '{"question": "Where is Paris?", "context": "Paris is in France."}',
        "",
    ),
    "sentence-similarity": (
        "",
        '{"source_sentence": "a cat", "sentences": ["the cat", "rust"]}',
        "",
    ),
    "summarization": ("", '"It rains. It pours."', ""),
    "table-question-answering": ("", f'{{"query": "People of Rome?", "table": {TABLE}}}', ""),
    "tabular-classification": ("", '{"data": {"A": ["1", "2"]}}', ""),
    "tabular-regression": ("", '{"data": {"A": ["1", "2"]}}', ""),
    "text-classification": ("", '"I love it"', ""),
    "text-generation": ("", '"say hello"', '{"max_new_tokens": 20}'),
    "text-to-audio": ("", '"rain on a roof"', ""),
    "text-to-image": ("", '"a red circle"', '{"width": 64, "height": 64}'),
    "text-to-speech": ("", '"hello there"', ""),
    "text-to-video": ("", '"a red circle"', ""),
    "token-classification": ("", '"Ada Lovelace lived in London."', ""),
    "translation": ("", '"hello"', '{"src_lang": "en", "tgt_lang": "fr"}'),
    "visual-question-answering": (PICTURE, '{"image": picture, "question": "What colour?"}', ""),
    "zero-shot-classification": ("", '"I love it"', '{"candidate_labels": ["joy", "rust"]}'),
    "zero-shot-image-classification": (
        PICTURE,
        "picture",
        '{"candidate_labels": ["red circle", "blue"]}',
    ),
}


def example(task: Task) -> str:
    """A program that runs as it stands: without a token, and without the network."""
    before, first, parameters = EXAMPLES[task.name]
    more = f", parameters={parameters}" if parameters else ""
    asked = first if first != "None" else ""
    call = f"hfpipe.{task.function}(hf{', ' if asked else ''}{asked}{more})"
    lines = ["import hfpipe", "", 'hf = hfpipe.client(provider="sandbox")']
    return "\n".join([*lines, *([before] if before else []), f"result = {call}", "print(result)"])


def returned(task: Task) -> list[str]:
    """What the function gives: of one input, and of a list where it takes one."""
    function = getattr(hfpipe, task.function)
    signatures = get_overloads(function) or [inspect.unwrap(function)]
    found = [str(one.__annotations__["return"]) for one in signatures]
    return list(dict.fromkeys(found))


def records(types: list[str]) -> list[str]:
    """The records named in these types, and their fields."""
    names = dict.fromkeys(re.findall(r"[A-Z]\w+", " ".join(types)))
    lines: list[str] = []
    for name in names:
        kind: Any = getattr(hfpipe, name, None)
        if name in {"Result", "HfpipeError", "Any"} or not attrs.has(kind):
            continue
        fields = ", ".join(f"`{one.name}`" for one in attrs.fields(kind))
        lines += [f"`{name}`: {fields}.", ""]
    return lines


def task_page(task: Task) -> str:
    """The page of a task."""
    types = returned(task)
    able = sorted(
        name
        for name, row in PROVIDERS.items()
        if task.hub in row.recipes and not row.removed and name not in {"auto", "endpoint"}
    )
    links = ", ".join(f"[{name}](../providers/{name}.md)" for name in able)
    names = PARAMETERS.get(task.hub, ())
    page = [NOTE, "", f"# {task.function}", ""]
    page += [inspect.cleandoc(getattr(hfpipe, task.function).__doc__).split(">>>")[0].rstrip(), ""]
    page += [
        f"The Hub's name of the task: `{task.hub}`.",
        "",
        "```python",
        example(task),
        "```",
        "",
    ]
    page += ["## What it gives", "", *(f"- `{one}`" for one in types), "", *records(types)]
    if names:
        known = ", ".join(f"`{name}`" for name in names)
        page += ["## Parameters", "", f"{known}; others pass as they are.", ""]
    return "\n".join([*page, "## Who serves it", "", f"{links}.", ""])


def address(provider: str, task: Task, token: str) -> str:
    """Where a call of the task goes, for a model that the provider knows as `<id>`."""
    entry = hfpipe.ProviderMapping(provider, "their-id", task.name)
    mappings = {"their-id": [entry]} if PROVIDERS[provider].mapped else {}
    hf = hfpipe.client(token, provider=provider, model="their-id", mappings=mappings)
    held: Any = _PNG if task.kind == "media" else "text"
    if task.kind == "mapping":
        held = {key: _PNG if key == task.media else {"a": ["b"]} for key in task.keys}
    more = {"parameters": {"candidate_labels": ["a", "b"]}} if task.required else {}
    exchange = hfpipe.new_exchange(hf, task, held, **more)
    waiting = hfpipe.start(hfpipe.default_pipeline(), exchange).unwrap()
    url = waiting.exchange.url if isinstance(waiting, hfpipe.Waiting) else waiting.url
    return url.replace("their-id", "<id>")


def provider_page(name: str) -> str:
    """The page of a provider."""
    row = PROVIDERS[name]
    page = [NOTE, "", f"# {name}", ""]
    if row.removed:
        page += [f"The Hub's router stopped serving it on {row.removed}."]
        page += ["With a key of its own it is still called at the address below." if row.recipes
                 else "hfpipe no longer calls it.", ""]  # fmt: skip
    ways = {"either": f"`{ROUTER}/{name}` with an `hf_` token, `{row.base}` with a key of its own",
            "router": f"`{ROUTER}`", "direct": f"`{row.base}`"}  # fmt: skip
    if name == "endpoint":
        ways["direct"] = "the `endpoint_url` of the client or the call"
    page += [f"- goes to: {ways[row.route]}"]
    page += [f"- key: {'none is needed' if row.keyless else f'`{row.scheme} <key>`'}"]
    looked_up = "looked up on the Hub, or listed in `mappings=`" if row.mapped else "as it is given"
    page += [f"- the model's name: {looked_up}"]
    page += [f"- sent along: `{header}: {value}`" for header, value in row.headers]
    page += ["", "| task | address | streams |", "| --- | --- | --- |"]
    token = "key" if row.route == "direct" else "hf_token"
    for task in sorted(row.recipes):
        where = "" if name == "endpoint" else f"`{address(name, TASKS[task], token)}`"
        streams = "yes" if row.recipes[task].fold is not None else ""
        link = f"[{TASKS[task].function}](../tasks/{TASKS[task].function}.md)"
        page += [f"| {link} | {where} | {streams} |"]
    return "\n".join([*page, ""])


def pages() -> dict[str, str]:
    """Every page by its path below docs/."""
    tasks = {f"tasks/{task.function}.md": task_page(task) for task in TASKS.values()}
    providers = {f"providers/{name}.md": provider_page(name) for name in PROVIDERS}
    lists = {
        "tasks/index.md": ("Tasks", [task.function for task in TASKS.values()]),
        "providers/index.md": ("Providers", list(PROVIDERS)),
    }
    indexes = {
        path: "\n".join([NOTE, "", f"# {title}", "", *(f"- [{n}]({n}.md)" for n in names), ""])
        for path, (title, names) in lists.items()
    }
    return {**tasks, **providers, **indexes}


if __name__ == "__main__":
    for path, text in pages().items():
        target = HERE / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
