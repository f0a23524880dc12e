"""A question to the graph: its name, its text and the typed row that answers it, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, LiteralString, TypeVar

RowT = TypeVar("RowT")


@dataclass(frozen=True, kw_only=True)
class Query(Generic[RowT]):
    """A Cypher text with the row it returns.

    The text is a literal, so the type checker refuses one built from values; values are bound parameters.
    The name travels with the query as transaction metadata and shows in the server's query log.
    """

    name: str
    text: LiteralString
    row: type[RowT]
    access: Literal["read", "write"] = "read"
