"""What Engine can be asked about switches of inference and of what others may see."""

from __future__ import annotations

from engine import names, switches
from engine.landscape_finder import LandscapeFinder
from engine.names import resolve_name
from engine.switch_results import SwitchChange, SwitchList, VisibilityChange


class SwitchDesk(LandscapeFinder):
    """The part of ``Engine`` that switches inference, and what others may see, for the organisation and for teams.

    Of all switches of inference that bear on a person, the data sets', those made here and their own, the strictest is
    in force. Of what is said about what others may see, the nearest is: a person's own choice, then what their team
    says, then what the organisation says.
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

    def switch_team_visibility(self, team: str, skills: str, visible: bool | None) -> VisibilityChange:
        """Switch whether others may see skills of a team's people, by hand; no load undoes it.

        It goes before what the organisation says. Who has chosen for themselves sees to it themselves, and of somebody
        in two teams that differ others see nothing.

        Args:
            team: Name or id of the team.
            skills: ``listed`` or ``hidden``.
            visible: Whether others may see them; None takes back what was said by hand.

        Raises:
            InvalidInput: Neither kind of skills is named.
        """
        found = resolve_name(self.store, names.TEAM, team)
        return switches.switch_visibility(self.store, self._actor, found, skills, visible)

    def switch_organisation_visibility(self, skills: str, visible: bool | None) -> VisibilityChange:
        """Switch whether others may see skills of everybody, by hand; no load undoes it.

        It holds for people who chose nothing themselves and of whose teams nothing is said.

        Args:
            skills: ``listed`` or ``hidden``.
            visible: As for a team.

        Raises:
            InvalidInput: Neither kind of skills is named.
        """
        return switches.switch_visibility(self.store, self._actor, None, skills, visible)

    def list_switches(self) -> SwitchList:
        """Return the switches of the organisation and of its teams: by data sets, by hand, and what is in force."""
        return switches.list_switches(self.store)
