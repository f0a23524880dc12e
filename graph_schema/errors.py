"""Every error Skillway raises on purpose, in one tree.

A message says what went wrong, where (id, file, field) and what to do about it.
No HTTP status and no exit code here: the doors in ``api`` map them::

    SkillwayError
    ├── NotFound               no person, skill, role … answers to this id or name
    ├── AmbiguousName          several do; the candidates are listed
    ├── Forbidden              who asks may not be told this, or not do it
    ├── InvalidInput           a value given by the caller cannot be used
    ├── OwnedElsewhere         a data set owns what would be changed
    ├── ChangedMeanwhile       it is no longer as the caller has seen it
    ├── InUse                  something else needs what would be deleted
    ├── LoadError              a data set could not be loaded
    ├── NotInferred            the graph holds no beliefs yet
    ├── EventsPruned           a reader of events fell behind what is kept
    ├── MissingExtra           an optional part of Skillway is not installed
    └── StoreError             the graph could not be asked
        ├── StoreUnavailable   no server answers
        ├── StoreTimeout       a query took longer than allowed
        ├── SchemaMismatch     the graph was written by a newer Skillway
        └── EmbeddedServerError
            ├── ServerBusy         another command is starting or stopping the server
            ├── PortTaken          the port asked for belongs to another program
            ├── DiskFull           no room for the store
            ├── DownloadFailed     no package registry was reached
            ├── ChecksumMismatch   a downloaded file is not the published one
            ├── StoreTooOld        the store on disk is of another Neo4j version
            └── BackupError        a backup could not be written or read
"""

from __future__ import annotations

from collections.abc import Sequence


class SkillwayError(Exception):
    """Anything Skillway can explain to the person who asked."""


class NotFound(SkillwayError):
    """Nothing of this kind answers to the id or name given."""

    def __init__(self, kind: str, name: str, hint: str = "") -> None:
        self.kind = kind
        self.name = name
        super().__init__(f"no {kind} with the id or name {name!r}" + (f": {hint}" if hint else ""))


class AmbiguousName(SkillwayError):
    """Several things answer to the name given; ask again with one of the ids."""

    def __init__(self, kind: str, name: str, candidates: Sequence[tuple[str, str]]) -> None:
        self.kind = kind
        self.name = name
        self.candidates = tuple(candidates)
        listing = "\n".join(f"  {identifier}  {label}" for identifier, label in self.candidates)
        super().__init__(f"{name!r} names more than one {kind}; ask with an id:\n{listing}")


class Forbidden(SkillwayError):
    """Who asks may not be told this, or not do it; of people it does not say whether they exist."""


class InvalidInput(SkillwayError):
    """A value given by the caller cannot be used; ``field`` says which."""

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        self.problem = problem
        super().__init__(f"{field}: {problem}")


class OwnedElsewhere(SkillwayError):
    """What would be changed belongs to a data set, or was made by none; ``owner`` names the data set."""

    def __init__(self, problem: str, owner: str | None = None) -> None:
        self.owner = owner
        super().__init__(problem)


class ChangedMeanwhile(SkillwayError):
    """It is no longer as the caller has seen it; read it again, then decide."""


class InUse(SkillwayError):
    """Something else needs what would be deleted; the message names it."""


class LoadError(SkillwayError):
    """A data set could not be loaded; the graph is as it was before."""


class NotInferred(SkillwayError):
    """The graph holds no beliefs yet; ``skillway infer`` makes them."""


class EventsPruned(SkillwayError):
    """Events that a reader has not had are no longer kept; it must read everything anew."""

    def __init__(self, after: int, pruned_through: int) -> None:
        self.after = after
        self.pruned_through = pruned_through
        super().__init__(
            f"events up to number {pruned_through} are no longer kept, and those after {after} were asked for; read "
            "anew what you keep in step, then go on from the newest event"
        )


class MissingExtra(SkillwayError):
    """An optional part of Skillway is not installed."""

    def __init__(self, extra: str, purpose: str) -> None:
        self.extra = extra
        super().__init__(f"{purpose} needs an optional part: pip install 'skillway[{extra}]'")


class StoreError(SkillwayError):
    """The graph could not be asked."""


class StoreUnavailable(StoreError):
    """No Neo4j server answers at the address."""


class StoreTimeout(StoreError):
    """A query took longer than its time limit."""


class SchemaMismatch(StoreError):
    """The graph was written by a newer Skillway than this one."""


class EmbeddedServerError(StoreError):
    """The embedded Neo4j could not be started, stopped or copied."""


class ServerBusy(EmbeddedServerError):
    """Another command is starting or stopping the same server."""


class PortTaken(EmbeddedServerError):
    """The port asked for belongs to another program."""


class DiskFull(EmbeddedServerError):
    """There is no room for the store."""


class DownloadFailed(EmbeddedServerError):
    """The published artifacts could not be fetched."""


class ChecksumMismatch(EmbeddedServerError):
    """A downloaded file is not the one that was published."""


class StoreTooOld(EmbeddedServerError):
    """The store on disk was written by another Neo4j version."""


class BackupError(EmbeddedServerError):
    """A backup could not be written or read."""
