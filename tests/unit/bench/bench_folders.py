"""Small surveys written the way the real ones are."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array, save_npz

COLUMNS = {
    "2023": {
        "role": ("trade 0", "trade 1", "trade 2"),
        "years_pro": ("3.0", "", "12.5"),
        "industry": ("Mining", "Mining", ""),
        "org_size": ("2-9", "I don\u2019t know", "10-19"),
        "remote": ("Remote", "In-person", ""),
        "employment": ("Employed, full-time", "I prefer not to say", "Retired"),
        "ic_or_pm": ("", "People manager", ""),
        "age": ("25-34", "35-44", "Prefer not to say"),
        "country": ("Utopia", "Utopia", "Utopia"),
        "education": ("Bachelor's degree", "Master's degree", "Bachelor's degree"),
        "salary_usd": ("1", "2", "3"),
    },
    "2019": {
        "main_branch": ("trade 0", "trade 1", "trade 2"),
        "open_sourcer": ("Never", "", "Never"),
        "work_week_hrs": ("40.0", "", "35.0"),
        "age_years": ("17.0", "18.0", ""),
        "country": ("Utopia", "Arcadia", "Arcadia"),
    },
}


def write_survey(folder: Path, name: str, people: int = 300, columns: dict[str, tuple[str, ...]] | None = None) -> None:
    """Write people of three trades with six skills each; attributes repeat every three people."""
    random = np.random.default_rng(0)
    trade = np.arange(people) % 3
    likely = np.where(np.arange(18)[None, :] % 3 == trade[:, None], 0.8, 0.1)
    inside = folder / "people"
    inside.mkdir(exist_ok=True)
    stem = f"so{name}_have"
    save_npz(inside / f"{stem}.npz", csr_array((random.random(likely.shape) < likely).astype(np.int8)))
    (inside / f"{stem}_skills.json").write_text(json.dumps([{"id": at, "name": f"skill {at}"} for at in range(18)]))
    columns = columns or COLUMNS[name]
    with gzip.open(inside / f"{stem}_people.csv.gz", "wt", encoding="utf-8", newline="") as rows:
        writer = csv.writer(rows)
        writer.writerow(["row", *columns])
        writer.writerows([row, *(values[row % 3] for values in columns.values())] for row in range(people))
