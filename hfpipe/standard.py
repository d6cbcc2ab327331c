"""
THE ORDER of the stages, each line with its reason. The file to read first.

Floor 5. A call is one `Exchange` that walks down this list. Each stage is a file of
`hfpipe.stages`, reads what was written above it, and writes the field of its own.
"""

from __future__ import annotations

from hfpipe.pipeline import Pipeline, Stage
from hfpipe.retry import retry
from hfpipe.stages.decode import decode
from hfpipe.stages.headers import headers
from hfpipe.stages.merge import merge
from hfpipe.stages.payload import payload
from hfpipe.stages.redact import redact
from hfpipe.stages.resolve import resolve
from hfpipe.stages.send import send
from hfpipe.stages.url import url

_STANDARD = Pipeline(
    (
        Stage("merge", merge),  # first: everything else reads the options
        Stage("resolve", resolve),  # who answers decides where, what and how
        Stage("url", url),  # before headers: a found token goes only to its own hosts
        Stage("payload", payload),  # before headers: the content type depends on it
        Stage("headers", headers),  # last before send: they speak of all the others
        Stage("send", send),  # the only stage that has anything sent
        Stage("decode", decode),  # a refusal becomes a Failure, an answer the task's value
        Stage("redact", redact),  # last: from here on the record may be kept and printed
    )
)

# The stages that ask, each with its patience: what was asked is asked again, not made anew.
_PATIENT = _STANDARD.wrap("resolve", retry()).wrap("send", retry()).wrap("decode", retry())


def default_pipeline() -> Pipeline:
    """The stages of every call, in their order, to edit by name."""
    return _PATIENT
