"""Profiles from files: what the loaders read, as the engine asks for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.embedding import Embedder, describe_skill
from engine.inference.model import SkillModel
from engine.inference.profiles import Profiles
from graph_schema.errors import InvalidInput, LoadError, MissingExtra
from loaders.profiles.listings import Listings, read_listings
from loaders.profiles.people import (
    Kind,
    PeopleTable,
    SkillTable,
    find_kinds,
    parse_values,
    read_people,
    read_skill_table,
)

EMBEDDED_AT_ONCE = 512
NAMED = 5
"""Most unknown ids or values that a note names."""

Say = Callable[[str], None]


def read_model(path: Path) -> SkillModel:
    """Read a model file.

    Raises:
        InvalidInput: It cannot be read or is not a model.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidInput(str(path), f"cannot be read: {error.strerror}") from error
    try:
        return SkillModel.from_bytes(content)
    except InvalidInput as error:
        raise InvalidInput(str(path), error.problem) from error


def read_training_profiles(
    profiles: Path,
    people: Path | None,
    skills: Path | None,
    categories: Sequence[str],
    embedding_model: str | None,
    say: Say,
) -> Profiles:
    """Read what a model is to be fitted on.

    Args:
        profiles: PROFILES.csv.
        people: PEOPLE.csv, if any.
        skills: SKILLS.csv, if any; skills that nobody shows become part of the model too.
        categories: Attributes that are categories although they look like numbers.
        embedding_model: The model that turns texts into vectors; the packaged one when None.
        say: Told what is going on and what is left aside.

    Raises:
        LoadError: A file cannot be used, or nobody shows a skill.
        InvalidInput: A name in ``categories`` is no attribute.
    """
    listings = _read_listings(profiles, say)
    if not listings.skills:
        raise LoadError(f"{profiles} shows no skill of anybody: there is nothing to learn from")
    table = _read_people(people, listings, say)
    named = read_skill_table(skills) if skills else SkillTable((), (), ())
    _say_all(named.notes, say)
    everybody, known = _list_people(listings, table), tuple(sorted({*listings.skills, *named.skills}))
    label_of = dict(zip(named.skills, named.labels, strict=True))
    skill_texts = dict(zip(named.skills, map(describe_skill, named.labels, named.descriptions), strict=True))
    person_texts = dict(zip(table.people, table.texts, strict=True)) if table and table.texts else {}
    return Profiles(
        people=everybody,
        skills=known,
        shown=_place(listings, everybody, known),
        attributes=_align_attributes(table, find_kinds(table, categories), everybody) if table else {},
        texts=_embed_texts([person_texts.get(person) for person in everybody], embedding_model, "people", say),
        embeddings=_embed_texts([skill_texts.get(skill) for skill in known], embedding_model, "skills", say),
        labels=tuple(label_of.get(skill, skill) for skill in known),
    )


def read_scored_profiles(
    model: SkillModel, profiles: Path, people: Path | None, say: Say, only: str | None = None
) -> Profiles:
    """Read whom a model is to be asked about, in the terms it was fitted in.

    Args:
        model: The model.
        profiles: PROFILES.csv; anybody may be in it.
        people: PEOPLE.csv, if any; people who are in it alone are asked about too.
        say: Told what is going on and what is left aside.
        only: Id of the one person wanted; everybody when None.

    Raises:
        LoadError: A file cannot be used.
    """
    listings = _read_listings(profiles, say)
    if unknown := [skill for skill in listings.skills if skill not in model.columns]:
        told = f"{len(unknown):,} skills the model does not know count for nothing: {_name_some(unknown)}"
        say(f"{profiles.name}: {told}")
    table = _read_people(people, listings, say)
    known = _list_attributes(model)
    kinds: dict[str, Kind] = {name: "number" if values is None else "category" for name, values in known.items()}
    if table:
        if others := [name for name in table.columns if name not in kinds]:
            say(f"{table.path.name}: not used, the model was not fitted on it: {', '.join(others)}")
        if absent := [name for name in kinds if name not in table.columns]:
            say(f"{table.path.name}: has no {', '.join(absent)}, which the model knows; taken as unknown")
    everybody = _list_people(listings, table)
    if only is not None:
        everybody = tuple(person for person in everybody if person == only)
    attributes = _align_attributes(table, kinds, everybody) if table else {}
    for name, values in attributes.items():
        categories = known[name]
        if categories is not None and (new := [value for value in values if value and value not in categories]):
            say(f"{name}: {len(new):,} people have a value the model has not seen, taken as unknown: {_name_some(new)}")
    return Profiles(everybody, listings.skills, _place(listings, everybody, listings.skills), attributes)


def _list_attributes(model: SkillModel) -> dict[str, Collection[str] | None]:
    """Return by attribute the categories that the model has seen; None for a number."""
    return {"role": model.group_rows} if model.groups else {}


def _read_listings(path: Path, say: Say) -> Listings:
    listings = read_listings(path)
    _say_all(listings.notes, say)
    people, skills, pairs = len(listings.people), len(listings.skills), len(listings.person)
    say(f"{path.name}: {people:,} people, {skills:,} skills, {pairs:,} pairs")
    return listings


def _read_people(path: Path | None, listings: Listings, say: Say) -> PeopleTable | None:
    if path is None:
        return None
    table = read_people(path)
    _say_all(table.notes, say)
    known = set(table.people)
    if absent := sum(person not in known for person in listings.people):
        say(f"{path.name}: {absent:,} of {len(listings.people):,} people with a profile are not in it")
    return table


def _list_people(listings: Listings, table: PeopleTable | None) -> tuple[str, ...]:
    return tuple(sorted({*listings.people, *table.people})) if table else listings.people


def _place(listings: Listings, people: tuple[str, ...], skills: tuple[str, ...]) -> csr_array:
    rows, columns = _number(listings.people, people)[listings.person], _number(listings.skills, skills)[listings.skill]
    inside = rows >= 0
    marks = np.ones(int(inside.sum()))
    return csr_array((marks, (rows[inside], columns[inside])), shape=(len(people), len(skills)))


def _number(ids: Sequence[str], among: Sequence[str]) -> NDArray[np.int64]:
    places = {id: place for place, id in enumerate(among)}
    return np.fromiter((places.get(id, -1) for id in ids), np.int64, len(ids))


def _align_attributes(
    table: PeopleTable, kinds: dict[str, Kind], people: tuple[str, ...]
) -> dict[str, tuple[str | float | None, ...]]:
    places = _number(people, table.people).tolist()
    return {
        name: tuple(None if place < 0 else values[place] for place in places)
        for name, values in parse_values(table, kinds).items()
    }


def _embed_texts(texts: Sequence[str | None], model: str | None, whose: str, say: Say) -> NDArray[np.float32] | None:
    """Return a unit vector a text, NaN where there is none; None when there is no text or no way to embed it."""
    distinct = sorted({text for text in texts if text})
    if not distinct:
        return None
    embedder = Embedder(model)
    try:
        vectors = np.full((len(texts), embedder.dimension), np.nan, dtype=np.float32)
    except MissingExtra as missing:
        say(f"the texts of {whose} are not used: {missing}")
        return None
    places = {text: place for place, text in enumerate(distinct)}
    made: list[NDArray[np.float32]] = []
    for start in range(0, len(distinct), EMBEDDED_AT_ONCE):
        made.append(embedder.embed_texts(distinct[start : start + EMBEDDED_AT_ONCE]))
        say(f"embedded {min(start + EMBEDDED_AT_ONCE, len(distinct)):,} of {len(distinct):,} texts of {whose}")
    has = [row for row, text in enumerate(texts) if text]
    vectors[has] = np.concatenate(made)[[places[text] for text in texts if text]]
    return vectors


def _say_all(notes: Iterable[str], say: Say) -> None:
    for note in notes:
        say(note)


def _name_some(names: Iterable[Any]) -> str:
    distinct = sorted(set(names))
    return ", ".join(map(str, distinct[:NAMED])) + (
        f" and {len(distinct) - NAMED:,} more" if len(distinct) > NAMED else ""
    )
