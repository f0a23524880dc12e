"""Who is learnt from, who is asked about, and what is hidden of them: pinned, so that numbers can be compared.

- People are split 80/10/10 into train, validation and test, at random by seed; nobody is in two parts.
- Each skill of a person asked about is hidden with probability .4. People of whom then nothing is hidden or nothing is
  visible are not judged. That chooses by outcome: with short profiles even right probabilities then show an error,
  so calibration is measured over everybody as well.
- All skills that are not visible are ranked; the hidden ones are to come first.
- Cold start: 0, 1 or 2 skills are visible and all others hidden; the same people at each number, and who shows one of
  two skills shows it among both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.inference.profiles import Profiles
from graph_schema.errors import InvalidInput

HIDE = 0.4
"""Probability that a skill of a person asked about is hidden."""
COLD = (0, 1, 2)
"""Skills visible at a cold start."""
LEAST_PEOPLE = 20
"""People a survey needs, so that each part has some."""

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """Row numbers of the people in each part."""

    train: Rows
    validation: Rows
    test: Rows


@dataclass(frozen=True)
class Question:
    """People of whom a part is seen.

    Attributes:
        visible: The people with the skills that methods may see.
        hidden: People x skills: what they have to find.
        rows: The people's row numbers in the survey.
    """

    visible: Profiles
    hidden: NDArray[np.bool_]
    rows: Rows

    def find_asked(self) -> NDArray[np.bool_]:
        """Return people x skills: every cell that is to be judged, which is what is not visible."""
        return self.visible.shown.toarray() == 0

    def find_judged(self) -> NDArray[np.bool_]:
        """Return for each person whether something is hidden and something visible."""
        return self.hidden.any(axis=1) & (np.diff(self.visible.shown.indptr) > 0)

    def take(self, people: NDArray[np.bool_]) -> Question:
        """Return the question about some of the people.

        Raises:
            InvalidInput: Nobody is left.
        """
        kept = np.flatnonzero(people)
        if not len(kept):
            raise InvalidInput("--data", "nobody asked about shows enough skills to hide some and leave some")
        return Question(take_people(self.visible, kept), self.hidden[kept], self.rows[kept])


def split_people(people: int, seed: int) -> Split:
    """Draw the three parts.

    Raises:
        InvalidInput: There are too few people.
    """
    if people < LEAST_PEOPLE:
        raise InvalidInput("--data", f"{people} people cannot be split; at least {LEAST_PEOPLE} are needed")
    order = np.random.default_rng(seed).permutation(people)
    eight, nine = int(0.8 * people), int(0.9 * people)
    return Split(order[:eight], order[eight:nine], order[nine:])


def take_people(profiles: Profiles, rows: Rows) -> Profiles:
    """Return some of the people, in the order given."""
    return replace(
        profiles,
        people=tuple(profiles.people[row] for row in rows),
        shown=csr_array(profiles.shown[rows]),
        attributes={name: [values[row] for row in rows] for name, values in profiles.attributes.items()},
        texts=None if profiles.texts is None else profiles.texts[rows],
    )


def hide_skills(profiles: Profiles, rows: Rows, seed: int) -> Question:
    """Hide each skill of the people with probability .4; of some nothing may then be hidden, or nothing visible."""
    truth = profiles.shown[rows].toarray() > 0
    # The second number keeps this draw apart from the split's.
    hidden = truth & (np.random.default_rng([seed, 7]).random(truth.shape) < HIDE)
    return _ask(profiles, rows, truth, hidden)


def show_few(profiles: Profiles, rows: Rows, seed: int, visible: int, among: Sequence[int] = COLD) -> Question:
    """Let only a few skills of each person be seen.

    Args:
        profiles: The survey.
        rows: People asked about; those with no more skills than the largest of ``among`` are left out.
        seed: Draws the skills seen.
        visible: How many are seen.
        among: All numbers that will be asked with.

    Raises:
        InvalidInput: Nobody is left to ask about.
    """
    truth = profiles.shown[rows].toarray() > 0
    draw = np.where(truth, np.random.default_rng([seed, 8]).random(truth.shape), np.inf)
    place = np.argsort(np.argsort(draw, axis=1, kind="stable"), axis=1, kind="stable")
    return _ask(profiles, rows, truth, truth & (place >= visible)).take(truth.sum(axis=1) > max(among))


def _ask(profiles: Profiles, rows: Rows, truth: NDArray[np.bool_], hidden: NDArray[np.bool_]) -> Question:
    shown = csr_array((truth & ~hidden).astype(np.float32))
    return Question(replace(take_people(profiles, rows), shown=shown), hidden, rows)
