"""Routes of the HTTP service, one file a subject. An ``operation_id`` is the name of the Engine's method behind it."""
