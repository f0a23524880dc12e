"""A bridge over the graph: reads the catalogue and the person, has the solver plan, and says it with names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine import names
from engine.bridge_terms import resume_started, set_terms, state_conditions
from engine.bridge_wishes import BridgeWishes
from engine.bridges.catalogue import USUAL_KINDS
from engine.bridges.move_graph import MoveGraph
from engine.bridges.moves import VERIFIED
from engine.bridges.person import Traveller, hold_levels
from engine.bridges.plan import BridgeTerms, plan_bridge
from engine.bridges.result import BlockedMove, MissingOffer, OverLimit, PlannedMove, UnmetRequirement
from engine.bridges.what_if import Supposition, suppose_moves, suppose_requirements
from engine.known import Known, read_known
from engine.names import resolve_name
from engine.pools import hold_known
from engine.read_catalogue import read_catalogue, read_labels
from engine.results import Bridge, BridgeConditions, BridgeStep, Named
from engine.settings import EngineSettings
from graph_schema.queries.graph import ORGANISATION
from graph_schema.queries.moves import COMPLETED_MOVES
from graph_schema.queries.people import PERSON
from graph_schema.queries.roles import REQUIREMENTS_OF_ROLE, RequirementRow
from graph_schema.store import GraphStore

NOTHING = Supposition()


@dataclass(frozen=True)
class BridgeQuestion:
    """What a bridge is planned from: the moves on offer, the person, what the role asks, on what terms, and names."""

    catalogue: MoveGraph
    traveller: Traveller
    requirements: Sequence[RequirementRow]
    terms: BridgeTerms
    wishes: BridgeWishes
    labels: Mapping[str, str]
    currency: str

    def name_moves(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Give the titles of moves."""
        return tuple(self.catalogue.moves[self.catalogue.index[id_]].title for id_ in ids)

    def state_conditions(self, over: Sequence[OverLimit], price_without_limits: float | None) -> BridgeConditions:
        """State what the bridge was to keep to, and what that would ask where none does."""
        return state_conditions(self.wishes, self.catalogue, over, price_without_limits)


def build_bridge(
    store: GraphStore,
    person: Named,
    role: Named,
    settings: EngineSettings,
    wishes: BridgeWishes,
    as_of: date,
    supposed: Supposition = NOTHING,
    *,
    known: Known | None = None,
    price_without: bool = False,
) -> Bridge:
    """Return the provably cheapest bridge of a person to a role, as of a day, as if what is supposed were so.

    ``price_without`` prices it without each of its moves as well; ``known`` is what to count on of the person, what the
    graph holds when not given.

    Raises:
        InvalidInput: A wish is not a number that can be used, or there is no such kind of move.
    """
    asked = read_question(store, person, role, settings, wishes, as_of, supposed, known)
    terms = replace(asked.terms, price_absences=price_without)
    plan = plan_bridge(asked.catalogue, asked.traveller, asked.requirements, terms, asked.labels)
    return Bridge(
        person=person,
        role=role,
        as_of=as_of,
        status=plan.status,
        readiness_before=plan.readiness,
        readiness_after=plan.readiness_after,
        steps=say_steps(plan.moves, asked.labels, plan.price),
        money=plan.money,
        hours=plan.hours,
        weeks=plan.weeks,
        price=plan.price,
        currency=asked.currency,
        money_per_hour=asked.terms.money_per_hour,
        hours_per_week=asked.terms.hours_per_week,
        lower_bound=plan.lower_bound,
        gap=plan.gap,
        too_late=asked.name_moves(plan.too_late),
        missing=say_missing(asked, plan.unmet, plan.too_late, plan.blocked),
        conditions=asked.state_conditions(plan.over, plan.price_without_limits),
    )


def read_question(
    store: GraphStore,
    person: Named,
    role: Named,
    settings: EngineSettings,
    wishes: BridgeWishes,
    as_of: date,
    supposed: Supposition = NOTHING,
    known: Known | None = None,
) -> BridgeQuestion:
    """Read what a bridge of a person to a role is planned from; of the person, what is known where that is given.

    Raises:
        InvalidInput: A wish is not a number that can be used, or there is no such kind of move.
    """
    row = store.ask(PERSON, person_id=person.id)[0]
    terms = set_terms(wishes, settings, row.hourly_rate, as_of)
    terms = replace(terms, without=(*terms.without, role.id))
    threshold = settings.inference.threshold
    known = known or read_known(store, person.id)
    requirements = store.ask(REQUIREMENTS_OF_ROLE, role_id=role.id)
    traveller = Traveller(
        id=person.id,
        held=hold_levels(hold_known(store, person.id, known, threshold), threshold),
        done=frozenset(item.id for item in store.ask(COMPLETED_MOVES, person_id=person.id, as_of=known.day)),
    )
    catalogue = read_catalogue(store, wishes.kinds or USUAL_KINDS, threshold, as_of, person.id)
    labels = read_labels(store)
    if supposed.moves:
        catalogue = suppose_moves(catalogue, supposed.moves, lambda name: resolve_name(store, names.SKILL, name).id)
    if supposed.requires:
        requirements = suppose_requirements(
            requirements, supposed.requires, lambda name: resolve_name(store, names.SKILL, name)
        )
    catalogue = resume_started(store, catalogue, wishes, traveller.done, as_of)
    currency = store.ask(ORGANISATION)[0].currency
    return BridgeQuestion(catalogue, traveller, requirements, terms, wishes, labels, currency)


def say_steps(moves: Iterable[PlannedMove], labels: Mapping[str, str], price: float) -> tuple[BridgeStep, ...]:
    """Say the moves of a bridge of this price with names, in their order."""
    return tuple(_to_step(order, move, price, labels) for order, move in enumerate(moves, start=1))


def _to_step(order: int, move: PlannedMove, price: float, labels: Mapping[str, str]) -> BridgeStep:
    return BridgeStep(
        order=order,
        id=move.id,
        kind=move.kind,
        title=move.title,
        why=move.why,
        money=move.money,
        hours=move.hours,
        start_week=move.start_week,
        end_week=move.end_week,
        gives=tuple(_say_skill(skill_id, level, labels) for skill_id, level in move.gives.items()),
        price_without=None if move.dearer_without is None else price + move.dearer_without,
        indispensable=move.indispensable,
    )


def say_missing(
    asked: BridgeQuestion,
    unmet: Sequence[UnmetRequirement],
    too_late: Sequence[str],
    blocked: Sequence[BlockedMove] = (),
) -> tuple[str, ...]:
    """Say which requirements and required moves are out of reach, and why; nothing where none is."""
    if not (unmet or blocked):
        return ()
    titles = {move.id: move.title for move in asked.catalogue.moves}
    when = " in time" if too_late else ""
    said = (_say_unmet(item, asked.labels, titles) + when for item in unmet)
    required = (_say_blocked(item, asked.labels, titles, too_late) for item in blocked)
    late = (f"{titles[id_]}: begins or ends before this bridge gets to it" for id_ in too_late)
    wanted = {need.skill_id for need in (*unmet, *(need for item in blocked for need in item.unmet))}
    spent = (
        f"{move.title}: completed already, and not counted on again"
        for move in asked.catalogue.moves
        if move.id in asked.traveller.done and wanted & move.gives.keys()
    )
    return (*said, *required, *late, *spent)


def _say_blocked(
    item: BlockedMove, labels: Mapping[str, str], titles: Mapping[str, str], too_late: Sequence[str]
) -> str:
    title = titles.get(item.move_id, item.move_id)
    if item.move_id in too_late:
        return f"{title} is required, but cannot be reached in time"
    if item.unmet:
        needs = "; ".join(_say_unmet(need, labels, titles) for need in item.unmet)
        return f"{title} is required, but needs what is out of reach: {needs}"
    return f"{title} is required, but is not on offer or comes after what is not"


def _say_unmet(item: UnmetRequirement, labels: Mapping[str, str], titles: Mapping[str, str]) -> str:
    wanted = _say_skill(item.skill_id, item.level, labels)
    blocked = [_say_offer(offer, labels, titles) for offer in item.blocked_by]
    reach = f"{wanted}: moves lead to level {item.reachable_level:g} only" if item.reachable_level else wanted
    return f"{reach}: nobody offers it" if blocked == [wanted] else f"{reach}: nobody offers {'; '.join(blocked)}"


def _say_offer(offer: MissingOffer, labels: Mapping[str, str], titles: Mapping[str, str]) -> str:
    if offer.move_id:
        return titles.get(offer.move_id, offer.move_id)
    return _say_skill(offer.skill_id, offer.level, labels)


def _say_skill(skill_id: str, level: float, labels: Mapping[str, str]) -> str:
    plain = skill_id.removeprefix(VERIFIED)
    name = labels.get(plain, plain)
    return f"{name} verified at level {level:g}" if plain != skill_id else f"{name} at level {level:g}"
