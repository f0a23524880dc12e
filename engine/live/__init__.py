"""Live gaps: people are told when they, or those they watch, nearly meet what a role asks, and what closes the gap."""
