"""Messages by e-mail: to whom some are due, who takes them to send, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph_schema.queries.graph import WrittenCount
from graph_schema.queries.live import MessageRow
from graph_schema.query import Query


@dataclass(frozen=True)
class MailPlace:
    """Somebody who has messages that may be due by e-mail: where it goes, and how often they want it."""

    person_id: str
    name: str
    email: str
    pace: str | None
    oldest: datetime


@dataclass(frozen=True)
class MailPaceRow:
    """Where somebody's e-mail goes, and how often they chose to have it; unknown where they chose nothing."""

    email: str | None
    pace: str | None


MAIL_PLACES = Query(
    name="mail_places",
    row=MailPlace,
    text="""
    MATCH (m:Message)-[:TO]->(p:Person)
    WHERE m.mailed_at IS NULL AND m.written_at >= $since AND p.email IS NOT NULL
      AND m.mail_attempts < $most AND (m.mail_after IS NULL OR m.mail_after <= $now)
    OPTIONAL MATCH (choice:MailChoice {id: 'mail:' + p.id})
    WITH p, m, choice
    WHERE choice IS NULL OR (choice.pace <> 'never' AND m.written_at >= choice.chosen_at)
    RETURN p.id AS person_id, p.name AS name, p.email AS email, choice.pace AS pace, min(m.written_at) AS oldest
    ORDER BY oldest, person_id
    """,
)

TAKE_MAIL = Query(
    name="take_mail",
    access="write",
    row=MessageRow,
    # Whoever takes them tries first; another process may after a while, should this one die.
    text="""
    MATCH (p:Person {id: $person_id})
    SET p.locked = true
    REMOVE p.locked
    WITH p
    OPTIONAL MATCH (choice:MailChoice {id: 'mail:' + p.id})
    MATCH (m:Message)-[:TO]->(p)
    WHERE m.mailed_at IS NULL AND m.written_at >= $since
      AND m.mail_attempts < $most AND (m.mail_after IS NULL OR m.mail_after <= $now)
      AND (choice IS NULL OR (choice.pace <> 'never' AND m.written_at >= choice.chosen_at))
    MATCH (m)-[:ABOUT]->(about:Person)
    MATCH (m)-[:ON]->(r:Role)
    WITH p, m, about, r ORDER BY m.written_at, m.id LIMIT $limit
    SET m.mail_after = $until, m.mail_attempts = m.mail_attempts + 1
    RETURN m.id AS id, m.written_at AS written_at, about.id AS person_id, about.name AS person, about = p AS own,
           r.id AS role_id, r.title AS role, m.readiness AS readiness, m.content AS content, m.mailed_at AS mailed_at
    ORDER BY written_at, id
    """,
)

MARK_MAIL = Query(
    name="mark_mail",
    access="write",
    row=WrittenCount,
    text="""
    UNWIND $message_ids AS id
    MATCH (m:Message {id: id})
    SET m.mailed_at = $mailed_at, m.mail_problem = $problem,
        m.mail_after = CASE WHEN $mailed_at IS NULL THEN $now + $first * 2 ^ (m.mail_attempts - 1) END,
        m.mail_attempts = CASE WHEN $given_up THEN $most ELSE m.mail_attempts END
    RETURN count(m) AS written
    """,
)

CHOOSE_MAIL = Query(
    name="choose_mail",
    access="write",
    row=WrittenCount,
    text="""
    MERGE (choice:MailChoice {id: 'mail:' + $person_id})
    ON CREATE SET choice.chosen_at = $since
    SET choice.chosen_at = CASE WHEN choice.pace = 'never' THEN $now ELSE choice.chosen_at END,
        choice.pace = $pace
    RETURN count(choice) AS written
    """,
)

MAIL_CHOICE = Query(
    name="mail_choice",
    row=MailPaceRow,
    text="""
    MATCH (p:Person {id: $person_id})
    OPTIONAL MATCH (choice:MailChoice {id: 'mail:' + p.id})
    RETURN p.email AS email, choice.pace AS pace
    """,
)
