"""Choosing a peer's settings, on people that no test looks at."""

from __future__ import annotations

from itertools import starmap

from api.bench.inference.metrics import measure_ranking
from api.bench.inference.peers import Peer, Setting
from api.bench.inference.protocol import Question
from engine.inference.profiles import Profiles


def tune_peer(peer: Peer, train: Profiles, validation: Question) -> Setting:
    """Return the settings with the best NDCG@10 on the validation people.

    From the middle of every setting's choices, one setting at a time is moved to its best while the others stay, until
    nothing improves. For a single setting that is a full search; for several it bounds the time a slow peer takes.
    """
    known: dict[tuple[tuple[str, float | str], ...], float] = {}

    def rate(setting: Setting) -> float:
        key = tuple(setting.items())
        if key not in known:
            scores = peer.fit(train, **setting)(validation.visible)
            known[key] = float(measure_ranking(scores, validation).ndcg.mean())
        return known[key]

    best: Setting = {name: values[len(values) // 2] for name, values in peer.choices.items()}
    while True:
        before = best
        for name, values in peer.choices.items():
            best = max((best, *({**best, name: value} for value in values)), key=rate)
        if best == before:
            return best


def describe_setting(setting: Setting) -> str:
    """Say settings in one line."""
    return ", ".join(starmap("{} {}".format, setting.items()))
