"""
How far a job is, as its provider tells it.

Floor 0.
"""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True, slots=False)
class Progress:
    """
    What `on_progress` is called with before each wait for a job.

    `state` is the provider's own word, `queue_position` how many stand before the job, `logs`
    the lines that the last answer brought; empty or None where the provider tells none. `job` is
    the provider's name of the job, `polls` how often it has been asked for, and `waited` how
    many seconds the call has taken so far.

    >>> Progress(state="IN_QUEUE", queue_position=3)
    Progress(state='IN_QUEUE', queue_position=3, logs=(), job='', polls=0, waited=0.0)
    """

    state: str
    queue_position: int | None = None
    logs: tuple[str, ...] = ()
    job: str = ""
    polls: int = 0
    waited: float = 0.0
