"""The tasks on tables of measurements. Floor 7."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from returns.result import Result

from hfpipe.door import Signature, task, unset

if TYPE_CHECKING:
    from typing import Unpack

    from hfpipe.clients import AnyClient, CallOptions
    from hfpipe.errors import HfpipeError

__all__ = ["tabular_classification", "tabular_regression"]


Args: TypeAlias = "Mapping[str, Any]"


@task("tabular-classification")
def tabular_classification(
    client: AnyClient,
    first: Args | None = None,
    /,
    *,
    inputs: Args = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[tuple[int | float | str, ...], HfpipeError]:
    """
    A label for each row of the table.

    The input is `{"data": {"Column": ["1", "2"], ...}}`: columns by name, all values texts.
    """
    raise Signature


@task("tabular-regression")
def tabular_regression(
    client: AnyClient,
    first: Args | None = None,
    /,
    *,
    inputs: Args = unset,
    parameters: Args = unset,
    **options: Unpack[CallOptions],
) -> Result[tuple[float, ...], HfpipeError]:
    """
    A number for each row of the table, which is given as to `tabular_classification`.
    """
    raise Signature
