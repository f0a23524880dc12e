"""Peers that are packages of others, called as their own documentation says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from api.bench.inference.peers import Peer, Scorer
from engine.inference.profiles import Profiles
from graph_schema.errors import MissingExtra


def load_packages() -> None:
    """Import the packages, so that a bench fails before it starts and not after minutes.

    Raises:
        MissingExtra: The ``bench`` extra is not installed.
    """
    try:
        import implicit.als  # noqa: F401
        import skillinfer  # noqa: F401
    except ImportError as error:
        raise MissingExtra("bench", "measuring beside the packages implicit and skillinfer") from error


def fit_ials(train: Profiles, factors: int, regularization: float, alpha: float) -> Scorer:
    """Fit implicit alternating least squares; people asked about get factors from what is visible of them.

    ``implicit`` warns where BLAS has threads of its own: call this inside ``threadpool_limits(1, "blas")``.
    """
    from implicit.cpu.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(
        factors=factors, regularization=regularization, alpha=alpha, num_threads=1, random_state=0
    )
    model.fit(csr_matrix(train.shown), show_progress=False)

    def score(asked: Profiles) -> NDArray[np.float64]:
        people = model.recalculate_user(np.arange(len(asked.people)), csr_matrix(asked.shown))
        return np.asarray(people @ model.item_factors.T, dtype=np.float64)

    return score


def fit_skillinfer(train: Profiles, covariance: str, noise: float) -> Scorer:
    """Fit a population; a person's visible skills are observed as 1, the posterior mean ranks the others.

    The mean before it is cut to 0–1: cut means would tie. It is the mean of a Gaussian and no probability.
    """
    import pandas
    from skillinfer import Population

    table = pandas.DataFrame(train.shown.toarray().astype(np.float64))
    population = Population.from_dataframe(table, normalize=False, covariance=covariance)

    def score(asked: Profiles) -> NDArray[np.float64]:
        starts, columns = asked.shown.indptr, asked.shown.indices
        means = np.empty(asked.shown.shape)
        for person in range(len(means)):
            seen = columns[starts[person] : starts[person + 1]]
            means[person] = population.profile(noise=noise).observe_many({int(column): 1.0 for column in seen}).mu
        return means

    return score


PACKAGES = (
    Peer(
        "iALS (implicit)",
        fit_ials,
        {"factors": (32, 64, 128), "regularization": (50.0, 100.0, 200.0, 400.0), "alpha": (2.0, 5.0, 10.0, 20.0)},
    ),
    Peer(
        "skillinfer",
        fit_skillinfer,
        {"covariance": ("ledoit-wolf", "sample"), "noise": (0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1.0)},
    ),
)
