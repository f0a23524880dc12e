"""Profiles from files: what the loaders read, as the engine asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from api.profile_texts import embed_people, embed_skills
from engine.embedding import PACKAGED_MODEL, Embedder, describe_skill
from engine.inference.model import SkillModel
from engine.inference.profiles import Profiles
from graph_schema.errors import InvalidInput, LoadError
from loaders.profiles.listings import Listings, read_listings
from loaders.profiles.people import (
    MOST_CATEGORIES,
    TEXT,
    Kind,
    PeopleTable,
    SkillTable,
    find_kinds,
    parse_values,
    read_people,
    read_skill_table,
)

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
    attributes = _find_attributes(table, categories, everybody, say) if table else {}
    embedder = Embedder(embedding_model)
    texts = embed_people(_align_texts(table, everybody), embedder, say) if table else None
    return Profiles(
        people=everybody,
        skills=known,
        shown=_place(listings, everybody, known),
        attributes=attributes,
        texts=texts,
        embeddings=embed_skills([skill_texts.get(skill) for skill in known], embedder, say),
        labels=tuple(label_of.get(skill, skill) for skill in known),
        embedder="" if texts is None else embedder.name,
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
        InvalidInput: The model was fitted on texts, and its text model is not here.
    """
    listings = _read_listings(profiles, say)
    if unknown := [skill for skill in listings.skills if skill not in model.columns]:
        told = f"{len(unknown):,} skills the model does not know count for nothing: {_name_some(unknown)}"
        say(f"{profiles.name}: {told}")
    table = _read_people(people, listings, say)
    everybody = _list_people(listings, table)
    if only is not None:
        everybody = tuple(person for person in everybody if person == only)
    return Profiles(
        people=everybody,
        skills=listings.skills,
        shown=_place(listings, everybody, listings.skills),
        attributes=_read_known_attributes(model, table, everybody, say) if table else {},
        texts=_read_known_texts(model, table, everybody, say) if table else None,
    )


def _find_attributes(
    table: PeopleTable, categories: Sequence[str], people: tuple[str, ...], say: Say
) -> dict[str, tuple[str | float | None, ...]]:
    kinds = find_kinds(table, categories)
    if others := [name for name in table.columns if name not in kinds]:
        say(f"{table.path.name}: not used, empty or of more than {MOST_CATEGORIES} categories: {', '.join(others)}")
    return _align_attributes(table, kinds, people)


def _read_known_attributes(
    model: SkillModel, table: PeopleTable, people: tuple[str, ...], say: Say
) -> dict[str, tuple[str | float | None, ...]]:
    kinds: dict[str, Kind] = {code.name: "number" if code.edges else "category" for code in model.attributes}
    if others := [name for name in table.columns if name not in kinds]:
        say(f"{table.path.name}: not used, the model was not fitted on it: {', '.join(others)}")
    if absent := [name for name in kinds if name not in table.columns]:
        say(f"{table.path.name}: has no {', '.join(absent)}, which the model knows; taken as unknown")
    attributes = _align_attributes(table, kinds, people)
    for code in model.attributes:
        new = [value for value in attributes.get(code.name, ()) if value is not None and code.find_column(value) < 0]
        if new:
            told = f"{len(new):,} people have a value the model has not seen, taken as unknown: {_name_some(new)}"
            say(f"{table.path.name}, {code.name}: {told}")
    return attributes


def _read_known_texts(
    model: SkillModel, table: PeopleTable, people: tuple[str, ...], say: Say
) -> NDArray[np.float32] | None:
    if table.texts is None:
        if model.text_width:
            say(f"{table.path.name}: has no text, which the model reads; taken as unknown")
        return None
    if not model.text_width:
        say(f"{table.path.name}: not used, the model was not fitted on it: {TEXT}")
        return None
    embedder = Embedder(None if model.embedder == PACKAGED_MODEL else model.embedder)
    vectors = embed_people(_align_texts(table, people), embedder, say)
    if vectors is not None and vectors.shape[1] != model.text_width:
        problem = (
            f"makes vectors of {vectors.shape[1]} numbers, the model was fitted on {model.text_width}; fit it anew"
        )
        raise InvalidInput(f"text model {model.embedder}", problem)
    return vectors


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


def _align_texts(table: PeopleTable, people: tuple[str, ...]) -> list[str | None]:
    text_of = dict(zip(table.people, table.texts, strict=True)) if table.texts else {}
    return [text_of.get(person) for person in people]


def _say_all(notes: Iterable[str], say: Say) -> None:
    for note in notes:
        say(note)


def _name_some(names: Iterable[Any]) -> str:
    distinct = sorted(set(map(str, names)))
    more = f" and {len(distinct) - NAMED:,} more" if len(distinct) > NAMED else ""
    return ", ".join(distinct[:NAMED]) + more
