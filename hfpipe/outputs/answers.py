"""
What is answered to questions about texts, tables, documents and pictures.

Floor 3. Field for field as the services send them.
"""

from __future__ import annotations

from attrs import frozen

from hfpipe.codec.json import learned


@frozen(slots=False)
class Answer:
    """
    The `answer`, a stretch of the context: `start` and `end` count its letters.

    `score` is how sure the model is, from 0 to 1.
    """

    answer: str
    score: float
    start: int
    end: int


@frozen(slots=False)
class DocumentAnswer:
    """
    An answer that stands in a document: `start` and `end` count the words read in it.

    `score` is from 0 to 1. A model that writes its answers, such as Donut, tells nothing but the
    answer.
    """

    answer: str
    score: float | None = None
    start: int | None = None
    end: int | None = None


@frozen(slots=False)
class VisualAnswer:
    """An answer about a picture; a model that writes its answers tells no `score` (0 to 1)."""

    answer: str
    score: float | None = None


@frozen(slots=False)
class TableAnswer:
    """
    An answer out of a table: the `cells` that it rests on, their `coordinates` (row, column),
    and the `aggregator`, what is made of them (`NONE`, `SUM`, `AVERAGE`, `COUNT`).
    """

    answer: str
    coordinates: tuple[tuple[int, ...], ...] = ()
    cells: tuple[str, ...] = ()
    aggregator: str | None = None


learned(Answer, DocumentAnswer, VisualAnswer, TableAnswer)
