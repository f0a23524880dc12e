"""Audits: how far they are, and what they say of the probabilities."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.asking import PROBLEMS, Answering
from engine.audit_results import AuditStatus

router = APIRouter(prefix="/audit", tags=["audit"], responses=PROBLEMS)


@router.get("", operation_id="audit_status", summary="How well probabilities agree with what audits found")
def show_status(engine: Answering) -> AuditStatus:
    """How many pairs were drawn and answered, and Brier score and calibration error before and after learning."""
    return engine.audit_status()
