"""Inference, bridges and matching: numbers and ids, no Cypher and no web."""
