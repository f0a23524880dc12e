"""What Engine can be asked about objects as they are stored: read, listed, written and deleted by other systems."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from engine.beliefs import read_model
from engine.refreshing import refresh_people
from engine.registry import deleting, reading, writing
from engine.registry.drafts import Given, Terms
from engine.registry.results import Deletion, ObjectPage, StoredObject, WriteMode, WriteReport
from engine.rights_desk import RightsDesk
from graph_schema.graph import Graph
from graph_schema.queries.graph import LATEST_MODEL


class Registrar(RightsDesk):
    """The part of ``Engine`` that keeps objects in step with other systems.

    Kinds are people, teams, skills, roles, courses, projects, assessments, credentials, evidence and endorsements;
    objects are given by id alone.
    """

    def read_object(self, kind: str, object_id: str) -> StoredObject:
        """Return an object as it is stored, with a tag that changes when anything of it does.

        Args:
            kind: A kind of object, such as ``courses``.
            object_id: Its id.

        Raises:
            InvalidInput: There is no such kind.
        """
        return reading.read_object(self.store, kind, object_id)

    def list_objects(
        self,
        kind: str,
        *,
        after: str | None = None,
        limit: int = 100,
        filters: Mapping[str, str] | None = None,
        fields: Sequence[str] = (),
        within: Collection[str] | None = None,
    ) -> ObjectPage:
        """Return a page of objects in the order of their ids; written meanwhile, none comes twice or is left out.

        Args:
            kind: A kind of object.
            after: The cursor that the page before was answered with.
            limit: Most objects of the page, 1 to 1,000.
            filters: Fields that must have a value; ``q`` are words that the full-text index must find.
            fields: The fields to return beside the id; all when none is named.
            within: Only objects with these ids; endorsements of these people.

        Raises:
            InvalidInput: A filter, field, cursor or number cannot be used.
        """
        wanted = reading.Selection(after=after, limit=limit, filters=filters, fields=fields, within=within)
        return reading.list_objects(self.store, kind, wanted)

    def write_objects(
        self,
        kind: str,
        rows: Iterable[Given],
        *,
        mode: WriteMode = "put",
        take_over: bool = False,
        if_match: Sequence[str] | None = None,
        create_only: bool = False,
    ) -> WriteReport:
        """Write objects, each accepted or rejected on its own, and return what became of each, in order.

        What is left out of an object has its default, and its relationships are replaced by those given. An object
        that is as it was writes nothing. What is believed of the people whom it bears on is refreshed in the same
        transaction, once a model is fitted; how much an endorser's word weighs is learnt when everybody is inferred
        anew.

        Args:
            kind: A kind of object.
            rows: The objects as they came; they may refer to one another in any order.
            mode: ``put`` takes each for the whole object, ``patch`` for a merge patch (RFC 7396).
            take_over: Whether to own from now on what a data set owns.
            if_match: Tags, one of which the object must have; ``*`` for any.
            create_only: Whether to reject what is there.
        """
        terms = Terms(today=self._clock(), mode=mode, take_over=take_over, if_match=if_match, create_only=create_only)
        return writing.write_objects(self.store, kind, rows, terms, self._refresh)

    def delete_object(self, kind: str, object_id: str, if_match: Sequence[str] | None = None) -> Deletion:
        """Delete an object that nothing else needs; evidence and endorsements are withdrawn and stay on record.

        Args:
            kind: A kind of object; people are erased instead.
            object_id: Its id.
            if_match: Tags, one of which it must have; ``*`` for any.

        Raises:
            ChangedMeanwhile: It has another tag.
            OwnedElsewhere: It belongs to a data set.
            InUse: Something else needs it; the message names what.
        """
        return deleting.delete_object(self.store, kind, object_id, if_match, self._refresh)

    def _refresh(self, graph: Graph, person_ids: Sequence[str]) -> None:
        latest = graph.ask(LATEST_MODEL) if person_ids else []
        if latest:
            model = read_model(self.store, latest[0].id)
            refresh_people(graph, person_ids, model, self.settings.inference, self._clock())
