"""What a loader is: the files it reads, the rows in them, and what each row becomes in the graph.

A loader is one module or package of ``loaders`` with a ``LOADER`` in it; it is found by itself. Its parts are pure:
``read`` turns a folder into sheets of raw rows, a pydantic ``Row`` says what a valid row is, and ``to_graph`` turns
one valid row into nodes and relationships. Reading, checking, writing and removing what is gone are the same for all
of them (``loaders/run.py``).

>>> from loaders.base import find_loaders
>>> find_loaders()["esco"].name
'esco'
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict

import loaders
from graph_schema.errors import LoadError
from graph_schema.schema import Node, Relationship
from loaders.directory import Directory


class Row(BaseModel):
    """One valid row of a file; a field's name, or its alias, is the column's name."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, populate_by_name=True)


class Options(BaseModel):
    """What a caller may choose for one loader; each field becomes an option of its command."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RawRow(NamedTuple):
    """One row as it stands in the file; empty values are not in it."""

    line: int
    """Line of the file where the row begins, the header being line 1."""
    values: Mapping[str, Any]
    problem: str | None = None
    """Why the row cannot be read at all."""


@dataclass(frozen=True)
class Link:
    """A relationship whose ends must be in the graph or in the data set for it to be written."""

    relationship: Relationship
    field: str = ""
    """Column that names the end that may be unknown, for the report."""
    essential: bool = True
    """Whether the whole row means nothing without it; else only the link is left out, and reported."""


@dataclass(frozen=True)
class Problem:
    """One value of a row that cannot be used; the rest of the row is loaded and the value reported."""

    field: str
    value: str
    reason: str


@dataclass(frozen=True)
class LeftOut:
    """A thing that the data set holds and that is left out on purpose, with everything that points to it."""

    id: str
    reason: str


@dataclass(frozen=True)
class Unmapped:
    """A name of the source for which the taxonomy has no concept."""

    kind: str
    name: str


Piece = Node | Link | Problem | LeftOut | Unmapped

RowT = TypeVar("RowT", bound=Row)
OptionsT = TypeVar("OptionsT", bound=Options)


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """That each row of a table stands for one node: which, and in which columns its id and name are."""

    node: type[Node]
    id: str
    label: str | None = None
    identify: Callable[[str], str] = field(default=str)
    """Turns the column's text into the id."""


@dataclass(frozen=True, kw_only=True)
class Table(Generic[RowT]):
    """One kind of file: its name, its row, and what a row becomes in the graph."""

    name: str
    """Name of the file without its ending."""
    description: str
    """What one row is, in the user's words."""
    row: type[RowT]
    gives: tuple[type[Node] | type[Relationship], ...]
    """Every kind of node and relationship that a row may become."""
    to_graph: Callable[[RowT, Directory], Iterable[Piece]]
    """Pure: the same row and the same directory of known names give the same pieces."""
    declares: Declaration | None = None
    required: bool = False
    """Whether the data set is nothing without this file."""

    def list_columns(self) -> tuple[str, ...]:
        """Return the columns that the table knows, in the order of its row."""
        return tuple(item.alias or name for name, item in self.row.model_fields.items())

    def name_column(self, field: str) -> str:
        """Return the column that a field of the row is read from."""
        item = self.row.model_fields.get(field)
        return item.alias or field if item else field

    def name_field(self, column: str) -> str:
        """Return the field of the row that a column is read into."""
        return next(name for name in self.row.model_fields if self.name_column(name) == column)

    def list_required_columns(self) -> tuple[str, ...]:
        """Return the columns that must be there."""
        return tuple(item.alias or name for name, item in self.row.model_fields.items() if item.is_required())


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One file of a data set, opened: where it is, what it has for columns, and its rows."""

    table: Table[Any]
    file: str
    """Name of the file, for reports."""
    columns: tuple[str, ...]
    rows: Iterator[RawRow]


@dataclass(frozen=True, kw_only=True)
class Loader(Generic[OptionsT]):
    """One kind of data set that can be loaded."""

    name: str
    """Name of the command: ``skillway load NAME``."""
    description: str
    """What it loads, in the user's words."""
    source: str
    """Name under which the graph keeps what it wrote, unless another is given."""
    tables: tuple[Table[Any], ...]
    read: Callable[[Path, OptionsT], Iterable[Sheet]]
    """Opens the folder; raises LoadError when it does not hold such a data set."""
    options: type[OptionsT]
    licence: str | None = None
    """Notice that must be shown with the data."""

    def list_kinds(self) -> tuple[type[Node] | type[Relationship], ...]:
        """Return every kind of node and relationship the loader may write, nodes first."""
        kinds = dict.fromkeys(kind for table in self.tables for kind in table.gives)
        return tuple(sorted(kinds, key=lambda kind: not issubclass(kind, Node)))


@cache
def find_loaders() -> Mapping[str, Loader[Any]]:
    """Return every loader by its name: each module or package of ``loaders`` that has a ``LOADER``."""
    modules = [importlib.import_module(f"loaders.{item.name}") for item in pkgutil.iter_modules(loaders.__path__)]
    found = [module.LOADER for module in modules if isinstance(getattr(module, "LOADER", None), Loader)]
    return {loader.name: loader for loader in sorted(found, key=lambda loader: loader.name)}


def get_loader(name: str) -> Loader[Any]:
    """Return one loader by its name.

    Raises:
        LoadError: There is no such loader; the message lists those there are.
    """
    known = find_loaders()
    if name not in known:
        raise LoadError(f"there is no loader {name!r}; there are: {', '.join(known)}")
    return known[name]
