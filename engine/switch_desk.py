"""What Engine can be asked about switches of inference."""

from __future__ import annotations

from engine import names, switches
from engine.landscape_finder import LandscapeFinder
from engine.names import resolve_name
from engine.switch_results import SwitchChange, SwitchList


class SwitchDesk(LandscapeFinder):
    """The part of ``Engine`` that switches inference for the organisation and for teams.

    Of all switches that bear on a person, the data sets', those made here and their own, the strictest is in force.
    """

    def switch_team(self, team: str, inference: str) -> SwitchChange:
        """Switch inference for a team, by hand; no load undoes it.

        Args:
            team: Name or id of the team.
            inference: ``hard_off`` removes what was inferred and ``soft_off`` keeps it, and neither infers anew; ``on``
                leaves it to the other switches, and the next ``infer`` brings back what was removed.

        Raises:
            InvalidInput: There is no such switch.
        """
        return switches.switch_team(self.store, self._actor, resolve_name(self.store, names.TEAM, team), inference)

    def switch_organisation(self, inference: str) -> SwitchChange:
        """Switch inference for the whole organisation, by hand; no load undoes it.

        Args:
            inference: As for a team, or ``opt_in``: hard off for everybody who has not allowed it themselves.

        Raises:
            InvalidInput: There is no such switch.
        """
        return switches.switch_organisation(self.store, self._actor, inference)

    def list_switches(self) -> SwitchList:
        """Return the switches of the organisation and of its teams: by data sets, by hand, and what is in force."""
        return switches.list_switches(self.store)
