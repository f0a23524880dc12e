"""Cut the sample's excerpt out of a full ESCO download: ``python -m loaders.sample.excerpt DIRECTORY``.

Run once by hand when the skills in ``catalogues/`` change. DIRECTORY holds ESCO's own English CSV download, plain or
gzipped. Left out is everything that no row of the sample points at, what groups say beside their names, and the
optional skills of occupations that are not a role's: the excerpt has to stay small. All else is copied as it stands.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from loaders.sample import ESCO_EXCERPT
from loaders.sample.catalogue import CATALOGUE, read_organisation, read_skills

Row = dict[str, str]


def cut_excerpt(download: Path, target: Path) -> dict[str, int]:
    """Write the excerpt and return the number of rows of each file.

    Args:
        download: Folder with ESCO's CSV files.
        target: Folder to write to.

    Raises:
        ValueError: A label of the catalogue is not in the download.
    """
    skills = _read(download, "skills_en")
    occupations = _read(download, "occupations_en")
    kept_skills = _find(skills, list_skill_labels())
    kept_occupations = _find(occupations, list_occupation_labels())
    skill_broader = _read(download, "broaderRelationsSkillPillar_en")
    occupation_broader = _read(download, "broaderRelationsOccPillar_en")
    skill_side = kept_skills | _list_ancestors(kept_skills, skill_broader, "SkillGroup")
    occupation_side = kept_occupations | _list_ancestors(kept_occupations, occupation_broader, "ISCOGroup")

    def stands_in(*columns: str, among: set[str]) -> Callable[[Row], bool]:
        return lambda row: all(row[column] in among for column in columns)

    both = kept_skills | kept_occupations
    of_roles = _find(occupations, {role.occupation for role in read_organisation().roles})
    files: dict[str, tuple[list[Row], Callable[[Row], bool]]] = {
        "skills_en": (skills, stands_in("conceptUri", among=kept_skills)),
        "occupations_en": (occupations, stands_in("conceptUri", among=kept_occupations)),
        "skillGroups_en": (_read_headings(download, "skillGroups_en"), stands_in("conceptUri", among=skill_side)),
        "ISCOGroups_en": (_read_headings(download, "ISCOGroups_en"), stands_in("conceptUri", among=occupation_side)),
        "broaderRelationsSkillPillar_en": (skill_broader, stands_in("conceptUri", "broaderUri", among=skill_side)),
        "broaderRelationsOccPillar_en": (
            occupation_broader,
            stands_in("conceptUri", "broaderUri", among=occupation_side),
        ),
        "skillSkillRelations_en": (
            _read(download, "skillSkillRelations_en"),
            stands_in("originalSkillUri", "relatedSkillUri", among=kept_skills),
        ),
        "occupationSkillRelations_en": (
            [row for row in _read(download, "occupationSkillRelations_en") if _is_kept_relation(row, of_roles)],
            stands_in("occupationUri", "skillUri", among=both),
        ),
    }
    target.mkdir(parents=True, exist_ok=True)
    return {
        name: _write(target / f"{name}.csv", list(rows[0]), filter(keep, rows)) for name, (rows, keep) in files.items()
    }


def list_skill_labels() -> set[str]:
    """Return the labels of every ESCO skill the sample uses."""
    skills = read_skills()
    labels = {label for cluster in skills.clusters.values() for label in cluster.skills}
    labels |= {*skills.transversal, *skills.leadership, *(own.broader for own in skills.own)}
    return labels - {own.label for own in skills.own}


def list_occupation_labels() -> set[str]:
    """Return the labels of the occupations that the roles are instances of, and of some neighbours."""
    text = (CATALOGUE / "organisation.toml").read_text(encoding="utf-8")
    return {role.occupation for role in read_organisation().roles} | set(tomllib.loads(text)["excerpt"]["occupations"])


def _find(rows: Iterable[Row], labels: set[str]) -> set[str]:
    uris = {row["preferredLabel"].strip(): row["conceptUri"] for row in rows}
    missing = sorted(labels - set(uris))
    if missing:
        raise ValueError(f"not in this ESCO download: {', '.join(missing)}; correct the labels in {CATALOGUE}")
    return {uris[label] for label in labels}


def _list_ancestors(concepts: set[str], broader: Iterable[Row], group: str) -> set[str]:
    parents: dict[str, list[str]] = {}
    for row in broader:
        if row["broaderType"] == group:
            parents.setdefault(row["conceptUri"], []).append(row["broaderUri"])
    ancestors: set[str] = set()
    front = list(concepts)
    while front:
        for parent in parents.get(front.pop(), []):
            if parent not in ancestors:
                ancestors.add(parent)
                front.append(parent)
    return ancestors


def _read(download: Path, name: str) -> list[Row]:
    path = download / f"{name}.csv"
    text = path.read_bytes() if path.exists() else gzip.decompress(path.with_suffix(".csv.gz").read_bytes())
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def _read_headings(download: Path, name: str) -> list[Row]:
    return [row | {"description": "", "inScheme": ""} for row in _read(download, name)]


def _is_kept_relation(row: Row, of_roles: set[str]) -> bool:
    return row["relationType"] == "essential" or row["occupationUri"] in of_roles


def _write(path: Path, columns: list[str], rows: Iterable[Row]) -> int:
    kept = sorted(rows, key=lambda row: [row[column] for column in columns])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    return len(kept)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m loaders.sample.excerpt DIRECTORY")
    for file_name, count in cut_excerpt(Path(sys.argv[1]), ESCO_EXCERPT).items():
        sys.stdout.write(f"{file_name}.csv  {count} rows\n")
