"""Levels nobody has stated, from those that somebody has: a bag of Gaussian mixtures, conditioned exactly.

Each member of the bag clusters the entities (people, occupations) by their levels. Clusters have means m_c of their own
and share one covariance S; what is observed, y at the columns J with noise s, decides how likely each cluster is and
moves all other levels::

    M  = S_JJ + diag(s^2)
    r_c = w_c exp(-(y - m_cJ)' M^-1 (y - m_cJ) / 2), scaled to sum to 1
    mean = sum of r_c (m_c + S_.J M^-1 (y - m_cJ))
    var  = diag(S - S_.J M^-1 S_J.) + sum of r_c (mean_c - mean)^2

The members differ by the start of their clusters; their means are averaged, and what they disagree on adds to the
variance. With one cluster and one member this is ordinary Gaussian conditioning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field

from graph_schema.errors import InvalidInput

Floats = NDArray[np.float64]
SMALLEST_SHARE = 1e-9
"""Share of the mean variance that is added to every variance, so that levels that never vary can be conditioned on."""


class MixtureSettings(BaseModel):
    """How a mixture is fitted.

    The defaults were chosen on other splits than those that ``skillway bench levels`` measures: more clusters or
    members lower the error by less than .0005.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    clusters: int = Field(default=64, ge=1)
    """Most clusters of a member."""
    entities_per_cluster: int = Field(default=10, ge=1)
    """Fewest entities for each cluster, on average: small tables get fewer clusters."""
    members: int = Field(default=5, ge=1)
    """Mixtures in the bag."""
    shrinkage: float = Field(default=1.0, ge=0)
    """Entities that the mean of all is worth in the mean of a cluster."""
    seed: int = Field(default=0, ge=0)
    """Seed of the clusters' starts: the same levels and settings give the same mixture."""


@dataclass(frozen=True)
class PredictedLevels:
    """What levels are expected, entities x skills, on the scale of the levels that were learnt from."""

    mean: Floats
    """Expected levels; at observed ones what is believed of the true level behind the observation."""
    sd: Floats
    """Standard deviation of the true level about it: 1.645 of them either way is a 90 % interval."""


@dataclass(frozen=True)
class _Member:
    log_weights: Floats
    means: Floats
    covariance: Floats

    def condition(self, columns: NDArray[np.int64], values: Floats, noise: Floats) -> tuple[Floats, Floats]:
        across = self.covariance[columns]
        within = across[:, columns] + np.diag(noise)
        off = values - self.means[:, columns]
        solved = np.linalg.solve(within, np.concatenate([across, off.T], axis=1))
        gain, weighed = solved[:, : across.shape[1]], solved[:, across.shape[1] :]
        log_share = self.log_weights - (off * weighed.T).sum(axis=1) / 2
        share = np.exp(log_share - log_share.max())
        share /= share.sum()
        means = self.means + off @ gain
        mean = share @ means
        variance = np.diag(self.covariance) - (across * gain).sum(axis=0)
        return mean, np.maximum(variance, 0.0) + share @ (means - mean) ** 2


@dataclass(frozen=True, eq=False)
class LevelMixture:
    """Levels as they go together, learnt by ``fit_level_mixture``."""

    entities: int
    """How many entities it was learnt from: those whose levels were all known."""
    skills: int
    """How many skills it knows, in the order of the columns it was learnt from."""
    members: tuple[_Member, ...]

    def predict(self, observed: ArrayLike, noise_sd: ArrayLike = 0.0) -> PredictedLevels:
        """Predict every level of some entities from those that were observed.

        Args:
            observed: Entities x skills; NaN where nothing was observed. An entity without any observation gets what
                is usual.
            noise_sd: Standard deviation of an observation about the true level, one for all or one a cell.

        Raises:
            InvalidInput: The shape is not entities x skills as learnt, a value is infinite or a noise is negative.
        """
        values = _read_levels(observed, "observed")
        if values.shape[1] != self.skills:
            raise InvalidInput("observed", f"has {values.shape[1]} columns; the mixture knows {self.skills} skills")
        noise = np.asarray(noise_sd, dtype=np.float64)
        if noise.shape not in ((), values.shape):
            raise InvalidInput("noise_sd", f"has the shape {noise.shape}; give one number, or {values.shape}")
        noise = np.broadcast_to(noise, values.shape)
        seen = ~np.isnan(values)
        if not (np.isfinite(noise[seen]) & (noise[seen] >= 0)).all():
            raise InvalidInput("noise_sd", "must be 0 or more wherever something was observed")
        mean, sd = np.empty(values.shape), np.empty(values.shape)
        for row in range(len(values)):
            columns = np.flatnonzero(seen[row])
            found = [
                member.condition(columns, values[row, columns], noise[row, columns] ** 2) for member in self.members
            ]
            means = np.stack([of_member for of_member, _ in found])
            mean[row] = means.mean(axis=0)
            sd[row] = np.sqrt(np.mean([variance for _, variance in found], axis=0) + means.var(axis=0))
        return PredictedLevels(mean, sd)


def fit_level_mixture(levels: ArrayLike, settings: MixtureSettings | None = None) -> LevelMixture:
    """Learn how levels go together.

    Only entities whose levels are all known are learnt from; nothing is filled in. ``LevelMixture.entities`` says how
    many that were. The scale is free, but all columns should share it: the covariance is shrunk towards one variance
    for all (Ledoit and Wolf 2004).

    Args:
        levels: Entities x skills; NaN where a level is unknown.
        settings: Size, shrinkage and the seed; the defaults when not given.

    Raises:
        InvalidInput: Not a matrix, an infinite level, or fewer than two entities with all levels known.
    """
    from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

    settings = settings or MixtureSettings()
    values = _read_levels(levels, "levels")
    if not values.shape[1]:
        raise InvalidInput("levels", "has no columns; give one a skill")
    known = values[~np.isnan(values).any(axis=1)]
    if len(known) < 2:
        raise InvalidInput(
            "levels", f"{len(known)} of {len(values)} rows have all levels known; two are needed. Leave out columns"
        )
    with threadpool_limits(limits=1):
        members = tuple(_fit_member(known, settings, settings.seed + number) for number in range(settings.members))
    return LevelMixture(len(known), known.shape[1], members)


def _fit_member(levels: Floats, settings: MixtureSettings, seed: int) -> _Member:
    from sklearn.cluster import KMeans  # pyright: ignore[reportMissingTypeStubs]
    from sklearn.covariance import LedoitWolf  # pyright: ignore[reportMissingTypeStubs]

    distinct = len(np.unique(levels, axis=0))
    clusters = max(1, min(settings.clusters, len(levels) // settings.entities_per_cluster, distinct))
    grouping: Any = KMeans(clusters, n_init=1, random_state=seed)  # pyright: ignore[reportArgumentType]
    label: NDArray[np.int64] = grouping.fit(levels).labels_
    count = np.bincount(label, minlength=clusters)
    sums = np.zeros((clusters, levels.shape[1]))
    np.add.at(sums, label, levels)
    means = (sums + settings.shrinkage * levels.mean(axis=0)) / (count[:, None] + settings.shrinkage)
    shrinking: Any = LedoitWolf(assume_centered=True)
    pooled: Floats = shrinking.fit(levels - means[label]).covariance_
    # As many degrees of freedom went into the means as there are clusters.
    covariance = pooled * (len(levels) / (len(levels) - clusters))
    smallest = SMALLEST_SHARE * (float(np.trace(covariance)) / len(covariance) or 1.0)
    return _Member(np.log(count / count.sum()), means, covariance + smallest * np.eye(len(covariance)))


def _read_levels(levels: ArrayLike, name: str) -> Floats:
    values = np.asarray(levels, dtype=np.float64)
    if values.ndim != 2:
        raise InvalidInput(name, f"has {values.ndim} dimensions; give entities x skills")
    if np.isinf(values).any():
        raise InvalidInput(name, "holds an infinite level; unknown is NaN")
    return values
