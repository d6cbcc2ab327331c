"""Middleware for stages."""

from __future__ import annotations

import hfpipe
from hfpipe.middleware import retry
from hfpipe.testing import stub
from hfpipe.wire import HttpResponse


def asked(pipeline, status=503, **options):
    sender = stub({"*": HttpResponse(status)})
    hf = hfpipe.endpoint_client(None, "https://x.example/v1", send=sender, pipeline=pipeline)
    error = hfpipe.chat_completion(hf, "q", **options).failure()
    return len(sender.requests), error.attempts


def patient(tries):
    return retry(hfpipe.Retry(hfpipe.constant(0.0).up_to(tries)))


def test_a_policy_on_a_stage_takes_the_place_of_the_one_before():
    """
    Four tries are four requests: patience upon patience would multiply them.
    """
    pipeline = hfpipe.default_pipeline().wrap("send", patient(4))

    assert (4, 4) == asked(pipeline)
    assert (2, 2) == asked(pipeline.wrap("send", patient(2)))


def test_a_policy_on_a_stage_wins_over_the_options_of_a_call():
    """
    The pipeline is the user's own word about this stage.
    """
    pipeline = hfpipe.default_pipeline().wrap("send", patient(3))

    assert (3, 3) == asked(pipeline, retry_on_503=False)
    assert (3, 3) == asked(pipeline, status=429)
