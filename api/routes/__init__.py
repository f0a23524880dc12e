"""Routes of the HTTP service, by subject."""
