"""What Engine can be asked about bridges that were accepted: how far they are, and what they came to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine import accepting
from engine.accepting import Acceptor, StepRecord, require_kept
from engine.beliefs import read_latest_model
from engine.bridge_planner import BridgePlanner
from engine.bridge_wishes import BridgeWishes
from engine.chains import find_chains
from engine.kept_bridges import Kept, read_kept, say_kept
from engine.progress import measure_progress
from engine.progress_results import BridgeProgress, Chains, KeptBridge, KeptBridges
from engine.standing import read_standing
from engine.veiling import veil_kept

_USUAL = BridgeWishes()


class BridgeKeeper(BridgePlanner):
    """The part of ``Engine`` that keeps bridges; people, roles and moves are given by id or by name.

    A bridge is kept as it was foretold on the day it was accepted. Which of its steps are done follows from evidence.
    """

    def accept_bridge(self, person: str, role: str, *, wishes: BridgeWishes = _USUAL) -> KeptBridge:
        """Plan the cheapest bridge as of today and keep it, in the place of the one in force to this role, if any.

        Where the one in force has the same moves left on the same terms, it stays and nothing is written.

        Args:
            person: Who.
            role: Where to.
            wishes: What is wanted of it other than usual; planning it anew keeps to it.

        Raises:
            InvalidInput: No bridge leads to the role, or none is needed; or as in ``bridge``.
        """
        who, target = self._person(person), self._role(role)
        by = self._accept_as()
        wishes = self._find_moves(wishes)
        kept = self._say(accepting.accept_bridge(self.store, who, target, self.settings, wishes, by))
        question = {"person": who.id, "role": target.id, "wishes": wishes.model_dump(exclude_defaults=True)}
        self._record("accept_bridge", question, (kept.id, *(step.id for step in kept.steps)), by.model)
        return kept

    def bridge_progress(self, person: str, role: str) -> BridgeProgress:
        """Return how far the accepted bridge is, whether what is left still leads to the role, and what else would.

        Raises:
            NotFound: No bridge to the role is in force.
        """
        who, target = self._person(person), self._role(role)
        progress = self._measure(person, role)
        answer = (f"{step.step.id} {step.state}" for step in progress.steps)
        self._record("bridge_progress", {"person": who.id, "role": target.id}, answer, progress.bridge.model)
        return progress

    def replan_bridge(self, person: str, role: str) -> KeptBridge:
        """Replace the accepted bridge by the cheapest from here, on its terms; what is done is not planned again.

        Where what is left still leads to the role and nothing is cheaper, it stays and nothing is written.

        Raises:
            NotFound: No bridge to the role is in force.
            InvalidInput: What is left no longer leads to the role, and nothing else does.
        """
        who, target = self._person(person), self._role(role)
        by = self._accept_as()
        kept = self._say(accepting.replan_bridge(self.store, who, target, self.settings, by))
        question = {"person": who.id, "role": target.id}
        self._record("replan_bridge", question, (kept.id, *(step.id for step in kept.steps)), by.model)
        return kept

    def record_step(
        self,
        person: str,
        role: str,
        step: str,
        *,
        money: float | None = None,
        hours: float | None = None,
        started_on: date | None = None,
        done_on: date | None = None,
    ) -> BridgeProgress:
        """Record what a step of the accepted bridge really came to, and return the progress.

        Args:
            person: Who.
            role: Where to.
            step: Its number, or the id or title of its move; steps done of bridges that were replaced go by the latter.
            money: Money it cost.
            hours: Hours it took.
            started_on: The day it was begun: from then on it needs no seat, and no skill to join.
            done_on: The day a mentorship or an interim role was done; everything else is ticked off by its evidence.

        Raises:
            NotFound: No bridge to the role is in force, or it has no such step.
            InvalidInput: A value cannot be used; nothing is written.
        """
        who, target, today = self._person(person), self._role(role), self._clock()
        standing = read_standing(self.store, who, target, self.settings, None, today)
        kept = require_kept(standing.kept, who, target)
        told = StepRecord(money, hours, started_on, done_on)
        move = accepting.record_step(self.store, standing, kept, step, told, today)
        question = {
            "person": who.id,
            "role": target.id,
            "step": move,
            "money": money,
            "hours": hours,
            "started_on": started_on and started_on.isoformat(),
            "done_on": done_on and done_on.isoformat(),
        }
        self._record("record_step", question, (kept.row.id,), kept.row.model)
        return self._measure(person, role)

    def drop_bridge(self, person: str, role: str) -> KeptBridge:
        """Drop the accepted bridge; it stays on record.

        Raises:
            NotFound: No bridge to the role is in force.
        """
        who, target = self._person(person), self._role(role)
        kept = self._say(accepting.drop_bridge(self.store, who, target, self._clock()))
        self._record("drop_bridge", {"person": who.id, "role": target.id}, (kept.id,), kept.model)
        return kept

    def kept_bridges(self, person: str) -> KeptBridges:
        """Return all bridges that were ever accepted for a person, the latest first."""
        who = self._person(person)
        return KeptBridges(who, tuple(map(self._say, read_kept(self.store, who.id))))

    def chains(self, move: str, role: str, *, most: int = 20, moves: int = 4) -> Chains:
        """Return the chains by which a move counts for a role: it brings a skill, which the next needs, and so on.

        A chain shows one need of each move, so it says why a move counts, not that it is enough; ``bridge`` does.

        Args:
            move: A course, gig, tour of duty or assessment.
            role: The role.
            most: Most chains to return.
            moves: Most moves in a chain, 1 to 4.

        Raises:
            InvalidInput: A number is out of range.
        """
        target = self._role(role)
        found = find_chains(self.store, self._course(move), target, self._clock(), most=most, moves=moves)
        question = {"move": found.move.id, "role": target.id, "most": most, "moves": moves}
        answer = (" ".join(step.move.id for step in chain.steps) for chain in found.chains)
        self._record("chains", question, answer, None)
        return found

    def _say(self, kept: Kept) -> KeptBridge:
        return veil_kept(self.store, say_kept(kept), self._actor)

    def _measure(self, person: str, role: str) -> BridgeProgress:
        who, target, today = self._person(person), self._role(role), self._clock()
        standing = read_standing(self.store, who, target, self.settings, None, today)
        progress = measure_progress(self.store, standing, require_kept(standing.kept, who, target), today)
        return replace(progress, bridge=veil_kept(self.store, progress.bridge, self._actor))

    def _accept_as(self) -> Acceptor:
        return Acceptor(self._actor, self._clock(), read_latest_model(self.store).id)
