"""Questions about the way of a person to a role; wishes are the query parameters of the operations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from api.client.sending import Sender, name_part
from engine.bridge_results import BridgeAlternatives, BridgeExpectation, BridgeFront, WhatIf
from engine.inference.results import Explanation
from engine.nearest_results import NearestRoles
from engine.progress_results import BridgeProgress, Chains, KeptBridge, KeptBridges
from engine.results import Bridge, Gap, PersonProfile


class BridgeQuestions(Sender):
    """What a person knows, what a role asks beyond it, and how they get there."""

    def profile(self, person: str, *, explain: bool = False, as_of: date | None = None) -> PersonProfile:
        """Return a person's listed and hidden skills, as of a past day where one is given."""
        return self._get(PersonProfile, f"/v1/people/{name_part(person)}", {"explain": explain, "as_of": as_of})

    def explain(self, person: str, skill: str, *, as_of: date | None = None) -> Explanation:
        """Return why a person is believed to have a skill, as of a past day where one is given."""
        path = f"/v1/people/{name_part(person)}/skills/{name_part(skill)}/explanation"
        return self._get(Explanation, path, {"as_of": as_of})

    def gap(self, person: str, role: str, *, explain: bool = False, as_of: date | None = None) -> Gap:
        """Return which requirements of a role a person meets, as of a past day where one is given."""
        return self._get(Gap, f"{_way(person, role)}/gap", {"explain": explain, "as_of": as_of})

    def bridge(self, person: str, role: str, *, as_of: date | None = None, **wishes: Any) -> Bridge:
        """Return the cheapest bridge to a role, from what was known of the person on a past day where one is given.

        With ``price_without``, it is priced without each of its moves as well.
        """
        return self._get(Bridge, f"{_way(person, role)}/bridge", {"as_of": as_of, **wishes})

    def bridge_gantt(self, person: str, role: str, *, as_of: date | None = None, **wishes: Any) -> str:
        """Return the calendar of the cheapest bridge, as :meth:`bridge` has it, drawn as SVG."""
        return self._send("GET", f"{_way(person, role)}/bridge/gantt", params={"as_of": as_of, **wishes}).text

    def bridge_alternatives(self, person: str, role: str, **wishes: Any) -> BridgeAlternatives:
        """Return truly different bridges: at most ``best``, and ``difference`` says how different."""
        return self._get(BridgeAlternatives, f"{_way(person, role)}/bridge/alternatives", wishes)

    def bridge_front(self, person: str, role: str, **wishes: Any) -> BridgeFront:
        """Return the bridges from the cheapest to the soonest."""
        return self._get(BridgeFront, f"{_way(person, role)}/bridge/front", wishes)

    def bridge_expected(self, person: str, role: str, **wishes: Any) -> BridgeExpectation:
        """Return what a bridge costs on average, since it counts on skills that are only believed."""
        return self._get(BridgeExpectation, f"{_way(person, role)}/bridge/expected", wishes)

    def what_if(self, person: str, role: str, supposed: Mapping[str, Any], **wishes: Any) -> WhatIf:
        """Return the bridge as it is, and as it would be with the ``moves`` and ``requires`` supposed."""
        return self._post(WhatIf, f"{_way(person, role)}/bridge/what-if", supposed, wishes)

    def roles(self, person: str, **wishes: Any) -> NearestRoles:
        """Return the roles a person can get to."""
        return self._get(NearestRoles, f"/v1/people/{name_part(person)}/roles", wishes)

    def chains(self, course: str, role: str, *, most: int | None = None, moves: int | None = None) -> Chains:
        """Return by which way a course counts for a role."""
        path = f"/v1/courses/{name_part(course)}/chains/{name_part(role)}"
        return self._get(Chains, path, {"most": most, "moves": moves})

    def accept_bridge(self, person: str, role: str, **wishes: Any) -> KeptBridge:
        """Accept the cheapest bridge to a role and keep it."""
        return self._post(KeptBridge, f"{_way(person, role)}/progress", wishes)

    def kept_bridges(self, person: str) -> KeptBridges:
        """Return all bridges accepted for a person."""
        return self._get(KeptBridges, f"/v1/people/{name_part(person)}/progress")

    def bridge_progress(self, person: str, role: str) -> BridgeProgress:
        """Return how far an accepted bridge is."""
        return self._get(BridgeProgress, f"{_way(person, role)}/progress")

    def record_step(self, person: str, role: str, step: str, **said: Any) -> BridgeProgress:
        """Record what a step came to: ``money``, ``hours``, ``started_on``, ``done_on``."""
        return self._put(BridgeProgress, f"{_way(person, role)}/progress/steps/{name_part(step)}", said)

    def replan_bridge(self, person: str, role: str) -> KeptBridge:
        """Plan an accepted bridge anew from where the person is now."""
        return self._post(KeptBridge, f"{_way(person, role)}/progress/replan")

    def drop_bridge(self, person: str, role: str) -> KeptBridge:
        """Drop an accepted bridge."""
        return self._delete(KeptBridge, f"{_way(person, role)}/progress")


def _way(person: str, role: str) -> str:
    return f"/v1/people/{name_part(person)}/roles/{name_part(role)}"
