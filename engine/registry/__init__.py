"""Objects as they are stored: people, skills, roles, courses … read and written by other systems.

``kinds.py`` declares each kind once; models, reads, writes and what may be filtered follow from the declaration and
the schema of the graph.
"""
