"""What the Engine answers about the decision log and about people's rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.results import Named
from graph_schema.queries.decisions import DecisionRow


@dataclass(frozen=True)
class NamedPseudonym:
    """Whom a pseudonym of the log stands for; those who were erased stand behind none."""

    pseudonym: str
    person: Named


@dataclass(frozen=True)
class DecisionRecord(DecisionRow):
    """One record of the decision log, as it was chained: ``question`` and ``answer`` are JSON, people by pseudonym.

    ``about``, ``outcome`` and ``reason`` are those of a record that says what a human decided about an earlier one.
    """

    people: tuple[NamedPseudonym, ...]


@dataclass(frozen=True)
class DecisionPage:
    """Records of the log, the newest first; ``older`` is what to ask for as ``before`` to go on, if there are more."""

    records: tuple[DecisionRecord, ...]
    older: int | None


@dataclass(frozen=True)
class BrokenRecord:
    """Where the log does not hold, and why.

    ``problem`` is ``changed`` (its contents are not what was signed), ``missing`` (no record has this number),
    ``out_of_order`` (it does not point to the one before it, two have its number, or it stands outside the log) or
    ``head_moved`` (the log's end is not its last record).
    """

    number: int
    id: str | None
    problem: str


@dataclass(frozen=True)
class DecisionVerification:
    """Whether the decision log is whole: every record as it was written, and none left out.

    ``records`` were found to hold; ``anchor`` is the id that the first of them must point to, of the last record that
    was pruned. Whoever keeps ``head`` somewhere else can tell later that nothing before it was written anew.
    ``unchained`` counts records of a Skillway that did not chain them.
    """

    holds: bool
    records: int
    first: int | None
    last: int | None
    head: str | None
    anchor: str | None
    unchained: int
    broken: BrokenRecord | None


@dataclass(frozen=True)
class Pruning:
    """What went from the decision log because it was older than the setting says; ``anchor`` is the last that went."""

    retention_days: int
    removed: int
    anchor_number: int
    anchor: str | None


@dataclass(frozen=True)
class ErasureReceipt:
    """What was erased and when, and nothing of whom.

    ``counts`` says how many things of each kind there were. ``models_left`` are those fitted before, in which what was
    learnt of the person may still be; ``skillway infer`` fits one without them and removes the old.
    """

    id: str
    erased_at: datetime
    counts: dict[str, int]
    models_left: tuple[str, ...]


@dataclass(frozen=True)
class ErasureList:
    """The receipts of all erasures, the newest first."""

    receipts: tuple[ErasureReceipt, ...]


@dataclass(frozen=True)
class Readmission:
    """Somebody who was erased, and whom a data set may bring back from now on."""

    person_id: str


@dataclass(frozen=True)
class ChoiceChange:
    """What holds for a person after they chose something for themselves.

    ``inference`` is the switch in force, which that of a team or the organisation may keep off; ``changed`` counts the
    beliefs that were created, changed or removed by the choice.
    """

    person: Named
    inference: str
    listed_visible: bool
    hidden_visible: bool
    changed: int
