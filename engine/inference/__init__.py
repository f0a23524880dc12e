"""Evidence to posterior: fit a model, infer beliefs, explain them.

>>> from engine.inference import InferenceSettings
>>> InferenceSettings().endorsement_cap
0.8
"""

from engine.inference.explaining import explain_belief
from engine.inference.fitting import fit_model
from engine.inference.model import SkillModel
from engine.inference.posterior import infer_beliefs
from engine.inference.results import Beliefs, Explanation, LevelTerm, Term
from engine.inference.settings import InferenceSettings

__all__ = [
    "Beliefs", "Explanation", "InferenceSettings", "LevelTerm", "SkillModel", "Term",
    "explain_belief", "fit_model", "infer_beliefs",
]  # fmt: skip
