"""Who asks: a caller has one role, and a role sees people by who they are to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from graph_schema.sight import Sight

CallerRole = Literal["employee", "manager", "talent_partner", "integration", "auditor", "admin"]
"""What somebody may be who asks from outside:

- ``employee`` asks about themselves;
- ``manager`` besides about those who report to them, directly: being two lines up is no consent of the one below;
- ``talent_partner`` about everybody of their functions or of their regions;
- ``integration`` is a program, and asks what its scopes name, about everybody or some functions and regions;
- ``auditor`` reads the decision log and aggregates, and nobody by name;
- ``admin`` keeps things going, and reads about a person with a stated reason only, which goes on record.
"""

CALLER_ROLES: tuple[CallerRole, ...] = get_args(CallerRole)

Scope = Literal[
    "people:read", "people:write", "matching:read", "evidence:write", "catalogue:write", "events:read",
    "decisions:read", "aggregates:read", "rights:act",
]  # fmt: skip
"""What an integration may do: read what is known of people; write who they are; read gaps, bridges and pools; tell and
withdraw evidence; write the catalogue; follow events; read the decision log, people by pseudonym; read aggregates; act
for people in what is theirs (their rights, the bridges they accept, the messages they get)."""

SCOPES: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Somebody who asks.

    Attributes:
        name: What tells them from every other caller, for rates, repeated requests and records; the decision log calls
            them so, unless they are a person, for whom it writes the pseudonym.
        role: ``operator`` works on the machine itself, where the graph's password is: nothing is kept from them.
            ``nobody`` may ask nothing.
        person_id: The person they are, if they are one of the organisation.
        functions: Of a talent partner or an integration: the functions whose people they may ask about.
        regions: Likewise the regions.
        scopes: What an integration may do.
        reason: Why an admin reads about a person.
    """

    name: str
    role: CallerRole | Literal["operator", "nobody"]
    person_id: str | None = None
    functions: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    reason: str | None = None

    @property
    def may_read_people(self) -> bool:
        """Whether they may read what is believed of those whom they see."""
        return self.role != "integration" or "people:read" in self.scopes

    def see(self) -> Sight:
        """Return whom they may see where a rule lets them see people at all."""
        match self.role:
            case "operator":
                return Sight(everybody=True)
            case "employee":
                return Sight(person=self.person_id)
            case "manager":
                return Sight(person=self.person_id, reports=self.person_id is not None)
            case "talent_partner":
                return Sight(person=self.person_id, functions=self.functions, regions=self.regions)
            case "integration":
                everybody = not self.functions and not self.regions
                return Sight(everybody=everybody, functions=self.functions, regions=self.regions)
            case "auditor" | "admin" | "nobody":
                return Sight()


OPERATOR = Caller(name="operator", role="operator")
"""Whoever works on the machine itself: the command line and notebooks."""
NOBODY = Caller(name="nobody", role="nobody")
"""Whoever has not said who they are."""
