"""Questions that are put to every door, and how each door is asked."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI

from engine.bridge_wishes import BridgeWishes
from engine.service import Engine
from loaders.sample import (
    CHANGING_ROLE,
    HIDDEN_ANALYSTS,
    SAMPLE_AS_OF,
    STORY_COURSE,
    STORY_GIG,
    STORY_PERSON,
    STORY_ROLE,
    TALENT_EXPORTER,
)

COMMANDS = {
    "profile": "person",
    "anyone": "bridge --anyone",
    "priced_pool": "pool --prices",
    "record_evidence": "evidence",
    "withdraw_evidence": "evidence",
    "promised_pool": "pool",
    "verify_next": "pool",
    "bridge_alternatives": "bridge",
    "bridge_front": "bridge --pareto",
    "bridge_expected": "bridge --expected",
    "what_if": "bridge --with",
    "draw_audit": "audit draw",
    "record_audit": "audit record",
    "audit_status": "audit status",
    "accept_bridge": "progress accept",
    "bridge_progress": "progress show",
    "record_step": "progress record",
    "replan_bridge": "progress replan",
    "drop_bridge": "progress drop",
    "kept_bridges": "progress list",
    "watch_role": "watch add",
    "watch_pool": "watch add",
    "unwatch_role": "watch remove",
    "unwatch_pool": "watch remove",
    "list_watches": "watch list",
    "choose_mail_pace": "watch mail",
    "list_messages": "messages",
    "evaluate_changes": "watch evaluate",
    "send_mail": "watch send",
    "read_events": "events list",
    "create_subscription": "events subscribe",
    "list_subscriptions": "events subscriptions",
    "delete_subscription": "events unsubscribe",
    "rotate_subscription_secret": "events rotate",
    "list_dead_letters": "events dead-letters",
    "replay_dead_letters": "events replay",
    "ping_subscription": "events ping",
    "list_decisions": "decisions list",
    "verify_decisions": "decisions verify",
    "record_outcome": "decisions decide",
    "prune_decisions": "decisions prune",
    "export_person": "rights export",
    "reject_skill": "rights reject",
    "correct_level": "rights correct",
    "object_to_inference": "rights object",
    "allow_inference": "rights allow",
    "hide_skills": "rights hide",
    "show_skills": "rights show",
    "erase_person": "rights erase",
    "readmit_person": "rights readmit",
    "list_erasures": "rights receipts",
    "skill_landscape": "landscape skills",
    "role_landscape": "landscape role",
    "list_switches": "switches list",
    "switch_team": "switches team",
    "switch_organisation": "switches organisation",
    "switch_team_visibility": "switches team-visibility",
    "switch_organisation_visibility": "switches organisation-visibility",
    "read_object": "objects show",
    "list_objects": "objects list",
    "write_objects": "objects write",
    "delete_object": "objects delete",
    "create_key": "keys create",
    "list_keys": "keys list",
    "rotate_key": "keys rotate",
    "revoke_key": "keys revoke",
}
"""Commands that are not called as the method is."""
ONE_A_TIME = {"skills": "skill", "levels": "level"}
"""What a door repeats, one value a time."""
OPTIONS = {"count": "verify-next", "kinds": "kind"}
"""Options of the command line that are not called as the argument is."""


def find_paths(app: FastAPI) -> dict[str, str]:
    return {
        operation["operationId"]: path
        for path, operations in app.openapi()["paths"].items()
        if not path.startswith("/v1/objects/")
        for operation in operations.values()
    }


@dataclass(frozen=True)
class Question:
    """One question, to be put to every door."""

    method: str
    arguments: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)

    def ask_engine(self, engine: Engine) -> object:
        wished = {name: value for name, value in self.options.items() if name in BridgeWishes.model_fields}
        others = {name: value for name, value in self.options.items() if name not in wished}
        wishes = {"wishes": BridgeWishes(**wished)} if wished else {}
        return getattr(engine, self.method)(*self.arguments, **others, **wishes)

    def as_command(self) -> list[str]:
        words = [*COMMANDS.get(self.method, self.method).split(), *self.arguments, "--json"]
        for name, value in self.options.items():
            option = f"--{OPTIONS.get(name, ONE_A_TIME.get(name, name)).replace('_', '-')}"
            for item in value if isinstance(value, list) else [value]:
                words += [option] if item is True else [option, str(item)]
        return words

    @property
    def parameters(self) -> dict[str, Any]:
        return {ONE_A_TIME.get(name, name): value for name, value in self.options.items()}

    def as_path(self, app: FastAPI) -> str:
        path = find_paths(app)[self.method]
        for argument in self.arguments:
            before, rest = path.split("{", 1)
            path = before + quote(argument, safe="") + rest.split("}", 1)[1]
        return path

    def __str__(self) -> str:
        return " ".join([self.method, *self.arguments, *map(str, self.options.values())])


QUESTIONS = [
    Question("profile", (STORY_PERSON,)),
    Question("profile", ("Ines Duarte",)),
    Question("profile", (TALENT_EXPORTER,)),
    Question("profile", (STORY_PERSON,), {"explain": True}),
    Question("gap", (STORY_PERSON, STORY_ROLE), {"explain": True}),
    Question("profile", (STORY_PERSON,), {"as_of": SAMPLE_AS_OF - timedelta(days=200)}),
    Question("profile", (STORY_PERSON,), {"as_of": SAMPLE_AS_OF, "explain": True}),
    Question("gap", (STORY_PERSON, STORY_ROLE), {"as_of": SAMPLE_AS_OF - timedelta(days=200), "explain": True}),
    Question("pool", (STORY_ROLE,), {"as_of": SAMPLE_AS_OF - timedelta(days=200), "top": 3, "at_least": 0.2}),
    Question("pool", (STORY_ROLE,), {"as_of": SAMPLE_AS_OF - timedelta(days=100), "top": 2, "explain": True}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"as_of": SAMPLE_AS_OF - timedelta(days=200)}),
    Question(
        "bridge",
        ("Ines Duarte", STORY_ROLE),
        {"as_of": SAMPLE_AS_OF - timedelta(days=400), "price_without": True, "exclude": [STORY_GIG]},
    ),
    Question("explain", (STORY_PERSON, "statistics"), {"as_of": SAMPLE_AS_OF - timedelta(days=200)}),
    Question("pool", (STORY_ROLE,), {"top": 2, "explain": True}),
    Question("explain", ("Ines Duarte", "statistics")),
    Question("explain", (STORY_PERSON, "Python (computer programming)")),
    Question("explain", (HIDDEN_ANALYSTS[0], "statistics")),
    Question("pool", ("Junior Data Analyst",), {"top": 3, "at_least": 0.2}),
    Question("pool", (CHANGING_ROLE,)),
    Question("gap", (STORY_PERSON, STORY_ROLE)),
    Question("gap", ("ines duarte", "financial analyst")),
    Question("bridge", (STORY_PERSON, STORY_ROLE)),
    Question(
        "bridge",
        ("Ines Duarte", "Junior Data Analyst"),
        {"hours_per_week": 4.0, "money_per_hour": 0.0, "exclude": [STORY_GIG, STORY_COURSE]},
    ),
    Question("bridge", ("Ines Duarte", "Junior Data Analyst"), {"budget": 0.0, "hours": 500.0, "weeks": 40}),
    Question("bridge", ("Ines Duarte", "Junior Data Analyst"), {"budget": 0.0, "hours": 0.5}),
    Question("bridge", ("Ines Duarte", "Junior Data Analyst"), {"weeks": 1}),
    Question(
        "bridge",
        ("Ines Duarte", "Junior Data Analyst"),
        {"require": [STORY_COURSE], "started": [f"{STORY_COURSE}=2.5"]},
    ),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"price_without": True}),
    Question("bridge_expected", (STORY_PERSON, STORY_ROLE)),
    Question(
        "bridge_expected", ("Ines Duarte", "Junior Data Analyst"), {"money_per_hour": 5.0, "exclude": [STORY_GIG]}
    ),
    Question("bridge_alternatives", (STORY_PERSON, STORY_ROLE), {"best": 3}),
    Question(
        "bridge_alternatives",
        ("Ines Duarte", "Junior Data Analyst"),
        {"best": 5, "difference": 0.5, "money_per_hour": 0.0, "exclude": [STORY_GIG]},
    ),
    Question(
        "bridge_alternatives",
        ("Ines Duarte", "Junior Data Analyst"),
        {"best": 3, "budget": 900.0, "require": [STORY_GIG]},
    ),
    Question("bridge_front", (STORY_PERSON, STORY_ROLE)),
    Question("bridge_front", ("Ines Duarte", "Junior Data Analyst"), {"hours": 120.0, "started": [STORY_GIG]}),
    Question("bridge_front", ("Ines Duarte", "Junior Data Analyst"), {"hours_per_week": 4.0, "money_per_hour": 0.0}),
    Question("anyone", ("Junior Data Analyst",), {"top": 3}),
    Question("anyone", (STORY_ROLE,), {"top": 5, "hours_per_week": 4.0, "money_per_hour": 0.0, "exclude": [STORY_GIG]}),
    Question("anyone", (STORY_ROLE,), {"top": 3, "budget": 900.0, "hours": 120.0}),
    Question("roles", (STORY_PERSON,)),
    Question("roles", ("Ines Duarte",), {"weeks": 8, "budget": 250.0, "started": [STORY_COURSE]}),
    Question("roles", ("Ines Duarte",), {"kinds": ["course", "gig"], "money_per_hour": 12.5}),
    Question("gigs", (STORY_PERSON,)),
    Question("gigs", ("Ines Duarte",), {"top": 2, "at_least": 0.0}),
    Question("courses", (STORY_PERSON,)),
    Question("courses", ("Ines Duarte",), {"role": "Junior Data Analyst", "top": 3}),
    Question("mentors", (STORY_PERSON, "SQL")),
    Question("mentors", ("Ines Duarte", "statistics"), {"level": 2.5, "top": 3}),
    Question("priced_pool", (STORY_ROLE,)),
    Question("priced_pool", ("Junior Data Analyst",), {"top": 3, "at_least": 0.2}),
    Question("promised_pool", (), {"skills": ["SQL", "statistics"], "levels": [2.0, 2.0], "precision": 0.8}),
    Question("promised_pool", (), {"skills": ["A/B testing"]}),
    Question("promised_pool", (), {"role": "Junior Data Analyst", "precision": 0.6}),
    Question("promised_pool", (), {"role": STORY_ROLE, "precision": 0.5, "core": True}),
    Question("verify_next", (), {"skills": ["SQL"], "levels": [3.0], "count": 4}),
    Question("verify_next", (), {"role": STORY_ROLE, "precision": 0.6, "count": 3}),
    Question("unlocks", (STORY_COURSE,)),
    Question("unlocks", ("A/B Testing for Everyone",)),
    Question("skill_landscape", ()),
    Question("skill_landscape", (), {"top": 3}),
    Question("skill_landscape", (), {"skills": ["SQL", "statistics"]}),
    Question("role_landscape", (STORY_ROLE,)),
    Question("role_landscape", ("Data Analyst",)),
    Question("audit_status", ()),
    Question("chains", (STORY_COURSE, STORY_ROLE)),
    Question("chains", (STORY_COURSE, "Data Analyst"), {"most": 2, "moves": 3}),
    Question("list_decisions", (), {"operation": "pool", "top": 5}),
    Question("list_decisions", (), {"person": STORY_PERSON, "since": SAMPLE_AS_OF, "top": 3}),
    Question("verify_decisions", ()),
    Question("list_erasures", ()),
    Question("list_switches", ()),
    Question("list_keys", ()),
]

MISTAKES = [
    Question("profile", ("Nobody At All",)),
    Question("profile", (STORY_PERSON,), {"as_of": SAMPLE_AS_OF + timedelta(days=1)}),
    Question("gap", (STORY_PERSON, STORY_ROLE), {"as_of": SAMPLE_AS_OF + timedelta(days=1)}),
    Question("explain", (STORY_PERSON, "SQL"), {"as_of": SAMPLE_AS_OF + timedelta(days=1)}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"as_of": SAMPLE_AS_OF + timedelta(days=1)}),
    Question("pool", (STORY_ROLE,), {"as_of": SAMPLE_AS_OF + timedelta(days=1)}),
    Question("explain", (STORY_PERSON, "no such skill")),
    Question("pool", ("Jnior Data Analyst",)),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"hours_per_week": -1.0}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"exclude": ["no such course"]}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"budget": -1.0}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"weeks": -1}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"require": [STORY_GIG], "exclude": [STORY_GIG]}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"started": ["no such course=3"]}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"started": [f"{STORY_GIG}=-3"]}),
    Question("bridge", (STORY_PERSON, STORY_ROLE), {"started": [STORY_GIG], "kinds": ["course"]}),
    Question("bridge_alternatives", (STORY_PERSON, STORY_ROLE), {"best": 2, "weeks": 5}),
    Question("bridge_front", (STORY_PERSON, STORY_ROLE), {"weeks": 5}),
    Question("bridge_expected", (STORY_PERSON, STORY_ROLE), {"budget": 5.0}),
    Question("anyone", (STORY_ROLE,), {"require": [STORY_COURSE]}),
    Question("bridge_alternatives", (STORY_PERSON, STORY_ROLE), {"best": 0}),
    Question("bridge_alternatives", (STORY_PERSON, STORY_ROLE), {"best": 3, "difference": -0.5}),
    Question("bridge_front", (STORY_PERSON, STORY_ROLE), {"hours_per_week": 0.0}),
    Question("anyone", ("Jnior Data Analyst",)),
    Question("anyone", (STORY_ROLE,), {"hours_per_week": -1.0}),
    Question("roles", ("Nobody At All",)),
    Question("roles", (STORY_PERSON,), {"kinds": ["holiday"]}),
    Question("gigs", ("Nobody At All",)),
    Question("courses", (STORY_PERSON,), {"role": "Jnior Data Analyst"}),
    Question("mentors", (STORY_PERSON, "no such skill")),
    Question("mentors", (STORY_PERSON, "SQL"), {"level": 6.0}),
    Question("priced_pool", ("Jnior Data Analyst",)),
    Question("promised_pool", (), {"skills": ["SQL"], "precision": 1.5}),
    Question("promised_pool", (), {"skills": ["SQL"], "levels": [7.0]}),
    Question("promised_pool", (), {"skills": ["SQL", "statistics"], "levels": [3.0]}),
    Question("promised_pool", (), {"skills": ["no such skill"]}),
    Question("promised_pool", (), {"role": STORY_ROLE, "skills": ["SQL"]}),
    Question("verify_next", (), {"role": "Jnior Data Analyst", "count": 3}),
    Question("verify_next", (), {"skills": ["SQL"], "count": 0}),
    Question("unlocks", ("no such course",)),
    Question("skill_landscape", (), {"skills": ["no such skill"]}),
    Question("skill_landscape", (), {"top": 0}),
    Question("role_landscape", ("Jnior Data Analyst",)),
    Question("chains", (STORY_COURSE, "Jnior Data Analyst")),
    Question("chains", (STORY_COURSE, STORY_ROLE), {"moves": 5}),
    Question("chains", (STORY_COURSE, STORY_ROLE), {"most": 0}),
    Question("list_decisions", (), {"top": 0}),
    Question("list_decisions", (), {"person": "Nobody At All"}),
]
