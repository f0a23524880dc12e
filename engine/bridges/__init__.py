"""The cheapest bridge from a person to a role, proven: moves in, an ordered and scheduled plan out."""
