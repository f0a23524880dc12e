from __future__ import annotations

from hypothesis import settings

# A busy machine must not fail a property.
settings.register_profile("unhurried", deadline=None, derandomize=True)
settings.load_profile("unhurried")
