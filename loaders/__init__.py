"""Data in: one file a source, no inference."""
