"""Who may ask what: callers, the one table of rules, the guard before every use case, and API keys."""
