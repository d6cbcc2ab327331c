"""
Middleware for stages: `Stage -> Stage`, put around one by `pipeline.wrap(name, middleware)`.

Floor 7. `retry(policy)` asks again what the stage has asked, as the policy says, whatever the
options of the call. A stage has one patience: the policy takes the place of the one before.

>>> import hfpipe
>>> from hfpipe.middleware import retry
>>> patient = hfpipe.Retry(hfpipe.exponential(1.0).capped(20).jittered().up_to(5))
>>> hf = hfpipe.client(pipeline=hfpipe.default_pipeline().wrap("send", retry(patient)))
"""

from hfpipe.retry import retry

__all__ = ["retry"]
