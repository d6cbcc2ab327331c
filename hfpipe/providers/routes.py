"""Routes: the path of a call below the base of its provider. Floor 4."""

from __future__ import annotations

from attrs import frozen

from hfpipe.address import in_path
from hfpipe.printing import equal, hashed, printed
from hfpipe.records import Exchange


@frozen
class Path:
    """
    A fixed path, in which `{model}` stands for the provider's name of the model, and `{task}` for
    that of the task.

    >>> Path("/v1/chat/completions")
    Path(template='/v1/chat/completions')
    """

    template: str

    __repr__, __eq__, __hash__ = printed, equal, hashed

    def __call__(self, exchange: Exchange) -> str:
        if "{model}" not in self.template:
            return self.template
        mapping = exchange.mapping
        path = self.template.replace("{task}", mapping.task if mapping else "")
        return path.replace("{model}", in_path(mapping.provider_id if mapping else ""))
