"""The sample organisation: fictional, seeded and labelled synthetic; README, tests, notebooks and demo all use it.

Everything here is checked in as plain CSV; ``python -m loaders.sample.generate`` writes the same bytes again.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

_HERE = Path(__file__).parent

SAMPLE_DIRECTORY = _HERE / "organisation"
"""The organisation's CSV set."""
ESCO_EXCERPT = _HERE / "esco"
"""A modified excerpt of ESCO in the layout of its own CSV download."""
CHANGED_REQUIREMENTS = _HERE / "changes" / "requirements_2026-07.csv"
"""The requirements of July 2026: the whole file, to put in the place of ``requirements.csv``."""
TRUTH = _HERE / "truth"
"""What people really know (``skills.csv``) and how they endorse (``endorsers.csv``); only evaluation reads it."""

SAMPLE_AS_OF = date(2026, 7, 1)
"""The day the sample is looked at: the day after its last evidence."""

STORY_PERSON = "p017"
"""Ines Duarte: never listed Python, SQL or statistics, and shows them in courses and projects."""
STORY_ROLE = "role:junior-data-analyst"
"""The role she nearly fits."""
STORY_COURSE = "course:data-quality-in-ten-hours"
"""The 10-hour course that opens the gig."""
STORY_GIG = "gig:campaign-data-clean-up"
"""The 20-hour gig that opens the role."""
TALENT_EXPORTER = "p088"
"""Thandi Mahlangu: five of her former reports have moved to other functions."""
FORMER_REPORTS = ("p021", "p140", "p170", "p197", "p271")
"""The five, with what she attested before they moved."""
CHANGING_ROLE = "role:financial-analyst"
"""The role whose requirements change in July 2026."""
CHANGE_COURSE = "course:bi-for-finance"
"""The one module that makes up for the change."""
CHANGED_ROLE_PEOPLE = ("p143", "p147", "p152")
"""They meet every requirement of the role before the change, and all but one after it."""
HIDDEN_ANALYSTS = ("p078", "p104", "p146", "p178", "p240", "p273")
"""Others, in six functions, who can do the junior data analyst's work; p078 is known by endorsements only."""
RING = ("p060", "p061", "p062", "p063")
"""Four who endorse one another for skills none of them has."""
PAYBACK_PAIR = ("p250", "p251")
"""Two who return each other's endorsements for skills neither has."""
NAMESAKES = ("p052", "p237")
"""Two people of one name."""
