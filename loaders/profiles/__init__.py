"""The tables of a data scientist: they become arrays, not a graph, so there is no ``LOADER`` here."""
