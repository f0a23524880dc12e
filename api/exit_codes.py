"""What the command's exit code says; a script may rely on it.

====  =============================================================
code  meaning
====  =============================================================
0     done
1     something went wrong that Skillway did not foresee
2     the command was not understood (Typer's own)
3     no person, skill, role … answers to the name
4     several do; the candidates are printed
5     a value, setting or file cannot be used, or what is asked for is refused
6     a data set could not be loaded
7     nothing has been inferred on this graph yet
8     the graph's server could not be reached, started or asked
9     an optional part of Skillway is not installed
10    the decision log does not hold
11    events that were asked for are no longer kept
12    who asks may not be told this, or not do it
====  =============================================================
"""

from __future__ import annotations

from graph_schema import errors

EXIT_CODES: dict[type[errors.SkillwayError], int] = {
    errors.NotFound: 3,
    errors.AmbiguousName: 4,
    errors.InvalidInput: 5,
    errors.OwnedElsewhere: 5,
    errors.ChangedMeanwhile: 5,
    errors.InUse: 5,
    errors.LoadError: 6,
    errors.NotInferred: 7,
    errors.StoreError: 8,
    errors.MissingExtra: 9,
    errors.EventsPruned: 11,
    errors.Forbidden: 12,
}

BROKEN_LOG = 10


def read_exit_code(error: errors.SkillwayError) -> int:
    """Return the exit code of an error: that of its nearest named ancestor, else 1."""
    return next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), 1)
